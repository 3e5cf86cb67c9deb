// Made from the .proto file of the same name by `npm run proto`.
import * as $protobuf from "protobufjs/minimal.js";
/** A 64-bit number in two halves of 32 bits. */
interface Long { readonly low: number; readonly high: number; readonly unsigned: boolean; }

/**
 * Properties of a SegmentMessage.
 * @deprecated Use SegmentMessage.$Properties instead.
 */
export interface ISegmentMessage extends SegmentMessage.$Properties {
}

/** Represents a SegmentMessage. */
export class SegmentMessage {

    /**
     * Constructs a new SegmentMessage.
     * @param [properties] Properties to set
     */
    constructor(properties?: SegmentMessage.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** SegmentMessage entireMessageHash. */
    entireMessageHash: Uint8Array;

    /** SegmentMessage index. */
    index: number;

    /** SegmentMessage segmentsCount. */
    segmentsCount: number;

    /** SegmentMessage payload. */
    payload: Uint8Array;

    /** SegmentMessage paritySegmentIndex. */
    paritySegmentIndex: number;

    /** SegmentMessage paritySegmentsCount. */
    paritySegmentsCount: number;

    /**
     * Encodes the specified SegmentMessage message. Does not implicitly {@link SegmentMessage.verify|verify} messages.
     * @param message SegmentMessage message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: SegmentMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a SegmentMessage message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {SegmentMessage & SegmentMessage.$Shape} SegmentMessage
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): SegmentMessage & SegmentMessage.$Shape;
}

export namespace SegmentMessage {

    /** Properties of a SegmentMessage. */
    interface $Properties {

        /** SegmentMessage entireMessageHash */
        entireMessageHash?: (Uint8Array|null);

        /** SegmentMessage index */
        index?: (number|null);

        /** SegmentMessage segmentsCount */
        segmentsCount?: (number|null);

        /** SegmentMessage payload */
        payload?: (Uint8Array|null);

        /** SegmentMessage paritySegmentIndex */
        paritySegmentIndex?: (number|null);

        /** SegmentMessage paritySegmentsCount */
        paritySegmentsCount?: (number|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a SegmentMessage. */
    type $Shape = SegmentMessage.$Properties;
}
