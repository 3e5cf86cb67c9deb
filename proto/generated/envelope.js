// Made from the .proto file of the same name by `npm run proto`.
import $protobuf from "protobufjs/minimal.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["reveille-envelope"] || ($protobuf.roots["reveille-envelope"] = {});

export const ApplicationMetadataMessage = $root.ApplicationMetadataMessage = (() => {

    /**
     * Properties of an ApplicationMetadataMessage.
     * @typedef {Object} ApplicationMetadataMessage.$Properties
     * @property {Uint8Array|null} [signature] ApplicationMetadataMessage signature
     * @property {Uint8Array|null} [payload] ApplicationMetadataMessage payload
     * @property {number|null} [type] ApplicationMetadataMessage type
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of an ApplicationMetadataMessage.
     * @exports IApplicationMetadataMessage
     * @interface IApplicationMetadataMessage
     * @augments ApplicationMetadataMessage.$Properties
     * @deprecated Use ApplicationMetadataMessage.$Properties instead.
     */

    /**
     * Shape of an ApplicationMetadataMessage.
     * @typedef {ApplicationMetadataMessage.$Properties} ApplicationMetadataMessage.$Shape
     */

    /**
     * Constructs a new ApplicationMetadataMessage.
     * @exports ApplicationMetadataMessage
     * @classdesc Represents an ApplicationMetadataMessage.
     * @constructor
     * @param {ApplicationMetadataMessage.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const ApplicationMetadataMessage = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * ApplicationMetadataMessage signature.
     * @member {Uint8Array} signature
     * @memberof ApplicationMetadataMessage
     * @instance
     */
    ApplicationMetadataMessage.prototype.signature = $util.newBuffer([]);

    /**
     * ApplicationMetadataMessage payload.
     * @member {Uint8Array} payload
     * @memberof ApplicationMetadataMessage
     * @instance
     */
    ApplicationMetadataMessage.prototype.payload = $util.newBuffer([]);

    /**
     * ApplicationMetadataMessage type.
     * @member {number} type
     * @memberof ApplicationMetadataMessage
     * @instance
     */
    ApplicationMetadataMessage.prototype.type = 0;

    /**
     * Encodes the specified ApplicationMetadataMessage message. Does not implicitly {@link ApplicationMetadataMessage.verify|verify} messages.
     * @function encode
     * @memberof ApplicationMetadataMessage
     * @static
     * @param {ApplicationMetadataMessage.$Properties} message ApplicationMetadataMessage message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    ApplicationMetadataMessage.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.signature != null && $Object.hasOwnProperty.call(message, "signature") && message.signature.length)
            writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.signature);
        if (message.payload != null && $Object.hasOwnProperty.call(message, "payload") && message.payload.length)
            writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.payload);
        if (message.type != null && $Object.hasOwnProperty.call(message, "type") && message.type !== 0)
            writer.uint32(/* id 3, wireType 0 =*/24).int32(message.type);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes an ApplicationMetadataMessage message from the specified reader or buffer.
     * @function decode
     * @memberof ApplicationMetadataMessage
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {ApplicationMetadataMessage & ApplicationMetadataMessage.$Shape} ApplicationMetadataMessage
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    ApplicationMetadataMessage.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.ApplicationMetadataMessage();
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
                        message.signature = value;
                    else
                        delete message.signature;
                    continue;
                }
            case 2: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.payload = value;
                    else
                        delete message.payload;
                    continue;
                }
            case 3: {
                    if (wireType !== 0)
                        break;
                    if (value = reader.int32())
                        message.type = value;
                    else
                        delete message.type;
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

    return ApplicationMetadataMessage;
})();

export const ProtocolMessage = $root.ProtocolMessage = (() => {

    /**
     * Properties of a ProtocolMessage.
     * @typedef {Object} ProtocolMessage.$Properties
     * @property {string|null} [installationId] ProtocolMessage installationId
     * @property {Uint8Array|null} [publicMessage] ProtocolMessage publicMessage
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */

    /**
     * Properties of a ProtocolMessage.
     * @exports IProtocolMessage
     * @interface IProtocolMessage
     * @augments ProtocolMessage.$Properties
     * @deprecated Use ProtocolMessage.$Properties instead.
     */

    /**
     * Shape of a ProtocolMessage.
     * @typedef {ProtocolMessage.$Properties} ProtocolMessage.$Shape
     */

    /**
     * Constructs a new ProtocolMessage.
     * @exports ProtocolMessage
     * @classdesc Represents a ProtocolMessage.
     * @constructor
     * @param {ProtocolMessage.$Properties=} [properties] Properties to set
     * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
     */
    const ProtocolMessage = function (properties) {
        if (properties)
            for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                if (properties[keys[i]] != null && keys[i] !== "__proto__")
                    this[keys[i]] = properties[keys[i]];
    };

    /**
     * ProtocolMessage installationId.
     * @member {string} installationId
     * @memberof ProtocolMessage
     * @instance
     */
    ProtocolMessage.prototype.installationId = "";

    /**
     * ProtocolMessage publicMessage.
     * @member {Uint8Array} publicMessage
     * @memberof ProtocolMessage
     * @instance
     */
    ProtocolMessage.prototype.publicMessage = $util.newBuffer([]);

    /**
     * Encodes the specified ProtocolMessage message. Does not implicitly {@link ProtocolMessage.verify|verify} messages.
     * @function encode
     * @memberof ProtocolMessage
     * @static
     * @param {ProtocolMessage.$Properties} message ProtocolMessage message or plain object to encode
     * @param {$protobuf.Writer} [writer] Writer to encode to
     * @returns {$protobuf.Writer} Writer
     */
    ProtocolMessage.encode = function (message, writer, _depth) {
        if (!writer)
            writer = $Writer.create();
        if (_depth === $undefined)
            _depth = 0;
        if (_depth > $util.recursionLimit)
            throw $Error("max depth exceeded");
        if (message.installationId != null && $Object.hasOwnProperty.call(message, "installationId") && message.installationId !== "")
            writer.uint32(/* id 2, wireType 2 =*/18).string(message.installationId);
        if (message.publicMessage != null && $Object.hasOwnProperty.call(message, "publicMessage") && message.publicMessage.length)
            writer.uint32(/* id 102, wireType 2 =*/818).bytes(message.publicMessage);
        if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
            for (let i = 0; i < message.$unknowns.length; ++i)
                writer.raw(message.$unknowns[i]);
        return writer;
    };

    /**
     * Decodes a ProtocolMessage message from the specified reader or buffer.
     * @function decode
     * @memberof ProtocolMessage
     * @static
     * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
     * @param {number} [length] Message length if known beforehand
     * @returns {ProtocolMessage & ProtocolMessage.$Shape} ProtocolMessage
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    ProtocolMessage.decode = function (reader, length, _end, _depth, _target) {
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
        message = _target || new $root.ProtocolMessage();
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
                        message.installationId = value;
                    else
                        delete message.installationId;
                    continue;
                }
            case 102: {
                    if (wireType !== 2)
                        break;
                    if ((value = reader.bytes()).length)
                        message.publicMessage = value;
                    else
                        delete message.publicMessage;
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

    return ProtocolMessage;
})();

export {
  $root as default
};
