import { type Message, type PeerId, type PrivateKey, TopicValidatorResult } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import {
  definePlugin,
  down,
  type IgnoredReason,
  type Log,
  type Transport,
  type TransportEvents,
  topicOf,
} from '../../../../src/ports/index.ts'
import { peerIdsIn } from '../addresses.ts'
import { contentTopicIn } from '../codec.ts'
import { conductLimits, createConduct } from '../conduct.ts'
import { loadPeerKey } from '../identity.ts'
import { createIgnored } from '../ignored.ts'
import { abortError, createLife } from '../life.ts'
import { createPresence } from '../presence.ts'
import { pubsubTopicOf } from '../shards.ts'
import { createHistory } from '../store/history.ts'
import { createTopics } from '../topics.ts'
import { joinPeers } from './book.ts'
import { type Company, keepCompany } from './company.ts'
import type { Found } from './crowd.ts'
import { hastenMesh } from './graft.ts'
import type { Guard } from './guard.ts'
import { createIntake } from './intake.ts'
import { keepLatest, type Latest } from './latest.ts'
import { createRelayNode, type Doorkeeper, type RelayNode } from './node.ts'
import { takersOf } from './peers.ts'
import { createPublisher } from './publisher.ts'
import { preflight, relayOptionsOf, settings } from './settings.ts'

/** How long a close waits for the peers before it cuts the connections, milliseconds. */
const politeMs = 2_500

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

export interface RelayOptions {
  readonly cluster?: number
  readonly shards?: readonly number[]
  /** One of `shards`. */
  readonly publishShard?: number
  /** Multiaddrs with `/p2p/` to stay connected with. */
  readonly peers?: readonly string[]
  /** Multiaddrs with `/p2p/` of nodes that keep messages. */
  readonly stores?: readonly string[]
  /** `enrtree://KEY@DOMAIN` each: trees of peers in DNS. */
  readonly trees?: readonly string[]
  /** DNS servers for these, `host:port`; none: those of the system. */
  readonly dnsServers?: readonly string[]
  /** Whether peers are asked for others. */
  readonly peerExchange?: boolean
  /** Multiaddrs to listen on, `/ip4/127.0.0.1/tcp/0`; none: we only call others. */
  readonly listen?: readonly string[]
  /** Multiaddrs to tell others instead of those we listen on. */
  readonly announce?: readonly string[]
  /** Of the encoded WakuMessage, in and out. */
  readonly maxMessageBytes?: number
  /** Whether others' messages are passed on. */
  readonly forward?: boolean
  /** What one peer may send for long; 20 KB each. */
  readonly peerMessagesPerSecond?: number
  /** Above it nobody is let in; a few places less are used. */
  readonly maxConnections?: number
  /** What may wait in memory until peers read it, all of them together. */
  readonly maxUnsentBytes?: number
  /** Of the libp2p peer id; a fresh one where missing. */
  readonly privateKey?: PrivateKey
  readonly log?: Log
  /** Unix milliseconds. */
  readonly now?: () => number
}

/** The node that a stranger keeps away from, and whose peers it calls. */
interface Origin {
  peerId(): string | undefined
  knows(): readonly Found[]
}

const noOrigin: Origin = { peerId: () => undefined, knows: () => [] }

/** What exists between start and close. */
interface Running {
  readonly node: RelayNode
  readonly company: Company
  readonly latest: Latest
}

/** Stops the node politely, then by force. */
const stopNode = async (node: RelayNode): Promise<void> => {
  const force = setTimeout(() => {
    for (const connection of node.getConnections()) connection.abort(new Error('closing'))
  }, politeMs)
  await Promise.resolve(node.stop()).catch(() => undefined)
  clearTimeout(force)
}

/** How many peers took it. Where nobody is there gossipsub does not keep it either, or the next try would be a second copy. */
const send = async ({ services: { pubsub } }: RelayNode, pubsubTopic: string, data: Uint8Array): Promise<number> => {
  try {
    return (await pubsub.publish(pubsubTopic, data)).recipients.length
  } catch (error) {
    if (error instanceof Error && error.message === 'PublishError.NoPeersSubscribedToTopic') return 0
    throw error
  }
}

/** A Waku relay: receives everything on its shards and keeps what is listened to, so its cost does not grow with the topics. */
export const createWakuRelay = (options: RelayOptions = {}): Transport => relayBeside(options, noOrigin)

const relayBeside = (options: RelayOptions, origin: Origin): Transport => {
  const { cluster = 16, shards = [32, 64], publishShard = 32, maxMessageBytes = 1024 * 1024, forward = true } = options
  const { peers = [], stores = [], trees = [], dnsServers = [], peerExchange = false } = options
  const { listen = [], announce = [], privateKey, log = silent, now = Date.now } = options
  const { maxConnections = 300, maxUnsentBytes = 128 * 1024 * 1024 } = options
  if (!shards.includes(publishShard)) throw new RangeError(`Shard ${publishShard} is not among ${shards.join(', ')}.`)

  const configured = peers.map((peer) => multiaddr(peer))
  const trusted = new Set(peerIdsIn([...peers, ...stores]))
  const isConfigured = (peer: string): boolean => trusted.has(peer)
  const pubsubTopics = shards.map((shard) => pubsubTopicOf(cluster, shard))
  const publishTopic = pubsubTopicOf(cluster, publishShard)
  const limits = conductLimits(options.peerMessagesPerSecond)
  const conduct = createConduct({ limits, isConfigured, now })
  const doorkeeperOf = (guard: () => Guard | undefined): Doorkeeper => ({
    refuses: (peer) => peer === origin.peerId() || conduct.refuses(peer),
    penalty: conduct.penalty,
    admit: (peer, stream) => guard()?.watch(peer, stream),
  })
  const topics = createTopics()
  const isListened = (data: Uint8Array): boolean => {
    const topic = topicOf(contentTopicIn(data) ?? '')
    return topic !== undefined && topics.has(topic)
  }
  const ignored = createIgnored(topics)
  const intake = createIntake({ maxMessageBytes, topics, ignored })
  let running: Running | undefined

  const life = createLife({
    name: 'relay',
    open: (events) => open(events),
    hush: () => intake.close(),
    stop: () => stop(),
  })

  const takers = () => (running === undefined ? 0 : takersOf(running.node, publishTopic).length)
  const presence = createPresence({
    isThere: () => takers() > 0,
    isSettled: () => (running?.node.services.pubsub.getMeshPeers(publishTopic).length ?? 0) > 0,
    missing: `no peer on shard ${publishShard} of cluster ${cluster}`,
    attempts: () => running?.company.attempts() ?? [],
    troubles: () => running?.company.troubles() ?? [],
    now,
  })
  const publisher = createPublisher({
    pubsubTopic: publishTopic,
    maxMessageBytes,
    isReady: () => takers() > 0,
    send: async (data) => {
      if (running === undefined) throw new Error('The relay is not open.')
      const { node, latest } = running
      const recipients = await send(node, publishTopic, data)
      if (recipients > 0) latest.published(publishTopic, data)
      return recipients
    },
    closing: life.closing,
    now,
  })

  const history = createHistory({
    node: () => running?.node,
    pubsubTopics,
    stores,
    listened: topics,
    filterTopics: 2,
    ignored,
    isOwn: publisher.isOwn,
    maxMessageBytes,
    log,
    now,
  })

  /** What the network is told of a message. */
  const judge = (company: Company, from: PeerId, reason: IgnoredReason | undefined): TopicValidatorResult => {
    if (reason === 'malformed') company.guard.spoil(from)
    if (reason === 'malformed' || reason === 'oversized') return TopicValidatorResult.Reject
    // What is not accepted is neither handed on nor offered.
    return forward ? TopicValidatorResult.Accept : TopicValidatorResult.Ignore
  }

  const open = async (events: TransportEvents): Promise<void> => {
    let guard: Guard | undefined
    const doorkeeper = doorkeeperOf(() => guard)
    const node = await createRelayNode({ pubsubTopics, listen, announce, privateKey, doorkeeper, maxConnections })
    const { pubsub } = node.services
    const company = await keepCompany({
      node,
      shards: { cluster, shards },
      sources: { configured, trees, dnsServers, peerExchange, acquaintances: origin.knows },
      conduct,
      isConfigured,
      isListened,
      maxConnections,
      maxUnsentBytes,
      takers,
      log,
      now,
      signal: life.closing,
    })
    guard = company.guard
    const validate = (from: PeerId, { topic, data }: Message) =>
      judge(company, from, intake.take(topic, data, from.toString()))
    for (const topic of pubsubTopics) pubsub.topicValidators.set(topic, validate)
    pubsub.addEventListener('gossipsub:heartbeat', presence.look)
    const latest = keepLatest(node)
    hastenMesh(node, pubsubTopics, latest, life.closing)
    intake.open(events)
    await node.start()
    if (life.closing.aborted) {
      await stopNode(node)
      throw abortError(life.closing)
    }
    for (const topic of pubsubTopics) pubsub.subscribe(topic)
    running = { node, company, latest }
    company.begin()
  }

  const stop = async (): Promise<void> => {
    const node = running?.node
    running = undefined
    if (node !== undefined) await stopNode(node)
  }

  return {
    start: life.start,
    listen: topics.add,
    unlisten: topics.remove,
    publish: (message, signal) =>
      running === undefined && !signal.aborted
        ? Promise.reject(new Error('The relay is not open.'))
        : publisher.publish(message, signal),
    // A relay remembers nothing: what was missed has to come from a store node.
    history: history.read,
    stranger: () => {
      const { privateKey: _ours, listen: _where, announce: _told, trees: _trees, ...shared } = options
      return relayBeside(
        { ...shared, peerExchange: false },
        { peerId: () => running?.node.peerId.toString(), knows: () => running?.company.callable() ?? [] },
      )
    },
    peers: () => joinPeers(running?.company.peers() ?? [], history.peers()),
    health: () => (running === undefined ? down('the relay is not open') : presence.health()),
    addresses: () => running?.node.getMultiaddrs().map(String) ?? [],
    stats: () => ({
      peers: takers(),
      mesh: running?.node.services.pubsub.getMeshPeers(publishTopic).length ?? 0,
      connections: 0,
      dials: 0,
      ...running?.company.stats(),
      ...intake.stats(),
      ...publisher.stats(),
      ...history.stats(),
    }),
    close: life.close,
  }
}

export default definePlugin({
  kind: 'transport',
  name: 'waku-relay',
  prefix: 'WAKU_',
  settings,
  preflight,
  create: async ({ settings: values, dataDir, log, now }) =>
    createWakuRelay({ ...relayOptionsOf(values), privateKey: await loadPeerKey(dataDir), log, now }),
})
