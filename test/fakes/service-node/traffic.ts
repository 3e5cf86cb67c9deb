import { TopicValidatorResult } from '@libp2p/interface'
import { decodeWakuMessage, encodeWakuMessage, messageOf, toHalves } from '../../../plugins/transport/waku/codec.ts'
import type { WakuMessage } from '../../../src/ports/index.ts'
import type { Archive } from './archive.ts'
import type { Filter } from './filter.ts'
import type { Host } from './host.ts'

export type Unnamed = Omit<WakuMessage, 'hash'>

/** How a message came to the node. */
export interface Seen {
  readonly pubsubTopic: string
  readonly message: WakuMessage
  readonly via: 'relay' | 'lightpush' | 'own'
}

export const named = (pubsubTopic: string, message: Unnamed): WakuMessage =>
  messageOf(pubsubTopic, { ...message, timestamp: toHalves(message.timestamp), meta: new Uint8Array() })

/** Where all messages pass: kept, pushed to filter subscribers, relayed. */
export interface Traffic {
  readonly seen: readonly Seen[]
  /** Neither takes nor passes on anything by relay while it is on. */
  silence(on: boolean): void
  /** Subscribes the relay of a host that has just started. */
  join(host: Host): void
  /** Resolves with how many relay peers it was sent to. */
  take(pubsubTopic: string, data: Uint8Array, via: Seen['via']): Promise<number>
}

export interface TrafficOptions {
  readonly pubsubTopics: readonly string[]
  readonly archive: Archive
  readonly filter: Filter
  readonly now: () => number
}

export const createTraffic = ({ pubsubTopics, archive, filter, now }: TrafficOptions): Traffic => {
  const seen: Seen[] = []
  const keys = new Set<string>()
  let silent = false
  let current: Host | undefined

  const accept = (pubsubTopic: string, data: Uint8Array, via: Seen['via']): void => {
    const message = decodeWakuMessage(pubsubTopic, new Uint8Array(data))
    if (message === undefined) return
    const key = Buffer.from(message.hash).toString('hex')
    if (keys.has(key)) return
    keys.add(key)
    seen.push({ pubsubTopic, message, via })
    if (!message.ephemeral) archive.keep(pubsubTopic, message, now())
    if (current !== undefined) filter.push(current.node, pubsubTopic, message)
  }

  return {
    seen,
    silence: (on) => {
      silent = on
    },
    join: (host) => {
      current = host
      const { pubsub } = host
      if (pubsub === undefined) return
      const validate = () => (silent ? TopicValidatorResult.Ignore : TopicValidatorResult.Accept)
      for (const topic of pubsubTopics) {
        pubsub.topicValidators.set(topic, validate)
        pubsub.subscribe(topic)
      }
      pubsub.addEventListener('message', ({ detail: { topic, data } }) => accept(topic, data, 'relay'))
    },
    take: async (pubsubTopic, data, via) => {
      accept(pubsubTopic, data, via)
      if (silent || current?.pubsub === undefined) return 0
      return (await current.pubsub.publish(pubsubTopic, data)).recipients.length
    },
  }
}

export const bytesOf = (message: Uint8Array | Unnamed): Uint8Array =>
  message instanceof Uint8Array ? message : encodeWakuMessage(message)
