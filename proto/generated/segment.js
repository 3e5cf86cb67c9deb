// Made from the .proto file of the same name by `npm run proto`.
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["reveille-segment"] || ($protobuf.roots["reveille-segment"] = {});

export const SegmentMessage = $root.SegmentMessage = (() => {

    /**
     * Properties of a SegmentMessage.
     * @typedef {Object} SegmentMessage.$Properties
     * @property {Uint8Array|null} [entireMessageHash] SegmentMessage entireMessageHash
     * @property {number|null} [index] SegmentMessage index
     * @property {number|null} [segmentsCount] SegmentMessage segmentsCount
     * @property {Uint8Array|null} [payload] SegmentMessage payload
     * @property {number|null} [paritySegmentIndex] SegmentMessage paritySegmentIndex
     * @property {number|null} [paritySegmentsCount] SegmentMessage paritySegmentsCount
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a SegmentMessage.
     * @exports ISegmentMessage
     * @interface ISegmentMessage
     * @augments SegmentMessage.$Properties
     * @deprecated Use SegmentMessage.$Properties instead.
     */

    /**
     * Shape of a SegmentMessage.
     * @typedef {SegmentMessage.$Properties} SegmentMessage.$Shape
     */

    /**
     * Constructs a new SegmentMessage.
     * @exports SegmentMessage
     * @classdesc Represents a SegmentMessage.
     * @constructor
     * @param {SegmentMessage.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const SegmentMessage = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * SegmentMessage entireMessageHash.
     * @member {Uint8Array} entireMessageHash
     * @memberof SegmentMessage
     * @instance
     */
    SegmentMessage.prototype.entireMessageHash = $util.newBuffer([]);

    /**
     * SegmentMessage index.
     * @member {number} index
     * @memberof SegmentMessage
     * @instance
     */
    SegmentMessage.prototype.index = 0;

    /**
     * SegmentMessage segmentsCount.
     * @member {number} segmentsCount
     * @memberof SegmentMessage
     * @instance
     */
    SegmentMessage.prototype.segmentsCount = 0;

    /**
     * SegmentMessage payload.
     * @member {Uint8Array} payload
     * @memberof SegmentMessage
     * @instance
     */
    SegmentMessage.prototype.payload = $util.newBuffer([]);

    /**
     * SegmentMessage paritySegmentIndex.
     * @member {number} paritySegmentIndex
     * @memberof SegmentMessage
     * @instance
     */
    SegmentMessage.prototype.paritySegmentIndex = 0;

    /**
     * SegmentMessage paritySegmentsCount.
     * @member {number} paritySegmentsCount
     * @memberof SegmentMessage
     * @instance
     */
    SegmentMessage.prototype.paritySegmentsCount = 0;

    /**
     * Encodes the specified SegmentMessage message. Does not implicitly {@link SegmentMessage.verify|verify} messages.
     * @function encode
     * @memberof SegmentMessage
     * @static
     * @param {SegmentMessage.$Properties} message SegmentMessage message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    SegmentMessage.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.entireMessageHash != null && $Object.hasOwnProperty.call(message, "entireMessageHash") && message.entireMessageHash.length)
            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.entireMessageHash);
        if (message.index != null && $Object.hasOwnProperty.call(message, "index") && message.index !== 0)
            writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.index);
        if (message.segmentsCount != null && $Object.hasOwnProperty.call(message, "segmentsCount") && message.segmentsCount !== 0)
            writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.segmentsCount);
        if (message.payload != null && $Object.hasOwnProperty.call(message, "payload") && message.payload.length)
            writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.payload);
        if (message.paritySegmentIndex != null && $Object.hasOwnProperty.call(message, "paritySegmentIndex") && message.paritySegmentIndex !== 0)
            writer.uint32(/* id 5, wireType 0 =*/40).uint32(message.paritySegmentIndex);
        if (message.paritySegmentsCount != null && $Object.hasOwnProperty.call(message, "paritySegmentsCount") && message.paritySegmentsCount !== 0)
            writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.paritySegmentsCount);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a SegmentMessage message from the specified reader or buffer.
     * @function decode
     * @memberof SegmentMessage
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {SegmentMessage & SegmentMessage.$Shape} SegmentMessage
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    SegmentMessage.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.SegmentMessage();
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
                        message.entireMessageHash = value;
                    else
                        delete message.entireMessageHash;
                    continue;
                }
            case 2: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.index = value;
                    else
                        delete message.index;
                    continue;
                }
            case 3: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.segmentsCount = value;
                    else
                        delete message.segmentsCount;
                    continue;
                }
            case 4: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.payload = value;
                    else
                        delete message.payload;
                    continue;
                }
            case 5: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.paritySegmentIndex = value;
                    else
                        delete message.paritySegmentIndex;
                    continue;
                }
            case 6: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.uint32())
                        message.paritySegmentsCount = value;
                    else
                        delete message.paritySegmentsCount;
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

    return SegmentMessage;
})();

export {
  $root as default
};
