import { setTimeout as sleep } from 'node:timers/promises'
import { down, type Health, healthy, type Log, type PeerInfo, type WakuMessage } from '../../../../src/ports/index.ts'
import type { RestClient } from './client.ts'
import { createPoller } from './poller.ts'
import { createWatch } from './watch.ts'

/** A look at the peers that a publish relies on is no older, milliseconds. */
const freshMs = 1_000
const retryMs = 100

/** Gets what the node received; `undefined` for what is no message. */
export type Receiver = (message: WakuMessage | undefined) => void

/** One node, shared by all that use it in this process. */
export interface Hub {
  readonly client: RestClient
  /** The first one starts the reading, the last that leaves stops it. Resolves when the node was asked once. */
  join(receiver: Receiver): Promise<void>
  leave(receiver: Receiver): void
  /** Resolves when the node can be read and has a peer. Rejects with the signal's reason. */
  ready(signal: AbortSignal): Promise<void>
  /**
   * What is wrong with the node or its peers, looked for now; `undefined` where nothing is. What the node took before that had
   * somebody to go to.
   */
  doubt(signal: AbortSignal): Promise<string | undefined>
  /** The node said that it is not subscribed. */
  renew(): void
  health(): Health
  peers(): readonly PeerInfo[]
  stats(): Readonly<Record<string, number>>
}

export interface HubOptions {
  readonly client: RestClient
  readonly pubsubTopics: readonly string[]
  readonly cluster: number
  /** The shard that is published on. */
  readonly shard: number
  readonly pollMs: number
  readonly watchMs: number
  /** What the node does for us, besides `relay`. */
  readonly roles: readonly string[]
  /** Why the node must not be read, asked before each subscription; `undefined` where it may. */
  readonly forbidden?: (signal: AbortSignal) => Promise<string | undefined>
  readonly log: Log
  readonly now: () => number
}

export const createHub = (options: HubOptions): Hub => {
  const { client, roles } = options
  const receivers = new Set<Receiver>()
  const watch = createWatch(options)
  const poller = createPoller({
    forbidden: async () => undefined,
    ...options,
    onLost: watch.forget,
    onMessage: (message) => {
      for (const receive of receivers) receive(message)
    },
  })
  let stop = new AbortController()
  let first = Promise.withResolvers<void>()

  const fault = (): readonly [what: string, since: number, tries: number] | undefined => {
    const { reading } = poller
    if (reading.fault !== undefined) return [reading.fault, reading.since, reading.failures]
    const { carried } = watch
    return carried.fault === undefined ? undefined : [carried.fault, carried.since, carried.failures]
  }

  const health = (): Health => {
    const found = fault()
    if (found === undefined) return healthy
    const [what, since, tries] = found
    const times = tries === 1 ? 'once' : `${tries} times`
    return down(`the Waku node at ${client.url} ${what}, since ${new Date(since).toISOString()}, tried ${times}`)
  }

  const self = (): PeerInfo => ({
    id: client.url,
    address: client.url,
    source: 'static',
    roles,
    connected: poller.reading.fault === undefined,
    since: poller.reading.since,
    ...(poller.latencyMs === undefined ? {} : { latencyMs: poller.latencyMs }),
    ...(poller.reading.fault === undefined ? {} : { failure: poller.reading.fault }),
  })

  return {
    client,
    join: (receiver) => {
      receivers.add(receiver)
      if (receivers.size > 1) return first.promise
      stop = new AbortController()
      first = Promise.withResolvers<void>()
      void poller.run(stop.signal, first.resolve)
      void watch.run(stop.signal)
      return first.promise
    },
    leave: (receiver) => {
      if (receivers.delete(receiver) && receivers.size === 0) stop.abort(new Error('Nobody uses the node any more.'))
    },
    ready: async (signal) => {
      for (;;) {
        signal.throwIfAborted()
        if (poller.reading.fault === undefined) {
          await watch.look(performance.now() - freshMs, signal)
          if (fault() === undefined) return signal.throwIfAborted()
        }
        await sleep(retryMs, undefined, { signal }).catch(() => signal.throwIfAborted())
      }
    },
    doubt: async (signal) => {
      await watch.look(performance.now(), signal)
      return watch.carried.fault
    },
    renew: poller.renew,
    health,
    peers: () => [self(), ...watch.peers()].slice(0, 200),
    stats: () => ({ peers: watch.carriers ?? (watch.carried.fault === undefined ? 1 : 0), ...poller.stats() }),
  }
}
