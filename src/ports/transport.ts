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
  /** 32 bytes: what the network and its store nodes call the message by, the same however it came (14/WAKU2-MESSAGE). */
  readonly hash: Uint8Array
  /** Who handed it to us, a peer id for example: nobody's messages hold up another's. Missing where nobody can tell. */
  readonly via?: string
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

/** A range of time in the network's history. Both ends belong to it; they are at most 24 h apart. */
export interface HistoryRange {
  readonly from: Date
  readonly to: Date
  /** Says of a hash (32 bytes) that its message need not be fetched or given again. */
  readonly isKnown?: (hash: Uint8Array) => boolean
  /** Hears the id (as in `peers`) of each store node that answered for the whole range, before the iteration ends. */
  readonly onAnswered?: (store: string) => void
  /** The iteration rejects with its reason. */
  readonly signal: AbortSignal
}

/** Somebody of the network whom we know, for an operator's eyes. */
export interface PeerInfo {
  /** As the network names it: a peer id, a URL. */
  readonly id: string
  readonly address: string | undefined
  /** How we know it: `static`, `dns`, `exchange`, `inbound`. */
  readonly source: string
  /** What it does for us: `relay`, `store`, `filter`, `lightpush`. */
  readonly roles: readonly string[]
  readonly connected: boolean
  /** Unix milliseconds of the last change of `connected`. */
  readonly since: number
  readonly latencyMs?: number
  /** Higher is better; below zero it misbehaves. */
  readonly score?: number
  /** What went wrong last. */
  readonly failure?: string
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
  /**
   * Messages on our topics that the network kept, oldest first, others' only. A message that came while it was on no topic of
   * ours is given once its topic is. Rejects, with what was tried, where nobody answered for the whole range: what was given
   * until then is valid, the rest has to be asked for again.
   */
  history(range: HistoryRange): AsyncIterable<WakuMessage>
  /**
   * Another node on the same network, not started: with an identity of its own, not connected with this one, knowing only the
   * peers that this one knows. What passes between the two shows that the network carries it.
   */
  stranger(): Transport
  /** Who is or should be there, bounded to some hundred; empty where the network has no peers. */
  peers(): readonly PeerInfo[]
  /** Down while no peer is there to receive from or publish to; the reason says since when and what was tried. */
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
