// Made from the .proto file of the same name by `npm run proto`.
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["reveille-waku-services"] || ($protobuf.roots["reveille-waku-services"] = {});

export const StoreQueryRequest = $root.StoreQueryRequest = (() => {

    /**
     * Properties of a StoreQueryRequest.
     * @typedef {Object} StoreQueryRequest.$Properties
     * @property {string|null} [requestId] StoreQueryRequest requestId
     * @property {boolean|null} [includeData] StoreQueryRequest includeData
     * @property {string|null} [pubsubTopic] StoreQueryRequest pubsubTopic
     * @property {Array.<string>|null} [contentTopics] StoreQueryRequest contentTopics
     * @property {number|Long|null} [timeStart] StoreQueryRequest timeStart
     * @property {number|Long|null} [timeEnd] StoreQueryRequest timeEnd
     * @property {Array.<Uint8Array>|null} [messageHashes] StoreQueryRequest messageHashes
     * @property {Uint8Array|null} [paginationCursor] StoreQueryRequest paginationCursor
     * @property {boolean|null} [paginationForward] StoreQueryRequest paginationForward
     * @property {number|Long|null} [paginationLimit] StoreQueryRequest paginationLimit
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a StoreQueryRequest.
     * @exports IStoreQueryRequest
     * @interface IStoreQueryRequest
     * @augments StoreQueryRequest.$Properties
     * @deprecated Use StoreQueryRequest.$Properties instead.
     */

    /**
     * Shape of a StoreQueryRequest.
     * @typedef {StoreQueryRequest.$Properties} StoreQueryRequest.$Shape
     */

    /**
     * Constructs a new StoreQueryRequest.
     * @exports StoreQueryRequest
     * @classdesc Represents a StoreQueryRequest.
     * @constructor
     * @param {StoreQueryRequest.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const StoreQueryRequest = function (properties) {
        this.contentTopics = [];
        this.messageHashes = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * StoreQueryRequest requestId.
     * @member {string} requestId
     * @memberof StoreQueryRequest
     * @instance
     */
    StoreQueryRequest.prototype.requestId = "";

    /**
     * StoreQueryRequest includeData.
     * @member {boolean} includeData
     * @memberof StoreQueryRequest
     * @instance
     */
    StoreQueryRequest.prototype.includeData = false;

    /**
     * StoreQueryRequest pubsubTopic.
     * @member {string|null|undefined} pubsubTopic
     * @memberof StoreQueryRequest
     * @instance
     */
    StoreQueryRequest.prototype.pubsubTopic = null;

    /**
     * StoreQueryRequest contentTopics.
     * @member {Array.<string>} contentTopics
     * @memberof StoreQueryRequest
     * @instance
     */
    StoreQueryRequest.prototype.contentTopics = $util.emptyArray;

    /**
     * StoreQueryRequest timeStart.
     * @member {number|Long|null|undefined} timeStart
     * @memberof StoreQueryRequest
     * @instance
     */
    StoreQueryRequest.prototype.timeStart = null;

    /**
     * StoreQueryRequest timeEnd.
     * @member {number|Long|null|undefined} timeEnd
     * @memberof StoreQueryRequest
     * @instance
     */
    StoreQueryRequest.prototype.timeEnd = null;

    /**
     * StoreQueryRequest messageHashes.
     * @member {Array.<Uint8Array>} messageHashes
     * @memberof StoreQueryRequest
     * @instance
     */
    StoreQueryRequest.prototype.messageHashes = $util.emptyArray;

    /**
     * StoreQueryRequest paginationCursor.
     * @member {Uint8Array|null|undefined} paginationCursor
     * @memberof StoreQueryRequest
     * @instance
     */
    StoreQueryRequest.prototype.paginationCursor = null;

    /**
     * StoreQueryRequest paginationForward.
     * @member {boolean} paginationForward
     * @memberof StoreQueryRequest
     * @instance
     */
    StoreQueryRequest.prototype.paginationForward = false;

    /**
     * StoreQueryRequest paginationLimit.
     * @member {number|Long|null|undefined} paginationLimit
     * @memberof StoreQueryRequest
     * @instance
     */
    StoreQueryRequest.prototype.paginationLimit = null;

    // OneOf field names bound to virtual getters and setters
    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(StoreQueryRequest.prototype, "_pubsubTopic", {
        get: $util.oneOfGetter($oneOfFields = ["pubsubTopic"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(StoreQueryRequest.prototype, "_timeStart", {
        get: $util.oneOfGetter($oneOfFields = ["timeStart"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(StoreQueryRequest.prototype, "_timeEnd", {
        get: $util.oneOfGetter($oneOfFields = ["timeEnd"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(StoreQueryRequest.prototype, "_paginationCursor", {
        get: $util.oneOfGetter($oneOfFields = ["paginationCursor"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(StoreQueryRequest.prototype, "_paginationLimit", {
        get: $util.oneOfGetter($oneOfFields = ["paginationLimit"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    /**
     * Encodes the specified StoreQueryRequest message. Does not implicitly {@link StoreQueryRequest.verify|verify} messages.
     * @function encode
     * @memberof StoreQueryRequest
     * @static
     * @param {StoreQueryRequest.$Properties} message StoreQueryRequest message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    StoreQueryRequest.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== "")
            writer.uint32(/* id 1, wireType 2 =*/10).string(message.requestId);
        if (message.includeData != null && $Object.hasOwnProperty.call(message, "includeData") && message.includeData !== false)
            writer.uint32(/* id 2, wireType 0 =*/16).bool(message.includeData);
        if (message.pubsubTopic != null && $Object.hasOwnProperty.call(message, "pubsubTopic"))
            writer.uint32(/* id 10, wireType 2 =*/82).string(message.pubsubTopic);
        if (message.contentTopics != null && message.contentTopics.length)
            for (let i = 0; i < message.contentTopics.length; ++i)
                writer.uint32(/* id 11, wireType 2 =*/90).string(message.contentTopics[i]);
        if (message.timeStart != null && $Object.hasOwnProperty.call(message, "timeStart"))
            writer.uint32(/* id 12, wireType 0 =*/96).sint64(message.timeStart);
        if (message.timeEnd != null && $Object.hasOwnProperty.call(message, "timeEnd"))
            writer.uint32(/* id 13, wireType 0 =*/104).sint64(message.timeEnd);
        if (message.messageHashes != null && message.messageHashes.length)
            for (let i = 0; i < message.messageHashes.length; ++i)
                writer.uint32(/* id 20, wireType 2 =*/162).bytes(message.messageHashes[i]);
        if (message.paginationCursor != null && $Object.hasOwnProperty.call(message, "paginationCursor"))
            writer.uint32(/* id 51, wireType 2 =*/410).bytes(message.paginationCursor);
        if (message.paginationForward != null && $Object.hasOwnProperty.call(message, "paginationForward") && message.paginationForward !== false)
            writer.uint32(/* id 52, wireType 0 =*/416).bool(message.paginationForward);
        if (message.paginationLimit != null && $Object.hasOwnProperty.call(message, "paginationLimit"))
            writer.uint32(/* id 53, wireType 0 =*/424).uint64(message.paginationLimit);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a StoreQueryRequest message from the specified reader or buffer.
     * @function decode
     * @memberof StoreQueryRequest
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {StoreQueryRequest & StoreQueryRequest.$Shape} StoreQueryRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    StoreQueryRequest.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.StoreQueryRequest();
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
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 2: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.bool())
                        message.includeData = value;
                    else
                        delete message.includeData;
                    continue;
                }
            case 10: {
                    if (wireType !== 2)
                        break;
                    message.pubsubTopic = reader.stringVerify();
                    message._pubsubTopic = "pubsubTopic";
                    continue;
                }
            case 11: {
                    if (wireType !== 2)
                        break;
                    if (!(message.contentTopics && message.contentTopics.length))
                        message.contentTopics = [];
                    message.contentTopics.push(reader.stringVerify());
                    continue;
                }
            case 12: {
                    if (wireType !== 0)
                        break;
                    message.timeStart = reader.sint64();
                    message._timeStart = "timeStart";
                    continue;
                }
            case 13: {
                    if (wireType !== 0)
                        break;
                    message.timeEnd = reader.sint64();
                    message._timeEnd = "timeEnd";
                    continue;
                }
            case 20: {
                    if (wireType !== 2)
                        break;
                    if (!(message.messageHashes && message.messageHashes.length))
                        message.messageHashes = [];
                    message.messageHashes.push(reader.bytes());
                    continue;
                }
            case 51: {
                    if (wireType !== 2)
                        break;
                    message.paginationCursor = reader.bytes();
                    message._paginationCursor = "paginationCursor";
                    continue;
                }
            case 52: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.bool())
                        message.paginationForward = value;
                    else
                        delete message.paginationForward;
                    continue;
                }
            case 53: {
                    if (wireType !== 0)
                        break;
                    message.paginationLimit = reader.uint64();
                    message._paginationLimit = "paginationLimit";
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

    return StoreQueryRequest;
})();

export const StoredMessage = $root.StoredMessage = (() => {

    /**
     * Properties of a StoredMessage.
     * @typedef {Object} StoredMessage.$Properties
     * @property {Uint8Array|null} [messageHash] StoredMessage messageHash
     * @property {WakuMessage.$Properties|null} [message] StoredMessage message
     * @property {string|null} [pubsubTopic] StoredMessage pubsubTopic
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a StoredMessage.
     * @exports IStoredMessage
     * @interface IStoredMessage
     * @augments StoredMessage.$Properties
     * @deprecated Use StoredMessage.$Properties instead.
     */

    /**
     * Shape of a StoredMessage.
     * @typedef {StoredMessage.$Properties} StoredMessage.$Shape
     */

    /**
     * Constructs a new StoredMessage.
     * @exports StoredMessage
     * @classdesc Represents a StoredMessage.
     * @constructor
     * @param {StoredMessage.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const StoredMessage = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * StoredMessage messageHash.
     * @member {Uint8Array|null|undefined} messageHash
     * @memberof StoredMessage
     * @instance
     */
    StoredMessage.prototype.messageHash = null;

    /**
     * StoredMessage message.
     * @member {WakuMessage.$Properties|null|undefined} message
     * @memberof StoredMessage
     * @instance
     */
    StoredMessage.prototype.message = null;

    /**
     * StoredMessage pubsubTopic.
     * @member {string|null|undefined} pubsubTopic
     * @memberof StoredMessage
     * @instance
     */
    StoredMessage.prototype.pubsubTopic = null;

    // OneOf field names bound to virtual getters and setters
    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(StoredMessage.prototype, "_messageHash", {
        get: $util.oneOfGetter($oneOfFields = ["messageHash"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(StoredMessage.prototype, "_message", {
        get: $util.oneOfGetter($oneOfFields = ["message"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(StoredMessage.prototype, "_pubsubTopic", {
        get: $util.oneOfGetter($oneOfFields = ["pubsubTopic"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    /**
     * Encodes the specified StoredMessage message. Does not implicitly {@link StoredMessage.verify|verify} messages.
     * @function encode
     * @memberof StoredMessage
     * @static
     * @param {StoredMessage.$Properties} message StoredMessage message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    StoredMessage.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.messageHash != null && $Object.hasOwnProperty.call(message, "messageHash"))
            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.messageHash);
        if (message.message != null && $Object.hasOwnProperty.call(message, "message"))
            $root.WakuMessage.encode(message.message, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
        if (message.pubsubTopic != null && $Object.hasOwnProperty.call(message, "pubsubTopic"))
            writer.uint32(/* id 3, wireType 2 =*/26).string(message.pubsubTopic);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a StoredMessage message from the specified reader or buffer.
     * @function decode
     * @memberof StoredMessage
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {StoredMessage & StoredMessage.$Shape} StoredMessage
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    StoredMessage.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.StoredMessage();
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
                    message.messageHash = reader.bytes();
                    message._messageHash = "messageHash";
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.message = $root.WakuMessage.decode(reader, reader.size(), $undefined, _depth + 1, message.message);
                    message._message = "message";
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    message.pubsubTopic = reader.stringVerify();
                    message._pubsubTopic = "pubsubTopic";
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

    return StoredMessage;
})();

export const StoreQueryResponse = $root.StoreQueryResponse = (() => {

    /**
     * Properties of a StoreQueryResponse.
     * @typedef {Object} StoreQueryResponse.$Properties
     * @property {string|null} [requestId] StoreQueryResponse requestId
     * @property {number|null} [statusCode] StoreQueryResponse statusCode
     * @property {string|null} [statusDesc] StoreQueryResponse statusDesc
     * @property {Array.<StoredMessage.$Properties>|null} [messages] StoreQueryResponse messages
     * @property {Uint8Array|null} [paginationCursor] StoreQueryResponse paginationCursor
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a StoreQueryResponse.
     * @exports IStoreQueryResponse
     * @interface IStoreQueryResponse
     * @augments StoreQueryResponse.$Properties
     * @deprecated Use StoreQueryResponse.$Properties instead.
     */

    /**
     * Shape of a StoreQueryResponse.
     * @typedef {StoreQueryResponse.$Properties} StoreQueryResponse.$Shape
     */

    /**
     * Constructs a new StoreQueryResponse.
     * @exports StoreQueryResponse
     * @classdesc Represents a StoreQueryResponse.
     * @constructor
     * @param {StoreQueryResponse.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const StoreQueryResponse = function (properties) {
        this.messages = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * StoreQueryResponse requestId.
     * @member {string} requestId
     * @memberof StoreQueryResponse
     * @instance
     */
    StoreQueryResponse.prototype.requestId = "";

    /**
     * StoreQueryResponse statusCode.
     * @member {number|null|undefined} statusCode
     * @memberof StoreQueryResponse
     * @instance
     */
    StoreQueryResponse.prototype.statusCode = null;

    /**
     * StoreQueryResponse statusDesc.
     * @member {string|null|undefined} statusDesc
     * @memberof StoreQueryResponse
     * @instance
     */
    StoreQueryResponse.prototype.statusDesc = null;

    /**
     * StoreQueryResponse messages.
     * @member {Array.<StoredMessage.$Properties>} messages
     * @memberof StoreQueryResponse
     * @instance
     */
    StoreQueryResponse.prototype.messages = $util.emptyArray;

    /**
     * StoreQueryResponse paginationCursor.
     * @member {Uint8Array|null|undefined} paginationCursor
     * @memberof StoreQueryResponse
     * @instance
     */
    StoreQueryResponse.prototype.paginationCursor = null;

    // OneOf field names bound to virtual getters and setters
    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(StoreQueryResponse.prototype, "_statusCode", {
        get: $util.oneOfGetter($oneOfFields = ["statusCode"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(StoreQueryResponse.prototype, "_statusDesc", {
        get: $util.oneOfGetter($oneOfFields = ["statusDesc"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(StoreQueryResponse.prototype, "_paginationCursor", {
        get: $util.oneOfGetter($oneOfFields = ["paginationCursor"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    /**
     * Encodes the specified StoreQueryResponse message. Does not implicitly {@link StoreQueryResponse.verify|verify} messages.
     * @function encode
     * @memberof StoreQueryResponse
     * @static
     * @param {StoreQueryResponse.$Properties} message StoreQueryResponse message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    StoreQueryResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== "")
            writer.uint32(/* id 1, wireType 2 =*/10).string(message.requestId);
        if (message.statusCode != null && $Object.hasOwnProperty.call(message, "statusCode"))
            writer.uint32(/* id 10, wireType 0 =*/80).uint32(message.statusCode);
        if (message.statusDesc != null && $Object.hasOwnProperty.call(message, "statusDesc"))
            writer.uint32(/* id 11, wireType 2 =*/90).string(message.statusDesc);
        if (message.messages != null && message.messages.length)
            for (let i = 0; i < message.messages.length; ++i)
                $root.StoredMessage.encode(message.messages[i], writer.uint32(/* id 20, wireType 2 =*/162).fork(), _depth + 1).ldelim();
        if (message.paginationCursor != null && $Object.hasOwnProperty.call(message, "paginationCursor"))
            writer.uint32(/* id 51, wireType 2 =*/410).bytes(message.paginationCursor);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a StoreQueryResponse message from the specified reader or buffer.
     * @function decode
     * @memberof StoreQueryResponse
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {StoreQueryResponse & StoreQueryResponse.$Shape} StoreQueryResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    StoreQueryResponse.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.StoreQueryResponse();
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
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 10: {
                    if (wireType !== 0)
                        break;
                    message.statusCode = reader.uint32();
                    message._statusCode = "statusCode";
                    continue;
                }
            case 11: {
                    if (wireType !== 2)
                        break;
                    message.statusDesc = reader.stringVerify();
                    message._statusDesc = "statusDesc";
                    continue;
                }
            case 20: {
                    if (wireType !== 2)
                        break;
                    if (!(message.messages && message.messages.length))
                        message.messages = [];
                    message.messages.push($root.StoredMessage.decode(reader, reader.size(), $undefined, _depth + 1));
                    continue;
                }
            case 51: {
                    if (wireType !== 2)
                        break;
                    message.paginationCursor = reader.bytes();
                    message._paginationCursor = "paginationCursor";
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

    return StoreQueryResponse;
})();

export const LegacyStoreIndex = $root.LegacyStoreIndex = (() => {

    /**
     * Properties of a LegacyStoreIndex.
     * @typedef {Object} LegacyStoreIndex.$Properties
     * @property {Uint8Array|null} [digest] LegacyStoreIndex digest
     * @property {number|Long|null} [receiverTime] LegacyStoreIndex receiverTime
     * @property {number|Long|null} [senderTime] LegacyStoreIndex senderTime
     * @property {string|null} [pubsubTopic] LegacyStoreIndex pubsubTopic
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a LegacyStoreIndex.
     * @exports ILegacyStoreIndex
     * @interface ILegacyStoreIndex
     * @augments LegacyStoreIndex.$Properties
     * @deprecated Use LegacyStoreIndex.$Properties instead.
     */

    /**
     * Shape of a LegacyStoreIndex.
     * @typedef {LegacyStoreIndex.$Properties} LegacyStoreIndex.$Shape
     */

    /**
     * Constructs a new LegacyStoreIndex.
     * @exports LegacyStoreIndex
     * @classdesc Represents a LegacyStoreIndex.
     * @constructor
     * @param {LegacyStoreIndex.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const LegacyStoreIndex = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * LegacyStoreIndex digest.
     * @member {Uint8Array} digest
     * @memberof LegacyStoreIndex
     * @instance
     */
    LegacyStoreIndex.prototype.digest = $util.newBuffer([]);

    /**
     * LegacyStoreIndex receiverTime.
     * @member {number|Long} receiverTime
     * @memberof LegacyStoreIndex
     * @instance
     */
    LegacyStoreIndex.prototype.receiverTime = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

    /**
     * LegacyStoreIndex senderTime.
     * @member {number|Long} senderTime
     * @memberof LegacyStoreIndex
     * @instance
     */
    LegacyStoreIndex.prototype.senderTime = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

    /**
     * LegacyStoreIndex pubsubTopic.
     * @member {string} pubsubTopic
     * @memberof LegacyStoreIndex
     * @instance
     */
    LegacyStoreIndex.prototype.pubsubTopic = "";

    /**
     * Encodes the specified LegacyStoreIndex message. Does not implicitly {@link LegacyStoreIndex.verify|verify} messages.
     * @function encode
     * @memberof LegacyStoreIndex
     * @static
     * @param {LegacyStoreIndex.$Properties} message LegacyStoreIndex message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    LegacyStoreIndex.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.digest != null && $Object.hasOwnProperty.call(message, "digest") && message.digest.length)
            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.digest);
        if (message.receiverTime != null && $Object.hasOwnProperty.call(message, "receiverTime") && (typeof message.receiverTime === "object" ? message.receiverTime.low || message.receiverTime.high : message.receiverTime !== 0))
            writer.uint32(/* id 2, wireType 0 =*/16).sint64(message.receiverTime);
        if (message.senderTime != null && $Object.hasOwnProperty.call(message, "senderTime") && (typeof message.senderTime === "object" ? message.senderTime.low || message.senderTime.high : message.senderTime !== 0))
            writer.uint32(/* id 3, wireType 0 =*/24).sint64(message.senderTime);
        if (message.pubsubTopic != null && $Object.hasOwnProperty.call(message, "pubsubTopic") && message.pubsubTopic !== "")
            writer.uint32(/* id 4, wireType 2 =*/34).string(message.pubsubTopic);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a LegacyStoreIndex message from the specified reader or buffer.
     * @function decode
     * @memberof LegacyStoreIndex
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {LegacyStoreIndex & LegacyStoreIndex.$Shape} LegacyStoreIndex
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    LegacyStoreIndex.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.LegacyStoreIndex();
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
                        message.digest = value;
                    else
                        delete message.digest;
                    continue;
                }
            case 2: {
                    if (wireType !== 0)
                        break;
                    if (typeof (value = reader.sint64()) === "object" ? value.low || value.high : value !== 0)
                        message.receiverTime = value;
                    else
                        delete message.receiverTime;
                    continue;
                }
            case 3: {
                    if (wireType !== 0)
                        break;
                    if (typeof (value = reader.sint64()) === "object" ? value.low || value.high : value !== 0)
                        message.senderTime = value;
                    else
                        delete message.senderTime;
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.pubsubTopic = value;
                    else
                        delete message.pubsubTopic;
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

    return LegacyStoreIndex;
})();

export const LegacyStorePaging = $root.LegacyStorePaging = (() => {

    /**
     * Properties of a LegacyStorePaging.
     * @typedef {Object} LegacyStorePaging.$Properties
     * @property {number|Long|null} [pageSize] LegacyStorePaging pageSize
     * @property {LegacyStoreIndex.$Properties|null} [cursor] LegacyStorePaging cursor
     * @property {number|null} [direction] LegacyStorePaging direction
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a LegacyStorePaging.
     * @exports ILegacyStorePaging
     * @interface ILegacyStorePaging
     * @augments LegacyStorePaging.$Properties
     * @deprecated Use LegacyStorePaging.$Properties instead.
     */

    /**
     * Shape of a LegacyStorePaging.
     * @typedef {LegacyStorePaging.$Properties} LegacyStorePaging.$Shape
     */

    /**
     * Constructs a new LegacyStorePaging.
     * @exports LegacyStorePaging
     * @classdesc Represents a LegacyStorePaging.
     * @constructor
     * @param {LegacyStorePaging.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const LegacyStorePaging = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * LegacyStorePaging pageSize.
     * @member {number|Long} pageSize
     * @memberof LegacyStorePaging
     * @instance
     */
    LegacyStorePaging.prototype.pageSize = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

    /**
     * LegacyStorePaging cursor.
     * @member {LegacyStoreIndex.$Properties|null|undefined} cursor
     * @memberof LegacyStorePaging
     * @instance
     */
    LegacyStorePaging.prototype.cursor = null;

    /**
     * LegacyStorePaging direction.
     * @member {number} direction
     * @memberof LegacyStorePaging
     * @instance
     */
    LegacyStorePaging.prototype.direction = 0;

    /**
     * Encodes the specified LegacyStorePaging message. Does not implicitly {@link LegacyStorePaging.verify|verify} messages.
     * @function encode
     * @memberof LegacyStorePaging
     * @static
     * @param {LegacyStorePaging.$Properties} message LegacyStorePaging message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    LegacyStorePaging.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.pageSize != null && $Object.hasOwnProperty.call(message, "pageSize") && (typeof message.pageSize === "object" ? message.pageSize.low || message.pageSize.high : message.pageSize !== 0))
            writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.pageSize);
        if (message.cursor != null && $Object.hasOwnProperty.call(message, "cursor"))
            $root.LegacyStoreIndex.encode(message.cursor, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
        if (message.direction != null && $Object.hasOwnProperty.call(message, "direction") && message.direction !== 0)
            writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.direction);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a LegacyStorePaging message from the specified reader or buffer.
     * @function decode
     * @memberof LegacyStorePaging
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {LegacyStorePaging & LegacyStorePaging.$Shape} LegacyStorePaging
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    LegacyStorePaging.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.LegacyStorePaging();
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
                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                        message.pageSize = value;
                    else
                        delete message.pageSize;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.cursor = $root.LegacyStoreIndex.decode(reader, reader.size(), $undefined, _depth + 1, message.cursor);
                    continue;
                }
            case 3: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.direction = value;
                    else
                        delete message.direction;
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

    return LegacyStorePaging;
})();

export const LegacyStoreContentFilter = $root.LegacyStoreContentFilter = (() => {

    /**
     * Properties of a LegacyStoreContentFilter.
     * @typedef {Object} LegacyStoreContentFilter.$Properties
     * @property {string|null} [contentTopic] LegacyStoreContentFilter contentTopic
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a LegacyStoreContentFilter.
     * @exports ILegacyStoreContentFilter
     * @interface ILegacyStoreContentFilter
     * @augments LegacyStoreContentFilter.$Properties
     * @deprecated Use LegacyStoreContentFilter.$Properties instead.
     */

    /**
     * Shape of a LegacyStoreContentFilter.
     * @typedef {LegacyStoreContentFilter.$Properties} LegacyStoreContentFilter.$Shape
     */

    /**
     * Constructs a new LegacyStoreContentFilter.
     * @exports LegacyStoreContentFilter
     * @classdesc Represents a LegacyStoreContentFilter.
     * @constructor
     * @param {LegacyStoreContentFilter.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const LegacyStoreContentFilter = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * LegacyStoreContentFilter contentTopic.
     * @member {string} contentTopic
     * @memberof LegacyStoreContentFilter
     * @instance
     */
    LegacyStoreContentFilter.prototype.contentTopic = "";

    /**
     * Encodes the specified LegacyStoreContentFilter message. Does not implicitly {@link LegacyStoreContentFilter.verify|verify} messages.
     * @function encode
     * @memberof LegacyStoreContentFilter
     * @static
     * @param {LegacyStoreContentFilter.$Properties} message LegacyStoreContentFilter message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    LegacyStoreContentFilter.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.contentTopic != null && $Object.hasOwnProperty.call(message, "contentTopic") && message.contentTopic !== "")
            writer.uint32(/* id 1, wireType 2 =*/10).string(message.contentTopic);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a LegacyStoreContentFilter message from the specified reader or buffer.
     * @function decode
     * @memberof LegacyStoreContentFilter
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {LegacyStoreContentFilter & LegacyStoreContentFilter.$Shape} LegacyStoreContentFilter
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    LegacyStoreContentFilter.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.LegacyStoreContentFilter();
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
                        message.contentTopic = value;
                    else
                        delete message.contentTopic;
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

    return LegacyStoreContentFilter;
})();

export const LegacyStoreQuery = $root.LegacyStoreQuery = (() => {

    /**
     * Properties of a LegacyStoreQuery.
     * @typedef {Object} LegacyStoreQuery.$Properties
     * @property {string|null} [pubsubTopic] LegacyStoreQuery pubsubTopic
     * @property {Array.<LegacyStoreContentFilter.$Properties>|null} [contentFilters] LegacyStoreQuery contentFilters
     * @property {LegacyStorePaging.$Properties|null} [paging] LegacyStoreQuery paging
     * @property {number|Long|null} [startTime] LegacyStoreQuery startTime
     * @property {number|Long|null} [endTime] LegacyStoreQuery endTime
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a LegacyStoreQuery.
     * @exports ILegacyStoreQuery
     * @interface ILegacyStoreQuery
     * @augments LegacyStoreQuery.$Properties
     * @deprecated Use LegacyStoreQuery.$Properties instead.
     */

    /**
     * Shape of a LegacyStoreQuery.
     * @typedef {LegacyStoreQuery.$Properties} LegacyStoreQuery.$Shape
     */

    /**
     * Constructs a new LegacyStoreQuery.
     * @exports LegacyStoreQuery
     * @classdesc Represents a LegacyStoreQuery.
     * @constructor
     * @param {LegacyStoreQuery.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const LegacyStoreQuery = function (properties) {
        this.contentFilters = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * LegacyStoreQuery pubsubTopic.
     * @member {string} pubsubTopic
     * @memberof LegacyStoreQuery
     * @instance
     */
    LegacyStoreQuery.prototype.pubsubTopic = "";

    /**
     * LegacyStoreQuery contentFilters.
     * @member {Array.<LegacyStoreContentFilter.$Properties>} contentFilters
     * @memberof LegacyStoreQuery
     * @instance
     */
    LegacyStoreQuery.prototype.contentFilters = $util.emptyArray;

    /**
     * LegacyStoreQuery paging.
     * @member {LegacyStorePaging.$Properties|null|undefined} paging
     * @memberof LegacyStoreQuery
     * @instance
     */
    LegacyStoreQuery.prototype.paging = null;

    /**
     * LegacyStoreQuery startTime.
     * @member {number|Long} startTime
     * @memberof LegacyStoreQuery
     * @instance
     */
    LegacyStoreQuery.prototype.startTime = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

    /**
     * LegacyStoreQuery endTime.
     * @member {number|Long} endTime
     * @memberof LegacyStoreQuery
     * @instance
     */
    LegacyStoreQuery.prototype.endTime = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

    /**
     * Encodes the specified LegacyStoreQuery message. Does not implicitly {@link LegacyStoreQuery.verify|verify} messages.
     * @function encode
     * @memberof LegacyStoreQuery
     * @static
     * @param {LegacyStoreQuery.$Properties} message LegacyStoreQuery message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    LegacyStoreQuery.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.pubsubTopic != null && $Object.hasOwnProperty.call(message, "pubsubTopic") && message.pubsubTopic !== "")
            writer.uint32(/* id 2, wireType 2 =*/18).string(message.pubsubTopic);
        if (message.contentFilters != null && message.contentFilters.length)
            for (let i = 0; i < message.contentFilters.length; ++i)
                $root.LegacyStoreContentFilter.encode(message.contentFilters[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
        if (message.paging != null && $Object.hasOwnProperty.call(message, "paging"))
            $root.LegacyStorePaging.encode(message.paging, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
        if (message.startTime != null && $Object.hasOwnProperty.call(message, "startTime") && (typeof message.startTime === "object" ? message.startTime.low || message.startTime.high : message.startTime !== 0))
            writer.uint32(/* id 5, wireType 0 =*/40).sint64(message.startTime);
        if (message.endTime != null && $Object.hasOwnProperty.call(message, "endTime") && (typeof message.endTime === "object" ? message.endTime.low || message.endTime.high : message.endTime !== 0))
            writer.uint32(/* id 6, wireType 0 =*/48).sint64(message.endTime);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a LegacyStoreQuery message from the specified reader or buffer.
     * @function decode
     * @memberof LegacyStoreQuery
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {LegacyStoreQuery & LegacyStoreQuery.$Shape} LegacyStoreQuery
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    LegacyStoreQuery.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.LegacyStoreQuery();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.pubsubTopic = value;
                    else
                        delete message.pubsubTopic;
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    if (!(message.contentFilters && message.contentFilters.length))
                        message.contentFilters = [];
                    message.contentFilters.push($root.LegacyStoreContentFilter.decode(reader, reader.size(), $undefined, _depth + 1));
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    message.paging = $root.LegacyStorePaging.decode(reader, reader.size(), $undefined, _depth + 1, message.paging);
                    continue;
                }
            case 5: {
                    if (wireType !== 0)
                        break;
                    if (typeof (value = reader.sint64()) === "object" ? value.low || value.high : value !== 0)
                        message.startTime = value;
                    else
                        delete message.startTime;
                    continue;
                }
            case 6: {
                    if (wireType !== 0)
                        break;
                    if (typeof (value = reader.sint64()) === "object" ? value.low || value.high : value !== 0)
                        message.endTime = value;
                    else
                        delete message.endTime;
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

    return LegacyStoreQuery;
})();

export const LegacyStoreResponse = $root.LegacyStoreResponse = (() => {

    /**
     * Properties of a LegacyStoreResponse.
     * @typedef {Object} LegacyStoreResponse.$Properties
     * @property {Array.<WakuMessage.$Properties>|null} [messages] LegacyStoreResponse messages
     * @property {LegacyStorePaging.$Properties|null} [paging] LegacyStoreResponse paging
     * @property {number|null} [error] LegacyStoreResponse error
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a LegacyStoreResponse.
     * @exports ILegacyStoreResponse
     * @interface ILegacyStoreResponse
     * @augments LegacyStoreResponse.$Properties
     * @deprecated Use LegacyStoreResponse.$Properties instead.
     */

    /**
     * Shape of a LegacyStoreResponse.
     * @typedef {LegacyStoreResponse.$Properties} LegacyStoreResponse.$Shape
     */

    /**
     * Constructs a new LegacyStoreResponse.
     * @exports LegacyStoreResponse
     * @classdesc Represents a LegacyStoreResponse.
     * @constructor
     * @param {LegacyStoreResponse.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const LegacyStoreResponse = function (properties) {
        this.messages = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * LegacyStoreResponse messages.
     * @member {Array.<WakuMessage.$Properties>} messages
     * @memberof LegacyStoreResponse
     * @instance
     */
    LegacyStoreResponse.prototype.messages = $util.emptyArray;

    /**
     * LegacyStoreResponse paging.
     * @member {LegacyStorePaging.$Properties|null|undefined} paging
     * @memberof LegacyStoreResponse
     * @instance
     */
    LegacyStoreResponse.prototype.paging = null;

    /**
     * LegacyStoreResponse error.
     * @member {number} error
     * @memberof LegacyStoreResponse
     * @instance
     */
    LegacyStoreResponse.prototype.error = 0;

    /**
     * Encodes the specified LegacyStoreResponse message. Does not implicitly {@link LegacyStoreResponse.verify|verify} messages.
     * @function encode
     * @memberof LegacyStoreResponse
     * @static
     * @param {LegacyStoreResponse.$Properties} message LegacyStoreResponse message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    LegacyStoreResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.messages != null && message.messages.length)
            for (let i = 0; i < message.messages.length; ++i)
                $root.WakuMessage.encode(message.messages[i], writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
        if (message.paging != null && $Object.hasOwnProperty.call(message, "paging"))
            $root.LegacyStorePaging.encode(message.paging, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
        if (message.error != null && $Object.hasOwnProperty.call(message, "error") && message.error !== 0)
            writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.error);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a LegacyStoreResponse message from the specified reader or buffer.
     * @function decode
     * @memberof LegacyStoreResponse
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {LegacyStoreResponse & LegacyStoreResponse.$Shape} LegacyStoreResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    LegacyStoreResponse.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.LegacyStoreResponse();
        while (reader.pos < end) {
            let start = reader.pos;
            let tag = reader.tag();
            if (tag === _end) {
                _end = $undefined;
                break;
            }
            let wireType = tag & 7;
            switch (tag >>>= 3) {
            case 2: {
                    if (wireType !== 2)
                        break;
                    if (!(message.messages && message.messages.length))
                        message.messages = [];
                    message.messages.push($root.WakuMessage.decode(reader, reader.size(), $undefined, _depth + 1));
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    message.paging = $root.LegacyStorePaging.decode(reader, reader.size(), $undefined, _depth + 1, message.paging);
                    continue;
                }
            case 4: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.error = value;
                    else
                        delete message.error;
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

    return LegacyStoreResponse;
})();

export const LegacyStoreRpc = $root.LegacyStoreRpc = (() => {

    /**
     * Properties of a LegacyStoreRpc.
     * @typedef {Object} LegacyStoreRpc.$Properties
     * @property {string|null} [requestId] LegacyStoreRpc requestId
     * @property {LegacyStoreQuery.$Properties|null} [query] LegacyStoreRpc query
     * @property {LegacyStoreResponse.$Properties|null} [response] LegacyStoreRpc response
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a LegacyStoreRpc.
     * @exports ILegacyStoreRpc
     * @interface ILegacyStoreRpc
     * @augments LegacyStoreRpc.$Properties
     * @deprecated Use LegacyStoreRpc.$Properties instead.
     */

    /**
     * Shape of a LegacyStoreRpc.
     * @typedef {LegacyStoreRpc.$Properties} LegacyStoreRpc.$Shape
     */

    /**
     * Constructs a new LegacyStoreRpc.
     * @exports LegacyStoreRpc
     * @classdesc Represents a LegacyStoreRpc.
     * @constructor
     * @param {LegacyStoreRpc.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const LegacyStoreRpc = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * LegacyStoreRpc requestId.
     * @member {string} requestId
     * @memberof LegacyStoreRpc
     * @instance
     */
    LegacyStoreRpc.prototype.requestId = "";

    /**
     * LegacyStoreRpc query.
     * @member {LegacyStoreQuery.$Properties|null|undefined} query
     * @memberof LegacyStoreRpc
     * @instance
     */
    LegacyStoreRpc.prototype.query = null;

    /**
     * LegacyStoreRpc response.
     * @member {LegacyStoreResponse.$Properties|null|undefined} response
     * @memberof LegacyStoreRpc
     * @instance
     */
    LegacyStoreRpc.prototype.response = null;

    /**
     * Encodes the specified LegacyStoreRpc message. Does not implicitly {@link LegacyStoreRpc.verify|verify} messages.
     * @function encode
     * @memberof LegacyStoreRpc
     * @static
     * @param {LegacyStoreRpc.$Properties} message LegacyStoreRpc message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    LegacyStoreRpc.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== "")
            writer.uint32(/* id 1, wireType 2 =*/10).string(message.requestId);
        if (message.query != null && $Object.hasOwnProperty.call(message, "query"))
            $root.LegacyStoreQuery.encode(message.query, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
        if (message.response != null && $Object.hasOwnProperty.call(message, "response"))
            $root.LegacyStoreResponse.encode(message.response, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a LegacyStoreRpc message from the specified reader or buffer.
     * @function decode
     * @memberof LegacyStoreRpc
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {LegacyStoreRpc & LegacyStoreRpc.$Shape} LegacyStoreRpc
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    LegacyStoreRpc.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.LegacyStoreRpc();
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
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.query = $root.LegacyStoreQuery.decode(reader, reader.size(), $undefined, _depth + 1, message.query);
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    message.response = $root.LegacyStoreResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.response);
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

    return LegacyStoreRpc;
})();

export const FilterSubscribeRequest = $root.FilterSubscribeRequest = (() => {

    /**
     * Properties of a FilterSubscribeRequest.
     * @typedef {Object} FilterSubscribeRequest.$Properties
     * @property {string|null} [requestId] FilterSubscribeRequest requestId
     * @property {number|null} [type] FilterSubscribeRequest type
     * @property {string|null} [pubsubTopic] FilterSubscribeRequest pubsubTopic
     * @property {Array.<string>|null} [contentTopics] FilterSubscribeRequest contentTopics
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a FilterSubscribeRequest.
     * @exports IFilterSubscribeRequest
     * @interface IFilterSubscribeRequest
     * @augments FilterSubscribeRequest.$Properties
     * @deprecated Use FilterSubscribeRequest.$Properties instead.
     */

    /**
     * Shape of a FilterSubscribeRequest.
     * @typedef {FilterSubscribeRequest.$Properties} FilterSubscribeRequest.$Shape
     */

    /**
     * Constructs a new FilterSubscribeRequest.
     * @exports FilterSubscribeRequest
     * @classdesc Represents a FilterSubscribeRequest.
     * @constructor
     * @param {FilterSubscribeRequest.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const FilterSubscribeRequest = function (properties) {
        this.contentTopics = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * FilterSubscribeRequest requestId.
     * @member {string} requestId
     * @memberof FilterSubscribeRequest
     * @instance
     */
    FilterSubscribeRequest.prototype.requestId = "";

    /**
     * FilterSubscribeRequest type.
     * @member {number} type
     * @memberof FilterSubscribeRequest
     * @instance
     */
    FilterSubscribeRequest.prototype.type = 0;

    /**
     * FilterSubscribeRequest pubsubTopic.
     * @member {string|null|undefined} pubsubTopic
     * @memberof FilterSubscribeRequest
     * @instance
     */
    FilterSubscribeRequest.prototype.pubsubTopic = null;

    /**
     * FilterSubscribeRequest contentTopics.
     * @member {Array.<string>} contentTopics
     * @memberof FilterSubscribeRequest
     * @instance
     */
    FilterSubscribeRequest.prototype.contentTopics = $util.emptyArray;

    // OneOf field names bound to virtual getters and setters
    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(FilterSubscribeRequest.prototype, "_pubsubTopic", {
        get: $util.oneOfGetter($oneOfFields = ["pubsubTopic"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    /**
     * Encodes the specified FilterSubscribeRequest message. Does not implicitly {@link FilterSubscribeRequest.verify|verify} messages.
     * @function encode
     * @memberof FilterSubscribeRequest
     * @static
     * @param {FilterSubscribeRequest.$Properties} message FilterSubscribeRequest message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    FilterSubscribeRequest.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== "")
            writer.uint32(/* id 1, wireType 2 =*/10).string(message.requestId);
        if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== 0)
            writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.type);
        if (message.pubsubTopic != null && $Object.hasOwnProperty.call(message, "pubsubTopic"))
            writer.uint32(/* id 10, wireType 2 =*/82).string(message.pubsubTopic);
        if (message.contentTopics != null && message.contentTopics.length)
            for (let i = 0; i < message.contentTopics.length; ++i)
                writer.uint32(/* id 11, wireType 2 =*/90).string(message.contentTopics[i]);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a FilterSubscribeRequest message from the specified reader or buffer.
     * @function decode
     * @memberof FilterSubscribeRequest
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {FilterSubscribeRequest & FilterSubscribeRequest.$Shape} FilterSubscribeRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    FilterSubscribeRequest.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.FilterSubscribeRequest();
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
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 2: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.type = value;
                    else
                        delete message.type;
                    continue;
                }
            case 10: {
                    if (wireType !== 2)
                        break;
                    message.pubsubTopic = reader.stringVerify();
                    message._pubsubTopic = "pubsubTopic";
                    continue;
                }
            case 11: {
                    if (wireType !== 2)
                        break;
                    if (!(message.contentTopics && message.contentTopics.length))
                        message.contentTopics = [];
                    message.contentTopics.push(reader.stringVerify());
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

    return FilterSubscribeRequest;
})();

export const FilterSubscribeResponse = $root.FilterSubscribeResponse = (() => {

    /**
     * Properties of a FilterSubscribeResponse.
     * @typedef {Object} FilterSubscribeResponse.$Properties
     * @property {string|null} [requestId] FilterSubscribeResponse requestId
     * @property {number|null} [statusCode] FilterSubscribeResponse statusCode
     * @property {string|null} [statusDesc] FilterSubscribeResponse statusDesc
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a FilterSubscribeResponse.
     * @exports IFilterSubscribeResponse
     * @interface IFilterSubscribeResponse
     * @augments FilterSubscribeResponse.$Properties
     * @deprecated Use FilterSubscribeResponse.$Properties instead.
     */

    /**
     * Shape of a FilterSubscribeResponse.
     * @typedef {FilterSubscribeResponse.$Properties} FilterSubscribeResponse.$Shape
     */

    /**
     * Constructs a new FilterSubscribeResponse.
     * @exports FilterSubscribeResponse
     * @classdesc Represents a FilterSubscribeResponse.
     * @constructor
     * @param {FilterSubscribeResponse.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const FilterSubscribeResponse = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * FilterSubscribeResponse requestId.
     * @member {string} requestId
     * @memberof FilterSubscribeResponse
     * @instance
     */
    FilterSubscribeResponse.prototype.requestId = "";

    /**
     * FilterSubscribeResponse statusCode.
     * @member {number} statusCode
     * @memberof FilterSubscribeResponse
     * @instance
     */
    FilterSubscribeResponse.prototype.statusCode = 0;

    /**
     * FilterSubscribeResponse statusDesc.
     * @member {string|null|undefined} statusDesc
     * @memberof FilterSubscribeResponse
     * @instance
     */
    FilterSubscribeResponse.prototype.statusDesc = null;

    // OneOf field names bound to virtual getters and setters
    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(FilterSubscribeResponse.prototype, "_statusDesc", {
        get: $util.oneOfGetter($oneOfFields = ["statusDesc"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    /**
     * Encodes the specified FilterSubscribeResponse message. Does not implicitly {@link FilterSubscribeResponse.verify|verify} messages.
     * @function encode
     * @memberof FilterSubscribeResponse
     * @static
     * @param {FilterSubscribeResponse.$Properties} message FilterSubscribeResponse message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    FilterSubscribeResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== "")
            writer.uint32(/* id 1, wireType 2 =*/10).string(message.requestId);
        if (message.statusCode != null && $Object.hasOwnProperty.call(message, "statusCode") && message.statusCode !== 0)
            writer.uint32(/* id 10, wireType 0 =*/80).uint32(message.statusCode);
        if (message.statusDesc != null && $Object.hasOwnProperty.call(message, "statusDesc"))
            writer.uint32(/* id 11, wireType 2 =*/90).string(message.statusDesc);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a FilterSubscribeResponse message from the specified reader or buffer.
     * @function decode
     * @memberof FilterSubscribeResponse
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {FilterSubscribeResponse & FilterSubscribeResponse.$Shape} FilterSubscribeResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    FilterSubscribeResponse.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.FilterSubscribeResponse();
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
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 10: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.statusCode = value;
                    else
                        delete message.statusCode;
                    continue;
                }
            case 11: {
                    if (wireType !== 2)
                        break;
                    message.statusDesc = reader.stringVerify();
                    message._statusDesc = "statusDesc";
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

    return FilterSubscribeResponse;
})();

export const FilterPush = $root.FilterPush = (() => {

    /**
     * Properties of a FilterPush.
     * @typedef {Object} FilterPush.$Properties
     * @property {WakuMessage.$Properties|null} [message] FilterPush message
     * @property {string|null} [pubsubTopic] FilterPush pubsubTopic
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a FilterPush.
     * @exports IFilterPush
     * @interface IFilterPush
     * @augments FilterPush.$Properties
     * @deprecated Use FilterPush.$Properties instead.
     */

    /**
     * Shape of a FilterPush.
     * @typedef {FilterPush.$Properties} FilterPush.$Shape
     */

    /**
     * Constructs a new FilterPush.
     * @exports FilterPush
     * @classdesc Represents a FilterPush.
     * @constructor
     * @param {FilterPush.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const FilterPush = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * FilterPush message.
     * @member {WakuMessage.$Properties|null|undefined} message
     * @memberof FilterPush
     * @instance
     */
    FilterPush.prototype.message = null;

    /**
     * FilterPush pubsubTopic.
     * @member {string|null|undefined} pubsubTopic
     * @memberof FilterPush
     * @instance
     */
    FilterPush.prototype.pubsubTopic = null;

    // OneOf field names bound to virtual getters and setters
    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(FilterPush.prototype, "_pubsubTopic", {
        get: $util.oneOfGetter($oneOfFields = ["pubsubTopic"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    /**
     * Encodes the specified FilterPush message. Does not implicitly {@link FilterPush.verify|verify} messages.
     * @function encode
     * @memberof FilterPush
     * @static
     * @param {FilterPush.$Properties} message FilterPush message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    FilterPush.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.message != null && $Object.hasOwnProperty.call(message, "message"))
            $root.WakuMessage.encode(message.message, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
        if (message.pubsubTopic != null && $Object.hasOwnProperty.call(message, "pubsubTopic"))
            writer.uint32(/* id 2, wireType 2 =*/18).string(message.pubsubTopic);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a FilterPush message from the specified reader or buffer.
     * @function decode
     * @memberof FilterPush
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {FilterPush & FilterPush.$Shape} FilterPush
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    FilterPush.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.FilterPush();
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
                    message.message = $root.WakuMessage.decode(reader, reader.size(), $undefined, _depth + 1, message.message);
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.pubsubTopic = reader.stringVerify();
                    message._pubsubTopic = "pubsubTopic";
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

    return FilterPush;
})();

export const LightPushRequest = $root.LightPushRequest = (() => {

    /**
     * Properties of a LightPushRequest.
     * @typedef {Object} LightPushRequest.$Properties
     * @property {string|null} [requestId] LightPushRequest requestId
     * @property {string|null} [pubsubTopic] LightPushRequest pubsubTopic
     * @property {WakuMessage.$Properties|null} [message] LightPushRequest message
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a LightPushRequest.
     * @exports ILightPushRequest
     * @interface ILightPushRequest
     * @augments LightPushRequest.$Properties
     * @deprecated Use LightPushRequest.$Properties instead.
     */

    /**
     * Shape of a LightPushRequest.
     * @typedef {LightPushRequest.$Properties} LightPushRequest.$Shape
     */

    /**
     * Constructs a new LightPushRequest.
     * @exports LightPushRequest
     * @classdesc Represents a LightPushRequest.
     * @constructor
     * @param {LightPushRequest.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const LightPushRequest = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * LightPushRequest requestId.
     * @member {string} requestId
     * @memberof LightPushRequest
     * @instance
     */
    LightPushRequest.prototype.requestId = "";

    /**
     * LightPushRequest pubsubTopic.
     * @member {string|null|undefined} pubsubTopic
     * @memberof LightPushRequest
     * @instance
     */
    LightPushRequest.prototype.pubsubTopic = null;

    /**
     * LightPushRequest message.
     * @member {WakuMessage.$Properties|null|undefined} message
     * @memberof LightPushRequest
     * @instance
     */
    LightPushRequest.prototype.message = null;

    // OneOf field names bound to virtual getters and setters
    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(LightPushRequest.prototype, "_pubsubTopic", {
        get: $util.oneOfGetter($oneOfFields = ["pubsubTopic"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    /**
     * Encodes the specified LightPushRequest message. Does not implicitly {@link LightPushRequest.verify|verify} messages.
     * @function encode
     * @memberof LightPushRequest
     * @static
     * @param {LightPushRequest.$Properties} message LightPushRequest message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    LightPushRequest.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== "")
            writer.uint32(/* id 1, wireType 2 =*/10).string(message.requestId);
        if (message.pubsubTopic != null && $Object.hasOwnProperty.call(message, "pubsubTopic"))
            writer.uint32(/* id 20, wireType 2 =*/162).string(message.pubsubTopic);
        if (message.message != null && $Object.hasOwnProperty.call(message, "message"))
            $root.WakuMessage.encode(message.message, writer.uint32(/* id 21, wireType 2 =*/170).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a LightPushRequest message from the specified reader or buffer.
     * @function decode
     * @memberof LightPushRequest
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {LightPushRequest & LightPushRequest.$Shape} LightPushRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    LightPushRequest.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.LightPushRequest();
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
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 20: {
                    if (wireType !== 2)
                        break;
                    message.pubsubTopic = reader.stringVerify();
                    message._pubsubTopic = "pubsubTopic";
                    continue;
                }
            case 21: {
                    if (wireType !== 2)
                        break;
                    message.message = $root.WakuMessage.decode(reader, reader.size(), $undefined, _depth + 1, message.message);
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

    return LightPushRequest;
})();

export const LightPushResponse = $root.LightPushResponse = (() => {

    /**
     * Properties of a LightPushResponse.
     * @typedef {Object} LightPushResponse.$Properties
     * @property {string|null} [requestId] LightPushResponse requestId
     * @property {number|null} [statusCode] LightPushResponse statusCode
     * @property {string|null} [statusDesc] LightPushResponse statusDesc
     * @property {number|null} [relayPeerCount] LightPushResponse relayPeerCount
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a LightPushResponse.
     * @exports ILightPushResponse
     * @interface ILightPushResponse
     * @augments LightPushResponse.$Properties
     * @deprecated Use LightPushResponse.$Properties instead.
     */

    /**
     * Shape of a LightPushResponse.
     * @typedef {LightPushResponse.$Properties} LightPushResponse.$Shape
     */

    /**
     * Constructs a new LightPushResponse.
     * @exports LightPushResponse
     * @classdesc Represents a LightPushResponse.
     * @constructor
     * @param {LightPushResponse.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const LightPushResponse = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * LightPushResponse requestId.
     * @member {string} requestId
     * @memberof LightPushResponse
     * @instance
     */
    LightPushResponse.prototype.requestId = "";

    /**
     * LightPushResponse statusCode.
     * @member {number} statusCode
     * @memberof LightPushResponse
     * @instance
     */
    LightPushResponse.prototype.statusCode = 0;

    /**
     * LightPushResponse statusDesc.
     * @member {string|null|undefined} statusDesc
     * @memberof LightPushResponse
     * @instance
     */
    LightPushResponse.prototype.statusDesc = null;

    /**
     * LightPushResponse relayPeerCount.
     * @member {number|null|undefined} relayPeerCount
     * @memberof LightPushResponse
     * @instance
     */
    LightPushResponse.prototype.relayPeerCount = null;

    // OneOf field names bound to virtual getters and setters
    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(LightPushResponse.prototype, "_statusDesc", {
        get: $util.oneOfGetter($oneOfFields = ["statusDesc"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(LightPushResponse.prototype, "_relayPeerCount", {
        get: $util.oneOfGetter($oneOfFields = ["relayPeerCount"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    /**
     * Encodes the specified LightPushResponse message. Does not implicitly {@link LightPushResponse.verify|verify} messages.
     * @function encode
     * @memberof LightPushResponse
     * @static
     * @param {LightPushResponse.$Properties} message LightPushResponse message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    LightPushResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== "")
            writer.uint32(/* id 1, wireType 2 =*/10).string(message.requestId);
        if (message.statusCode != null && $Object.hasOwnProperty.call(message, "statusCode") && message.statusCode !== 0)
            writer.uint32(/* id 10, wireType 0 =*/80).uint32(message.statusCode);
        if (message.statusDesc != null && $Object.hasOwnProperty.call(message, "statusDesc"))
            writer.uint32(/* id 11, wireType 2 =*/90).string(message.statusDesc);
        if (message.relayPeerCount != null && $Object.hasOwnProperty.call(message, "relayPeerCount"))
            writer.uint32(/* id 12, wireType 0 =*/96).uint32(message.relayPeerCount);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a LightPushResponse message from the specified reader or buffer.
     * @function decode
     * @memberof LightPushResponse
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {LightPushResponse & LightPushResponse.$Shape} LightPushResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    LightPushResponse.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.LightPushResponse();
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
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 10: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.statusCode = value;
                    else
                        delete message.statusCode;
                    continue;
                }
            case 11: {
                    if (wireType !== 2)
                        break;
                    message.statusDesc = reader.stringVerify();
                    message._statusDesc = "statusDesc";
                    continue;
                }
            case 12: {
                    if (wireType !== 0)
                        break;
                    message.relayPeerCount = reader.uint32();
                    message._relayPeerCount = "relayPeerCount";
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

    return LightPushResponse;
})();

export const LegacyLightPushRequest = $root.LegacyLightPushRequest = (() => {

    /**
     * Properties of a LegacyLightPushRequest.
     * @typedef {Object} LegacyLightPushRequest.$Properties
     * @property {string|null} [pubsubTopic] LegacyLightPushRequest pubsubTopic
     * @property {WakuMessage.$Properties|null} [message] LegacyLightPushRequest message
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a LegacyLightPushRequest.
     * @exports ILegacyLightPushRequest
     * @interface ILegacyLightPushRequest
     * @augments LegacyLightPushRequest.$Properties
     * @deprecated Use LegacyLightPushRequest.$Properties instead.
     */

    /**
     * Shape of a LegacyLightPushRequest.
     * @typedef {LegacyLightPushRequest.$Properties} LegacyLightPushRequest.$Shape
     */

    /**
     * Constructs a new LegacyLightPushRequest.
     * @exports LegacyLightPushRequest
     * @classdesc Represents a LegacyLightPushRequest.
     * @constructor
     * @param {LegacyLightPushRequest.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const LegacyLightPushRequest = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * LegacyLightPushRequest pubsubTopic.
     * @member {string} pubsubTopic
     * @memberof LegacyLightPushRequest
     * @instance
     */
    LegacyLightPushRequest.prototype.pubsubTopic = "";

    /**
     * LegacyLightPushRequest message.
     * @member {WakuMessage.$Properties|null|undefined} message
     * @memberof LegacyLightPushRequest
     * @instance
     */
    LegacyLightPushRequest.prototype.message = null;

    /**
     * Encodes the specified LegacyLightPushRequest message. Does not implicitly {@link LegacyLightPushRequest.verify|verify} messages.
     * @function encode
     * @memberof LegacyLightPushRequest
     * @static
     * @param {LegacyLightPushRequest.$Properties} message LegacyLightPushRequest message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    LegacyLightPushRequest.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.pubsubTopic != null && $Object.hasOwnProperty.call(message, "pubsubTopic") && message.pubsubTopic !== "")
            writer.uint32(/* id 1, wireType 2 =*/10).string(message.pubsubTopic);
        if (message.message != null && $Object.hasOwnProperty.call(message, "message"))
            $root.WakuMessage.encode(message.message, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a LegacyLightPushRequest message from the specified reader or buffer.
     * @function decode
     * @memberof LegacyLightPushRequest
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {LegacyLightPushRequest & LegacyLightPushRequest.$Shape} LegacyLightPushRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    LegacyLightPushRequest.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.LegacyLightPushRequest();
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
                        message.pubsubTopic = value;
                    else
                        delete message.pubsubTopic;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.message = $root.WakuMessage.decode(reader, reader.size(), $undefined, _depth + 1, message.message);
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

    return LegacyLightPushRequest;
})();

export const LegacyLightPushResponse = $root.LegacyLightPushResponse = (() => {

    /**
     * Properties of a LegacyLightPushResponse.
     * @typedef {Object} LegacyLightPushResponse.$Properties
     * @property {boolean|null} [isSuccess] LegacyLightPushResponse isSuccess
     * @property {string|null} [info] LegacyLightPushResponse info
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a LegacyLightPushResponse.
     * @exports ILegacyLightPushResponse
     * @interface ILegacyLightPushResponse
     * @augments LegacyLightPushResponse.$Properties
     * @deprecated Use LegacyLightPushResponse.$Properties instead.
     */

    /**
     * Shape of a LegacyLightPushResponse.
     * @typedef {LegacyLightPushResponse.$Properties} LegacyLightPushResponse.$Shape
     */

    /**
     * Constructs a new LegacyLightPushResponse.
     * @exports LegacyLightPushResponse
     * @classdesc Represents a LegacyLightPushResponse.
     * @constructor
     * @param {LegacyLightPushResponse.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const LegacyLightPushResponse = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * LegacyLightPushResponse isSuccess.
     * @member {boolean} isSuccess
     * @memberof LegacyLightPushResponse
     * @instance
     */
    LegacyLightPushResponse.prototype.isSuccess = false;

    /**
     * LegacyLightPushResponse info.
     * @member {string} info
     * @memberof LegacyLightPushResponse
     * @instance
     */
    LegacyLightPushResponse.prototype.info = "";

    /**
     * Encodes the specified LegacyLightPushResponse message. Does not implicitly {@link LegacyLightPushResponse.verify|verify} messages.
     * @function encode
     * @memberof LegacyLightPushResponse
     * @static
     * @param {LegacyLightPushResponse.$Properties} message LegacyLightPushResponse message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    LegacyLightPushResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.isSuccess != null && $Object.hasOwnProperty.call(message, "isSuccess") && message.isSuccess !== false)
            writer.uint32(/* id 1, wireType 0 =*/8).bool(message.isSuccess);
        if (message.info != null && $Object.hasOwnProperty.call(message, "info") && message.info !== "")
            writer.uint32(/* id 2, wireType 2 =*/18).string(message.info);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a LegacyLightPushResponse message from the specified reader or buffer.
     * @function decode
     * @memberof LegacyLightPushResponse
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {LegacyLightPushResponse & LegacyLightPushResponse.$Shape} LegacyLightPushResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    LegacyLightPushResponse.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.LegacyLightPushResponse();
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
                        message.isSuccess = value;
                    else
                        delete message.isSuccess;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.info = value;
                    else
                        delete message.info;
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

    return LegacyLightPushResponse;
})();

export const LegacyLightPushRpc = $root.LegacyLightPushRpc = (() => {

    /**
     * Properties of a LegacyLightPushRpc.
     * @typedef {Object} LegacyLightPushRpc.$Properties
     * @property {string|null} [requestId] LegacyLightPushRpc requestId
     * @property {LegacyLightPushRequest.$Properties|null} [request] LegacyLightPushRpc request
     * @property {LegacyLightPushResponse.$Properties|null} [response] LegacyLightPushRpc response
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a LegacyLightPushRpc.
     * @exports ILegacyLightPushRpc
     * @interface ILegacyLightPushRpc
     * @augments LegacyLightPushRpc.$Properties
     * @deprecated Use LegacyLightPushRpc.$Properties instead.
     */

    /**
     * Shape of a LegacyLightPushRpc.
     * @typedef {LegacyLightPushRpc.$Properties} LegacyLightPushRpc.$Shape
     */

    /**
     * Constructs a new LegacyLightPushRpc.
     * @exports LegacyLightPushRpc
     * @classdesc Represents a LegacyLightPushRpc.
     * @constructor
     * @param {LegacyLightPushRpc.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const LegacyLightPushRpc = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * LegacyLightPushRpc requestId.
     * @member {string} requestId
     * @memberof LegacyLightPushRpc
     * @instance
     */
    LegacyLightPushRpc.prototype.requestId = "";

    /**
     * LegacyLightPushRpc request.
     * @member {LegacyLightPushRequest.$Properties|null|undefined} request
     * @memberof LegacyLightPushRpc
     * @instance
     */
    LegacyLightPushRpc.prototype.request = null;

    /**
     * LegacyLightPushRpc response.
     * @member {LegacyLightPushResponse.$Properties|null|undefined} response
     * @memberof LegacyLightPushRpc
     * @instance
     */
    LegacyLightPushRpc.prototype.response = null;

    /**
     * Encodes the specified LegacyLightPushRpc message. Does not implicitly {@link LegacyLightPushRpc.verify|verify} messages.
     * @function encode
     * @memberof LegacyLightPushRpc
     * @static
     * @param {LegacyLightPushRpc.$Properties} message LegacyLightPushRpc message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    LegacyLightPushRpc.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.requestId != null && $Object.hasOwnProperty.call(message, "requestId") && message.requestId !== "")
            writer.uint32(/* id 1, wireType 2 =*/10).string(message.requestId);
        if (message.request != null && $Object.hasOwnProperty.call(message, "request"))
            $root.LegacyLightPushRequest.encode(message.request, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
        if (message.response != null && $Object.hasOwnProperty.call(message, "response"))
            $root.LegacyLightPushResponse.encode(message.response, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a LegacyLightPushRpc message from the specified reader or buffer.
     * @function decode
     * @memberof LegacyLightPushRpc
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {LegacyLightPushRpc & LegacyLightPushRpc.$Shape} LegacyLightPushRpc
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    LegacyLightPushRpc.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.LegacyLightPushRpc();
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
                        message.requestId = value;
                    else
                        delete message.requestId;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.request = $root.LegacyLightPushRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.request);
                    continue;
                }
            case 3: {
                    if (wireType !== 2)
                        break;
                    message.response = $root.LegacyLightPushResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.response);
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

    return LegacyLightPushRpc;
})();

export const ExchangedPeer = $root.ExchangedPeer = (() => {

    /**
     * Properties of an ExchangedPeer.
     * @typedef {Object} ExchangedPeer.$Properties
     * @property {Uint8Array|null} [enr] ExchangedPeer enr
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of an ExchangedPeer.
     * @exports IExchangedPeer
     * @interface IExchangedPeer
     * @augments ExchangedPeer.$Properties
     * @deprecated Use ExchangedPeer.$Properties instead.
     */

    /**
     * Shape of an ExchangedPeer.
     * @typedef {ExchangedPeer.$Properties} ExchangedPeer.$Shape
     */

    /**
     * Constructs a new ExchangedPeer.
     * @exports ExchangedPeer
     * @classdesc Represents an ExchangedPeer.
     * @constructor
     * @param {ExchangedPeer.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const ExchangedPeer = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * ExchangedPeer enr.
     * @member {Uint8Array|null|undefined} enr
     * @memberof ExchangedPeer
     * @instance
     */
    ExchangedPeer.prototype.enr = null;

    // OneOf field names bound to virtual getters and setters
    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(ExchangedPeer.prototype, "_enr", {
        get: $util.oneOfGetter($oneOfFields = ["enr"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    /**
     * Encodes the specified ExchangedPeer message. Does not implicitly {@link ExchangedPeer.verify|verify} messages.
     * @function encode
     * @memberof ExchangedPeer
     * @static
     * @param {ExchangedPeer.$Properties} message ExchangedPeer message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    ExchangedPeer.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.enr != null && $Object.hasOwnProperty.call(message, "enr"))
            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.enr);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes an ExchangedPeer message from the specified reader or buffer.
     * @function decode
     * @memberof ExchangedPeer
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {ExchangedPeer & ExchangedPeer.$Shape} ExchangedPeer
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    ExchangedPeer.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.ExchangedPeer();
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
                    message.enr = reader.bytes();
                    message._enr = "enr";
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

    return ExchangedPeer;
})();

export const PeerExchangeQuery = $root.PeerExchangeQuery = (() => {

    /**
     * Properties of a PeerExchangeQuery.
     * @typedef {Object} PeerExchangeQuery.$Properties
     * @property {number|Long|null} [numPeers] PeerExchangeQuery numPeers
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a PeerExchangeQuery.
     * @exports IPeerExchangeQuery
     * @interface IPeerExchangeQuery
     * @augments PeerExchangeQuery.$Properties
     * @deprecated Use PeerExchangeQuery.$Properties instead.
     */

    /**
     * Shape of a PeerExchangeQuery.
     * @typedef {PeerExchangeQuery.$Properties} PeerExchangeQuery.$Shape
     */

    /**
     * Constructs a new PeerExchangeQuery.
     * @exports PeerExchangeQuery
     * @classdesc Represents a PeerExchangeQuery.
     * @constructor
     * @param {PeerExchangeQuery.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const PeerExchangeQuery = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * PeerExchangeQuery numPeers.
     * @member {number|Long} numPeers
     * @memberof PeerExchangeQuery
     * @instance
     */
    PeerExchangeQuery.prototype.numPeers = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

    /**
     * Encodes the specified PeerExchangeQuery message. Does not implicitly {@link PeerExchangeQuery.verify|verify} messages.
     * @function encode
     * @memberof PeerExchangeQuery
     * @static
     * @param {PeerExchangeQuery.$Properties} message PeerExchangeQuery message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    PeerExchangeQuery.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.numPeers != null && $Object.hasOwnProperty.call(message, "numPeers") && (typeof message.numPeers === "object" ? message.numPeers.low || message.numPeers.high : message.numPeers !== 0))
            writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.numPeers);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a PeerExchangeQuery message from the specified reader or buffer.
     * @function decode
     * @memberof PeerExchangeQuery
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {PeerExchangeQuery & PeerExchangeQuery.$Shape} PeerExchangeQuery
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    PeerExchangeQuery.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.PeerExchangeQuery();
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
                    if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                        message.numPeers = value;
                    else
                        delete message.numPeers;
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

    return PeerExchangeQuery;
})();

export const PeerExchangeResponse = $root.PeerExchangeResponse = (() => {

    /**
     * Properties of a PeerExchangeResponse.
     * @typedef {Object} PeerExchangeResponse.$Properties
     * @property {Array.<ExchangedPeer.$Properties>|null} [peers] PeerExchangeResponse peers
     * @property {number|null} [statusCode] PeerExchangeResponse statusCode
     * @property {string|null} [statusDesc] PeerExchangeResponse statusDesc
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a PeerExchangeResponse.
     * @exports IPeerExchangeResponse
     * @interface IPeerExchangeResponse
     * @augments PeerExchangeResponse.$Properties
     * @deprecated Use PeerExchangeResponse.$Properties instead.
     */

    /**
     * Shape of a PeerExchangeResponse.
     * @typedef {PeerExchangeResponse.$Properties} PeerExchangeResponse.$Shape
     */

    /**
     * Constructs a new PeerExchangeResponse.
     * @exports PeerExchangeResponse
     * @classdesc Represents a PeerExchangeResponse.
     * @constructor
     * @param {PeerExchangeResponse.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const PeerExchangeResponse = function (properties) {
        this.peers = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * PeerExchangeResponse peers.
     * @member {Array.<ExchangedPeer.$Properties>} peers
     * @memberof PeerExchangeResponse
     * @instance
     */
    PeerExchangeResponse.prototype.peers = $util.emptyArray;

    /**
     * PeerExchangeResponse statusCode.
     * @member {number} statusCode
     * @memberof PeerExchangeResponse
     * @instance
     */
    PeerExchangeResponse.prototype.statusCode = 0;

    /**
     * PeerExchangeResponse statusDesc.
     * @member {string|null|undefined} statusDesc
     * @memberof PeerExchangeResponse
     * @instance
     */
    PeerExchangeResponse.prototype.statusDesc = null;

    // OneOf field names bound to virtual getters and setters
    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(PeerExchangeResponse.prototype, "_statusDesc", {
        get: $util.oneOfGetter($oneOfFields = ["statusDesc"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    /**
     * Encodes the specified PeerExchangeResponse message. Does not implicitly {@link PeerExchangeResponse.verify|verify} messages.
     * @function encode
     * @memberof PeerExchangeResponse
     * @static
     * @param {PeerExchangeResponse.$Properties} message PeerExchangeResponse message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    PeerExchangeResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.peers != null && message.peers.length)
            for (let i = 0; i < message.peers.length; ++i)
                $root.ExchangedPeer.encode(message.peers[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
        if (message.statusCode != null && $Object.hasOwnProperty.call(message, "statusCode") && message.statusCode !== 0)
            writer.uint32(/* id 10, wireType 0 =*/80).uint32(message.statusCode);
        if (message.statusDesc != null && $Object.hasOwnProperty.call(message, "statusDesc"))
            writer.uint32(/* id 11, wireType 2 =*/90).string(message.statusDesc);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a PeerExchangeResponse message from the specified reader or buffer.
     * @function decode
     * @memberof PeerExchangeResponse
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {PeerExchangeResponse & PeerExchangeResponse.$Shape} PeerExchangeResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    PeerExchangeResponse.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.PeerExchangeResponse();
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
                    if (!(message.peers && message.peers.length))
                        message.peers = [];
                    message.peers.push($root.ExchangedPeer.decode(reader, reader.size(), $undefined, _depth + 1));
                    continue;
                }
            case 10: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.statusCode = value;
                    else
                        delete message.statusCode;
                    continue;
                }
            case 11: {
                    if (wireType !== 2)
                        break;
                    message.statusDesc = reader.stringVerify();
                    message._statusDesc = "statusDesc";
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

    return PeerExchangeResponse;
})();

export const PeerExchangeRpc = $root.PeerExchangeRpc = (() => {

    /**
     * Properties of a PeerExchangeRpc.
     * @typedef {Object} PeerExchangeRpc.$Properties
     * @property {PeerExchangeQuery.$Properties|null} [query] PeerExchangeRpc query
     * @property {PeerExchangeResponse.$Properties|null} [response] PeerExchangeRpc response
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a PeerExchangeRpc.
     * @exports IPeerExchangeRpc
     * @interface IPeerExchangeRpc
     * @augments PeerExchangeRpc.$Properties
     * @deprecated Use PeerExchangeRpc.$Properties instead.
     */

    /**
     * Shape of a PeerExchangeRpc.
     * @typedef {PeerExchangeRpc.$Properties} PeerExchangeRpc.$Shape
     */

    /**
     * Constructs a new PeerExchangeRpc.
     * @exports PeerExchangeRpc
     * @classdesc Represents a PeerExchangeRpc.
     * @constructor
     * @param {PeerExchangeRpc.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const PeerExchangeRpc = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * PeerExchangeRpc query.
     * @member {PeerExchangeQuery.$Properties|null|undefined} query
     * @memberof PeerExchangeRpc
     * @instance
     */
    PeerExchangeRpc.prototype.query = null;

    /**
     * PeerExchangeRpc response.
     * @member {PeerExchangeResponse.$Properties|null|undefined} response
     * @memberof PeerExchangeRpc
     * @instance
     */
    PeerExchangeRpc.prototype.response = null;

    /**
     * Encodes the specified PeerExchangeRpc message. Does not implicitly {@link PeerExchangeRpc.verify|verify} messages.
     * @function encode
     * @memberof PeerExchangeRpc
     * @static
     * @param {PeerExchangeRpc.$Properties} message PeerExchangeRpc message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    PeerExchangeRpc.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.query != null && $Object.hasOwnProperty.call(message, "query"))
            $root.PeerExchangeQuery.encode(message.query, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
        if (message.response != null && $Object.hasOwnProperty.call(message, "response"))
            $root.PeerExchangeResponse.encode(message.response, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a PeerExchangeRpc message from the specified reader or buffer.
     * @function decode
     * @memberof PeerExchangeRpc
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {PeerExchangeRpc & PeerExchangeRpc.$Shape} PeerExchangeRpc
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    PeerExchangeRpc.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.PeerExchangeRpc();
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
                    message.query = $root.PeerExchangeQuery.decode(reader, reader.size(), $undefined, _depth + 1, message.query);
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    message.response = $root.PeerExchangeResponse.decode(reader, reader.size(), $undefined, _depth + 1, message.response);
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

    return PeerExchangeRpc;
})();

export const WakuMessage = $root.WakuMessage = (() => {

    /**
     * Properties of a WakuMessage.
     * @typedef {Object} WakuMessage.$Properties
     * @property {Uint8Array|null} [payload] WakuMessage payload
     * @property {string|null} [contentTopic] WakuMessage contentTopic
     * @property {number|null} [version] WakuMessage version
     * @property {number|Long|null} [timestamp] WakuMessage timestamp
     * @property {Uint8Array|null} [meta] WakuMessage meta
     * @property {boolean|null} [ephemeral] WakuMessage ephemeral
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a WakuMessage.
     * @exports IWakuMessage
     * @interface IWakuMessage
     * @augments WakuMessage.$Properties
     * @deprecated Use WakuMessage.$Properties instead.
     */

    /**
     * Shape of a WakuMessage.
     * @typedef {WakuMessage.$Properties} WakuMessage.$Shape
     */

    /**
     * Constructs a new WakuMessage.
     * @exports WakuMessage
     * @classdesc Represents a WakuMessage.
     * @constructor
     * @param {WakuMessage.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const WakuMessage = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * WakuMessage payload.
     * @member {Uint8Array} payload
     * @memberof WakuMessage
     * @instance
     */
    WakuMessage.prototype.payload = $util.newBuffer([]);

    /**
     * WakuMessage contentTopic.
     * @member {string} contentTopic
     * @memberof WakuMessage
     * @instance
     */
    WakuMessage.prototype.contentTopic = "";

    /**
     * WakuMessage version.
     * @member {number} version
     * @memberof WakuMessage
     * @instance
     */
    WakuMessage.prototype.version = 0;

    /**
     * WakuMessage timestamp.
     * @member {number|Long} timestamp
     * @memberof WakuMessage
     * @instance
     */
    WakuMessage.prototype.timestamp = $util.Long ? $util.Long.fromBits(0,0,false) : 0;

    /**
     * WakuMessage meta.
     * @member {Uint8Array} meta
     * @memberof WakuMessage
     * @instance
     */
    WakuMessage.prototype.meta = $util.newBuffer([]);

    /**
     * WakuMessage ephemeral.
     * @member {boolean} ephemeral
     * @memberof WakuMessage
     * @instance
     */
    WakuMessage.prototype.ephemeral = false;

    /**
     * Encodes the specified WakuMessage message. Does not implicitly {@link WakuMessage.verify|verify} messages.
     * @function encode
     * @memberof WakuMessage
     * @static
     * @param {WakuMessage.$Properties} message WakuMessage message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    WakuMessage.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.payload != null && $Object.hasOwnProperty.call(message, "payload") && message.payload.length)
            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.payload);
        if (message.contentTopic != null && $Object.hasOwnProperty.call(message, "contentTopic") && message.contentTopic !== "")
            writer.uint32(/* id 2, wireType 2 =*/18).string(message.contentTopic);
        if (message.version != null && $Object.hasOwnProperty.call(message, "version") && message.version !== 0)
            writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.version);
        if (message.timestamp != null && $Object.hasOwnProperty.call(message, "timestamp") && (typeof message.timestamp === "object" ? message.timestamp.low || message.timestamp.high : message.timestamp !== 0))
            writer.uint32(/* id 10, wireType 0 =*/80).sint64(message.timestamp);
        if (message.meta != null && $Object.hasOwnProperty.call(message, "meta") && message.meta.length)
            writer.uint32(/* id 11, wireType 2 =*/90).bytes(message.meta);
        if (message.ephemeral != null && $Object.hasOwnProperty.call(message, "ephemeral") && message.ephemeral !== false)
            writer.uint32(/* id 31, wireType 0 =*/248).bool(message.ephemeral);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a WakuMessage message from the specified reader or buffer.
     * @function decode
     * @memberof WakuMessage
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {WakuMessage & WakuMessage.$Shape} WakuMessage
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    WakuMessage.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.WakuMessage();
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
                        message.payload = value;
                    else
                        delete message.payload;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.stringVerify()).length)
                        message.contentTopic = value;
                    else
                        delete message.contentTopic;
                    continue;
                }
            case 3: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.version = value;
                    else
                        delete message.version;
                    continue;
                }
            case 10: {
                    if (wireType !== 0)
                        break;
                    if (typeof (value = reader.sint64()) === "object" ? value.low || value.high : value !== 0)
                        message.timestamp = value;
                    else
                        delete message.timestamp;
                    continue;
                }
            case 11: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.meta = value;
                    else
                        delete message.meta;
                    continue;
                }
            case 31: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.bool())
                        message.ephemeral = value;
                    else
                        delete message.ephemeral;
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

    return WakuMessage;
})();

export const MetadataRequest = $root.MetadataRequest = (() => {

    /**
     * Properties of a MetadataRequest.
     * @typedef {Object} MetadataRequest.$Properties
     * @property {number|null} [clusterId] MetadataRequest clusterId
     * @property {Array.<number>|null} [shardsUnpacked] MetadataRequest shardsUnpacked
     * @property {Array.<number>|null} [shards] MetadataRequest shards
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a MetadataRequest.
     * @exports IMetadataRequest
     * @interface IMetadataRequest
     * @augments MetadataRequest.$Properties
     * @deprecated Use MetadataRequest.$Properties instead.
     */

    /**
     * Shape of a MetadataRequest.
     * @typedef {MetadataRequest.$Properties} MetadataRequest.$Shape
     */

    /**
     * Constructs a new MetadataRequest.
     * @exports MetadataRequest
     * @classdesc Represents a MetadataRequest.
     * @constructor
     * @param {MetadataRequest.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const MetadataRequest = function (properties) {
        this.shardsUnpacked = [];
        this.shards = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * MetadataRequest clusterId.
     * @member {number|null|undefined} clusterId
     * @memberof MetadataRequest
     * @instance
     */
    MetadataRequest.prototype.clusterId = null;

    /**
     * MetadataRequest shardsUnpacked.
     * @member {Array.<number>} shardsUnpacked
     * @memberof MetadataRequest
     * @instance
     */
    MetadataRequest.prototype.shardsUnpacked = $util.emptyArray;

    /**
     * MetadataRequest shards.
     * @member {Array.<number>} shards
     * @memberof MetadataRequest
     * @instance
     */
    MetadataRequest.prototype.shards = $util.emptyArray;

    // OneOf field names bound to virtual getters and setters
    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(MetadataRequest.prototype, "_clusterId", {
        get: $util.oneOfGetter($oneOfFields = ["clusterId"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    /**
     * Encodes the specified MetadataRequest message. Does not implicitly {@link MetadataRequest.verify|verify} messages.
     * @function encode
     * @memberof MetadataRequest
     * @static
     * @param {MetadataRequest.$Properties} message MetadataRequest message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    MetadataRequest.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.clusterId != null && $Object.hasOwnProperty.call(message, "clusterId"))
            writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.clusterId);
        if (message.shardsUnpacked != null && message.shardsUnpacked.length)
            for (let i = 0; i < message.shardsUnpacked.length; ++i)
                writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.shardsUnpacked[i]);
        if (message.shards != null && message.shards.length)
            writer.uint32(/* id 3, wireType 2 =*/26).uint32s(message.shards);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a MetadataRequest message from the specified reader or buffer.
     * @function decode
     * @memberof MetadataRequest
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {MetadataRequest & MetadataRequest.$Shape} MetadataRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    MetadataRequest.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.MetadataRequest();
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
                    message.clusterId = reader.uint32();
                    message._clusterId = "clusterId";
                    continue;
                }
            case 2: {
                    if (wireType === 2) {
                        if (!(message.shardsUnpacked && message.shardsUnpacked.length))
                            message.shardsUnpacked = [];
                        reader.uint32s(message.shardsUnpacked);
                        continue;
                    }
                    if (wireType !== 0)
                        break;
                    if (!(message.shardsUnpacked && message.shardsUnpacked.length))
                        message.shardsUnpacked = [];
                    message.shardsUnpacked.push(reader.uint32());
                    continue;
                }
            case 3: {
                    if (wireType === 2) {
                        if (!(message.shards && message.shards.length))
                            message.shards = [];
                        reader.uint32s(message.shards);
                        continue;
                    }
                    if (wireType !== 0)
                        break;
                    if (!(message.shards && message.shards.length))
                        message.shards = [];
                    message.shards.push(reader.uint32());
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

    return MetadataRequest;
})();

export const MetadataResponse = $root.MetadataResponse = (() => {

    /**
     * Properties of a MetadataResponse.
     * @typedef {Object} MetadataResponse.$Properties
     * @property {number|null} [clusterId] MetadataResponse clusterId
     * @property {Array.<number>|null} [shardsUnpacked] MetadataResponse shardsUnpacked
     * @property {Array.<number>|null} [shards] MetadataResponse shards
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a MetadataResponse.
     * @exports IMetadataResponse
     * @interface IMetadataResponse
     * @augments MetadataResponse.$Properties
     * @deprecated Use MetadataResponse.$Properties instead.
     */

    /**
     * Shape of a MetadataResponse.
     * @typedef {MetadataResponse.$Properties} MetadataResponse.$Shape
     */

    /**
     * Constructs a new MetadataResponse.
     * @exports MetadataResponse
     * @classdesc Represents a MetadataResponse.
     * @constructor
     * @param {MetadataResponse.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const MetadataResponse = function (properties) {
        this.shardsUnpacked = [];
        this.shards = [];
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * MetadataResponse clusterId.
     * @member {number|null|undefined} clusterId
     * @memberof MetadataResponse
     * @instance
     */
    MetadataResponse.prototype.clusterId = null;

    /**
     * MetadataResponse shardsUnpacked.
     * @member {Array.<number>} shardsUnpacked
     * @memberof MetadataResponse
     * @instance
     */
    MetadataResponse.prototype.shardsUnpacked = $util.emptyArray;

    /**
     * MetadataResponse shards.
     * @member {Array.<number>} shards
     * @memberof MetadataResponse
     * @instance
     */
    MetadataResponse.prototype.shards = $util.emptyArray;

    // OneOf field names bound to virtual getters and setters
    let $oneOfFields;

    // Virtual OneOf for proto3 optional field
    $Object.defineProperty(MetadataResponse.prototype, "_clusterId", {
        get: $util.oneOfGetter($oneOfFields = ["clusterId"]),
        set: $util.oneOfSetter($oneOfFields)
    });

    /**
     * Encodes the specified MetadataResponse message. Does not implicitly {@link MetadataResponse.verify|verify} messages.
     * @function encode
     * @memberof MetadataResponse
     * @static
     * @param {MetadataResponse.$Properties} message MetadataResponse message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    MetadataResponse.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.clusterId != null && $Object.hasOwnProperty.call(message, "clusterId"))
            writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.clusterId);
        if (message.shardsUnpacked != null && message.shardsUnpacked.length)
            for (let i = 0; i < message.shardsUnpacked.length; ++i)
                writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.shardsUnpacked[i]);
        if (message.shards != null && message.shards.length)
            writer.uint32(/* id 3, wireType 2 =*/26).uint32s(message.shards);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a MetadataResponse message from the specified reader or buffer.
     * @function decode
     * @memberof MetadataResponse
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {MetadataResponse & MetadataResponse.$Shape} MetadataResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    MetadataResponse.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.MetadataResponse();
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
                    message.clusterId = reader.uint32();
                    message._clusterId = "clusterId";
                    continue;
                }
            case 2: {
                    if (wireType === 2) {
                        if (!(message.shardsUnpacked && message.shardsUnpacked.length))
                            message.shardsUnpacked = [];
                        reader.uint32s(message.shardsUnpacked);
                        continue;
                    }
                    if (wireType !== 0)
                        break;
                    if (!(message.shardsUnpacked && message.shardsUnpacked.length))
                        message.shardsUnpacked = [];
                    message.shardsUnpacked.push(reader.uint32());
                    continue;
                }
            case 3: {
                    if (wireType === 2) {
                        if (!(message.shards && message.shards.length))
                            message.shards = [];
                        reader.uint32s(message.shards);
                        continue;
                    }
                    if (wireType !== 0)
                        break;
                    if (!(message.shards && message.shards.length))
                        message.shards = [];
                    message.shards.push(reader.uint32());
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

    return MetadataResponse;
})();

export {
  $root as default
};
