import type { Notification } from '../../../src/ports/index.ts'
import type { ProviderRequest } from '../shared/http2/job.ts'
import { dataOf, maxPayloadBytes, type Wording } from '../shared/wording.ts'
import type { App, PushType } from './apps.ts'

export interface Manner extends Wording {
  readonly interruptionLevel: string
  /** 10, 5 or 1. */
  readonly priority: number
}

/** A push as Apple takes it. */
export interface AppleMessage {
  readonly notification: Notification
  readonly app: App
  /** 10, 5 or 1. */
  readonly priority: number
  readonly body: Uint8Array
}

const voipPayloadBytes = 5_120
const mostTokenDigits = 200

/** Why a token cannot be one of Apple's; it is not sent then. */
export const tokenFlaw = (token: string): string | undefined => {
  if (token.length > mostTokenDigits)
    return 'the device token is too long for one of Apple’s: the app must register the token that Apple gave it'
  if (!/^(?:[0-9a-f]{2})+$/i.test(token))
    return 'the device token is not hex: the app must register the bytes that Apple gave it in hex digits'
  return undefined
}

const apsOf = (notification: Notification, pushType: PushType, manner: Manner): object => {
  if (pushType === 'background') return { 'content-available': 1 }
  if (pushType === 'voip') return {}
  return {
    alert: manner.texts[notification.type],
    'mutable-content': 1,
    'interruption-level': manner.interruptionLevel,
  }
}

const topicOf = ({ topic, pushType }: App): string => (pushType === 'voip' ? `${topic}.voip` : topic)

/** Makes the push, or says why it cannot be one. Docs/delivery.md says what Apple sees of it and why. */
export const messageOf = (
  notification: Notification,
  app: App,
  manner: Manner,
): AppleMessage | { readonly flaw: string } => {
  const { pushType } = app
  const payload = { aps: apsOf(notification, pushType, manner), ...dataOf(notification, manner.fieldNames) }
  const body = Buffer.from(JSON.stringify(payload))
  const most = pushType === 'voip' ? voipPayloadBytes : maxPayloadBytes
  if (body.length > most) return { flaw: `the payload is larger than Apple takes (${body.length} of ${most} bytes)` }
  return { notification, app, priority: pushType === 'background' ? 5 : manner.priority, body }
}

/** The request; `jwt` is the provider token, where there is no certificate. */
export const requestOf = (
  { notification, app, priority, body }: AppleMessage,
  jwt: string | undefined,
): ProviderRequest => ({
  path: `/3/device/${notification.deviceToken}`,
  fields: [
    ...(jwt === undefined ? [] : ['authorization', `bearer ${jwt}`]),
    'apns-topic',
    topicOf(app),
    'apns-push-type',
    app.pushType,
    'apns-priority',
    String(priority),
    'apns-expiration',
    String(Math.max(1, Math.floor(notification.expiresAt / 1_000))),
    'apns-collapse-id',
    notification.id,
    'content-type',
    'application/json',
  ],
  body,
})
