import { randomBytes } from 'node:crypto'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import {
  contentTopicOf,
  down,
  type Health,
  type Log,
  type OutboundMessage,
  type PeerInfo,
  type Transport,
  type TransportEvents,
  type WakuMessage,
} from '../../../../src/ports/index.ts'
import { createStamper, encodeWakuMessage, messageOf, toHalves } from '../codec.ts'
import { createIgnored } from '../ignored.ts'
import { abortError, createLife } from '../life.ts'
import { createPresence } from '../presence.ts'
import { pubsubTopicOf } from '../shards.ts'
import { createHistory } from '../store/history.ts'
import { createTopics } from '../topics.ts'
import { createArrivals } from './arrivals.ts'
import { createLine, type Line } from './line.ts'
import type { LightOptions } from './options.ts'
import { createProber } from './prober.ts'
import { createPublisher } from './publisher.ts'
import { createRoster, type Member } from './roster.ts'
import { createSessions } from './sessions.ts'
import { createSweeper } from './sweeper.ts'

/** How many topics a store is asked for by name; more are read all and sorted here. */
const filterTopics = 100
const beatMs = 1_000
/** How often the stores are asked while filter nodes have no room for all topics, or are not to be relied on. */
const sweepEveryMs = 5_000
/** And while a topic waits for its subscription: who registers is asked for at once. */
const hurriedSweepMs = 1_000
const noMeta = new Uint8Array()

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** One list of both, a node that is in both once. */
const merged = (own: readonly PeerInfo[], stores: readonly PeerInfo[]): PeerInfo[] => {
  const known = new Set(own.map(({ id }) => id))
  return [...own, ...stores.filter(({ id }) => !known.has(id))]
}

/**
 * A Waku node for gateways behind NAT: it calls service nodes and listens nowhere. They push what is listened to (filter), take
 * what is published (light push) and keep what was missed (store). Its cost grows with the topics, and so does theirs.
 */
export const createWakuLight = (options: LightOptions): Transport => {
  const { nodes, cluster = 16, shards = [32], publishShard = 32, stores = [], privateKey } = options
  const { maxMessageBytes = 1024 * 1024, log = silent, now = Date.now, quietMs, patienceMs, refreshMs } = options
  if (!shards.includes(publishShard)) throw new RangeError(`Shard ${publishShard} is not among ${shards.join(', ')}.`)
  const addresses: Multiaddr[] = nodes.map((node) => multiaddr(node))
  const pubsubTopics = shards.map((shard) => pubsubTopicOf(cluster, shard))
  const publishTopic = pubsubTopicOf(cluster, publishShard)
  const marker = randomBytes(4).readUInt32BE()
  const life = createLife({
    name: 'light node',
    open: (events) => open(events),
    hush: () => arrivals.close(),
    stop: async () => line?.close(),
  })
  const signal = life.closing
  const stamp = createStamper(now)
  const topics = createTopics()
  const ignored = createIgnored(topics)
  const arrivals = createArrivals(topics, ignored)
  const roster = createRoster(addresses, now)
  let line: Line | undefined
  /** From when on a node may have failed to push something, Unix milliseconds. */
  let gapSince: number | undefined
  let sweptAt = 0
  /** Until then nobody expects messages: what came before is the gateway's to read. */
  let isSettled = false

  const node = () => line?.libp2p
  const unixTime = (time: number): number => now() - (performance.now() - time)
  const noteGap = (since: number): void => {
    gapSince = Math.min(gapSince ?? since, since)
  }
  const reconnect = (member: Member, why: string): void => line?.cut(member.id, why)

  const history = createHistory({
    node,
    pubsubTopics,
    stores,
    listened: topics,
    filterTopics,
    isOwn: arrivals.isOwn,
    ignored,
    maxMessageBytes,
    log,
    now,
  })

  const sweeper = createSweeper({
    history: history.read,
    isKnown: arrivals.isSeen,
    take: (message) => void arrivals.take(message),
    log,
    now,
    signal,
  })

  const publisher = createPublisher(node, roster, publishTopic)

  const sessions = createSessions({
    node,
    pubsubTopics,
    marker,
    wanted: topics,
    log,
    signal,
    refreshMs,
    isDeaf: (member) => prober.isDeaf(member),
    onSettled: () => {
      isSettled = true
      if (gapSince === undefined) return
      sweeper.sweep(gapSince)
      gapSince = undefined
    },
    onCovered: () => {
      if (gapSince !== undefined) sweeper.sweep(gapSince)
    },
    onGap: (since) => noteGap(unixTime(since)),
    onTrouble: reconnect,
  })

  const seal = (pubsubTopic: string, contentTopic: string, payload: Uint8Array, ephemeral: boolean): WakuMessage => {
    const fields = { payload, contentTopic, version: 1, timestamp: toHalves(stamp()), ephemeral, meta: noMeta }
    const message = messageOf(pubsubTopic, fields)
    arrivals.own(message.hash)
    return message
  }

  const prober = createProber({
    sessions,
    publisher,
    pubsubTopics,
    marker,
    seal: (pubsubTopic, contentTopic, payload) => seal(pubsubTopic, contentTopic, payload, true),
    reconnect,
    onChange: sessions.wake,
    log,
    signal,
    quietMs,
    patienceMs,
  })

  const dialFailure = (peer: string) => line?.states().find((state) => state.peer === peer)?.failure
  const attempts = () =>
    (line?.states() ?? []).map(({ address, peer, failure }) => ({
      address,
      failure: failure ?? roster.members.find(({ id }) => id === peer)?.failure ?? 'connected',
    }))
  const presenceOf = (missing: string, isThere: () => boolean) =>
    createPresence({ isThere, isSettled: () => true, missing, attempts, troubles: () => [], now })
  const where = `on shard ${publishShard} of cluster ${cluster}`
  const presences = [
    presenceOf(`no live filter subscription ${where}`, () => sessions.all().some(prober.isAlive)),
    presenceOf(`no node that takes messages by light push ${where}`, publisher.isOpen),
  ]

  const health = (): Health => {
    if (line === undefined || signal.aborted) return down('the light node is not open')
    const states = presences.map((presence) => presence.health())
    return states.find(({ status }) => status === 'down') ?? { status: 'ok' }
  }

  const beat = (): void => {
    for (const presence of presences) presence.look()
    if (sessions.all().length === 0) return
    const isWaiting = sessions.isWaiting()
    const isCovered = sessions.left() === 0 && !sessions.all().some(({ member }) => prober.isDoubtful(member))
    // Timers are not exact: a beat that comes a little early counts as well.
    if ((isCovered && !isWaiting) || now() - sweptAt < (isWaiting ? hurriedSweepMs - 100 : sweepEveryMs)) return
    sweeper.sweep(Math.max(sweptAt, now() - 2 * sweepEveryMs))
    sweptAt = now()
  }

  const open = async (events: TransportEvents): Promise<void> => {
    const fresh = await createLine({
      network: { cluster, shards },
      addresses,
      privateKey,
      maxMessageBytes,
      log,
      now,
      signal,
      onPush: (peer, pubsubTopic, message) => {
        const verdict = arrivals.take(message)
        const member = roster.of(peer)
        if (member !== undefined) prober.heard(member, pubsubTopic, message, verdict === 'own')
      },
      onBroken: (_peer, reason) => arrivals.ignore(reason),
    })
    roster.follow(fresh.libp2p, {
      onConnect: (member) => {
        publisher.reset(member)
        sessions.open(member)
      },
      onDisconnect: sessions.close,
    })
    arrivals.open(events)
    line = fresh
    await fresh.open()
    signal.throwIfAborted()
    prober.start()
    const timer = setInterval(beat, beatMs)
    signal.addEventListener('abort', () => clearInterval(timer), { once: true })
  }

  const publish = async ({ topic, payload }: OutboundMessage, caller: AbortSignal): Promise<void> => {
    const either = AbortSignal.any([caller, signal])
    if (either.aborted) throw abortError(either)
    if (line === undefined) throw new Error('The light node is not open.')
    // A copy: what the caller does with its bytes later must not reach the network.
    const message = seal(publishTopic, contentTopicOf(topic), Uint8Array.from(payload), false)
    const size = encodeWakuMessage(message).length
    if (size > maxMessageBytes) throw new Error(`The message has ${size} bytes, the network takes ${maxMessageBytes}.`)
    try {
      await publisher.publish({ pubsubTopic: publishTopic, message }, either)
    } catch (error) {
      throw either.aborted ? abortError(either) : error
    }
  }

  return {
    start: life.start,
    listen: (added) => {
      topics.add(added)
      if (line === undefined) return
      if (isSettled) noteGap(now())
      sessions.wake()
    },
    unlisten: (removed) => {
      topics.remove(removed)
      if (line !== undefined) sessions.wake()
    },
    publish,
    history: (range) => history.read(range),
    // The other way round, so that what passes between the two shows that the nodes hear each other.
    stranger: () => createWakuLight({ ...options, privateKey: undefined, nodes: [...nodes].reverse() }),
    peers: () => merged(roster.infos(dialFailure), history.peers()).slice(0, 200),
    health,
    addresses: () => [],
    stats: () => ({
      peers: roster.members.filter(({ connected }) => connected).length,
      connections: node()?.getConnections().length ?? 0,
      dials: line?.tries() ?? 0,
      topics: topics.size,
      ...arrivals.stats(),
      ...sessions.stats(),
      ...prober.stats(),
      ...publisher.stats(),
      ...sweeper.stats(),
      ...history.stats(),
    }),
    close: life.close,
  }
}
