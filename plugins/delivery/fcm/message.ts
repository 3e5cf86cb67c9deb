import type { Notification } from '../../../src/ports/index.ts'
import { dataOf, type FieldNames, maxPayloadBytes } from '../shared/wording.ts'

export interface Manner {
  readonly fieldNames: FieldNames
  readonly collapse: 'push' | 'none'
}

const mostTtlSeconds = 2_419_200
const mostTokenBytes = 4_096

/** Why a token cannot be one of Firebase's; it is not sent then. */
export const tokenFlaw = (token: string): string | undefined => {
  if (token.length > mostTokenBytes)
    return 'the device token is too long for one of Firebase’s: the app must register the token that Firebase gave it'
  if (!/^[\x21-\x7e]+$/.test(token))
    return 'the device token has characters that no token of Firebase has: the app must register it unchanged'
  return undefined
}

/** Firebase takes texts only. */
const textsOf = (notification: Notification, names: FieldNames): Record<string, string> =>
  Object.fromEntries(
    Object.entries(dataOf(notification, names)).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )

/** The body of `messages:send`, or why it cannot be one. Docs/delivery.md says what Google sees of it and why. */
export const messageOf = (
  notification: Notification,
  { fieldNames, collapse }: Manner,
  now: number,
): { readonly body: Uint8Array } | { readonly flaw: string } => {
  const data = textsOf(notification, fieldNames)
  const bytes = Object.entries(data).reduce((sum, [k, v]) => sum + Buffer.byteLength(k) + Buffer.byteLength(v), 0)
  if (bytes > maxPayloadBytes)
    return { flaw: `the payload is larger than Firebase takes (${bytes} of ${maxPayloadBytes} bytes)` }
  const left = Math.min(mostTtlSeconds, Math.max(0, Math.floor((notification.expiresAt - now) / 1_000)))
  const message = {
    token: notification.deviceToken,
    data,
    android: {
      priority: 'HIGH',
      ttl: `${left}s`,
      ...(collapse === 'push' ? { collapse_key: notification.id } : {}),
    },
  }
  return { body: Buffer.from(JSON.stringify({ message })) }
}
