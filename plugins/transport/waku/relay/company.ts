import type { Connection, PeerId } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Log, PeerInfo } from '../../../../src/ports/index.ts'
import type { Conduct } from '../conduct.ts'
import { callPeer } from '../dial.ts'
import { createDiscovery, type Discovery } from '../discovery/index.ts'
import { exchangeMetadata, type PeerMetadata } from '../metadata.ts'
import { createNames } from '../names.ts'
import type { Attempt } from '../presence.ts'
import { keepPulse } from '../pulse.ts'
import { keepDialling, type Redialler } from '../redial.ts'
import { pubsubTopicOf, type Shards } from '../shards.ts'
import { type Book, type Expected, keepBook } from './book.ts'
import { type Crowd, createCrowd, type Found } from './crowd.ts'
import { limitDebts, unsentBytes } from './debts.ts'
import { type Guard, guardRelay } from './guard.ts'
import type { RelayNode } from './node.ts'
import { keepRoom } from './room.ts'
import { hangUp, keepStreams } from './streams.ts'

/** For how long a peer of another network is left alone, milliseconds. */
const strangerRestMs = 10_000
const sortOutMs = 5_000
/** How long a found peer may take to show that it works on our shards, milliseconds. */
const probationMs = 15_000

/** Where peers come from, beside those who call. */
export interface Sources {
  /** To stay connected with; each names its peer. */
  readonly configured: readonly Multiaddr[]
  /** Urls of trees of peers in DNS. */
  readonly trees: readonly string[]
  /** DNS servers, `host:port`; none: those of the system. */
  readonly dnsServers: readonly string[]
  /** Whether peers are asked for others. */
  readonly peerExchange: boolean
  /** Peers that another node knows; asked again and again. */
  readonly acquaintances: () => readonly Found[]
}

export interface CompanyOptions {
  readonly node: RelayNode
  readonly shards: Shards
  readonly sources: Sources
  readonly conduct: Conduct
  readonly isConfigured: (peer: string) => boolean
  /** Whether this data of a pubsub message is on a topic that is listened to. */
  readonly isListened: (data: Uint8Array) => boolean
  readonly maxConnections: number
  /** What may wait in memory until peers read it, all of them together. */
  readonly maxUnsentBytes: number
  /** Peers that would take a message of ours now. */
  readonly takers: () => number
  readonly log: Log
  /** Unix milliseconds. */
  readonly now: () => number
  readonly signal: AbortSignal
}

/** The peers around a node: finds them, calls them, judges them, and parts from those that do not fit. */
export interface Company {
  /** Starts to call. The node has started. */
  begin(): void
  readonly guard: Guard
  peers(): readonly PeerInfo[]
  callable(): readonly Found[]
  attempts(): readonly Attempt[]
  troubles(): readonly string[]
  stats(): Readonly<Record<string, number>>
}

interface Calling {
  readonly redialler: Redialler
  readonly crowd: Crowd
  readonly discovery: Discovery | undefined
}

/** Why a peer does not fit, `undefined` where it does. Who is configured may be on other shards: it can serve in other ways. */
const misfit = (theirs: PeerMetadata, ours: Shards, mayDiffer: boolean): string | undefined => {
  if (theirs.cluster === undefined) return 'it names no cluster'
  if (theirs.cluster !== ours.cluster) return `it is on cluster ${theirs.cluster}, we are on ${ours.cluster}`
  if (mayDiffer || theirs.shards.length === 0 || theirs.shards.some((shard) => ours.shards.includes(shard)))
    return undefined
  return `it is on shards ${theirs.shards.slice(0, 8).join(', ')}`
}

/** Call before the node starts. */
export const keepCompany = async (options: CompanyOptions): Promise<Company> => {
  const { node, shards, sources, conduct, isConfigured, isListened, takers, log, now, signal } = options
  const { pubsub } = node.services
  const topics = shards.shards.map((shard) => pubsubTopicOf(shards.cluster, shard))
  const counts = { silentConnections: 0, lostStreams: 0, misfits: 0, slowPeers: 0 }
  let calling: Calling | undefined

  const blame = (peer: PeerId, reason: string, restMs?: number): void => {
    calling?.redialler.blame(peer, reason, restMs)
    calling?.crowd.blame(peer.toString(), reason)
  }

  const part = (peer: PeerId, reason: string): void => {
    counts.misfits += 1
    const level = isConfigured(peer.toString()) ? 'warn' : 'debug'
    log[level]({ peer: peer.toString(), reason }, 'A Waku peer does not fit and is hung up on.')
    blame(peer, reason, strangerRestMs)
    void hangUp(node, peer)
  }

  const isFound = (peer: string): boolean => calling?.crowd.has(peer) === true && !isConfigured(peer)

  const onMetadata = (peer: PeerId, metadata: PeerMetadata): void => {
    const reason = misfit(metadata, shards, !isFound(peer.toString()))
    if (reason !== undefined) part(peer, reason)
  }

  const onDead = ({ remotePeer }: Connection, seconds: number): void => {
    counts.silentConnections += 1
    log.debug({ peer: remotePeer.toString(), seconds }, 'A Waku peer says nothing any more and is hung up on.')
    calling?.redialler.blame(remotePeer, `it said nothing for ${seconds} s`)
  }

  const pulse = keepPulse(node, {
    isClose: ({ direction, remotePeer }) => direction === 'outbound' || isConfigured(remotePeer.toString()),
    onDead,
    signal,
  })
  const guard = guardRelay(node, conduct, log, {
    isListened,
    onHeard: pulse.heard,
    onEnd: (peer, reason) => {
      const until = conduct.refusedUntil(peer.toString()) ?? now()
      blame(peer, `${reason}, refused until ${new Date(until).toISOString()}`, until - now())
    },
  })
  const book: Book = keepBook(node, {
    latencyOf: pulse.latencyOf,
    scoreOf: (peer) => (conduct.refuses(peer) ? conduct.penalty(peer) : pubsub.getScore(peer)),
    now,
  })
  keepStreams(node, {
    isRelay: (peer) => book.rolesOf(peer.toString()).includes('relay'),
    onLost: () => {
      counts.lostStreams += 1
    },
  })
  await exchangeMetadata(node, shards, {
    onMetadata,
    onFailure: (peer) => log.debug({ peer: peer.toString() }, 'A Waku peer did not tell its shards.'),
  })

  const room = keepRoom(node, {
    maxConnections: options.maxConnections,
    isConfigured,
    useful: () => new Set(topics.flatMap((topic) => pubsub.getSubscribers(topic).map(String))),
    scoreOf: (peer) => pubsub.getScore(peer),
    onLeft: (peer, reason) => log.debug({ peer: peer.toString(), reason }, 'A connection of a Waku peer is ended.'),
  })
  limitDebts(node, {
    maxUnsentBytes: options.maxUnsentBytes,
    isConfigured,
    onEnd: (peer, bytes) => {
      counts.slowPeers += 1
      log.warn({ peer: peer.toString(), bytes }, 'A Waku peer leaves too much unread and is hung up on.')
      blame(peer, `it left ${bytes} bytes unread`)
    },
    signal,
  })

  const isOnTopic = (peer: PeerId): boolean =>
    topics.some((topic) => pubsub.getSubscribers(topic).some((subscriber) => subscriber.equals(peer)))

  /** Found peers are there for our shards; a store is of use without them. */
  const sortOut = (): void => {
    for (const found of sources.acquaintances()) calling?.crowd.offer(found)
    for (const { remotePeer, timeline, direction } of node.getConnections()) {
      const peer = remotePeer.toString()
      const isNew = Date.now() - timeline.open < probationMs
      if (isNew || direction === 'inbound' || !isFound(peer) || isOnTopic(remotePeer)) continue
      if (!book.rolesOf(peer).includes('store')) part(remotePeer, 'it does not relay our shards')
    }
  }

  const names = createNames()
  const call = (addresses: Multiaddr | readonly Multiaddr[]) => callPeer(node, addresses, names, signal)

  const begin = (): void => {
    const crowd = createCrowd({
      call,
      isConnected: (peer) => node.getPeers().some((one) => one.toString() === peer),
      isExcluded: (peer) => isConfigured(peer) || conduct.refuses(peer) || peer === node.peerId.toString(),
      takers,
      signal,
    })
    const { trees, dnsServers, peerExchange } = sources
    const seeking = trees.length > 0 || peerExchange
    const discovery = seeking
      ? createDiscovery({
          trees,
          servers: dnsServers,
          exchange: peerExchange,
          node: () => node,
          ...shards,
          onPeer: crowd.offer,
          log,
          now,
          signal,
        })
      : undefined
    calling = { crowd, discovery, redialler: keepDialling(node, sources.configured, { call, signal }) }
    sortOut()
    const timer = setInterval(sortOut, sortOutMs)
    signal.addEventListener('abort', () => clearInterval(timer), { once: true })
  }

  const expected = (): Expected[] => [
    ...(calling?.redialler.states() ?? []).map((state) => ({ ...state, source: 'static' })),
    ...(calling?.crowd.members() ?? []),
  ]

  return {
    begin,
    guard,
    peers: () => book.list(expected()),
    callable: () => book.callable().map((one) => ({ ...one, source: 'known' as const })),
    attempts: expected,
    troubles: () => calling?.discovery?.failures() ?? [],
    stats: () => {
      const connections = node.getConnections()
      return {
        connections: connections.length,
        inbound: connections.filter(({ direction }) => direction === 'inbound').length,
        dials: (calling?.redialler.tries() ?? 0) + (calling?.crowd.tries() ?? 0),
        ...counts,
        unsentBytes: unsentBytes(node),
        ...room.stats(),
        ...guard.stats(),
        ...prefixed('discovery', calling?.discovery?.stats() ?? {}),
      }
    },
  }
}

const prefixed = (prefix: string, numbers: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [`${prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}`, value]),
  )
