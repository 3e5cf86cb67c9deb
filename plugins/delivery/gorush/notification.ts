import { type Notification, tokenTypes } from '../../../src/ports/index.ts'
import { dataOf, maxPayloadBytes, type PushData, type Wording } from '../shared/wording.ts'

/** One element of gorush's `notifications`. gorush's platforms have the numbers of the protocol's token types. */
export interface GorushNotification {
  readonly notif_id: string
  readonly tokens: readonly [string]
  readonly platform: 1 | 2
  readonly message: string
  readonly topic?: string
  readonly data: PushData
}

/** A notification as gorush takes it (protocol section 6.4). `topic` never goes with Android: gorush would push to that FCM topic, too. */
export const toGorush = (notification: Notification, { fieldNames, texts }: Wording): GorushNotification => ({
  notif_id: notification.id,
  tokens: [notification.deviceToken],
  platform: notification.tokenType === tokenTypes.apn ? 1 : 2,
  message: texts[notification.type],
  ...(notification.tokenType === tokenTypes.apn ? { topic: notification.apnTopic } : {}),
  data: dataOf(notification, fieldNames),
})

// gorush's encoder writes these as six characters each, such as \u003c.
const asGoWrites = (json: string): string => json.replace(/[<>&\u2028\u2029]/g, '\\u0000')

const appleBytes = (push: GorushNotification): number =>
  Buffer.byteLength(asGoWrites(JSON.stringify({ aps: { alert: push.message }, ...push.data })))

const googleBytes = (push: GorushNotification): number =>
  Object.entries(push.data).reduce((sum, [key, value]) => {
    const text = typeof value === 'string' ? value : asGoWrites(JSON.stringify(value))
    return sum + Buffer.byteLength(key) + Buffer.byteLength(text)
  }, 0)

/** Bytes of the payload that the provider will see. */
export const payloadBytes = (push: GorushNotification): number =>
  push.platform === tokenTypes.apn ? appleBytes(push) : googleBytes(push)

// A UTF-16 unit is at most six bytes of JSON, \u0000, as are the marks around a text and after it.
const mostBytesOf = (text: string): number => 6 * (text.length + 1)

/** No payload of the push is longer: enough to know for most, and quickly told. */
const mostBytes = ({ message, data }: GorushNotification): number => {
  let bytes = 64 + mostBytesOf(message)
  for (const key in data) {
    const value = data[key] ?? ''
    bytes += mostBytesOf(key)
    if (typeof value === 'string') bytes += mostBytesOf(value)
    else for (const text of value) bytes += mostBytesOf(text)
  }
  return bytes
}

/** Why a push cannot work; gorush checks none of this and reports success. */
export const flawOf = (push: GorushNotification): string | undefined => {
  if (push.tokens[0] === '') return 'the token is empty'
  if (push.topic === '') return 'the APN topic is empty'
  if (mostBytes(push) > maxPayloadBytes && payloadBytes(push) > maxPayloadBytes) return 'payload too large'
  return undefined
}

/** What gorush's `counts` grows by: tokens, and one for a topic. */
export const countOf = (push: GorushNotification): number => push.tokens.length + (push.topic ? 1 : 0)
