import { TopicValidatorResult } from '@libp2p/interface'
import {
  type IgnoredReason,
  type Topic,
  type TransportEvents,
  topicOf,
  type WakuMessage,
} from '../../../src/ports/index.ts'
import { decodeWakuMessage } from './codec.ts'

/** Sorts what comes from the network: for us, for somebody else, or not to be passed on to others either. */
export interface Intake {
  open(events: TransportEvents): void
  /** Afterwards no event comes any more. */
  close(): void
  listen(topics: Iterable<Topic>): void
  unlisten(topics: Iterable<Topic>): void
  /** Takes the data of one pubsub message; says whether the network should see it. */
  take(data: Uint8Array): TopicValidatorResult
  stats(): Readonly<Record<string, number>>
}

const notForTheNetwork: ReadonlySet<IgnoredReason> = new Set(['malformed', 'oversized'])

export const createIntake = (maxMessageBytes: number): Intake => {
  const topics = new Set<Topic>()
  const ignored: Record<IgnoredReason, number> = { topic: 0, version: 0, malformed: 0, oversized: 0 }
  const counts = { received: 0, receivedBytes: 0 }
  let events: TransportEvents | undefined

  const open = (data: Uint8Array): WakuMessage | IgnoredReason => {
    if (data.length > maxMessageBytes) return 'oversized'
    const message = decodeWakuMessage(data)
    if (message === undefined) return 'malformed'
    const topic = topicOf(message.contentTopic)
    if (topic === undefined || !topics.has(topic)) return 'topic'
    return message.version === 1 ? message : 'version'
  }

  return {
    open: (listener) => {
      events = listener
    },
    close: () => {
      events = undefined
    },
    listen: (added) => {
      for (const topic of added) topics.add(topic)
    },
    unlisten: (removed) => {
      for (const topic of removed) topics.delete(topic)
    },
    take: (data) => {
      const result = open(data)
      counts.receivedBytes += data.length
      if (typeof result === 'string') {
        ignored[result] += 1
        events?.onIgnored(result)
        return notForTheNetwork.has(result) ? TopicValidatorResult.Reject : TopicValidatorResult.Accept
      }
      counts.received += 1
      // A copy: the payload is a window on the whole chunk that the socket gave.
      events?.onMessage({ ...result, payload: new Uint8Array(result.payload) })
      return TopicValidatorResult.Accept
    },
    stats: () => ({
      topics: topics.size,
      ...counts,
      ignored: Object.values(ignored).reduce((a, b) => a + b, 0),
      ...named(ignored),
    }),
  }
}

const named = ({ topic, version, malformed, oversized }: Record<IgnoredReason, number>) => ({
  ignoredTopic: topic,
  ignoredVersion: version,
  ignoredMalformed: malformed,
  ignoredOversized: oversized,
})
