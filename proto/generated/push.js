// Made from the .proto file of the same name by `npm run proto`.
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["reveille-push"] || ($protobuf.roots["reveille-push"] = {});

export const PushNotificationRegistration = $root.PushNotificationRegistration = (() => {

    /**
     * Properties of a PushNotificationRegistration.
     * @typedef {Object} PushNotificationRegistration.$Properties
     * @property {number|null} [tokenType] PushNotificationRegistration tokenType
     * @property {string|null} [deviceToken] PushNotificationRegistration deviceToken
     * @property {string|null} [installationId] PushNotificationRegistration installationId
     * @property {string|null} [accessToken] PushNotificationRegistration accessToken
     * @property {boolean|null} [enabled] PushNotificationRegistration enabled
     * @property {number|Long|null} [version] PushNotificationRegistration version
     * @property {Array.<Uint8Array>|null} [allowedKeyList] PushNotificationRegistration allowedKeyList
     * @property {Array.<Uint8Array>|null} [blockedChatList] PushNotificationRegistration blockedChatList
     * @property {boolean|null} [unregister] PushNotificationRegistration unregister
     * @property {Uint8Array|null} [grant] PushNotificationRegistration grant
     * @property {boolean|null} [allowFromContactsOnly] PushNotificationRegistration allowFromContactsOnly
     * @property {string|null} [apnTopic] PushNotificationRegistration apnTopic
     * @property {boolean|null} [blockMentions] PushNotificationRegistration blockMentions
     * @property {Array.<Uint8Array>|null} [allowedMentionsChatList] PushNotificationRegistration allowedMentionsChatList
     * @property {Array.<Uint8Array>|null} [mutedChatList] PushNotificationRegistration mutedChatList
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a PushNotificationRegistration.
     * @exports IPushNotificationRegistration
     * @interface IPushNotificationRegistration
     * @augments PushNotificationRegistration.$Properties
     * @deprecated Use PushNotificationRegistration.$Properties instead.
     */

    /**
     * Shape of a PushNotificationRegistration.
     * @typedef {PushNotificationRegistration.$Properties} PushNotificationRegistration.$Shape
     */

    /**
     * Constructs a new PushNotificationRegistration.
     * @exports PushNotificationRegistration
     * @classdesc Represents a PushNotificationRegistration.
     * @constructor
     * @param {PushNotificationRegistration.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const PushNotificationRegistration = function (properties) {
        this.allowedKeyList = [];
        this.blockedChatList = [];
        this.allowedMentionsChatList = [];
        this.mutedChatList = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * PushNotificationRegistration tokenType.
     * @member {number} tokenType
     * @memberof PushNotificationRegistration
     * @instance
     */
    PushNotificationRegistration.prototype.tokenType = 0;

    /**
     * PushNotificationRegistration deviceToken.
     * @member {string} deviceToken
     * @memberof PushNotificationRegistration
     * @instance
     */
    PushNotificationRegistration.prototype.deviceToken = "";

    /**
     * PushNotificationRegistration installationId.
     * @member {string} installationId
     * @memberof PushNotificationRegistration
     * @instance
     */
    PushNotificationRegistration.prototype.installationId = "";

    /**
     * PushNotificationRegistration accessToken.
     * @member {string} accessToken
     * @memberof PushNotificationRegistration
     * @instance
     */
    PushNotificationRegistration.prototype.accessToken = "";

    /**
     * PushNotificationRegistration enabled.
     * @member {boolean} enabled
     * @memberof PushNotificationRegistration
     * @instance
     */
    PushNotificationRegistration.prototype.enabled = false;

    /**
     * PushNotificationRegistration version.
     * @member {number|Long} version
     * @memberof PushNotificationRegistration
     * @instance
     */
    PushNotificationRegistration.prototype.version = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

    /**
     * PushNotificationRegistration allowedKeyList.
     * @member {Array.<Uint8Array>} allowedKeyList
     * @memberof PushNotificationRegistration
     * @instance
     */
    PushNotificationRegistration.prototype.allowedKeyList = $util.emptyArray;

    /**
     * PushNotificationRegistration blockedChatList.
     * @member {Array.<Uint8Array>} blockedChatList
     * @memberof PushNotificationRegistration
     * @instance
     */
    PushNotificationRegistration.prototype.blockedChatList = $util.emptyArray;

    /**
     * PushNotificationRegistration unregister.
     * @member {boolean} unregister
     * @memberof PushNotificationRegistration
     * @instance
     */
    PushNotificationRegistration.prototype.unregister = false;

    /**
     * PushNotificationRegistration grant.
     * @member {Uint8Array} grant
     * @memberof PushNotificationRegistration
     * @instance
     */
    PushNotificationRegistration.prototype.grant = $util.newBuffer([]);

    /**
     * PushNotificationRegistration allowFromContactsOnly.
     * @member {boolean} allowFromContactsOnly
     * @memberof PushNotificationRegistration
     * @instance
     */
    PushNotificationRegistration.prototype.allowFromContactsOnly = false;

    /**
     * PushNotificationRegistration apnTopic.
     * @member {string} apnTopic
     * @memberof PushNotificationRegistration
     * @instance
     */
    PushNotificationRegistration.prototype.apnTopic = "";

    /**
     * PushNotificationRegistration blockMentions.
     * @member {boolean} blockMentions
     * @memberof PushNotificationRegistration
     * @instance
     */
    PushNotificationRegistration.prototype.blockMentions = false;

    /**
     * PushNotificationRegistration allowedMentionsChatList.
     * @member {Array.<Uint8Array>} allowedMentionsChatList
     * @memberof PushNotificationRegistration
     * @instance
     */
    PushNotificationRegistration.prototype.allowedMentionsChatList = $util.emptyArray;

    /**
     * PushNotificationRegistration mutedChatList.
     * @member {Array.<Uint8Array>} mutedChatList
     * @memberof PushNotificationRegistration
     * @instance
     */
    PushNotificationRegistration.prototype.mutedChatList = $util.emptyArray;

    /**
     * Encodes the specified PushNotificationRegistration message. Does not implicitly {@link PushNotificationRegistration.verify|verify} messages.
     * @function encode
     * @memberof PushNotificationRegistration
     * @static
     * @param {PushNotificationRegistration.$Properties} message PushNotificationRegistration message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    PushNotificationRegistration.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.tokenType != null && $Object.hasOwnProperty.call(message, "tokenType") && message.tokenType !== 0)
            writer.uint32(/* id 1, wireType 0 =*/8).int32(message.tokenType);
        if (message.deviceToken != null && $Object.hasOwnProperty.call(message, "deviceToken") && message.deviceToken !== "")
            writer.uint32(/* id 2, wireType 2 =*/18).string(message.deviceToken);
        if (message.installationId != null && $Object.hasOwnProperty.call(message, "installationId") && message.installationId !== "")
            writer.uint32(/* id 3, wireType 2 =*/26).string(message.installationId);
        if (message.accessToken != null && $Object.hasOwnProperty.call(message, "accessToken") && message.accessToken !== "")
            writer.uint32(/* id 4, wireType 2 =*/34).string(message.accessToken);
        if (message.enabled != null && $Object.hasOwnProperty.call(message, "enabled") && message.enabled !== false)
            writer.uint32(/* id 5, wireType 0 =*/40).bool(message.enabled);
        if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
            writer.uint32(/* id 6, wireType 0 =*/48).uint64(message.version);
        if (message.allowedKeyList != null && message.allowedKeyList.length)
            for (let i = 0; i < message.allowedKeyList.length; ++i)
                writer.uint32(/* id 7, wireType 2 =*/58).bytes(message.allowedKeyList[i]);
        if (message.blockedChatList != null && message.blockedChatList.length)
            for (let i = 0; i < message.blockedChatList.length; ++i)
                writer.uint32(/* id 8, wireType 2 =*/66).bytes(message.blockedChatList[i]);
        if (message.unregister != null && $Object.hasOwnProperty.call(message, "unregister") && message.unregister !== false)
            writer.uint32(/* id 9, wireType 0 =*/72).bool(message.unregister);
        if (message.grant != null && $Object.hasOwnProperty.call(message, "grant") && message.grant.length)
            writer.uint32(/* id 10, wireType 2 =*/82).bytes(message.grant);
        if (message.allowFromContactsOnly != null && $Object.hasOwnProperty.call(message, "allowFromContactsOnly") && message.allowFromContactsOnly !== false)
            writer.uint32(/* id 11, wireType 0 =*/88).bool(message.allowFromContactsOnly);
        if (message.apnTopic != null && $Object.hasOwnProperty.call(message, "apnTopic") && message.apnTopic !== "")
            writer.uint32(/* id 12, wireType 2 =*/98).string(message.apnTopic);
        if (message.blockMentions != null && $Object.hasOwnProperty.call(message, "blockMentions") && message.blockMentions !== false)
            writer.uint32(/* id 13, wireType 0 =*/104).bool(message.blockMentions);
        if (message.allowedMentionsChatList != null && message.allowedMentionsChatList.length)
            for (let i = 0; i < message.allowedMentionsChatList.length; ++i)
                writer.uint32(/* id 14, wireType 2 =*/114).bytes(message.allowedMentionsChatList[i]);
        if (message.mutedChatList != null && message.mutedChatList.length)
            for (let i = 0; i < message.mutedChatList.length; ++i)
                writer.uint32(/* id 15, wireType 2 =*/122).bytes(message.mutedChatList[i]);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a PushNotificationRegistration message from the specified reader or buffer.
     * @function decode
     * @memberof PushNotificationRegistration
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {PushNotificationRegistration & PushNotificationRegistration.$Shape} PushNotificationRegistration
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    PushNotificationRegistration.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.PushNotificationRegistration();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.int32())
                        message.tokenType = value;
                    else
                        delete message.tokenType;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.deviceToken = value;
                    else
                        delete message.deviceToken;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.installationId = value;
                    else
                        delete message.installationId;
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.accessToken = value;
                    else
                        delete message.accessToken;
                    continue;
                }
            case 5: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.bool())
                        message.enabled = value;
                    else
                        delete message.enabled;
                    continue;
                }
            case 6: {
                    if (wireType !== 0)
                        break;
                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                        message.version = value;
                    else
                        delete message.version;
                    continue;
                }
            case 7: {
                    if (wireType !== 2)
                        break;
                    if (!(message.allowedKeyList && message.allowedKeyList.length))
                        message.allowedKeyList = [];
                    message.allowedKeyList.push(reader.bytes());
                    continue;
                }
            case 8: {
                    if (wireType !== 2)
                        break;
                    if (!(message.blockedChatList && message.blockedChatList.length))
                        message.blockedChatList = [];
                    message.blockedChatList.push(reader.bytes());
                    continue;
                }
            case 9: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.bool())
                        message.unregister = value;
                    else
                        delete message.unregister;
                    continue;
                }
            case 10: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.grant = value;
                    else
                        delete message.grant;
                    continue;
                }
            case 11: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.bool())
                        message.allowFromContactsOnly = value;
                    else
                        delete message.allowFromContactsOnly;
                    continue;
                }
            case 12: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.apnTopic = value;
                    else
                        delete message.apnTopic;
                    continue;
                }
            case 13: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.bool())
                        message.blockMentions = value;
                    else
                        delete message.blockMentions;
                    continue;
                }
            case 14: {
                    if (wireType !== 2)
                        break;
                    if (!(message.allowedMentionsChatList && message.allowedMentionsChatList.length))
                        message.allowedMentionsChatList = [];
                    message.allowedMentionsChatList.push(reader.bytes());
                    continue;
                }
            case 15: {
                    if (wireType !== 2)
                        break;
                    if (!(message.mutedChatList && message.mutedChatList.length))
                        message.mutedChatList = [];
                    message.mutedChatList.push(reader.bytes());
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return PushNotificationRegistration;
})();

export const PushNotificationRegistrationResponse = $root.PushNotificationRegistrationResponse = (() => {

    /**
     * Properties of a PushNotificationRegistrationResponse.
     * @typedef {Object} PushNotificationRegistrationResponse.$Properties
     * @property {boolean|null} [success] PushNotificationRegistrationResponse success
     * @property {number|null} [error] PushNotificationRegistrationResponse error
     * @property {Uint8Array|null} [requestId] PushNotificationRegistrationResponse requestId
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a PushNotificationRegistrationResponse.
     * @exports IPushNotificationRegistrationResponse
     * @interface IPushNotificationRegistrationResponse
     * @augments PushNotificationRegistrationResponse.$Properties
     * @deprecated Use PushNotificationRegistrationResponse.$Properties instead.
     */

    /**
     * Shape of a PushNotificationRegistrationResponse.
     * @typedef {PushNotificationRegistrationResponse.$Properties} PushNotificationRegistrationResponse.$Shape
     */

    /**
     * Constructs a new PushNotificationRegistrationResponse.
     * @exports PushNotificationRegistrationResponse
     * @classdesc Represents a PushNotificationRegistrationResponse.
     * @constructor
     * @param {PushNotificationRegistrationResponse.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const PushNotificationRegistrationResponse = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * PushNotificationRegistrationResponse success.
     * @member {boolean} success
     * @memberof PushNotificationRegistrationResponse
     * @instance
     */
    PushNotificationRegistrationResponse.prototype.success = false;

    /**
     * PushNotificationRegistrationResponse error.
     * @member {number} error
     * @memberof PushNotificationRegistrationResponse
     * @instance
     */
    PushNotificationRegistrationResponse.prototype.error = 0;

    /**
     * PushNotificationRegistrationResponse requestId.
     * @member {Uint8Array} requestId
     * @memberof PushNotificationRegistrationResponse
     * @instance
     */
    PushNotificationRegistrationResponse.prototype.requestId = $util.newBuffer([]);

    /**
     * Encodes the specified PushNotificationRegistrationResponse message. Does not implicitly {@link PushNotificationRegistrationResponse.verify|verify} messages.
     * @function encode
     * @memberof PushNotificationRegistrationResponse
     * @static
     * @param {PushNotificationRegistrationResponse.$Properties} message PushNotificationRegistrationResponse message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    PushNotificationRegistrationResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.success != null && $Object.hasOwnProperty.call(message, "success") && message.success !== false)
            writer.uint32(/* id 1, wireType 0 =*/8).bool(message.success);
        if (message.error != null && $Object.hasOwnProperty.call(message, "error") && message.error !== 0)
            writer.uint32(/* id 2, wireType 0 =*/16).int32(message.error);
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId.length)
            writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.requestId);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a PushNotificationRegistrationResponse message from the specified reader or buffer.
     * @function decode
     * @memberof PushNotificationRegistrationResponse
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {PushNotificationRegistrationResponse & PushNotificationRegistrationResponse.$Shape} PushNotificationRegistrationResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    PushNotificationRegistrationResponse.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.PushNotificationRegistrationResponse();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.bool())
                        message.success = value;
                    else
                        delete message.success;
                    continue;
                }
            case 2: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.int32())
                        message.error = value;
                    else
                        delete message.error;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return PushNotificationRegistrationResponse;
})();

export const ContactCodeAdvertisement = $root.ContactCodeAdvertisement = (() => {

    /**
     * Properties of a ContactCodeAdvertisement.
     * @typedef {Object} ContactCodeAdvertisement.$Properties
     * @property {Array.<PushNotificationQueryInfo.$Properties>|null} [pushNotificationInfo] ContactCodeAdvertisement pushNotificationInfo
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a ContactCodeAdvertisement.
     * @exports IContactCodeAdvertisement
     * @interface IContactCodeAdvertisement
     * @augments ContactCodeAdvertisement.$Properties
     * @deprecated Use ContactCodeAdvertisement.$Properties instead.
     */

    /**
     * Shape of a ContactCodeAdvertisement.
     * @typedef {ContactCodeAdvertisement.$Properties} ContactCodeAdvertisement.$Shape
     */

    /**
     * Constructs a new ContactCodeAdvertisement.
     * @exports ContactCodeAdvertisement
     * @classdesc Represents a ContactCodeAdvertisement.
     * @constructor
     * @param {ContactCodeAdvertisement.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const ContactCodeAdvertisement = function (properties) {
        this.pushNotificationInfo = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * ContactCodeAdvertisement pushNotificationInfo.
     * @member {Array.<PushNotificationQueryInfo.$Properties>} pushNotificationInfo
     * @memberof ContactCodeAdvertisement
     * @instance
     */
    ContactCodeAdvertisement.prototype.pushNotificationInfo = $util.emptyArray;

    /**
     * Encodes the specified ContactCodeAdvertisement message. Does not implicitly {@link ContactCodeAdvertisement.verify|verify} messages.
     * @function encode
     * @memberof ContactCodeAdvertisement
     * @static
     * @param {ContactCodeAdvertisement.$Properties} message ContactCodeAdvertisement message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    ContactCodeAdvertisement.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.pushNotificationInfo != null && message.pushNotificationInfo.length)
            for (let i = 0; i < message.pushNotificationInfo.length; ++i)
                $root.PushNotificationQueryInfo.encode(message.pushNotificationInfo[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a ContactCodeAdvertisement message from the specified reader or buffer.
     * @function decode
     * @memberof ContactCodeAdvertisement
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {ContactCodeAdvertisement & ContactCodeAdvertisement.$Shape} ContactCodeAdvertisement
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    ContactCodeAdvertisement.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.ContactCodeAdvertisement();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    if (!(message.pushNotificationInfo && message.pushNotificationInfo.length))
                        message.pushNotificationInfo = [];
                    message.pushNotificationInfo.push($root.PushNotificationQueryInfo.decode(reader, reader.size(), $undefined, _depth + 1));
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return ContactCodeAdvertisement;
})();

export const PushNotificationQuery = $root.PushNotificationQuery = (() => {

    /**
     * Properties of a PushNotificationQuery.
     * @typedef {Object} PushNotificationQuery.$Properties
     * @property {Array.<Uint8Array>|null} [publicKeys] PushNotificationQuery publicKeys
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a PushNotificationQuery.
     * @exports IPushNotificationQuery
     * @interface IPushNotificationQuery
     * @augments PushNotificationQuery.$Properties
     * @deprecated Use PushNotificationQuery.$Properties instead.
     */

    /**
     * Shape of a PushNotificationQuery.
     * @typedef {PushNotificationQuery.$Properties} PushNotificationQuery.$Shape
     */

    /**
     * Constructs a new PushNotificationQuery.
     * @exports PushNotificationQuery
     * @classdesc Represents a PushNotificationQuery.
     * @constructor
     * @param {PushNotificationQuery.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const PushNotificationQuery = function (properties) {
        this.publicKeys = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * PushNotificationQuery publicKeys.
     * @member {Array.<Uint8Array>} publicKeys
     * @memberof PushNotificationQuery
     * @instance
     */
    PushNotificationQuery.prototype.publicKeys = $util.emptyArray;

    /**
     * Encodes the specified PushNotificationQuery message. Does not implicitly {@link PushNotificationQuery.verify|verify} messages.
     * @function encode
     * @memberof PushNotificationQuery
     * @static
     * @param {PushNotificationQuery.$Properties} message PushNotificationQuery message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    PushNotificationQuery.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.publicKeys != null && message.publicKeys.length)
            for (let i = 0; i < message.publicKeys.length; ++i)
                writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.publicKeys[i]);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a PushNotificationQuery message from the specified reader or buffer.
     * @function decode
     * @memberof PushNotificationQuery
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {PushNotificationQuery & PushNotificationQuery.$Shape} PushNotificationQuery
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    PushNotificationQuery.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.PushNotificationQuery();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    if (!(message.publicKeys && message.publicKeys.length))
                        message.publicKeys = [];
                    message.publicKeys.push(reader.bytes());
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return PushNotificationQuery;
})();

export const PushNotificationQueryInfo = $root.PushNotificationQueryInfo = (() => {

    /**
     * Properties of a PushNotificationQueryInfo.
     * @typedef {Object} PushNotificationQueryInfo.$Properties
     * @property {string|null} [accessToken] PushNotificationQueryInfo accessToken
     * @property {string|null} [installationId] PushNotificationQueryInfo installationId
     * @property {Uint8Array|null} [publicKey] PushNotificationQueryInfo publicKey
     * @property {Array.<Uint8Array>|null} [allowedKeyList] PushNotificationQueryInfo allowedKeyList
     * @property {Uint8Array|null} [grant] PushNotificationQueryInfo grant
     * @property {number|Long|null} [version] PushNotificationQueryInfo version
     * @property {Uint8Array|null} [serverPublicKey] PushNotificationQueryInfo serverPublicKey
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a PushNotificationQueryInfo.
     * @exports IPushNotificationQueryInfo
     * @interface IPushNotificationQueryInfo
     * @augments PushNotificationQueryInfo.$Properties
     * @deprecated Use PushNotificationQueryInfo.$Properties instead.
     */

    /**
     * Shape of a PushNotificationQueryInfo.
     * @typedef {PushNotificationQueryInfo.$Properties} PushNotificationQueryInfo.$Shape
     */

    /**
     * Constructs a new PushNotificationQueryInfo.
     * @exports PushNotificationQueryInfo
     * @classdesc Represents a PushNotificationQueryInfo.
     * @constructor
     * @param {PushNotificationQueryInfo.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const PushNotificationQueryInfo = function (properties) {
        this.allowedKeyList = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * PushNotificationQueryInfo accessToken.
     * @member {string} accessToken
     * @memberof PushNotificationQueryInfo
     * @instance
     */
    PushNotificationQueryInfo.prototype.accessToken = "";

    /**
     * PushNotificationQueryInfo installationId.
     * @member {string} installationId
     * @memberof PushNotificationQueryInfo
     * @instance
     */
    PushNotificationQueryInfo.prototype.installationId = "";

    /**
     * PushNotificationQueryInfo publicKey.
     * @member {Uint8Array} publicKey
     * @memberof PushNotificationQueryInfo
     * @instance
     */
    PushNotificationQueryInfo.prototype.publicKey = $util.newBuffer([]);

    /**
     * PushNotificationQueryInfo allowedKeyList.
     * @member {Array.<Uint8Array>} allowedKeyList
     * @memberof PushNotificationQueryInfo
     * @instance
     */
    PushNotificationQueryInfo.prototype.allowedKeyList = $util.emptyArray;

    /**
     * PushNotificationQueryInfo grant.
     * @member {Uint8Array} grant
     * @memberof PushNotificationQueryInfo
     * @instance
     */
    PushNotificationQueryInfo.prototype.grant = $util.newBuffer([]);

    /**
     * PushNotificationQueryInfo version.
     * @member {number|Long} version
     * @memberof PushNotificationQueryInfo
     * @instance
     */
    PushNotificationQueryInfo.prototype.version = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

    /**
     * PushNotificationQueryInfo serverPublicKey.
     * @member {Uint8Array} serverPublicKey
     * @memberof PushNotificationQueryInfo
     * @instance
     */
    PushNotificationQueryInfo.prototype.serverPublicKey = $util.newBuffer([]);

    /**
     * Encodes the specified PushNotificationQueryInfo message. Does not implicitly {@link PushNotificationQueryInfo.verify|verify} messages.
     * @function encode
     * @memberof PushNotificationQueryInfo
     * @static
     * @param {PushNotificationQueryInfo.$Properties} message PushNotificationQueryInfo message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    PushNotificationQueryInfo.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.accessToken != null && $Object.hasOwnProperty.call(message, "accessToken") && message.accessToken !== "")
            writer.uint32(/* id 1, wireType 2 =*/10).string(message.accessToken);
        if (message.installationId != null && $Object.hasOwnProperty.call(message, "installationId") && message.installationId !== "")
            writer.uint32(/* id 2, wireType 2 =*/18).string(message.installationId);
        if (message.publicKey != null && $Object.hasOwnProperty.call(message, "publicKey") && message.publicKey.length)
            writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.publicKey);
        if (message.allowedKeyList != null && message.allowedKeyList.length)
            for (let i = 0; i < message.allowedKeyList.length; ++i)
                writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.allowedKeyList[i]);
        if (message.grant != null && $Object.hasOwnProperty.call(message, "grant") && message.grant.length)
            writer.uint32(/* id 5, wireType 2 =*/42).bytes(message.grant);
        if (message.version != null && $Object.hasOwnProperty.call(message, "version") && (typeof message.version === "object" ? message.version.low || message.version.high : message.version !== 0))
            writer.uint32(/* id 6, wireType 0 =*/48).uint64(message.version);
        if (message.serverPublicKey != null && $Object.hasOwnProperty.call(message, "serverPublicKey") && message.serverPublicKey.length)
            writer.uint32(/* id 7, wireType 2 =*/58).bytes(message.serverPublicKey);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a PushNotificationQueryInfo message from the specified reader or buffer.
     * @function decode
     * @memberof PushNotificationQueryInfo
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {PushNotificationQueryInfo & PushNotificationQueryInfo.$Shape} PushNotificationQueryInfo
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    PushNotificationQueryInfo.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.PushNotificationQueryInfo();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.accessToken = value;
                    else
                        delete message.accessToken;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.installationId = value;
                    else
                        delete message.installationId;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.publicKey = value;
                    else
                        delete message.publicKey;
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    if (!(message.allowedKeyList && message.allowedKeyList.length))
                        message.allowedKeyList = [];
                    message.allowedKeyList.push(reader.bytes());
                    continue;
                }
            case 5: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.grant = value;
                    else
                        delete message.grant;
                    continue;
                }
            case 6: {
                    if (wireType !== 0)
                        break;
                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                        message.version = value;
                    else
                        delete message.version;
                    continue;
                }
            case 7: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.serverPublicKey = value;
                    else
                        delete message.serverPublicKey;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return PushNotificationQueryInfo;
})();

export const PushNotificationQueryResponse = $root.PushNotificationQueryResponse = (() => {

    /**
     * Properties of a PushNotificationQueryResponse.
     * @typedef {Object} PushNotificationQueryResponse.$Properties
     * @property {Array.<PushNotificationQueryInfo.$Properties>|null} [info] PushNotificationQueryResponse info
     * @property {Uint8Array|null} [messageId] PushNotificationQueryResponse messageId
     * @property {boolean|null} [success] PushNotificationQueryResponse success
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a PushNotificationQueryResponse.
     * @exports IPushNotificationQueryResponse
     * @interface IPushNotificationQueryResponse
     * @augments PushNotificationQueryResponse.$Properties
     * @deprecated Use PushNotificationQueryResponse.$Properties instead.
     */

    /**
     * Shape of a PushNotificationQueryResponse.
     * @typedef {PushNotificationQueryResponse.$Properties} PushNotificationQueryResponse.$Shape
     */

    /**
     * Constructs a new PushNotificationQueryResponse.
     * @exports PushNotificationQueryResponse
     * @classdesc Represents a PushNotificationQueryResponse.
     * @constructor
     * @param {PushNotificationQueryResponse.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const PushNotificationQueryResponse = function (properties) {
        this.info = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * PushNotificationQueryResponse info.
     * @member {Array.<PushNotificationQueryInfo.$Properties>} info
     * @memberof PushNotificationQueryResponse
     * @instance
     */
    PushNotificationQueryResponse.prototype.info = $util.emptyArray;

    /**
     * PushNotificationQueryResponse messageId.
     * @member {Uint8Array} messageId
     * @memberof PushNotificationQueryResponse
     * @instance
     */
    PushNotificationQueryResponse.prototype.messageId = $util.newBuffer([]);

    /**
     * PushNotificationQueryResponse success.
     * @member {boolean} success
     * @memberof PushNotificationQueryResponse
     * @instance
     */
    PushNotificationQueryResponse.prototype.success = false;

    /**
     * Encodes the specified PushNotificationQueryResponse message. Does not implicitly {@link PushNotificationQueryResponse.verify|verify} messages.
     * @function encode
     * @memberof PushNotificationQueryResponse
     * @static
     * @param {PushNotificationQueryResponse.$Properties} message PushNotificationQueryResponse message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    PushNotificationQueryResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.info != null && message.info.length)
            for (let i = 0; i < message.info.length; ++i)
                $root.PushNotificationQueryInfo.encode(message.info[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
        if (message.messageId != null && $Object.hasOwnProperty.call(message, "messageId") && message.messageId.length)
            writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.messageId);
        if (message.success != null && $Object.hasOwnProperty.call(message, "success") && message.success !== false)
            writer.uint32(/* id 3, wireType 0 =*/24).bool(message.success);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a PushNotificationQueryResponse message from the specified reader or buffer.
     * @function decode
     * @memberof PushNotificationQueryResponse
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {PushNotificationQueryResponse & PushNotificationQueryResponse.$Shape} PushNotificationQueryResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    PushNotificationQueryResponse.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.PushNotificationQueryResponse();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    if (!(message.info && message.info.length))
                        message.info = [];
                    message.info.push($root.PushNotificationQueryInfo.decode(reader, reader.size(), $undefined, _depth + 1));
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.messageId = value;
                    else
                        delete message.messageId;
                    continue;
                }
            case 3: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.bool())
                        message.success = value;
                    else
                        delete message.success;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return PushNotificationQueryResponse;
})();

export const PushNotification = $root.PushNotification = (() => {

    /**
     * Properties of a PushNotification.
     * @typedef {Object} PushNotification.$Properties
     * @property {string|null} [accessToken] PushNotification accessToken
     * @property {Uint8Array|null} [chatId] PushNotification chatId
     * @property {Uint8Array|null} [publicKey] PushNotification publicKey
     * @property {string|null} [installationId] PushNotification installationId
     * @property {Uint8Array|null} [message] PushNotification message
     * @property {number|null} [type] PushNotification type
     * @property {Uint8Array|null} [author] PushNotification author
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a PushNotification.
     * @exports IPushNotification
     * @interface IPushNotification
     * @augments PushNotification.$Properties
     * @deprecated Use PushNotification.$Properties instead.
     */

    /**
     * Shape of a PushNotification.
     * @typedef {PushNotification.$Properties} PushNotification.$Shape
     */

    /**
     * Constructs a new PushNotification.
     * @exports PushNotification
     * @classdesc Represents a PushNotification.
     * @constructor
     * @param {PushNotification.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const PushNotification = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * PushNotification accessToken.
     * @member {string} accessToken
     * @memberof PushNotification
     * @instance
     */
    PushNotification.prototype.accessToken = "";

    /**
     * PushNotification chatId.
     * @member {Uint8Array} chatId
     * @memberof PushNotification
     * @instance
     */
    PushNotification.prototype.chatId = $util.newBuffer([]);

    /**
     * PushNotification publicKey.
     * @member {Uint8Array} publicKey
     * @memberof PushNotification
     * @instance
     */
    PushNotification.prototype.publicKey = $util.newBuffer([]);

    /**
     * PushNotification installationId.
     * @member {string} installationId
     * @memberof PushNotification
     * @instance
     */
    PushNotification.prototype.installationId = "";

    /**
     * PushNotification message.
     * @member {Uint8Array} message
     * @memberof PushNotification
     * @instance
     */
    PushNotification.prototype.message = $util.newBuffer([]);

    /**
     * PushNotification type.
     * @member {number} type
     * @memberof PushNotification
     * @instance
     */
    PushNotification.prototype.type = 0;

    /**
     * PushNotification author.
     * @member {Uint8Array} author
     * @memberof PushNotification
     * @instance
     */
    PushNotification.prototype.author = $util.newBuffer([]);

    /**
     * Encodes the specified PushNotification message. Does not implicitly {@link PushNotification.verify|verify} messages.
     * @function encode
     * @memberof PushNotification
     * @static
     * @param {PushNotification.$Properties} message PushNotification message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    PushNotification.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.accessToken != null && $Object.hasOwnProperty.call(message, "accessToken") && message.accessToken !== "")
            writer.uint32(/* id 1, wireType 2 =*/10).string(message.accessToken);
        if (message.chatId != null && $Object.hasOwnProperty.call(message, "chatId") && message.chatId.length)
            writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.chatId);
        if (message.publicKey != null && $Object.hasOwnProperty.call(message, "publicKey") && message.publicKey.length)
            writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.publicKey);
        if (message.installationId != null && $Object.hasOwnProperty.call(message, "installationId") && message.installationId !== "")
            writer.uint32(/* id 4, wireType 2 =*/34).string(message.installationId);
        if (message.message != null && $Object.hasOwnProperty.call(message, "message") && message.message.length)
            writer.uint32(/* id 5, wireType 2 =*/42).bytes(message.message);
        if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== 0)
            writer.uint32(/* id 6, wireType 0 =*/48).int32(message.type);
        if (message.author != null && $Object.hasOwnProperty.call(message, "author") && message.author.length)
            writer.uint32(/* id 7, wireType 2 =*/58).bytes(message.author);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a PushNotification message from the specified reader or buffer.
     * @function decode
     * @memberof PushNotification
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {PushNotification & PushNotification.$Shape} PushNotification
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    PushNotification.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.PushNotification();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.accessToken = value;
                    else
                        delete message.accessToken;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.chatId = value;
                    else
                        delete message.chatId;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.publicKey = value;
                    else
                        delete message.publicKey;
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.installationId = value;
                    else
                        delete message.installationId;
                    continue;
                }
            case 5: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.message = value;
                    else
                        delete message.message;
                    continue;
                }
            case 6: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.int32())
                        message.type = value;
                    else
                        delete message.type;
                    continue;
                }
            case 7: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.author = value;
                    else
                        delete message.author;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return PushNotification;
})();

export const PushNotificationRequest = $root.PushNotificationRequest = (() => {

    /**
     * Properties of a PushNotificationRequest.
     * @typedef {Object} PushNotificationRequest.$Properties
     * @property {Array.<PushNotification.$Properties>|null} [requests] PushNotificationRequest requests
     * @property {Uint8Array|null} [messageId] PushNotificationRequest messageId
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a PushNotificationRequest.
     * @exports IPushNotificationRequest
     * @interface IPushNotificationRequest
     * @augments PushNotificationRequest.$Properties
     * @deprecated Use PushNotificationRequest.$Properties instead.
     */

    /**
     * Shape of a PushNotificationRequest.
     * @typedef {PushNotificationRequest.$Properties} PushNotificationRequest.$Shape
     */

    /**
     * Constructs a new PushNotificationRequest.
     * @exports PushNotificationRequest
     * @classdesc Represents a PushNotificationRequest.
     * @constructor
     * @param {PushNotificationRequest.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const PushNotificationRequest = function (properties) {
        this.requests = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * PushNotificationRequest requests.
     * @member {Array.<PushNotification.$Properties>} requests
     * @memberof PushNotificationRequest
     * @instance
     */
    PushNotificationRequest.prototype.requests = $util.emptyArray;

    /**
     * PushNotificationRequest messageId.
     * @member {Uint8Array} messageId
     * @memberof PushNotificationRequest
     * @instance
     */
    PushNotificationRequest.prototype.messageId = $util.newBuffer([]);

    /**
     * Encodes the specified PushNotificationRequest message. Does not implicitly {@link PushNotificationRequest.verify|verify} messages.
     * @function encode
     * @memberof PushNotificationRequest
     * @static
     * @param {PushNotificationRequest.$Properties} message PushNotificationRequest message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    PushNotificationRequest.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requests != null && message.requests.length)
            for (let i = 0; i < message.requests.length; ++i)
                $root.PushNotification.encode(message.requests[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
        if (message.messageId != null && $Object.hasOwnProperty.call(message, "messageId") && message.messageId.length)
            writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.messageId);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a PushNotificationRequest message from the specified reader or buffer.
     * @function decode
     * @memberof PushNotificationRequest
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {PushNotificationRequest & PushNotificationRequest.$Shape} PushNotificationRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    PushNotificationRequest.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.PushNotificationRequest();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    if (!(message.requests && message.requests.length))
                        message.requests = [];
                    message.requests.push($root.PushNotification.decode(reader, reader.size(), $undefined, _depth + 1));
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.messageId = value;
                    else
                        delete message.messageId;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return PushNotificationRequest;
})();

export const PushNotificationReport = $root.PushNotificationReport = (() => {

    /**
     * Properties of a PushNotificationReport.
     * @typedef {Object} PushNotificationReport.$Properties
     * @property {boolean|null} [success] PushNotificationReport success
     * @property {number|null} [error] PushNotificationReport error
     * @property {Uint8Array|null} [publicKey] PushNotificationReport publicKey
     * @property {string|null} [installationId] PushNotificationReport installationId
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a PushNotificationReport.
     * @exports IPushNotificationReport
     * @interface IPushNotificationReport
     * @augments PushNotificationReport.$Properties
     * @deprecated Use PushNotificationReport.$Properties instead.
     */

    /**
     * Shape of a PushNotificationReport.
     * @typedef {PushNotificationReport.$Properties} PushNotificationReport.$Shape
     */

    /**
     * Constructs a new PushNotificationReport.
     * @exports PushNotificationReport
     * @classdesc Represents a PushNotificationReport.
     * @constructor
     * @param {PushNotificationReport.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const PushNotificationReport = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * PushNotificationReport success.
     * @member {boolean} success
     * @memberof PushNotificationReport
     * @instance
     */
    PushNotificationReport.prototype.success = false;

    /**
     * PushNotificationReport error.
     * @member {number} error
     * @memberof PushNotificationReport
     * @instance
     */
    PushNotificationReport.prototype.error = 0;

    /**
     * PushNotificationReport publicKey.
     * @member {Uint8Array} publicKey
     * @memberof PushNotificationReport
     * @instance
     */
    PushNotificationReport.prototype.publicKey = $util.newBuffer([]);

    /**
     * PushNotificationReport installationId.
     * @member {string} installationId
     * @memberof PushNotificationReport
     * @instance
     */
    PushNotificationReport.prototype.installationId = "";

    /**
     * Encodes the specified PushNotificationReport message. Does not implicitly {@link PushNotificationReport.verify|verify} messages.
     * @function encode
     * @memberof PushNotificationReport
     * @static
     * @param {PushNotificationReport.$Properties} message PushNotificationReport message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    PushNotificationReport.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.success != null && $Object.hasOwnProperty.call(message, "success") && message.success !== false)
            writer.uint32(/* id 1, wireType 0 =*/8).bool(message.success);
        if (message.error != null && $Object.hasOwnProperty.call(message, "error") && message.error !== 0)
            writer.uint32(/* id 2, wireType 0 =*/16).int32(message.error);
        if (message.publicKey != null && $Object.hasOwnProperty.call(message, "publicKey") && message.publicKey.length)
            writer.uint32(/* id 3, wireType 2 =*/26).bytes(message.publicKey);
        if (message.installationId != null && $Object.hasOwnProperty.call(message, "installationId") && message.installationId !== "")
            writer.uint32(/* id 4, wireType 2 =*/34).string(message.installationId);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a PushNotificationReport message from the specified reader or buffer.
     * @function decode
     * @memberof PushNotificationReport
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {PushNotificationReport & PushNotificationReport.$Shape} PushNotificationReport
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    PushNotificationReport.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.PushNotificationReport();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.bool())
                        message.success = value;
                    else
                        delete message.success;
                    continue;
                }
            case 2: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.int32())
                        message.error = value;
                    else
                        delete message.error;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.publicKey = value;
                    else
                        delete message.publicKey;
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.installationId = value;
                    else
                        delete message.installationId;
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return PushNotificationReport;
})();

export const PushNotificationResponse = $root.PushNotificationResponse = (() => {

    /**
     * Properties of a PushNotificationResponse.
     * @typedef {Object} PushNotificationResponse.$Properties
     * @property {Uint8Array|null} [messageId] PushNotificationResponse messageId
     * @property {Array.<PushNotificationReport.$Properties>|null} [reports] PushNotificationResponse reports
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a PushNotificationResponse.
     * @exports IPushNotificationResponse
     * @interface IPushNotificationResponse
     * @augments PushNotificationResponse.$Properties
     * @deprecated Use PushNotificationResponse.$Properties instead.
     */

    /**
     * Shape of a PushNotificationResponse.
     * @typedef {PushNotificationResponse.$Properties} PushNotificationResponse.$Shape
     */

    /**
     * Constructs a new PushNotificationResponse.
     * @exports PushNotificationResponse
     * @classdesc Represents a PushNotificationResponse.
     * @constructor
     * @param {PushNotificationResponse.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const PushNotificationResponse = function (properties) {
        this.reports = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * PushNotificationResponse messageId.
     * @member {Uint8Array} messageId
     * @memberof PushNotificationResponse
     * @instance
     */
    PushNotificationResponse.prototype.messageId = $util.newBuffer([]);

    /**
     * PushNotificationResponse reports.
     * @member {Array.<PushNotificationReport.$Properties>} reports
     * @memberof PushNotificationResponse
     * @instance
     */
    PushNotificationResponse.prototype.reports = $util.emptyArray;

    /**
     * Encodes the specified PushNotificationResponse message. Does not implicitly {@link PushNotificationResponse.verify|verify} messages.
     * @function encode
     * @memberof PushNotificationResponse
     * @static
     * @param {PushNotificationResponse.$Properties} message PushNotificationResponse message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    PushNotificationResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.messageId != null && $Object.hasOwnProperty.call(message, "messageId") && message.messageId.length)
            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.messageId);
        if (message.reports != null && message.reports.length)
            for (let i = 0; i < message.reports.length; ++i)
                $root.PushNotificationReport.encode(message.reports[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a PushNotificationResponse message from the specified reader or buffer.
     * @function decode
     * @memberof PushNotificationResponse
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {PushNotificationResponse & PushNotificationResponse.$Shape} PushNotificationResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    PushNotificationResponse.decode = function (reader, length, _end, _depth, _target) {
        if (!(reader instanceof $Reader))
            reader = $Reader.create(reader);
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $Reader.recursionLimit)
            throw $Error("max depth exceeded");
        let end, message, value;
        if (length === $undefined)
            end = reader.len;
        else {
            end = reader.pos + length;
            if (end > reader.len)
                throw $RangeError("index out of range");
            length = reader.len;
            reader.len = end;
        }
        message = _target || new $root.PushNotificationResponse();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 1: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.messageId = value;
                    else
                        delete message.messageId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if (!(message.reports && message.reports.length))
                        message.reports = [];
                    message.reports.push($root.PushNotificationReport.decode(reader, reader.size(), $undefined, _depth + 1));
                    continue;
                }
            }
            reader.skipType(wireType, _depth, tag);
            if (!reader.discardUnknown) {
                $util.makeProp(message, "$unknowns", false);
                (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
            }
        }
        if (length !== $undefined) {
            if (reader.pos !== end)
                throw $RangeError("index out of range");
            reader.len = length;
        }
        if (_end !== $undefined)
            throw $Error("missing end group");
        return message;
    };

    return PushNotificationResponse;
})();

export {
  $root as default
};
