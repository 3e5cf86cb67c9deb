import { setTimeout as sleep } from 'node:timers/promises'
import type { Message, PeerId, PrivateKey } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import {
  contentTopicOf,
  definePlugin,
  down,
  type Health,
  healthy,
  type Log,
  type OutboundMessage,
  type Transport,
  type TransportEvents,
} from '../../../src/ports/index.ts'
import { createStamper, encodeWakuMessage } from './codec.ts'
import { loadPeerKey } from './identity.ts'
import { createIntake } from './intake.ts'
import { exchangeMetadata, type PeerMetadata } from './metadata.ts'
import { createRelayNode, type RelayNode } from './node.ts'
import { createPacer } from './pace.ts'
import { createGate, dropStreamless, takersOf } from './peers.ts'
import { keepDialling, type Redialler } from './redial.ts'
import { preflight, relayOptionsOf, settings } from './settings.ts'
import { pubsubTopicOf } from './shards.ts'

/** How long a close waits for the peers before it cuts the connections, and how long it lasts at most, milliseconds. */
const politeMs = 2_500
const closeMs = 4_500

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

export interface RelayOptions {
  readonly cluster?: number
  readonly shards?: readonly number[]
  /** One of `shards`. */
  readonly publishShard?: number
  /** Multiaddrs with `/p2p/` to stay connected with. */
  readonly peers?: readonly string[]
  /** Multiaddrs to listen on, `/ip4/127.0.0.1/tcp/0`; none: we only call others. */
  readonly listen?: readonly string[]
  /** Multiaddrs to tell others instead of those we listen on. */
  readonly announce?: readonly string[]
  /** Of the encoded WakuMessage, in and out. */
  readonly maxMessageBytes?: number
  /** Of the libp2p peer id; a fresh one where missing. */
  readonly privateKey?: PrivateKey
  readonly log?: Log
  /** Unix milliseconds. */
  readonly now?: () => number
}

/** What exists between start and close. */
interface Running {
  readonly node: RelayNode
  readonly redialler: Redialler
}

const abortError = (signal: AbortSignal): Error =>
  signal.reason instanceof Error ? signal.reason : new Error('It was aborted.', { cause: signal.reason })

/** Stops the node politely, then by force. */
const stopNode = async (node: RelayNode): Promise<void> => {
  const force = setTimeout(() => {
    for (const connection of node.getConnections()) connection.abort(new Error('closing'))
  }, politeMs)
  await Promise.resolve(node.stop()).catch(() => undefined)
  clearTimeout(force)
}

/** A Waku relay: receives everything on its shards and keeps what is listened to, so its cost does not grow with the topics. */
export const createWakuRelay = (options: RelayOptions = {}): Transport => {
  const { cluster = 16, shards = [32, 64], publishShard = 32, maxMessageBytes = 1024 * 1024 } = options
  const { peers = [], listen = [], announce = [], privateKey, log = silent, now = Date.now } = options
  if (!shards.includes(publishShard)) throw new RangeError(`Shard ${publishShard} is not among ${shards.join(', ')}.`)

  const addresses = peers.map((peer) => multiaddr(peer))
  const configured = new Set(addresses.map((address) => address.getPeerId()))
  const pubsubTopics = shards.map((shard) => pubsubTopicOf(cluster, shard))
  const publishTopic = pubsubTopicOf(cluster, publishShard)
  const stamp = createStamper(now)
  const pacer = createPacer()
  const intake = createIntake(maxMessageBytes)
  const closing = new AbortController()
  const counts = { published: 0, publishFailures: 0 }
  let starting: Promise<void> | undefined
  let stopping: Promise<void> | undefined
  let running: Running | undefined

  const takers = () => (running === undefined ? [] : takersOf(running.node, publishTopic))
  const gate = createGate(() => takers().length > 0)

  const onMetadata = (node: RelayNode, peer: PeerId, { cluster: theirs, shards: named }: PeerMetadata): void => {
    if (theirs === cluster) return
    const reason = theirs === undefined ? 'it names no cluster' : `it is on cluster ${theirs}, we are on ${cluster}`
    const level = configured.has(peer.toString()) ? 'warn' : 'debug'
    log[level]({ peer: peer.toString(), cluster: theirs, shards: named }, 'A Waku peer does not fit and is hung up on.')
    running?.redialler.blame(peer, reason)
    node.hangUp(peer, { signal: AbortSignal.timeout(1_000) }).catch(() => undefined)
  }

  const open = async (events: TransportEvents): Promise<void> => {
    const node = await createRelayNode({ pubsubTopics, listen, announce, privateKey })
    const { pubsub } = node.services
    const validate = (_from: PeerId, message: Message) => intake.take(message.data)
    for (const topic of pubsubTopics) pubsub.topicValidators.set(topic, validate)
    node.addEventListener('peer:connect', ({ detail }) =>
      log.debug({ peer: detail.toString() }, 'Waku peer connected.'),
    )
    node.addEventListener('peer:disconnect', ({ detail }) => log.debug({ peer: detail.toString() }, 'Waku peer gone.'))
    await exchangeMetadata(
      node,
      { cluster, shards },
      {
        onMetadata: (peer, metadata) => onMetadata(node, peer, metadata),
        onFailure: (peer) => log.debug({ peer: peer.toString() }, 'A Waku peer did not tell its shards.'),
      },
    )
    dropStreamless(node)
    intake.open(events)
    await node.start()
    if (closing.signal.aborted) {
      await stopNode(node)
      throw abortError(closing.signal)
    }
    for (const topic of pubsubTopics) pubsub.subscribe(topic)
    running = { node, redialler: keepDialling(node, addresses, closing.signal) }
  }

  /** The bytes of a message, different at each call: the stamp never repeats. */
  const encode = ({ topic, payload }: OutboundMessage): Uint8Array =>
    encodeWakuMessage({
      payload,
      contentTopic: contentTopicOf(topic),
      version: 1,
      timestamp: stamp(),
      ephemeral: false,
    })

  const hand = async (message: OutboundMessage, signal: AbortSignal): Promise<void> => {
    for (;;) {
      await gate.wait(signal)
      await pacer.turn(signal)
      if (running === undefined) throw new Error('The relay is not open.')
      const { recipients } = await running.node.services.pubsub.publish(publishTopic, encode(message), {
        allowPublishToZeroTopicPeers: true,
      })
      if (recipients.length > 0) return
      // Whoever was there has left or does not read. The next try has to have an id of its own: gossipsub knows this one.
      await sleep(50, undefined, { signal })
    }
  }

  const publish = async (message: OutboundMessage, signal: AbortSignal): Promise<void> => {
    const either = AbortSignal.any([signal, closing.signal])
    if (either.aborted) throw abortError(either)
    if (running === undefined) throw new Error('The relay is not open.')
    const size = encode(message).length
    if (size > maxMessageBytes) throw new Error(`The message has ${size} bytes, the network takes ${maxMessageBytes}.`)
    try {
      // What the caller does with its bytes later must not reach the network.
      await hand({ topic: message.topic, payload: Uint8Array.from(message.payload) }, either)
      counts.published += 1
    } catch (error) {
      counts.publishFailures += 1
      throw either.aborted ? abortError(either) : error
    }
  }

  const health = (): Health => {
    if (running === undefined) return down('the relay is not open')
    if (takers().length > 0) return healthy
    const tried = running.redialler.states().map(({ address, failure }) => `${address} (${failure ?? 'connected'})`)
    const where = tried.length > 0 ? `tried ${tried.join(', ')}` : 'tried none: WAKU_PEERS is empty and nobody called'
    return down(`no peer on shard ${publishShard} of cluster ${cluster}, ${where}`)
  }

  const stop = async (): Promise<void> => {
    await starting?.catch(() => undefined)
    const node = running?.node
    running = undefined
    if (node !== undefined) await stopNode(node)
  }

  const close = async (): Promise<void> => {
    intake.close()
    closing.abort(new Error('The relay was closed.'))
    const limit = new AbortController()
    await Promise.race([stop(), sleep(closeMs, undefined, { signal: limit.signal }).catch(() => undefined)])
    limit.abort()
  }

  return {
    start: (events) => {
      if (starting !== undefined || stopping !== undefined)
        return Promise.reject(new Error('The relay was started or closed before.'))
      starting = open(events)
      return starting
    },
    listen: (added) => intake.listen(added),
    unlisten: (removed) => intake.unlisten(removed),
    publish,
    // A relay remembers nothing: what was missed has to come from a store node.
    history: async function* () {},
    health,
    addresses: () => running?.node.getMultiaddrs().map(String) ?? [],
    stats: () => ({
      peers: takers().length,
      connections: running?.node.getConnections().length ?? 0,
      dials: running?.redialler.tries() ?? 0,
      ...intake.stats(),
      ...counts,
    }),
    close: () => {
      stopping ??= close()
      return stopping
    },
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
