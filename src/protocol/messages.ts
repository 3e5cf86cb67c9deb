/** The messages of protocol section 5 under names of ours, and their codecs. */
import * as wire from '../../proto/generated/push.js'
import { copyOf } from './bytes.ts'
import { bigintOf, type Codec, createCodec, decodeWith, halvesOf } from './codec.ts'

/** Types of the metadata message that the gateway knows (protocol section 4.3). */
export const messageTypes = {
  contactCodeAdvertisement: 15,
  registration: 16,
  registrationResponse: 17,
  query: 18,
  queryResponse: 19,
  request: 20,
  response: 21,
} as const

/** Errors of a registration's answer (protocol section 5). */
export const registrationErrors = {
  unknown: 0,
  malformedMessage: 1,
  versionMismatch: 2,
  unsupportedTokenType: 3,
  internalError: 4,
} as const

/** Errors of a report (protocol section 5). */
export const reportErrors = { unknown: 0, wrongToken: 1, internalError: 2, notRegistered: 3 } as const

export interface RegistrationMessage {
  readonly tokenType: number
  readonly deviceToken: string
  readonly installationId: string
  readonly accessToken: string
  readonly enabled: boolean
  /** Unsigned 64-bit. */
  readonly version: bigint
  readonly allowedKeyList: Uint8Array[]
  readonly blockedChatList: Uint8Array[]
  readonly unregister: boolean
  /** 65 bytes. */
  readonly grant: Uint8Array
  readonly allowFromContactsOnly: boolean
  readonly apnTopic: string
  readonly blockMentions: boolean
  readonly allowedMentionsChatList: Uint8Array[]
  readonly mutedChatList: Uint8Array[]
}

export interface RegistrationResponse {
  readonly success: boolean
  readonly error: number
  /** 64 bytes. */
  readonly requestId: Uint8Array
}

export interface Query {
  /** hashedPublicKey each, 64 bytes. */
  readonly publicKeys: Uint8Array[]
}

export interface QueryInfo {
  readonly accessToken: string
  readonly installationId: string
  /** hashedPublicKey, 64 bytes. */
  readonly publicKey: Uint8Array
  readonly allowedKeyList: Uint8Array[]
  /** 65 bytes. */
  readonly grant: Uint8Array
  /** Unsigned 64-bit. */
  readonly version: bigint
  /** Compressed, 33 bytes; empty from installed servers. */
  readonly serverPublicKey: Uint8Array
}

export interface QueryResponse {
  readonly info: QueryInfo[]
  /** messageId of the query, 32 bytes. */
  readonly messageId: Uint8Array
  readonly success: boolean
}

export interface PushNotification {
  readonly accessToken: string
  /** Hash of the chat's id, 64 bytes. */
  readonly chatId: Uint8Array
  /** hashedPublicKey of the receiver, 64 bytes. */
  readonly publicKey: Uint8Array
  readonly installationId: string
  /** Ciphertext for the device. */
  readonly message: Uint8Array
  readonly type: number
  /** Hash of the author's key in hex, 64 bytes. */
  readonly author: Uint8Array
}

export interface Request {
  readonly requests: PushNotification[]
  readonly messageId: Uint8Array
}

export interface Report {
  readonly success: boolean
  readonly error: number
  /** hashedPublicKey of the receiver, 64 bytes. */
  readonly publicKey: Uint8Array
  readonly installationId: string
}

export interface Response {
  readonly messageId: Uint8Array
  readonly reports: Report[]
}

export interface ContactCodeAdvertisement {
  readonly pushNotificationInfo: QueryInfo[]
}

const copiesOf = (list: readonly Uint8Array[]): Uint8Array[] => list.map(copyOf)

const infoToWire = (info: QueryInfo) => ({ ...info, version: halvesOf(info.version) })

const infoFromWire = (info: wire.PushNotificationQueryInfo.$Properties): QueryInfo => ({
  accessToken: info.accessToken ?? '',
  installationId: info.installationId ?? '',
  publicKey: copyOf(info.publicKey ?? new Uint8Array(0)),
  allowedKeyList: copiesOf(info.allowedKeyList ?? []),
  grant: copyOf(info.grant ?? new Uint8Array(0)),
  version: bigintOf(info.version ?? 0),
  serverPublicKey: copyOf(info.serverPublicKey ?? new Uint8Array(0)),
})

const entryFromWire = (entry: wire.PushNotification.$Properties): PushNotification => ({
  accessToken: entry.accessToken ?? '',
  chatId: copyOf(entry.chatId ?? new Uint8Array(0)),
  publicKey: copyOf(entry.publicKey ?? new Uint8Array(0)),
  installationId: entry.installationId ?? '',
  message: copyOf(entry.message ?? new Uint8Array(0)),
  type: entry.type ?? 0,
  author: copyOf(entry.author ?? new Uint8Array(0)),
})

const reportFromWire = (report: wire.PushNotificationReport.$Properties): Report => ({
  success: report.success ?? false,
  error: report.error ?? 0,
  publicKey: copyOf(report.publicKey ?? new Uint8Array(0)),
  installationId: report.installationId ?? '',
})

export const registrationCodec: Codec<RegistrationMessage> = createCodec(
  (value) => wire.PushNotificationRegistration.encode({ ...value, version: halvesOf(value.version) }),
  (reader) => {
    const message = wire.PushNotificationRegistration.decode(reader)
    return {
      tokenType: message.tokenType,
      deviceToken: message.deviceToken,
      installationId: message.installationId,
      accessToken: message.accessToken,
      enabled: message.enabled,
      version: bigintOf(message.version),
      allowedKeyList: copiesOf(message.allowedKeyList),
      blockedChatList: copiesOf(message.blockedChatList),
      unregister: message.unregister,
      grant: copyOf(message.grant),
      allowFromContactsOnly: message.allowFromContactsOnly,
      apnTopic: message.apnTopic,
      blockMentions: message.blockMentions,
      allowedMentionsChatList: copiesOf(message.allowedMentionsChatList),
      mutedChatList: copiesOf(message.mutedChatList),
    }
  },
)

export const registrationResponseCodec: Codec<RegistrationResponse> = createCodec(
  (value) => wire.PushNotificationRegistrationResponse.encode(value),
  (reader) => {
    const { success, error, requestId } = wire.PushNotificationRegistrationResponse.decode(reader)
    return { success, error, requestId: copyOf(requestId) }
  },
)

export const queryCodec: Codec<Query> = createCodec(
  (value) => wire.PushNotificationQuery.encode(value),
  (reader) => ({ publicKeys: copiesOf(wire.PushNotificationQuery.decode(reader).publicKeys) }),
)

export const queryResponseCodec: Codec<QueryResponse> = createCodec(
  (value) => wire.PushNotificationQueryResponse.encode({ ...value, info: value.info.map(infoToWire) }),
  (reader) => {
    const { info, messageId, success } = wire.PushNotificationQueryResponse.decode(reader)
    return { info: info.map(infoFromWire), messageId: copyOf(messageId), success }
  },
)

/** A request with at most `maxEntries` of its entries; the rest is counted and never copied. */
export interface BoundedRequest extends Request {
  readonly ignored: number
}

const requestFromWire = (bytes: Uint8Array, maxEntries: number): BoundedRequest => {
  const { requests, messageId } = wire.PushNotificationRequest.decode(bytes)
  const ignored = Math.max(0, requests.length - maxEntries)
  return { requests: requests.slice(0, maxEntries).map(entryFromWire), messageId: copyOf(messageId), ignored }
}

/** `undefined` where the bytes are malformed. */
export const decodeRequest = (bytes: Uint8Array, maxEntries: number): BoundedRequest | undefined =>
  decodeWith((all) => requestFromWire(all, maxEntries), bytes)

export const requestCodec: Codec<Request> = createCodec(
  (value) => wire.PushNotificationRequest.encode(value),
  (bytes) => {
    const { requests, messageId } = requestFromWire(bytes, Number.POSITIVE_INFINITY)
    return { requests, messageId }
  },
)

export const responseCodec: Codec<Response> = createCodec(
  (value) => wire.PushNotificationResponse.encode(value),
  (reader) => {
    const { messageId, reports } = wire.PushNotificationResponse.decode(reader)
    return { messageId: copyOf(messageId), reports: reports.map(reportFromWire) }
  },
)

export const advertisementCodec: Codec<ContactCodeAdvertisement> = createCodec(
  (value) => wire.ContactCodeAdvertisement.encode({ pushNotificationInfo: value.pushNotificationInfo.map(infoToWire) }),
  (reader) => ({
    pushNotificationInfo: wire.ContactCodeAdvertisement.decode(reader).pushNotificationInfo.map(infoFromWire),
  }),
)
