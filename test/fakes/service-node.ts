import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Libp2p, PrivateKey } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { pubsubTopicOf } from '../../plugins/transport/waku/shards.ts'
import { createArchive, type Stored } from './service-node/archive.ts'
import { createFilter, type Filter, type FilterLimits } from './service-node/filter.ts'
import { createHost, type Host } from './service-node/host.ts'
import { createLegacyLightPush, createLightPush, type LightPushScript } from './service-node/light-push.ts'
import { createManners, type Service, type ServiceName, serve } from './service-node/rpc.ts'
import { createMetadata, createPeerExchange } from './service-node/small-services.ts'
import { createLegacyStore, createStore, type StoreScript } from './service-node/store.ts'
import { bytesOf, createTraffic, named, type Seen, type Traffic, type Unnamed } from './service-node/traffic.ts'

export type { Stored } from './service-node/archive.ts'
export type { ServiceName } from './service-node/rpc.ts'
export type { LegacyResponse, StoreRequest, StoreResponse } from './service-node/store.ts'
export type { Seen, Unnamed } from './service-node/traffic.ts'

export interface ServiceNodeOptions {
  readonly cluster?: number
  readonly shards?: readonly number[]
  /** Listens for WebSocket connections too. */
  readonly ws?: boolean
  readonly relay?: boolean
  readonly metadata?: boolean
  readonly filter?: boolean | FilterLimits
  readonly store?: boolean
  readonly legacyStore?: boolean
  readonly lightpush?: boolean
  readonly legacyLightpush?: boolean
  /** Node records (ENR, raw) that peer exchange hands out; none: it does not speak that protocol. */
  readonly records?: readonly Uint8Array[]
  /** Largest payload that light push takes. */
  readonly maxMessageBytes?: number
  /** Unix milliseconds. */
  readonly now?: () => number
}

/** A Waku service node of the tests: honest and complete unless it is told otherwise. */
export interface ServiceNode {
  readonly peerId: string
  /** Multiaddr over TCP, with the peer id. The same after a restart. */
  readonly address: string
  /** All of them: TCP, then WebSocket. */
  readonly addresses: readonly string[]
  /** The libp2p node that runs now: another one after a restart. */
  readonly libp2p: Libp2p
  /** What its store has, in the order of time. */
  readonly stored: readonly Stored[]
  /** Every message that came, once, in the order of arrival. */
  readonly seen: readonly Seen[]
  /** How many questions came per service. */
  readonly requests: Readonly<Record<ServiceName, number>>
  readonly filter: Omit<Filter, 'service' | 'push'>
  readonly lightpush: LightPushScript
  readonly store: StoreScript
  /** Puts a message into the store that did not come over the network; false where it is there already. */
  keep(pubsubTopic: string, message: Unnamed): boolean
  /** Empties the store. */
  forget(): void
  /** The service takes questions and never answers them; the relay takes and passes on nothing. */
  silence(what: ServiceName | 'relay', on: boolean): void
  /** Milliseconds before each answer of the service. */
  delay(what: ServiceName, milliseconds: number): void
  /** How many relay peers would get a message on this pubsub topic. */
  takers(pubsubTopic: string): number
  /** As if this node were asked to send: kept, pushed to subscribers, relayed. Resolves with how many relay peers it went to. */
  publish(pubsubTopic: string, message: Uint8Array | Unnamed): Promise<number>
  /** Joins the relays of the two; renewed when either of them restarts. */
  connect(other: ServiceNode): Promise<void>
  /** Cuts all connections. Subscriptions are gone afterwards, stored messages are not. */
  stop(): Promise<void>
  /** Stops if need be, and comes up with the same key, ports and stored messages. */
  restart(): Promise<void>
}

const dialMs = 5_000

/** Who joined whom, in both directions. */
const links = new WeakMap<ServiceNode, Set<ServiceNode>>()

const link = (from: ServiceNode, to: ServiceNode): void => {
  links.set(from, (links.get(from) ?? new Set()).add(to))
}

interface Parts {
  readonly traffic: Traffic
  readonly services: readonly Service[]
  readonly public: Pick<ServiceNode, 'stored' | 'seen' | 'filter' | 'lightpush' | 'store' | 'keep' | 'forget'>
}

const createParts = (options: ServiceNodeOptions, pubsubTopics: readonly string[]): Parts => {
  const { cluster = 16, shards = [32, 64], maxMessageBytes = 1024 * 1024, now = Date.now } = options
  const archive = createArchive()
  const filter = createFilter(typeof options.filter === 'object' ? options.filter : {})
  const traffic = createTraffic({ pubsubTopics, archive, filter, now })
  const store: StoreScript = { answer: undefined, legacyAnswer: undefined }
  const lightpush: LightPushScript = { answer: undefined }
  const take = (topic: string, data: Uint8Array) => traffic.take(topic, data, 'lightpush')
  const pushOptions = { pubsubTopics, maxMessageBytes, script: lightpush, take }
  const offers: readonly (readonly [offered: boolean, service: Service])[] = [
    [options.metadata !== false, createMetadata(cluster, shards)],
    [options.filter !== false, filter.service],
    [options.store !== false, createStore(archive, store)],
    [options.legacyStore !== false, createLegacyStore(archive, store)],
    [options.lightpush !== false, createLightPush(pushOptions)],
    [options.legacyLightpush !== false, createLegacyLightPush(pushOptions)],
    [options.records !== undefined, createPeerExchange(options.records ?? [])],
  ]
  return {
    traffic,
    services: offers.filter(([offered]) => offered).map(([, service]) => service),
    public: {
      stored: archive.stored,
      seen: traffic.seen,
      filter,
      lightpush,
      store,
      keep: (pubsubTopic, message) => archive.keep(pubsubTopic, named(pubsubTopic, message), now()),
      forget: archive.forget,
    },
  }
}

/** Starts one on free ports of this machine. */
export const createServiceNode = async (options: ServiceNodeOptions = {}): Promise<ServiceNode> => {
  const { cluster = 16, shards = [32, 64], ws = false, relay = true } = options
  const pubsubTopics = shards.map((shard) => pubsubTopicOf(cluster, shard))
  const privateKey = (await generateKeyPair('Ed25519')) as PrivateKey
  const manners = createManners()
  const parts = createParts(options, pubsubTopics)

  const start = async (listen: readonly string[]): Promise<Host> => {
    const host = await createHost({ privateKey, listen, relay, pubsubTopics })
    for (const service of parts.services) await serve(host.node, service, manners)
    await host.node.start()
    parts.traffic.join(host)
    return host
  }

  let host = await start(['/ip4/127.0.0.1/tcp/0', ...(ws ? ['/ip4/127.0.0.1/tcp/0/ws'] : [])])
  let running = true
  const addresses = host.node.getMultiaddrs().map(String)
  const ports = host.node.getMultiaddrs().map((address) => address.decapsulate('/p2p').toString())

  const dial = async (other: ServiceNode): Promise<void> => {
    await host.node.dial(multiaddr(other.address), { signal: AbortSignal.timeout(dialMs) })
  }

  const stop = async (): Promise<void> => {
    if (!running) return
    running = false
    parts.public.filter.dropSubscriptions()
    for (const connection of host.node.getConnections()) connection.abort(new Error('The node stops.'))
    await host.node.stop()
  }

  const self: ServiceNode = {
    ...parts.public,
    peerId: host.node.peerId.toString(),
    address: String(addresses[0]),
    addresses,
    get libp2p() {
      return host.node
    },
    requests: manners.requests,
    silence: (what, on) => {
      if (what === 'relay') parts.traffic.silence(on)
      else if (on) manners.silent.add(what)
      else manners.silent.delete(what)
    },
    delay: (what, milliseconds) => void manners.delays.set(what, milliseconds),
    takers: (topic) =>
      (host.pubsub?.getSubscribers(topic) ?? []).filter((peer) => host.pubsub?.streamsOutbound.has(peer.toString()))
        .length,
    publish: (topic, message) => parts.traffic.take(topic, bytesOf(message), 'own'),
    connect: async (other) => {
      link(self, other)
      link(other, self)
      await dial(other)
    },
    stop,
    restart: async () => {
      await stop()
      host = await start(ports)
      running = true
      // Who is away as well calls when it comes back.
      await Promise.all([...(links.get(self) ?? [])].map((other) => dial(other).catch(() => undefined)))
    },
  }
  return self
}
