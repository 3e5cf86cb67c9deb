import { isNotificationType, type NotificationType } from '../ports/index.ts'
import { type PushNotification, readRequest, requestCodec } from '../protocol/index.ts'

/** What a queued push needs beside its key: the entry without access token and author, which delivery must not learn. */
export interface PushBody {
  readonly type: NotificationType
  readonly message: Uint8Array
  readonly chatId: Uint8Array
}

const nothing = new Uint8Array()

/** The bytes that the outbox keeps, in the protocol's own encoding. */
export const encodePushBody = (entry: PushNotification): Uint8Array =>
  requestCodec.encode({ requests: [{ ...entry, accessToken: '', author: nothing }], messageId: nothing })

/** `undefined` where the bytes are none that we wrote. */
export const decodePushBody = (bytes: Uint8Array): PushBody | undefined => {
  const entry = readRequest(bytes)?.requests[0]
  if (entry === undefined || !isNotificationType(entry.type)) return undefined
  return { type: entry.type, message: entry.message, chatId: entry.chatId }
}
