// Made from the .proto file of the same name by `npm run proto`.
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["reveille-waku"] || ($protobuf.roots["reveille-waku"] = {});

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
