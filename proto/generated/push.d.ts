// Made from the .proto file of the same name by `npm run proto`.
import * as $protobuf from "protobufjs/minimal.js";
/** A 64-bit number in two halves of 32 bits. */
interface Long { readonly low: number; readonly high: number; readonly unsigned: boolean; }

/**
 * Properties of a PushNotificationRegistration.
 * @deprecated Use PushNotificationRegistration.$Properties instead.
 */
export interface IPushNotificationRegistration extends PushNotificationRegistration.$Properties {
}

/** Represents a PushNotificationRegistration. */
export class PushNotificationRegistration {

    /**
     * Constructs a new PushNotificationRegistration.
     * @param [properties] Properties to set
     */
    constructor(properties?: PushNotificationRegistration.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PushNotificationRegistration tokenType. */
    tokenType: number;

    /** PushNotificationRegistration deviceToken. */
    deviceToken: string;

    /** PushNotificationRegistration installationId. */
    installationId: string;

    /** PushNotificationRegistration accessToken. */
    accessToken: string;

    /** PushNotificationRegistration enabled. */
    enabled: boolean;

    /** PushNotificationRegistration version. */
    version: (number|Long);

    /** PushNotificationRegistration allowedKeyList. */
    allowedKeyList: Uint8Array[];

    /** PushNotificationRegistration blockedChatList. */
    blockedChatList: Uint8Array[];

    /** PushNotificationRegistration unregister. */
    unregister: boolean;

    /** PushNotificationRegistration grant. */
    grant: Uint8Array;

    /** PushNotificationRegistration allowFromContactsOnly. */
    allowFromContactsOnly: boolean;

    /** PushNotificationRegistration apnTopic. */
    apnTopic: string;

    /** PushNotificationRegistration blockMentions. */
    blockMentions: boolean;

    /** PushNotificationRegistration allowedMentionsChatList. */
    allowedMentionsChatList: Uint8Array[];

    /** PushNotificationRegistration mutedChatList. */
    mutedChatList: Uint8Array[];

    /**
     * Encodes the specified PushNotificationRegistration message. Does not implicitly {@link PushNotificationRegistration.verify|verify} messages.
     * @param message PushNotificationRegistration message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PushNotificationRegistration.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PushNotificationRegistration message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PushNotificationRegistration & PushNotificationRegistration.$Shape} PushNotificationRegistration
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PushNotificationRegistration & PushNotificationRegistration.$Shape;
}

export namespace PushNotificationRegistration {

    /** Properties of a PushNotificationRegistration. */
    interface $Properties {

        /** PushNotificationRegistration tokenType */
        tokenType?: (number|null);

        /** PushNotificationRegistration deviceToken */
        deviceToken?: (string|null);

        /** PushNotificationRegistration installationId */
        installationId?: (string|null);

        /** PushNotificationRegistration accessToken */
        accessToken?: (string|null);

        /** PushNotificationRegistration enabled */
        enabled?: (boolean|null);

        /** PushNotificationRegistration version */
        version?: (number|Long|null);

        /** PushNotificationRegistration allowedKeyList */
        allowedKeyList?: (Uint8Array[]|null);

        /** PushNotificationRegistration blockedChatList */
        blockedChatList?: (Uint8Array[]|null);

        /** PushNotificationRegistration unregister */
        unregister?: (boolean|null);

        /** PushNotificationRegistration grant */
        grant?: (Uint8Array|null);

        /** PushNotificationRegistration allowFromContactsOnly */
        allowFromContactsOnly?: (boolean|null);

        /** PushNotificationRegistration apnTopic */
        apnTopic?: (string|null);

        /** PushNotificationRegistration blockMentions */
        blockMentions?: (boolean|null);

        /** PushNotificationRegistration allowedMentionsChatList */
        allowedMentionsChatList?: (Uint8Array[]|null);

        /** PushNotificationRegistration mutedChatList */
        mutedChatList?: (Uint8Array[]|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PushNotificationRegistration. */
    type $Shape = PushNotificationRegistration.$Properties;
}

/**
 * Properties of a PushNotificationRegistrationResponse.
 * @deprecated Use PushNotificationRegistrationResponse.$Properties instead.
 */
export interface IPushNotificationRegistrationResponse extends PushNotificationRegistrationResponse.$Properties {
}

/** Represents a PushNotificationRegistrationResponse. */
export class PushNotificationRegistrationResponse {

    /**
     * Constructs a new PushNotificationRegistrationResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: PushNotificationRegistrationResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PushNotificationRegistrationResponse success. */
    success: boolean;

    /** PushNotificationRegistrationResponse error. */
    error: number;

    /** PushNotificationRegistrationResponse requestId. */
    requestId: Uint8Array;

    /**
     * Encodes the specified PushNotificationRegistrationResponse message. Does not implicitly {@link PushNotificationRegistrationResponse.verify|verify} messages.
     * @param message PushNotificationRegistrationResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PushNotificationRegistrationResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PushNotificationRegistrationResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PushNotificationRegistrationResponse & PushNotificationRegistrationResponse.$Shape} PushNotificationRegistrationResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PushNotificationRegistrationResponse & PushNotificationRegistrationResponse.$Shape;
}

export namespace PushNotificationRegistrationResponse {

    /** Properties of a PushNotificationRegistrationResponse. */
    interface $Properties {

        /** PushNotificationRegistrationResponse success */
        success?: (boolean|null);

        /** PushNotificationRegistrationResponse error */
        error?: (number|null);

        /** PushNotificationRegistrationResponse requestId */
        requestId?: (Uint8Array|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PushNotificationRegistrationResponse. */
    type $Shape = PushNotificationRegistrationResponse.$Properties;
}

/**
 * Properties of a ContactCodeAdvertisement.
 * @deprecated Use ContactCodeAdvertisement.$Properties instead.
 */
export interface IContactCodeAdvertisement extends ContactCodeAdvertisement.$Properties {
}

/** Represents a ContactCodeAdvertisement. */
export class ContactCodeAdvertisement {

    /**
     * Constructs a new ContactCodeAdvertisement.
     * @param [properties] Properties to set
     */
    constructor(properties?: ContactCodeAdvertisement.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** ContactCodeAdvertisement pushNotificationInfo. */
    pushNotificationInfo: PushNotificationQueryInfo.$Properties[];

    /**
     * Encodes the specified ContactCodeAdvertisement message. Does not implicitly {@link ContactCodeAdvertisement.verify|verify} messages.
     * @param message ContactCodeAdvertisement message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: ContactCodeAdvertisement.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a ContactCodeAdvertisement message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {ContactCodeAdvertisement & ContactCodeAdvertisement.$Shape} ContactCodeAdvertisement
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): ContactCodeAdvertisement & ContactCodeAdvertisement.$Shape;
}

export namespace ContactCodeAdvertisement {

    /** Properties of a ContactCodeAdvertisement. */
    interface $Properties {

        /** ContactCodeAdvertisement pushNotificationInfo */
        pushNotificationInfo?: (PushNotificationQueryInfo.$Properties[]|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a ContactCodeAdvertisement. */
    type $Shape = ContactCodeAdvertisement.$Properties;
}

/**
 * Properties of a PushNotificationQuery.
 * @deprecated Use PushNotificationQuery.$Properties instead.
 */
export interface IPushNotificationQuery extends PushNotificationQuery.$Properties {
}

/** Represents a PushNotificationQuery. */
export class PushNotificationQuery {

    /**
     * Constructs a new PushNotificationQuery.
     * @param [properties] Properties to set
     */
    constructor(properties?: PushNotificationQuery.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PushNotificationQuery publicKeys. */
    publicKeys: Uint8Array[];

    /**
     * Encodes the specified PushNotificationQuery message. Does not implicitly {@link PushNotificationQuery.verify|verify} messages.
     * @param message PushNotificationQuery message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PushNotificationQuery.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PushNotificationQuery message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PushNotificationQuery & PushNotificationQuery.$Shape} PushNotificationQuery
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PushNotificationQuery & PushNotificationQuery.$Shape;
}

export namespace PushNotificationQuery {

    /** Properties of a PushNotificationQuery. */
    interface $Properties {

        /** PushNotificationQuery publicKeys */
        publicKeys?: (Uint8Array[]|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PushNotificationQuery. */
    type $Shape = PushNotificationQuery.$Properties;
}

/**
 * Properties of a PushNotificationQueryInfo.
 * @deprecated Use PushNotificationQueryInfo.$Properties instead.
 */
export interface IPushNotificationQueryInfo extends PushNotificationQueryInfo.$Properties {
}

/** Represents a PushNotificationQueryInfo. */
export class PushNotificationQueryInfo {

    /**
     * Constructs a new PushNotificationQueryInfo.
     * @param [properties] Properties to set
     */
    constructor(properties?: PushNotificationQueryInfo.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PushNotificationQueryInfo accessToken. */
    accessToken: string;

    /** PushNotificationQueryInfo installationId. */
    installationId: string;

    /** PushNotificationQueryInfo publicKey. */
    publicKey: Uint8Array;

    /** PushNotificationQueryInfo allowedKeyList. */
    allowedKeyList: Uint8Array[];

    /** PushNotificationQueryInfo grant. */
    grant: Uint8Array;

    /** PushNotificationQueryInfo version. */
    version: (number|Long);

    /** PushNotificationQueryInfo serverPublicKey. */
    serverPublicKey: Uint8Array;

    /**
     * Encodes the specified PushNotificationQueryInfo message. Does not implicitly {@link PushNotificationQueryInfo.verify|verify} messages.
     * @param message PushNotificationQueryInfo message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PushNotificationQueryInfo.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PushNotificationQueryInfo message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PushNotificationQueryInfo & PushNotificationQueryInfo.$Shape} PushNotificationQueryInfo
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PushNotificationQueryInfo & PushNotificationQueryInfo.$Shape;
}

export namespace PushNotificationQueryInfo {

    /** Properties of a PushNotificationQueryInfo. */
    interface $Properties {

        /** PushNotificationQueryInfo accessToken */
        accessToken?: (string|null);

        /** PushNotificationQueryInfo installationId */
        installationId?: (string|null);

        /** PushNotificationQueryInfo publicKey */
        publicKey?: (Uint8Array|null);

        /** PushNotificationQueryInfo allowedKeyList */
        allowedKeyList?: (Uint8Array[]|null);

        /** PushNotificationQueryInfo grant */
        grant?: (Uint8Array|null);

        /** PushNotificationQueryInfo version */
        version?: (number|Long|null);

        /** PushNotificationQueryInfo serverPublicKey */
        serverPublicKey?: (Uint8Array|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PushNotificationQueryInfo. */
    type $Shape = PushNotificationQueryInfo.$Properties;
}

/**
 * Properties of a PushNotificationQueryResponse.
 * @deprecated Use PushNotificationQueryResponse.$Properties instead.
 */
export interface IPushNotificationQueryResponse extends PushNotificationQueryResponse.$Properties {
}

/** Represents a PushNotificationQueryResponse. */
export class PushNotificationQueryResponse {

    /**
     * Constructs a new PushNotificationQueryResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: PushNotificationQueryResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PushNotificationQueryResponse info. */
    info: PushNotificationQueryInfo.$Properties[];

    /** PushNotificationQueryResponse messageId. */
    messageId: Uint8Array;

    /** PushNotificationQueryResponse success. */
    success: boolean;

    /**
     * Encodes the specified PushNotificationQueryResponse message. Does not implicitly {@link PushNotificationQueryResponse.verify|verify} messages.
     * @param message PushNotificationQueryResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PushNotificationQueryResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PushNotificationQueryResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PushNotificationQueryResponse & PushNotificationQueryResponse.$Shape} PushNotificationQueryResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PushNotificationQueryResponse & PushNotificationQueryResponse.$Shape;
}

export namespace PushNotificationQueryResponse {

    /** Properties of a PushNotificationQueryResponse. */
    interface $Properties {

        /** PushNotificationQueryResponse info */
        info?: (PushNotificationQueryInfo.$Properties[]|null);

        /** PushNotificationQueryResponse messageId */
        messageId?: (Uint8Array|null);

        /** PushNotificationQueryResponse success */
        success?: (boolean|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PushNotificationQueryResponse. */
    type $Shape = PushNotificationQueryResponse.$Properties;
}

/**
 * Properties of a PushNotification.
 * @deprecated Use PushNotification.$Properties instead.
 */
export interface IPushNotification extends PushNotification.$Properties {
}

/** Represents a PushNotification. */
export class PushNotification {

    /**
     * Constructs a new PushNotification.
     * @param [properties] Properties to set
     */
    constructor(properties?: PushNotification.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PushNotification accessToken. */
    accessToken: string;

    /** PushNotification chatId. */
    chatId: Uint8Array;

    /** PushNotification publicKey. */
    publicKey: Uint8Array;

    /** PushNotification installationId. */
    installationId: string;

    /** PushNotification message. */
    message: Uint8Array;

    /** PushNotification type. */
    type: number;

    /** PushNotification author. */
    author: Uint8Array;

    /**
     * Encodes the specified PushNotification message. Does not implicitly {@link PushNotification.verify|verify} messages.
     * @param message PushNotification message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PushNotification.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PushNotification message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PushNotification & PushNotification.$Shape} PushNotification
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PushNotification & PushNotification.$Shape;
}

export namespace PushNotification {

    /** Properties of a PushNotification. */
    interface $Properties {

        /** PushNotification accessToken */
        accessToken?: (string|null);

        /** PushNotification chatId */
        chatId?: (Uint8Array|null);

        /** PushNotification publicKey */
        publicKey?: (Uint8Array|null);

        /** PushNotification installationId */
        installationId?: (string|null);

        /** PushNotification message */
        message?: (Uint8Array|null);

        /** PushNotification type */
        type?: (number|null);

        /** PushNotification author */
        author?: (Uint8Array|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PushNotification. */
    type $Shape = PushNotification.$Properties;
}

/**
 * Properties of a PushNotificationRequest.
 * @deprecated Use PushNotificationRequest.$Properties instead.
 */
export interface IPushNotificationRequest extends PushNotificationRequest.$Properties {
}

/** Represents a PushNotificationRequest. */
export class PushNotificationRequest {

    /**
     * Constructs a new PushNotificationRequest.
     * @param [properties] Properties to set
     */
    constructor(properties?: PushNotificationRequest.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PushNotificationRequest requests. */
    requests: PushNotification.$Properties[];

    /** PushNotificationRequest messageId. */
    messageId: Uint8Array;

    /**
     * Encodes the specified PushNotificationRequest message. Does not implicitly {@link PushNotificationRequest.verify|verify} messages.
     * @param message PushNotificationRequest message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PushNotificationRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PushNotificationRequest message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PushNotificationRequest & PushNotificationRequest.$Shape} PushNotificationRequest
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PushNotificationRequest & PushNotificationRequest.$Shape;
}

export namespace PushNotificationRequest {

    /** Properties of a PushNotificationRequest. */
    interface $Properties {

        /** PushNotificationRequest requests */
        requests?: (PushNotification.$Properties[]|null);

        /** PushNotificationRequest messageId */
        messageId?: (Uint8Array|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PushNotificationRequest. */
    type $Shape = PushNotificationRequest.$Properties;
}

/**
 * Properties of a PushNotificationReport.
 * @deprecated Use PushNotificationReport.$Properties instead.
 */
export interface IPushNotificationReport extends PushNotificationReport.$Properties {
}

/** Represents a PushNotificationReport. */
export class PushNotificationReport {

    /**
     * Constructs a new PushNotificationReport.
     * @param [properties] Properties to set
     */
    constructor(properties?: PushNotificationReport.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PushNotificationReport success. */
    success: boolean;

    /** PushNotificationReport error. */
    error: number;

    /** PushNotificationReport publicKey. */
    publicKey: Uint8Array;

    /** PushNotificationReport installationId. */
    installationId: string;

    /**
     * Encodes the specified PushNotificationReport message. Does not implicitly {@link PushNotificationReport.verify|verify} messages.
     * @param message PushNotificationReport message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PushNotificationReport.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PushNotificationReport message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PushNotificationReport & PushNotificationReport.$Shape} PushNotificationReport
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PushNotificationReport & PushNotificationReport.$Shape;
}

export namespace PushNotificationReport {

    /** Properties of a PushNotificationReport. */
    interface $Properties {

        /** PushNotificationReport success */
        success?: (boolean|null);

        /** PushNotificationReport error */
        error?: (number|null);

        /** PushNotificationReport publicKey */
        publicKey?: (Uint8Array|null);

        /** PushNotificationReport installationId */
        installationId?: (string|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PushNotificationReport. */
    type $Shape = PushNotificationReport.$Properties;
}

/**
 * Properties of a PushNotificationResponse.
 * @deprecated Use PushNotificationResponse.$Properties instead.
 */
export interface IPushNotificationResponse extends PushNotificationResponse.$Properties {
}

/** Represents a PushNotificationResponse. */
export class PushNotificationResponse {

    /**
     * Constructs a new PushNotificationResponse.
     * @param [properties] Properties to set
     */
    constructor(properties?: PushNotificationResponse.$Properties);

    /** Unknown fields preserved while decoding when enabled */
    $unknowns?: Uint8Array[];

    /** PushNotificationResponse messageId. */
    messageId: Uint8Array;

    /** PushNotificationResponse reports. */
    reports: PushNotificationReport.$Properties[];

    /**
     * Encodes the specified PushNotificationResponse message. Does not implicitly {@link PushNotificationResponse.verify|verify} messages.
     * @param message PushNotificationResponse message or plain object to encode
     * @param [writer] Writer to encode to
     * @returns Writer
     */
    static encode(message: PushNotificationResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

    /**
     * Decodes a PushNotificationResponse message from the specified reader or buffer.
     * @param reader Reader or buffer to decode from
     * @param [length] Message length if known beforehand
     * @returns {PushNotificationResponse & PushNotificationResponse.$Shape} PushNotificationResponse
     * @throws {Error} If the payload is not a reader or valid buffer
     * @throws {$protobuf.util.ProtocolError} If required fields are missing
     */
    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): PushNotificationResponse & PushNotificationResponse.$Shape;
}

export namespace PushNotificationResponse {

    /** Properties of a PushNotificationResponse. */
    interface $Properties {

        /** PushNotificationResponse messageId */
        messageId?: (Uint8Array|null);

        /** PushNotificationResponse reports */
        reports?: (PushNotificationReport.$Properties[]|null);

        /** Unknown fields preserved while decoding when enabled */
        $unknowns?: Uint8Array[];
    }

    /** Shape of a PushNotificationResponse. */
    type $Shape = PushNotificationResponse.$Properties;
}
