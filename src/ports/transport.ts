import type { Health } from './health.ts'

/** The four bytes of a topic as an unsigned big-endian number: cheap to keep a million of. */
export type Topic = number

export interface WakuMessage {
  readonly payload: Uint8Array
  readonly contentTopic: string
  readonly version: number
  /** Nanoseconds since 1970; 0 where the sender gave none. */
  readonly timestamp: bigint
  readonly ephemeral: boolean
}

export interface OutboundMessage {
  readonly topic: Topic
  readonly payload: Uint8Array
}

/** Why a transport did not pass a message on. */
export type IgnoredReason = 'topic' | 'version' | 'malformed' | 'oversized'

export interface TransportEvents {
  /** A message of version 1 on a topic that is listened to. Must return at once and not throw. */
  onMessage(message: WakuMessage): void
  /** A message that was seen and not passed on. */
  onIgnored(reason: IgnoredReason): void
}

/** The way onto the network. One start, then one close. */
export interface Transport {
  /** Resolves when messages can come in. It does not wait for peers: `health` tells of those. */
  start(events: TransportEvents): Promise<void>
  /** Idempotent, synchronous and cheap: may be called with a million topics, before and after `start`. */
  listen(topics: Iterable<Topic>): void
  unlisten(topics: Iterable<Topic>): void
  /**
   * Hands a message to the network: version 1, not ephemeral, stamped with the current time, no `meta`.
   * Resolves when at least one peer took it (for a bus: when it is on it). Rejects with an Error on abort, on a message over
   * the network's size limit (1 MiB for installed clients), or where nobody could take it. A node's own
   * messages do not come back to it.
   */
  publish(message: OutboundMessage, signal: AbortSignal): Promise<void>
  /** Messages on our topics kept by the network between two times, oldest first; empty where there is no history. */
  history(from: Date, to: Date): AsyncIterable<WakuMessage>
  /** Down while no peer is there to receive from or publish to. */
  health(): Health
  /** Where others can reach us; empty where nobody can. */
  addresses(): readonly string[]
  /** Plain numbers for `/stats`: peers, messages in and out. */
  stats(): Readonly<Record<string, number>>
  /** Idempotent. Afterwards no event comes any more; resolves within 5 s whatever the peers do. */
  close(): Promise<void>
}

const pattern = /^\/waku\/1\/0x([0-9a-f]{8})\/rfc26$/

/** `/waku/1/0x<8 hex digits>/rfc26` (protocol.md section 3). */
export const contentTopicOf = (topic: Topic): string => `/waku/1/0x${topic.toString(16).padStart(8, '0')}/rfc26`

/** The inverse of `contentTopicOf`; `undefined` for every other string. */
export const topicOf = (contentTopic: string): Topic | undefined => {
  const digits = pattern.exec(contentTopic)?.[1]
  return digits === undefined ? undefined : Number.parseInt(digits, 16)
}
