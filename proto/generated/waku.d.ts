// Made from the .proto file of the same name by `npm run proto`.
import * as $protobuf from "protobufjs/minimal.js";
/** A 64-bit number in two halves of 32 bits. */
interface Long { readonly low: number; readonly high: number; readonly unsigned: boolean; }

/**
 * Properties of a WakuMessage.
 * @deprecated Use WakuMessage.$Properties instead.
 */
export interface IWakuMessage extends WakuMessage.$Properties {
}

/** Represents a WakuMessage. */
export class WakuMessage {

    /**
     * Constructs a new WakuMessage.
     * @param [properties] Properties to set
     */
    constructor(properties?: WakuMessage.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** WakuMessage payload. */
    payload: Uint8Array;

    /** WakuMessage contentTopic. */
    contentTopic: string;

    /** WakuMessage version. */
    version: number;

    /** WakuMessage timestamp. */
    timestamp: (number|Long);

    /** WakuMessage meta. */
    meta: Uint8Array;

    /** WakuMessage ephemeral. */
    ephemeral: boolean;

    /**
     * Encodes the specified WakuMessage message. Does not implicitly {@link WakuMessage.verify|verify} messages.
     * @param message WakuMessage message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: WakuMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a WakuMessage message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {WakuMessage & WakuMessage.$Shape} WakuMessage
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): WakuMessage & WakuMessage.$Shape;
}

export namespace WakuMessage {

    /** Properties of a WakuMessage. */
    interface $Properties {

        /** WakuMessage payload */
        payload?: (Uint8Array|null);

        /** WakuMessage contentTopic */
        contentTopic?: (string|null);

        /** WakuMessage version */
        version?: (number|null);

        /** WakuMessage timestamp */
        timestamp?: (number|Long|null);

        /** WakuMessage meta */
        meta?: (Uint8Array|null);

        /** WakuMessage ephemeral */
        ephemeral?: (boolean|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a WakuMessage. */
    type $Shape = WakuMessage.$Properties;
}

/**
 * Properties of a MetadataRequest.
 * @deprecated Use MetadataRequest.$Properties instead.
 */
export interface IMetadataRequest extends MetadataRequest.$Properties {
}

/** Represents a MetadataRequest. */
export class MetadataRequest {

    /**
     * Constructs a new MetadataRequest.
     * @param [properties] Properties to set
     */
    constructor(properties?: MetadataRequest.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** MetadataRequest clusterId. */
    clusterId?: (number|null);

    /** MetadataRequest shardsUnpacked. */
    shardsUnpacked: number[];

    /** MetadataRequest shards. */
    shards: number[];

    /**
     * Encodes the specified MetadataRequest message. Does not implicitly {@link MetadataRequest.verify|verify} messages.
     * @param message MetadataRequest message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: MetadataRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a MetadataRequest message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {MetadataRequest & MetadataRequest.$Shape} MetadataRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): MetadataRequest & MetadataRequest.$Shape;
}

export namespace MetadataRequest {

    /** Properties of a MetadataRequest. */
    interface $Properties {

        /** MetadataRequest clusterId */
        clusterId?: (number|null);

        /** MetadataRequest shardsUnpacked */
        shardsUnpacked?: (number[]|null);

        /** MetadataRequest shards */
        shards?: (number[]|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a MetadataRequest. */
    type $Shape = MetadataRequest.$Properties;
}

/**
 * Properties of a MetadataResponse.
 * @deprecated Use MetadataResponse.$Properties instead.
 */
export interface IMetadataResponse extends MetadataResponse.$Properties {
}

/** Represents a MetadataResponse. */
export class MetadataResponse {

    /**
     * Constructs a new MetadataResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: MetadataResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** MetadataResponse clusterId. */
    clusterId?: (number|null);

    /** MetadataResponse shardsUnpacked. */
    shardsUnpacked: number[];

    /** MetadataResponse shards. */
    shards: number[];

    /**
     * Encodes the specified MetadataResponse message. Does not implicitly {@link MetadataResponse.verify|verify} messages.
     * @param message MetadataResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: MetadataResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a MetadataResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {MetadataResponse & MetadataResponse.$Shape} MetadataResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): MetadataResponse & MetadataResponse.$Shape;
}

export namespace MetadataResponse {

    /** Properties of a MetadataResponse. */
    interface $Properties {

        /** MetadataResponse clusterId */
        clusterId?: (number|null);

        /** MetadataResponse shardsUnpacked */
        shardsUnpacked?: (number[]|null);

        /** MetadataResponse shards */
        shards?: (number[]|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a MetadataResponse. */
    type $Shape = MetadataResponse.$Properties;
}
