import { type IgnoredReason, type TransportEvents, topicOf, type WakuMessage } from '../../../../src/ports/index.ts'
import { decodeWakuMessage } from '../codec.ts'
import type { Ignored } from '../ignored.ts'
import type { Topics } from '../topics.ts'

/** Sorts what comes from the network: for us, for somebody else, or for nobody. */
export interface Intake {
  open(events: TransportEvents): void
  /** Afterwards no event comes any more. */
  close(): void
  /** Takes the data of one pubsub message that came from the peer `via`; says why it is not for us. */
  take(pubsubTopic: string, data: Uint8Array, via: string): IgnoredReason | undefined
  stats(): Readonly<Record<string, number>>
}

export interface IntakeOptions {
  /** Of the encoded message. */
  readonly maxMessageBytes: number
  readonly topics: Topics
  readonly ignored: Ignored
}

export const createIntake = ({ maxMessageBytes, topics, ignored }: IntakeOptions): Intake => {
  const reasons: Record<IgnoredReason, number> = { topic: 0, version: 0, malformed: 0, oversized: 0 }
  const counts = { received: 0, receivedBytes: 0 }
  let events: TransportEvents | undefined

  const open = (pubsubTopic: string, data: Uint8Array): WakuMessage | IgnoredReason => {
    if (data.length > maxMessageBytes) return 'oversized'
    const message = decodeWakuMessage(pubsubTopic, data)
    if (message === undefined) return 'malformed'
    const topic = topicOf(message.contentTopic)
    if (topic === undefined || !topics.has(topic)) {
      ignored.note(message.hash, topic)
      return 'topic'
    }
    if (message.version === 1) return message
    ignored.note(message.hash, undefined)
    return 'version'
  }

  return {
    open: (listener) => {
      events = listener
    },
    close: () => {
      events = undefined
    },
    take: (pubsubTopic, data, via) => {
      const result = open(pubsubTopic, data)
      counts.receivedBytes += data.length
      if (typeof result === 'string') {
        reasons[result] += 1
        events?.onIgnored(result)
        return result
      }
      counts.received += 1
      // A copy: the payload is a window on the whole chunk that the socket gave.
      events?.onMessage({ ...result, payload: new Uint8Array(result.payload), via })
      return undefined
    },
    stats: () => ({
      topics: topics.size,
      ...counts,
      ignored: Object.values(reasons).reduce((a, b) => a + b, 0),
      ...named(reasons),
    }),
  }
}

const named = ({ topic, version, malformed, oversized }: Record<IgnoredReason, number>) => ({
  ignoredTopic: topic,
  ignoredVersion: version,
  ignoredMalformed: malformed,
  ignoredOversized: oversized,
})
