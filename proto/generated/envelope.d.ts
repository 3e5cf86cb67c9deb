// Made from the .proto file of the same name by `npm run proto`.
import * as $protobuf from "protobufjs/minimal.js";
/** A 64-bit number in two halves of 32 bits. */
interface Long { readonly low: number; readonly high: number; readonly unsigned: boolean; }

/**
 * Properties of an ApplicationMetadataMessage.
 * @deprecated Use ApplicationMetadataMessage.$Properties instead.
 */
export interface IApplicationMetadataMessage extends ApplicationMetadataMessage.$Properties {
}

/** Represents an ApplicationMetadataMessage. */
export class ApplicationMetadataMessage {

    /**
     * Constructs a new ApplicationMetadataMessage.
     * @param [properties] Properties to set
     */
    constructor(properties?: ApplicationMetadataMessage.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** ApplicationMetadataMessage signature. */
    signature: Uint8Array;

    /** ApplicationMetadataMessage payload. */
    payload: Uint8Array;

    /** ApplicationMetadataMessage type. */
    type: number;

    /**
     * Encodes the specified ApplicationMetadataMessage message. Does not implicitly {@link ApplicationMetadataMessage.verify|verify} messages.
     * @param message ApplicationMetadataMessage message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: ApplicationMetadataMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes an ApplicationMetadataMessage message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {ApplicationMetadataMessage & ApplicationMetadataMessage.$Shape} ApplicationMetadataMessage
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ApplicationMetadataMessage & ApplicationMetadataMessage.$Shape;
}

export namespace ApplicationMetadataMessage {

    /** Properties of an ApplicationMetadataMessage. */
    interface $Properties {

        /** ApplicationMetadataMessage signature */
        signature?: (Uint8Array|null);

        /** ApplicationMetadataMessage payload */
        payload?: (Uint8Array|null);

        /** ApplicationMetadataMessage type */
        type?: (number|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of an ApplicationMetadataMessage. */
    type $Shape = ApplicationMetadataMessage.$Properties;
}

/**
 * Properties of a ProtocolMessage.
 * @deprecated Use ProtocolMessage.$Properties instead.
 */
export interface IProtocolMessage extends ProtocolMessage.$Properties {
}

/** Represents a ProtocolMessage. */
export class ProtocolMessage {

    /**
     * Constructs a new ProtocolMessage.
     * @param [properties] Properties to set
     */
    constructor(properties?: ProtocolMessage.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** ProtocolMessage installationId. */
    installationId: string;

    /** ProtocolMessage publicMessage. */
    publicMessage: Uint8Array;

    /**
     * Encodes the specified ProtocolMessage message. Does not implicitly {@link ProtocolMessage.verify|verify} messages.
     * @param message ProtocolMessage message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: ProtocolMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a ProtocolMessage message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {ProtocolMessage & ProtocolMessage.$Shape} ProtocolMessage
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ProtocolMessage & ProtocolMessage.$Shape;
}

export namespace ProtocolMessage {

    /** Properties of a ProtocolMessage. */
    interface $Properties {

        /** ProtocolMessage installationId */
        installationId?: (string|null);

        /** ProtocolMessage publicMessage */
        publicMessage?: (Uint8Array|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a ProtocolMessage. */
    type $Shape = ProtocolMessage.$Properties;
}
