import { type IgnoredReason, type TransportEvents, topicOf, type WakuMessage } from '../../../../src/ports/index.ts'
import type { Ignored } from '../ignored.ts'
import type { Topics } from '../topics.ts'
import { createSeen } from './seen.ts'

/** How many hashes are remembered: a second copy comes within seconds, and the gateway knows what it handled. */
const remembered = 65_536

/** What a message is for us. */
export type Verdict = 'fresh' | 'ignored' | 'duplicate' | 'own'

/** Passes every message on once, from whatever node it came: others' only, and on our topics. */
export interface Arrivals {
  open(events: TransportEvents): void
  /** Afterwards no event comes any more. */
  close(): void
  /** Notes that a message is ours: it is not given back to us. */
  own(hash: Uint8Array): void
  isOwn(hash: Uint8Array): boolean
  /** Whether it was passed on already. */
  isSeen(hash: Uint8Array): boolean
  take(message: WakuMessage): Verdict
  ignore(reason: IgnoredReason): void
  stats(): Readonly<Record<string, number>>
}

export const createArrivals = (topics: Topics, ignored: Ignored): Arrivals => {
  const seen = createSeen(remembered)
  const ours = createSeen(remembered)
  const reasons: Record<IgnoredReason, number> = { topic: 0, version: 0, malformed: 0, oversized: 0 }
  const counts = { received: 0, receivedBytes: 0, duplicates: 0 }
  let events: TransportEvents | undefined

  const ignore = (reason: IgnoredReason): Verdict => {
    reasons[reason] += 1
    events?.onIgnored(reason)
    return 'ignored'
  }

  return {
    open: (listener) => {
      events = listener
    },
    close: () => {
      events = undefined
    },
    own: (hash) => void ours.add(hash),
    isOwn: (hash) => ours.has(hash),
    isSeen: (hash) => seen.has(hash),
    take: (message) => {
      const { hash, contentTopic, version, payload } = message
      if (ours.has(hash)) return 'own'
      const topic = topicOf(contentTopic)
      if (topic === undefined || version !== 1) {
        ignored.note(hash, undefined)
        return ignore(topic === undefined ? 'topic' : 'version')
      }
      if (!topics.has(topic)) {
        ignored.note(hash, topic)
        return ignore('topic')
      }
      if (!seen.add(hash)) {
        counts.duplicates += 1
        return 'duplicate'
      }
      counts.received += 1
      counts.receivedBytes += payload.length
      events?.onMessage(message)
      return 'fresh'
    },
    ignore: (reason) => void ignore(reason),
    stats: () => ({
      ...counts,
      ignored: Object.values(reasons).reduce((a, b) => a + b, 0),
      ignoredTopic: reasons.topic,
      ignoredVersion: reasons.version,
      ignoredMalformed: reasons.malformed,
      ignoredOversized: reasons.oversized,
    }),
  }
}
