import {
  type IgnoredReason,
  type Topic,
  type TransportEvents,
  topicOf,
  type WakuMessage,
} from '../../../../src/ports/index.ts'
import { createIgnored } from '../ignored.ts'

/** Sorts what a node received or kept: for us or for somebody else. */
export interface Inlet {
  open(events: TransportEvents): void
  /** Afterwards no event comes any more. */
  close(): void
  listen(topics: Iterable<Topic>): void
  unlisten(topics: Iterable<Topic>): void
  /** Takes what the node received now; `undefined` for what is no message. */
  take(message: WakuMessage | undefined): void
  /** Whether a message from the past is for us. Tells nobody. */
  wants(message: WakuMessage): boolean
  /** Says of a hash that its message is known to be none for us: our own, or on no topic of ours. */
  skips(hash: Uint8Array): boolean
  stats(): Readonly<Record<string, number>>
}

const named = (ignored: Readonly<Record<IgnoredReason, number>>) => ({
  ignored: Object.values(ignored).reduce((a, b) => a + b, 0),
  ignoredTopic: ignored.topic,
  ignoredVersion: ignored.version,
  ignoredMalformed: ignored.malformed,
  ignoredOversized: ignored.oversized,
})

export interface InletOptions {
  readonly maxMessageBytes: number
  /** A node's own messages come back to it: the node hands them to itself. */
  readonly isOwn: (hash: Uint8Array) => boolean
}

export const createInlet = ({ maxMessageBytes, isOwn }: InletOptions): Inlet => {
  // As signed numbers: those above 2^31 would take an object each.
  const topics = new Set<number>()
  const ignored: Record<IgnoredReason, number> = { topic: 0, version: 0, malformed: 0, oversized: 0 }
  const counts = { received: 0, receivedBytes: 0, own: 0 }
  let events: TransportEvents | undefined

  const listensTo = (topic: Topic): boolean => topics.has(topic | 0)

  const forOthers = createIgnored({ has: listensTo })

  const reject = ({ payload, contentTopic, version, hash }: WakuMessage): IgnoredReason | undefined => {
    if (payload.length > maxMessageBytes) return 'oversized'
    const topic = topicOf(contentTopic)
    if (topic === undefined || !listensTo(topic)) {
      forOthers.note(hash, topic)
      return 'topic'
    }
    return version === 1 ? undefined : 'version'
  }

  const ignore = (reason: IgnoredReason): void => {
    ignored[reason] += 1
    events?.onIgnored(reason)
  }

  return {
    open: (listener) => {
      events = listener
    },
    close: () => {
      events = undefined
    },
    listen: (added) => {
      for (const topic of added) topics.add(topic | 0)
    },
    unlisten: (removed) => {
      for (const topic of removed) topics.delete(topic | 0)
    },
    take: (message) => {
      if (message === undefined) return ignore('malformed')
      if (isOwn(message.hash)) {
        counts.own += 1
        return
      }
      counts.receivedBytes += message.payload.length
      const reason = reject(message)
      if (reason !== undefined) return ignore(reason)
      counts.received += 1
      // Whoever shares the node gets the same bytes.
      events?.onMessage({ ...message, payload: Uint8Array.from(message.payload) })
    },
    wants: (message) => !isOwn(message.hash) && reject(message) === undefined,
    skips: (hash) => isOwn(hash) || forOthers.skips(hash),
    stats: () => ({ topics: topics.size, ...counts, ...named(ignored) }),
  }
}
