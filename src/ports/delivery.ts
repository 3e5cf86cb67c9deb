import type { Health } from './health.ts'

/**
 * Token types that a backend can serve: those of the protocol (protocol.md section 5), and `web-push`, which is ours: its device
 * token is a push subscription in JSON (docs/protocol.md).
 */
export const tokenTypes = { apn: 1, firebase: 2, 'web-push': 100 } as const
export type TokenTypeName = keyof typeof tokenTypes
export type TokenType = (typeof tokenTypes)[TokenTypeName]

/** Notification types of the protocol (protocol.md section 5). */
export const notificationTypes = { message: 1, mention: 2, requestToJoinCommunity: 3 } as const
export type NotificationType = (typeof notificationTypes)[keyof typeof notificationTypes]

export const isTokenType = (type: number): type is TokenType => Object.values<number>(tokenTypes).includes(type)

export const isNotificationType = (type: number): type is NotificationType => type >= 1 && type <= 3

/** One device to wake. */
export interface Notification {
  /** 64 hex digits, the same at every attempt: fit for a collapse id. */
  readonly id: string
  readonly tokenType: TokenType
  readonly deviceToken: string
  /** Bundle id of the app, as registered; may be empty but for `apn`. */
  readonly apnTopic: string
  readonly type: NotificationType
  /** Ciphertext for the device, any length. */
  readonly message: Uint8Array
  /** Hash of the chat id, as the sender gave it. */
  readonly chatId: Uint8Array
  /** hashedPublicKey of the receiver, 64 bytes. */
  readonly receiver: Uint8Array
  readonly installation: string
  /** Unix milliseconds. */
  readonly acceptedAt: number
  readonly expiresAt: number
}

/**
 * What became of one notification. `reason` is a short text from a bounded set or the backend's own words, without a token.
 * - `delivered`: the provider took it.
 * - `dead-token`: the provider says that the token is dead; `since` (Unix ms) where it says since when.
 * - `retry`: a temporary failure; `afterMs` where the backend asked for a pause. `isLocal`: it is about this device or app alone, and
 *   says nothing of the backend's other pushes.
 * - `rejected`: it will never work as it is.
 * - `parked`: it cannot work until an operator mends something; kept aside, shown, tried again from time to time.
 * - `unknown`: it may or may not have arrived (an answer that never came); repeated under the same id.
 */
export type Outcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'dead-token'; readonly reason: string; readonly since?: number }
  | { readonly kind: 'retry'; readonly reason: string; readonly afterMs?: number; readonly isLocal?: true }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'parked'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string }

export interface Delivery {
  readonly supports: readonly TokenType[]
  /** Most notifications for one `deliver` call. */
  readonly maxBatch: number
  /** Most `deliver` calls at once for one token type; a batch holds one type only. */
  readonly concurrency: number
  /**
   * One outcome per notification, in their order. Expected failures are outcomes; it neither throws nor outlives its own
   * timeout. On abort it settles at once, with `unknown` or `retry` for what had not ended.
   */
  deliver(batch: readonly Notification[], signal: AbortSignal): Promise<Outcome[]>
  /** Each push goes to a service that its token names, so that failures of some say nothing of the others: the engine then has no breaker for it. */
  readonly independent?: boolean
  /** Whether it can wake the devices of an app (`apnTopic`); absent: of every app. */
  serves?(tokenType: TokenType, app: string): boolean
  /** What an operator should see of it in `/stats`: plain JSON without tokens, answered from what is known. */
  stats?(): Readonly<Record<string, unknown>>
  /** Where it hears of failures after `deliver` has settled: the listener gets them. Called once, before the first `deliver`. */
  onLateOutcome?(listener: (notification: Notification, outcome: Outcome) => void): void
  health(): Promise<Health>
  /** Idempotent. */
  close(): Promise<void>
}
