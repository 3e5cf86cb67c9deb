import {
  contentTopicOf,
  definePlugin,
  down,
  healthy,
  type IgnoredReason,
  type Topic,
  type Transport,
  type TransportEvents,
  topicOf,
  type WakuMessage,
} from '../../src/ports/index.ts'
import { messageHash } from './shared/message-hash.ts'

/** The size limit of a payload in bytes, the same as that of installed clients: 1 MiB. */
const defaultMaxMessageBytes = 1024 * 1024
const defaultCapacity = 10_000

type Receiver = (message: WakuMessage) => void

/** A message before the bus has named it. */
export type Unnamed = Omit<WakuMessage, 'hash'>

const pubsubTopic = 'memory'

interface Kept {
  readonly message: WakuMessage
  readonly from: Receiver | undefined
}

/** A network inside the process. It keeps the last messages, so that who was away can read what it missed. */
export interface MemoryBus {
  join(receiver: Receiver): void
  leave(receiver: Receiver): void
  /** Hands any message to everybody but its sender, each in a microtask of its own; ephemeral ones are not kept. */
  send(message: Unnamed, from?: Receiver): void
  /** The kept messages of others than `except`, in the order of their timestamps; both ends belong to the range. */
  kept(from: bigint, to: bigint, except?: Receiver): WakuMessage[]
  readonly members: number
}

export interface MemoryBusOptions {
  /** How many messages are kept for `history`; the oldest go first. */
  readonly capacity?: number
}

export const createMemoryBus = ({ capacity = defaultCapacity }: MemoryBusOptions = {}): MemoryBus => {
  const receivers = new Set<Receiver>()
  const ring: Kept[] = []
  let next = 0

  const keep = (entry: Kept): void => {
    if (entry.message.ephemeral || capacity === 0) return
    ring[next] = entry
    next = (next + 1) % capacity
  }

  return {
    join: (receiver) => void receivers.add(receiver),
    leave: (receiver) => void receivers.delete(receiver),
    send: (unnamed, from) => {
      const message = { ...unnamed, hash: messageHash(pubsubTopic, unnamed) }
      keep({ message, from })
      for (const receiver of receivers) {
        if (receiver !== from) queueMicrotask(() => receivers.has(receiver) && receiver(message))
      }
    },
    kept: (from, to, except) =>
      ring
        .filter((entry) => except === undefined || entry.from !== except)
        .map((entry) => entry.message)
        .filter(({ timestamp }) => timestamp >= from && timestamp <= to)
        .sort((a, b) => (a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0)),
    get members() {
      return receivers.size
    },
  }
}

export interface MemoryTransportOptions {
  /** Largest payload in bytes. */
  readonly maxMessageBytes?: number
  /** Unix milliseconds. */
  readonly now?: () => number
}

const nanoseconds = (milliseconds: number): bigint => BigInt(Math.floor(milliseconds)) * 1_000_000n

/** A transport over a bus of this process: the whole contract without a network. */
export const createMemoryTransport = (
  bus: MemoryBus,
  { maxMessageBytes = defaultMaxMessageBytes, now = Date.now }: MemoryTransportOptions = {},
): Transport => {
  const topics = new Set<Topic>()
  const counts = { received: 0, ignored: 0, published: 0 }
  let events: TransportEvents | undefined
  let state: 'new' | 'open' | 'closed' = 'new'

  const reject = (message: WakuMessage): IgnoredReason | undefined => {
    if (message.payload.length > maxMessageBytes) return 'oversized'
    const topic = topicOf(message.contentTopic)
    if (topic === undefined || !topics.has(topic)) return 'topic'
    return message.version === 1 ? undefined : 'version'
  }

  const receive: Receiver = (message) => {
    const reason = reject(message)
    if (reason === undefined) {
      counts.received += 1
      events?.onMessage({ ...message, payload: Uint8Array.from(message.payload) })
    } else {
      counts.ignored += 1
      events?.onIgnored(reason)
    }
  }

  return {
    start: async (listener) => {
      if (state !== 'new') throw new Error('The transport was started or closed before.')
      state = 'open'
      events = listener
      bus.join(receive)
    },
    listen: (added) => {
      for (const topic of added) topics.add(topic)
    },
    unlisten: (removed) => {
      for (const topic of removed) topics.delete(topic)
    },
    publish: async ({ topic, payload }, signal) => {
      signal.throwIfAborted()
      if (state !== 'open') throw new Error('The transport is not open.')
      if (payload.length > maxMessageBytes)
        throw new Error(`The message has ${payload.length} bytes, the bus takes ${maxMessageBytes}.`)
      const timestamp = nanoseconds(now())
      const copy = Uint8Array.from(payload)
      bus.send({ payload: copy, contentTopic: contentTopicOf(topic), version: 1, timestamp, ephemeral: false }, receive)
      counts.published += 1
    },
    history: async function* ({ from, to, isKnown, signal }) {
      signal.throwIfAborted()
      for (const message of bus.kept(nanoseconds(from.getTime()), nanoseconds(to.getTime()) + 999_999n, receive)) {
        signal.throwIfAborted()
        if (reject(message) === undefined && !isKnown?.(message.hash))
          yield { ...message, payload: Uint8Array.from(message.payload) }
      }
    },
    stranger: () => createMemoryTransport(bus, { maxMessageBytes, now }),
    peers: () => [],
    health: () => (state === 'open' ? healthy : down('the transport is not open')),
    addresses: () => [],
    stats: () => ({ peers: Math.max(0, bus.members - (state === 'open' ? 1 : 0)), topics: topics.size, ...counts }),
    close: async () => {
      state = 'closed'
      events = undefined
      bus.leave(receive)
    },
  }
}

const buses = new Map<string, MemoryBus>()

/** The bus of this name in this process, made at its first use. */
export const sharedMemoryBus = (name: string): MemoryBus => {
  const bus = buses.get(name) ?? createMemoryBus()
  buses.set(name, bus)
  return bus
}

export default definePlugin({
  kind: 'transport',
  name: 'memory',
  prefix: 'MEMORY_',
  settings: {
    MEMORY_BUS: {
      type: 'string',
      description: 'Name of the bus inside the process: gateway and clients that name the same one reach each other.',
      default: 'default',
      minLength: 1,
    },
  },
  create: ({ settings, now }) => createMemoryTransport(sharedMemoryBus(settings.MEMORY_BUS), { now }),
})
