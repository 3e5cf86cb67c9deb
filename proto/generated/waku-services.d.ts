// Made from the .proto file of the same name by `npm run proto`.
import * as $protobuf from "protobufjs/minimal.js";
/** A 64-bit number in two halves of 32 bits. */
interface Long { readonly low: number; readonly high: number; readonly unsigned: boolean; }

/**
 * Properties of a StoreQueryRequest.
 * @deprecated Use StoreQueryRequest.$Properties instead.
 */
export interface IStoreQueryRequest extends StoreQueryRequest.$Properties {
}

/** Represents a StoreQueryRequest. */
export class StoreQueryRequest {

    /**
     * Constructs a new StoreQueryRequest.
     * @param [properties] Properties to set
     */
    constructor(properties?: StoreQueryRequest.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** StoreQueryRequest requestId. */
    requestId: string;

    /** StoreQueryRequest includeData. */
    includeData: boolean;

    /** StoreQueryRequest pubsubTopic. */
    pubsubTopic?: (string|null);

    /** StoreQueryRequest contentTopics. */
    contentTopics: string[];

    /** StoreQueryRequest timeStart. */
    timeStart?: (number|Long|null);

    /** StoreQueryRequest timeEnd. */
    timeEnd?: (number|Long|null);

    /** StoreQueryRequest messageHashes. */
    messageHashes: Uint8Array[];

    /** StoreQueryRequest paginationCursor. */
    paginationCursor?: (Uint8Array|null);

    /** StoreQueryRequest paginationForward. */
    paginationForward: boolean;

    /** StoreQueryRequest paginationLimit. */
    paginationLimit?: (number|Long|null);

    /**
     * Encodes the specified StoreQueryRequest message. Does not implicitly {@link StoreQueryRequest.verify|verify} messages.
     * @param message StoreQueryRequest message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: StoreQueryRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a StoreQueryRequest message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {StoreQueryRequest & StoreQueryRequest.$Shape} StoreQueryRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): StoreQueryRequest & StoreQueryRequest.$Shape;
}

export namespace StoreQueryRequest {

    /** Properties of a StoreQueryRequest. */
    interface $Properties {

        /** StoreQueryRequest requestId */
        requestId?: (string|null);

        /** StoreQueryRequest includeData */
        includeData?: (boolean|null);

        /** StoreQueryRequest pubsubTopic */
        pubsubTopic?: (string|null);

        /** StoreQueryRequest contentTopics */
        contentTopics?: (string[]|null);

        /** StoreQueryRequest timeStart */
        timeStart?: (number|Long|null);

        /** StoreQueryRequest timeEnd */
        timeEnd?: (number|Long|null);

        /** StoreQueryRequest messageHashes */
        messageHashes?: (Uint8Array[]|null);

        /** StoreQueryRequest paginationCursor */
        paginationCursor?: (Uint8Array|null);

        /** StoreQueryRequest paginationForward */
        paginationForward?: (boolean|null);

        /** StoreQueryRequest paginationLimit */
        paginationLimit?: (number|Long|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a StoreQueryRequest. */
    type $Shape = StoreQueryRequest.$Properties;
}

/**
 * Properties of a StoredMessage.
 * @deprecated Use StoredMessage.$Properties instead.
 */
export interface IStoredMessage extends StoredMessage.$Properties {
}

/** Represents a StoredMessage. */
export class StoredMessage {

    /**
     * Constructs a new StoredMessage.
     * @param [properties] Properties to set
     */
    constructor(properties?: StoredMessage.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** StoredMessage messageHash. */
    messageHash?: (Uint8Array|null);

    /** StoredMessage message. */
    message?: (WakuMessage.$Properties|null);

    /** StoredMessage pubsubTopic. */
    pubsubTopic?: (string|null);

    /**
     * Encodes the specified StoredMessage message. Does not implicitly {@link StoredMessage.verify|verify} messages.
     * @param message StoredMessage message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: StoredMessage.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a StoredMessage message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {StoredMessage & StoredMessage.$Shape} StoredMessage
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): StoredMessage & StoredMessage.$Shape;
}

export namespace StoredMessage {

    /** Properties of a StoredMessage. */
    interface $Properties {

        /** StoredMessage messageHash */
        messageHash?: (Uint8Array|null);

        /** StoredMessage message */
        message?: (WakuMessage.$Properties|null);

        /** StoredMessage pubsubTopic */
        pubsubTopic?: (string|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a StoredMessage. */
    type $Shape = StoredMessage.$Properties;
}

/**
 * Properties of a StoreQueryResponse.
 * @deprecated Use StoreQueryResponse.$Properties instead.
 */
export interface IStoreQueryResponse extends StoreQueryResponse.$Properties {
}

/** Represents a StoreQueryResponse. */
export class StoreQueryResponse {

    /**
     * Constructs a new StoreQueryResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: StoreQueryResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** StoreQueryResponse requestId. */
    requestId: string;

    /** StoreQueryResponse statusCode. */
    statusCode?: (number|null);

    /** StoreQueryResponse statusDesc. */
    statusDesc?: (string|null);

    /** StoreQueryResponse messages. */
    messages: StoredMessage.$Properties[];

    /** StoreQueryResponse paginationCursor. */
    paginationCursor?: (Uint8Array|null);

    /**
     * Encodes the specified StoreQueryResponse message. Does not implicitly {@link StoreQueryResponse.verify|verify} messages.
     * @param message StoreQueryResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: StoreQueryResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a StoreQueryResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {StoreQueryResponse & StoreQueryResponse.$Shape} StoreQueryResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): StoreQueryResponse & StoreQueryResponse.$Shape;
}

export namespace StoreQueryResponse {

    /** Properties of a StoreQueryResponse. */
    interface $Properties {

        /** StoreQueryResponse requestId */
        requestId?: (string|null);

        /** StoreQueryResponse statusCode */
        statusCode?: (number|null);

        /** StoreQueryResponse statusDesc */
        statusDesc?: (string|null);

        /** StoreQueryResponse messages */
        messages?: (StoredMessage.$Properties[]|null);

        /** StoreQueryResponse paginationCursor */
        paginationCursor?: (Uint8Array|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a StoreQueryResponse. */
    type $Shape = StoreQueryResponse.$Properties;
}

/**
 * Properties of a LegacyStoreIndex.
 * @deprecated Use LegacyStoreIndex.$Properties instead.
 */
export interface ILegacyStoreIndex extends LegacyStoreIndex.$Properties {
}

/** Represents a LegacyStoreIndex. */
export class LegacyStoreIndex {

    /**
     * Constructs a new LegacyStoreIndex.
     * @param [properties] Properties to set
     */
    constructor(properties?: LegacyStoreIndex.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** LegacyStoreIndex digest. */
    digest: Uint8Array;

    /** LegacyStoreIndex receiverTime. */
    receiverTime: (number|Long);

    /** LegacyStoreIndex senderTime. */
    senderTime: (number|Long);

    /** LegacyStoreIndex pubsubTopic. */
    pubsubTopic: string;

    /**
     * Encodes the specified LegacyStoreIndex message. Does not implicitly {@link LegacyStoreIndex.verify|verify} messages.
     * @param message LegacyStoreIndex message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: LegacyStoreIndex.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a LegacyStoreIndex message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {LegacyStoreIndex & LegacyStoreIndex.$Shape} LegacyStoreIndex
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): LegacyStoreIndex & LegacyStoreIndex.$Shape;
}

export namespace LegacyStoreIndex {

    /** Properties of a LegacyStoreIndex. */
    interface $Properties {

        /** LegacyStoreIndex digest */
        digest?: (Uint8Array|null);

        /** LegacyStoreIndex receiverTime */
        receiverTime?: (number|Long|null);

        /** LegacyStoreIndex senderTime */
        senderTime?: (number|Long|null);

        /** LegacyStoreIndex pubsubTopic */
        pubsubTopic?: (string|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a LegacyStoreIndex. */
    type $Shape = LegacyStoreIndex.$Properties;
}

/**
 * Properties of a LegacyStorePaging.
 * @deprecated Use LegacyStorePaging.$Properties instead.
 */
export interface ILegacyStorePaging extends LegacyStorePaging.$Properties {
}

/** Represents a LegacyStorePaging. */
export class LegacyStorePaging {

    /**
     * Constructs a new LegacyStorePaging.
     * @param [properties] Properties to set
     */
    constructor(properties?: LegacyStorePaging.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** LegacyStorePaging pageSize. */
    pageSize: (number|Long);

    /** LegacyStorePaging cursor. */
    cursor?: (LegacyStoreIndex.$Properties|null);

    /** LegacyStorePaging direction. */
    direction: number;

    /**
     * Encodes the specified LegacyStorePaging message. Does not implicitly {@link LegacyStorePaging.verify|verify} messages.
     * @param message LegacyStorePaging message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: LegacyStorePaging.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a LegacyStorePaging message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {LegacyStorePaging & LegacyStorePaging.$Shape} LegacyStorePaging
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): LegacyStorePaging & LegacyStorePaging.$Shape;
}

export namespace LegacyStorePaging {

    /** Properties of a LegacyStorePaging. */
    interface $Properties {

        /** LegacyStorePaging pageSize */
        pageSize?: (number|Long|null);

        /** LegacyStorePaging cursor */
        cursor?: (LegacyStoreIndex.$Properties|null);

        /** LegacyStorePaging direction */
        direction?: (number|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a LegacyStorePaging. */
    type $Shape = LegacyStorePaging.$Properties;
}

/**
 * Properties of a LegacyStoreContentFilter.
 * @deprecated Use LegacyStoreContentFilter.$Properties instead.
 */
export interface ILegacyStoreContentFilter extends LegacyStoreContentFilter.$Properties {
}

/** Represents a LegacyStoreContentFilter. */
export class LegacyStoreContentFilter {

    /**
     * Constructs a new LegacyStoreContentFilter.
     * @param [properties] Properties to set
     */
    constructor(properties?: LegacyStoreContentFilter.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** LegacyStoreContentFilter contentTopic. */
    contentTopic: string;

    /**
     * Encodes the specified LegacyStoreContentFilter message. Does not implicitly {@link LegacyStoreContentFilter.verify|verify} messages.
     * @param message LegacyStoreContentFilter message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: LegacyStoreContentFilter.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a LegacyStoreContentFilter message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {LegacyStoreContentFilter & LegacyStoreContentFilter.$Shape} LegacyStoreContentFilter
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): LegacyStoreContentFilter & LegacyStoreContentFilter.$Shape;
}

export namespace LegacyStoreContentFilter {

    /** Properties of a LegacyStoreContentFilter. */
    interface $Properties {

        /** LegacyStoreContentFilter contentTopic */
        contentTopic?: (string|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a LegacyStoreContentFilter. */
    type $Shape = LegacyStoreContentFilter.$Properties;
}

/**
 * Properties of a LegacyStoreQuery.
 * @deprecated Use LegacyStoreQuery.$Properties instead.
 */
export interface ILegacyStoreQuery extends LegacyStoreQuery.$Properties {
}

/** Represents a LegacyStoreQuery. */
export class LegacyStoreQuery {

    /**
     * Constructs a new LegacyStoreQuery.
     * @param [properties] Properties to set
     */
    constructor(properties?: LegacyStoreQuery.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** LegacyStoreQuery pubsubTopic. */
    pubsubTopic: string;

    /** LegacyStoreQuery contentFilters. */
    contentFilters: LegacyStoreContentFilter.$Properties[];

    /** LegacyStoreQuery paging. */
    paging?: (LegacyStorePaging.$Properties|null);

    /** LegacyStoreQuery startTime. */
    startTime: (number|Long);

    /** LegacyStoreQuery endTime. */
    endTime: (number|Long);

    /**
     * Encodes the specified LegacyStoreQuery message. Does not implicitly {@link LegacyStoreQuery.verify|verify} messages.
     * @param message LegacyStoreQuery message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: LegacyStoreQuery.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a LegacyStoreQuery message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {LegacyStoreQuery & LegacyStoreQuery.$Shape} LegacyStoreQuery
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): LegacyStoreQuery & LegacyStoreQuery.$Shape;
}

export namespace LegacyStoreQuery {

    /** Properties of a LegacyStoreQuery. */
    interface $Properties {

        /** LegacyStoreQuery pubsubTopic */
        pubsubTopic?: (string|null);

        /** LegacyStoreQuery contentFilters */
        contentFilters?: (LegacyStoreContentFilter.$Properties[]|null);

        /** LegacyStoreQuery paging */
        paging?: (LegacyStorePaging.$Properties|null);

        /** LegacyStoreQuery startTime */
        startTime?: (number|Long|null);

        /** LegacyStoreQuery endTime */
        endTime?: (number|Long|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a LegacyStoreQuery. */
    type $Shape = LegacyStoreQuery.$Properties;
}

/**
 * Properties of a LegacyStoreResponse.
 * @deprecated Use LegacyStoreResponse.$Properties instead.
 */
export interface ILegacyStoreResponse extends LegacyStoreResponse.$Properties {
}

/** Represents a LegacyStoreResponse. */
export class LegacyStoreResponse {

    /**
     * Constructs a new LegacyStoreResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: LegacyStoreResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** LegacyStoreResponse messages. */
    messages: WakuMessage.$Properties[];

    /** LegacyStoreResponse paging. */
    paging?: (LegacyStorePaging.$Properties|null);

    /** LegacyStoreResponse error. */
    error: number;

    /**
     * Encodes the specified LegacyStoreResponse message. Does not implicitly {@link LegacyStoreResponse.verify|verify} messages.
     * @param message LegacyStoreResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: LegacyStoreResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a LegacyStoreResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {LegacyStoreResponse & LegacyStoreResponse.$Shape} LegacyStoreResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): LegacyStoreResponse & LegacyStoreResponse.$Shape;
}

export namespace LegacyStoreResponse {

    /** Properties of a LegacyStoreResponse. */
    interface $Properties {

        /** LegacyStoreResponse messages */
        messages?: (WakuMessage.$Properties[]|null);

        /** LegacyStoreResponse paging */
        paging?: (LegacyStorePaging.$Properties|null);

        /** LegacyStoreResponse error */
        error?: (number|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a LegacyStoreResponse. */
    type $Shape = LegacyStoreResponse.$Properties;
}

/**
 * Properties of a LegacyStoreRpc.
 * @deprecated Use LegacyStoreRpc.$Properties instead.
 */
export interface ILegacyStoreRpc extends LegacyStoreRpc.$Properties {
}

/** Represents a LegacyStoreRpc. */
export class LegacyStoreRpc {

    /**
     * Constructs a new LegacyStoreRpc.
     * @param [properties] Properties to set
     */
    constructor(properties?: LegacyStoreRpc.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** LegacyStoreRpc requestId. */
    requestId: string;

    /** LegacyStoreRpc query. */
    query?: (LegacyStoreQuery.$Properties|null);

    /** LegacyStoreRpc response. */
    response?: (LegacyStoreResponse.$Properties|null);

    /**
     * Encodes the specified LegacyStoreRpc message. Does not implicitly {@link LegacyStoreRpc.verify|verify} messages.
     * @param message LegacyStoreRpc message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: LegacyStoreRpc.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a LegacyStoreRpc message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {LegacyStoreRpc & LegacyStoreRpc.$Shape} LegacyStoreRpc
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): LegacyStoreRpc & LegacyStoreRpc.$Shape;
}

export namespace LegacyStoreRpc {

    /** Properties of a LegacyStoreRpc. */
    interface $Properties {

        /** LegacyStoreRpc requestId */
        requestId?: (string|null);

        /** LegacyStoreRpc query */
        query?: (LegacyStoreQuery.$Properties|null);

        /** LegacyStoreRpc response */
        response?: (LegacyStoreResponse.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a LegacyStoreRpc. */
    type $Shape = LegacyStoreRpc.$Properties;
}

/**
 * Properties of a FilterSubscribeRequest.
 * @deprecated Use FilterSubscribeRequest.$Properties instead.
 */
export interface IFilterSubscribeRequest extends FilterSubscribeRequest.$Properties {
}

/** Represents a FilterSubscribeRequest. */
export class FilterSubscribeRequest {

    /**
     * Constructs a new FilterSubscribeRequest.
     * @param [properties] Properties to set
     */
    constructor(properties?: FilterSubscribeRequest.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** FilterSubscribeRequest requestId. */
    requestId: string;

    /** FilterSubscribeRequest type. */
    type: number;

    /** FilterSubscribeRequest pubsubTopic. */
    pubsubTopic?: (string|null);

    /** FilterSubscribeRequest contentTopics. */
    contentTopics: string[];

    /**
     * Encodes the specified FilterSubscribeRequest message. Does not implicitly {@link FilterSubscribeRequest.verify|verify} messages.
     * @param message FilterSubscribeRequest message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: FilterSubscribeRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a FilterSubscribeRequest message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {FilterSubscribeRequest & FilterSubscribeRequest.$Shape} FilterSubscribeRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): FilterSubscribeRequest & FilterSubscribeRequest.$Shape;
}

export namespace FilterSubscribeRequest {

    /** Properties of a FilterSubscribeRequest. */
    interface $Properties {

        /** FilterSubscribeRequest requestId */
        requestId?: (string|null);

        /** FilterSubscribeRequest type */
        type?: (number|null);

        /** FilterSubscribeRequest pubsubTopic */
        pubsubTopic?: (string|null);

        /** FilterSubscribeRequest contentTopics */
        contentTopics?: (string[]|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a FilterSubscribeRequest. */
    type $Shape = FilterSubscribeRequest.$Properties;
}

/**
 * Properties of a FilterSubscribeResponse.
 * @deprecated Use FilterSubscribeResponse.$Properties instead.
 */
export interface IFilterSubscribeResponse extends FilterSubscribeResponse.$Properties {
}

/** Represents a FilterSubscribeResponse. */
export class FilterSubscribeResponse {

    /**
     * Constructs a new FilterSubscribeResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: FilterSubscribeResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** FilterSubscribeResponse requestId. */
    requestId: string;

    /** FilterSubscribeResponse statusCode. */
    statusCode: number;

    /** FilterSubscribeResponse statusDesc. */
    statusDesc?: (string|null);

    /**
     * Encodes the specified FilterSubscribeResponse message. Does not implicitly {@link FilterSubscribeResponse.verify|verify} messages.
     * @param message FilterSubscribeResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: FilterSubscribeResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a FilterSubscribeResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {FilterSubscribeResponse & FilterSubscribeResponse.$Shape} FilterSubscribeResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): FilterSubscribeResponse & FilterSubscribeResponse.$Shape;
}

export namespace FilterSubscribeResponse {

    /** Properties of a FilterSubscribeResponse. */
    interface $Properties {

        /** FilterSubscribeResponse requestId */
        requestId?: (string|null);

        /** FilterSubscribeResponse statusCode */
        statusCode?: (number|null);

        /** FilterSubscribeResponse statusDesc */
        statusDesc?: (string|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a FilterSubscribeResponse. */
    type $Shape = FilterSubscribeResponse.$Properties;
}

/**
 * Properties of a FilterPush.
 * @deprecated Use FilterPush.$Properties instead.
 */
export interface IFilterPush extends FilterPush.$Properties {
}

/** Represents a FilterPush. */
export class FilterPush {

    /**
     * Constructs a new FilterPush.
     * @param [properties] Properties to set
     */
    constructor(properties?: FilterPush.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** FilterPush message. */
    message?: (WakuMessage.$Properties|null);

    /** FilterPush pubsubTopic. */
    pubsubTopic?: (string|null);

    /**
     * Encodes the specified FilterPush message. Does not implicitly {@link FilterPush.verify|verify} messages.
     * @param message FilterPush message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: FilterPush.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a FilterPush message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {FilterPush & FilterPush.$Shape} FilterPush
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): FilterPush & FilterPush.$Shape;
}

export namespace FilterPush {

    /** Properties of a FilterPush. */
    interface $Properties {

        /** FilterPush message */
        message?: (WakuMessage.$Properties|null);

        /** FilterPush pubsubTopic */
        pubsubTopic?: (string|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a FilterPush. */
    type $Shape = FilterPush.$Properties;
}

/**
 * Properties of a LightPushRequest.
 * @deprecated Use LightPushRequest.$Properties instead.
 */
export interface ILightPushRequest extends LightPushRequest.$Properties {
}

/** Represents a LightPushRequest. */
export class LightPushRequest {

    /**
     * Constructs a new LightPushRequest.
     * @param [properties] Properties to set
     */
    constructor(properties?: LightPushRequest.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** LightPushRequest requestId. */
    requestId: string;

    /** LightPushRequest pubsubTopic. */
    pubsubTopic?: (string|null);

    /** LightPushRequest message. */
    message?: (WakuMessage.$Properties|null);

    /**
     * Encodes the specified LightPushRequest message. Does not implicitly {@link LightPushRequest.verify|verify} messages.
     * @param message LightPushRequest message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: LightPushRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a LightPushRequest message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {LightPushRequest & LightPushRequest.$Shape} LightPushRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): LightPushRequest & LightPushRequest.$Shape;
}

export namespace LightPushRequest {

    /** Properties of a LightPushRequest. */
    interface $Properties {

        /** LightPushRequest requestId */
        requestId?: (string|null);

        /** LightPushRequest pubsubTopic */
        pubsubTopic?: (string|null);

        /** LightPushRequest message */
        message?: (WakuMessage.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a LightPushRequest. */
    type $Shape = LightPushRequest.$Properties;
}

/**
 * Properties of a LightPushResponse.
 * @deprecated Use LightPushResponse.$Properties instead.
 */
export interface ILightPushResponse extends LightPushResponse.$Properties {
}

/** Represents a LightPushResponse. */
export class LightPushResponse {

    /**
     * Constructs a new LightPushResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: LightPushResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** LightPushResponse requestId. */
    requestId: string;

    /** LightPushResponse statusCode. */
    statusCode: number;

    /** LightPushResponse statusDesc. */
    statusDesc?: (string|null);

    /** LightPushResponse relayPeerCount. */
    relayPeerCount?: (number|null);

    /**
     * Encodes the specified LightPushResponse message. Does not implicitly {@link LightPushResponse.verify|verify} messages.
     * @param message LightPushResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: LightPushResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a LightPushResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {LightPushResponse & LightPushResponse.$Shape} LightPushResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): LightPushResponse & LightPushResponse.$Shape;
}

export namespace LightPushResponse {

    /** Properties of a LightPushResponse. */
    interface $Properties {

        /** LightPushResponse requestId */
        requestId?: (string|null);

        /** LightPushResponse statusCode */
        statusCode?: (number|null);

        /** LightPushResponse statusDesc */
        statusDesc?: (string|null);

        /** LightPushResponse relayPeerCount */
        relayPeerCount?: (number|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a LightPushResponse. */
    type $Shape = LightPushResponse.$Properties;
}

/**
 * Properties of a LegacyLightPushRequest.
 * @deprecated Use LegacyLightPushRequest.$Properties instead.
 */
export interface ILegacyLightPushRequest extends LegacyLightPushRequest.$Properties {
}

/** Represents a LegacyLightPushRequest. */
export class LegacyLightPushRequest {

    /**
     * Constructs a new LegacyLightPushRequest.
     * @param [properties] Properties to set
     */
    constructor(properties?: LegacyLightPushRequest.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** LegacyLightPushRequest pubsubTopic. */
    pubsubTopic: string;

    /** LegacyLightPushRequest message. */
    message?: (WakuMessage.$Properties|null);

    /**
     * Encodes the specified LegacyLightPushRequest message. Does not implicitly {@link LegacyLightPushRequest.verify|verify} messages.
     * @param message LegacyLightPushRequest message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: LegacyLightPushRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a LegacyLightPushRequest message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {LegacyLightPushRequest & LegacyLightPushRequest.$Shape} LegacyLightPushRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): LegacyLightPushRequest & LegacyLightPushRequest.$Shape;
}

export namespace LegacyLightPushRequest {

    /** Properties of a LegacyLightPushRequest. */
    interface $Properties {

        /** LegacyLightPushRequest pubsubTopic */
        pubsubTopic?: (string|null);

        /** LegacyLightPushRequest message */
        message?: (WakuMessage.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a LegacyLightPushRequest. */
    type $Shape = LegacyLightPushRequest.$Properties;
}

/**
 * Properties of a LegacyLightPushResponse.
 * @deprecated Use LegacyLightPushResponse.$Properties instead.
 */
export interface ILegacyLightPushResponse extends LegacyLightPushResponse.$Properties {
}

/** Represents a LegacyLightPushResponse. */
export class LegacyLightPushResponse {

    /**
     * Constructs a new LegacyLightPushResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: LegacyLightPushResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** LegacyLightPushResponse isSuccess. */
    isSuccess: boolean;

    /** LegacyLightPushResponse info. */
    info: string;

    /**
     * Encodes the specified LegacyLightPushResponse message. Does not implicitly {@link LegacyLightPushResponse.verify|verify} messages.
     * @param message LegacyLightPushResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: LegacyLightPushResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a LegacyLightPushResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {LegacyLightPushResponse & LegacyLightPushResponse.$Shape} LegacyLightPushResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): LegacyLightPushResponse & LegacyLightPushResponse.$Shape;
}

export namespace LegacyLightPushResponse {

    /** Properties of a LegacyLightPushResponse. */
    interface $Properties {

        /** LegacyLightPushResponse isSuccess */
        isSuccess?: (boolean|null);

        /** LegacyLightPushResponse info */
        info?: (string|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a LegacyLightPushResponse. */
    type $Shape = LegacyLightPushResponse.$Properties;
}

/**
 * Properties of a LegacyLightPushRpc.
 * @deprecated Use LegacyLightPushRpc.$Properties instead.
 */
export interface ILegacyLightPushRpc extends LegacyLightPushRpc.$Properties {
}

/** Represents a LegacyLightPushRpc. */
export class LegacyLightPushRpc {

    /**
     * Constructs a new LegacyLightPushRpc.
     * @param [properties] Properties to set
     */
    constructor(properties?: LegacyLightPushRpc.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** LegacyLightPushRpc requestId. */
    requestId: string;

    /** LegacyLightPushRpc request. */
    request?: (LegacyLightPushRequest.$Properties|null);

    /** LegacyLightPushRpc response. */
    response?: (LegacyLightPushResponse.$Properties|null);

    /**
     * Encodes the specified LegacyLightPushRpc message. Does not implicitly {@link LegacyLightPushRpc.verify|verify} messages.
     * @param message LegacyLightPushRpc message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: LegacyLightPushRpc.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a LegacyLightPushRpc message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {LegacyLightPushRpc & LegacyLightPushRpc.$Shape} LegacyLightPushRpc
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): LegacyLightPushRpc & LegacyLightPushRpc.$Shape;
}

export namespace LegacyLightPushRpc {

    /** Properties of a LegacyLightPushRpc. */
    interface $Properties {

        /** LegacyLightPushRpc requestId */
        requestId?: (string|null);

        /** LegacyLightPushRpc request */
        request?: (LegacyLightPushRequest.$Properties|null);

        /** LegacyLightPushRpc response */
        response?: (LegacyLightPushResponse.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a LegacyLightPushRpc. */
    type $Shape = LegacyLightPushRpc.$Properties;
}

/**
 * Properties of an ExchangedPeer.
 * @deprecated Use ExchangedPeer.$Properties instead.
 */
export interface IExchangedPeer extends ExchangedPeer.$Properties {
}

/** Represents an ExchangedPeer. */
export class ExchangedPeer {

    /**
     * Constructs a new ExchangedPeer.
     * @param [properties] Properties to set
     */
    constructor(properties?: ExchangedPeer.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** ExchangedPeer enr. */
    enr?: (Uint8Array|null);

    /**
     * Encodes the specified ExchangedPeer message. Does not implicitly {@link ExchangedPeer.verify|verify} messages.
     * @param message ExchangedPeer message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: ExchangedPeer.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes an ExchangedPeer message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {ExchangedPeer & ExchangedPeer.$Shape} ExchangedPeer
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ExchangedPeer & ExchangedPeer.$Shape;
}

export namespace ExchangedPeer {

    /** Properties of an ExchangedPeer. */
    interface $Properties {

        /** ExchangedPeer enr */
        enr?: (Uint8Array|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of an ExchangedPeer. */
    type $Shape = ExchangedPeer.$Properties;
}

/**
 * Properties of a PeerExchangeQuery.
 * @deprecated Use PeerExchangeQuery.$Properties instead.
 */
export interface IPeerExchangeQuery extends PeerExchangeQuery.$Properties {
}

/** Represents a PeerExchangeQuery. */
export class PeerExchangeQuery {

    /**
     * Constructs a new PeerExchangeQuery.
     * @param [properties] Properties to set
     */
    constructor(properties?: PeerExchangeQuery.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PeerExchangeQuery numPeers. */
    numPeers: (number|Long);

    /**
     * Encodes the specified PeerExchangeQuery message. Does not implicitly {@link PeerExchangeQuery.verify|verify} messages.
     * @param message PeerExchangeQuery message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PeerExchangeQuery.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PeerExchangeQuery message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PeerExchangeQuery & PeerExchangeQuery.$Shape} PeerExchangeQuery
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PeerExchangeQuery & PeerExchangeQuery.$Shape;
}

export namespace PeerExchangeQuery {

    /** Properties of a PeerExchangeQuery. */
    interface $Properties {

        /** PeerExchangeQuery numPeers */
        numPeers?: (number|Long|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PeerExchangeQuery. */
    type $Shape = PeerExchangeQuery.$Properties;
}

/**
 * Properties of a PeerExchangeResponse.
 * @deprecated Use PeerExchangeResponse.$Properties instead.
 */
export interface IPeerExchangeResponse extends PeerExchangeResponse.$Properties {
}

/** Represents a PeerExchangeResponse. */
export class PeerExchangeResponse {

    /**
     * Constructs a new PeerExchangeResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: PeerExchangeResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PeerExchangeResponse peers. */
    peers: ExchangedPeer.$Properties[];

    /** PeerExchangeResponse statusCode. */
    statusCode: number;

    /** PeerExchangeResponse statusDesc. */
    statusDesc?: (string|null);

    /**
     * Encodes the specified PeerExchangeResponse message. Does not implicitly {@link PeerExchangeResponse.verify|verify} messages.
     * @param message PeerExchangeResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PeerExchangeResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PeerExchangeResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PeerExchangeResponse & PeerExchangeResponse.$Shape} PeerExchangeResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PeerExchangeResponse & PeerExchangeResponse.$Shape;
}

export namespace PeerExchangeResponse {

    /** Properties of a PeerExchangeResponse. */
    interface $Properties {

        /** PeerExchangeResponse peers */
        peers?: (ExchangedPeer.$Properties[]|null);

        /** PeerExchangeResponse statusCode */
        statusCode?: (number|null);

        /** PeerExchangeResponse statusDesc */
        statusDesc?: (string|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PeerExchangeResponse. */
    type $Shape = PeerExchangeResponse.$Properties;
}

/**
 * Properties of a PeerExchangeRpc.
 * @deprecated Use PeerExchangeRpc.$Properties instead.
 */
export interface IPeerExchangeRpc extends PeerExchangeRpc.$Properties {
}

/** Represents a PeerExchangeRpc. */
export class PeerExchangeRpc {

    /**
     * Constructs a new PeerExchangeRpc.
     * @param [properties] Properties to set
     */
    constructor(properties?: PeerExchangeRpc.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PeerExchangeRpc query. */
    query?: (PeerExchangeQuery.$Properties|null);

    /** PeerExchangeRpc response. */
    response?: (PeerExchangeResponse.$Properties|null);

    /**
     * Encodes the specified PeerExchangeRpc message. Does not implicitly {@link PeerExchangeRpc.verify|verify} messages.
     * @param message PeerExchangeRpc message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PeerExchangeRpc.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PeerExchangeRpc message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PeerExchangeRpc & PeerExchangeRpc.$Shape} PeerExchangeRpc
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PeerExchangeRpc & PeerExchangeRpc.$Shape;
}

export namespace PeerExchangeRpc {

    /** Properties of a PeerExchangeRpc. */
    interface $Properties {

        /** PeerExchangeRpc query */
        query?: (PeerExchangeQuery.$Properties|null);

        /** PeerExchangeRpc response */
        response?: (PeerExchangeResponse.$Properties|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PeerExchangeRpc. */
    type $Shape = PeerExchangeRpc.$Properties;
}

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
