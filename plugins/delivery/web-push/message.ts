import webPush from 'web-push'
import type { Notification } from '../../../src/ports/index.ts'
import { dataOf, maxPayloadBytes, type Wording } from '../shared/wording.ts'
import type { Subscription } from './subscription.ts'

export const urgencies = ['very-low', 'low', 'normal', 'high'] as const
export type Urgency = (typeof urgencies)[number]

export interface Message {
  readonly headers: Readonly<Record<string, string>>
  /** Encrypted for the browser (RFC 8291, aes128gcm). */
  readonly body: Buffer
}

/** A header, 16 bytes of tag, and the mark of the last record: what encryption adds (RFC 8188). */
const overheadBytes = 86 + 16 + 1
const mostTtlSeconds = 2_419_200
/** Most characters of a Topic (RFC 8030 section 5.4). */
const topicLength = 32

/** A push in the words of RFC 8030: the same Topic at every attempt, so that a repetition replaces it while the browser is away. */
export const messageOf = (
  notification: Notification,
  { p256dh, auth }: Subscription,
  wording: Wording,
  urgency: Urgency,
  now: number,
): Message | { readonly flaw: string } => {
  const text = JSON.stringify({
    ...dataOf(notification, wording.fieldNames),
    text: wording.texts[notification.type],
  })
  const bytes = Buffer.byteLength(text) + overheadBytes
  if (bytes > maxPayloadBytes)
    return { flaw: `the payload is larger than push services take (${bytes} of ${maxPayloadBytes} bytes)` }
  try {
    const { cipherText: body } = webPush.encrypt(p256dh, auth, text, 'aes128gcm')
    const left = Math.min(mostTtlSeconds, Math.max(0, Math.floor((notification.expiresAt - now) / 1_000)))
    return {
      body,
      headers: {
        ttl: String(left),
        urgency,
        topic: notification.id.slice(0, topicLength),
        'content-encoding': 'aes128gcm',
        'content-type': 'application/octet-stream',
      },
    }
  } catch {
    return { flaw: 'the p256dh of the subscription is no key' }
  }
}
