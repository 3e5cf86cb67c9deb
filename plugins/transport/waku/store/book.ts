import type { Connection, Libp2p } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import type { PeerInfo } from '../../../../src/ports/index.ts'
import { ask, printable, StoreFault } from './ask.ts'
import type { Page } from './page.ts'
import {
  blame,
  compareRepute,
  createRepute,
  forgive,
  isConfigured,
  penaltyOf,
  praise,
  type Repute,
  rankOf,
} from './repute.ts'
import { type Protocol, protocols, type Query } from './wire.ts'

/** How long a store may take to be connected with, milliseconds. */
const connectMs = 5_000
/** With several addresses, each may take so long at least. */
const leastConnectMs = 2_000
/** Peers that are stores without being configured: so many are remembered. */
const maxFound = 100
/** So many stores are asked at once: of the configured ones, with more in turn, and of others. */
const maxConfigured = 8
const maxOthers = 3

/** A store node that can be asked. */
export interface Store {
  readonly id: string
  readonly protocol: Protocol
  /** Rejects with a StoreFault, or with the signal's reason. */
  ask(query: Query, signal: AbortSignal): Promise<Page>
}

export interface StoreBook {
  /** Those that may be asked, in groups: each only where the ones before have no answer. Configured ones come first. */
  candidates(): Promise<readonly (readonly Repute[])[]>
  /** Connects if need be. Rejects like `Store.ask`. */
  open(repute: Repute, signal: AbortSignal): Promise<Store>
  /** What its answers are worth, seen over a whole range. */
  blame(id: string, failure: string, lied: boolean): void
  forgive(id: string): void
  peers(): readonly PeerInfo[]
  stats(): { readonly historyRequests: number; readonly historyFailures: number; readonly historyLies: number }
}

export interface StoreBookOptions {
  readonly node: () => Libp2p | undefined
  /** Multiaddrs with `/p2p/`. */
  readonly stores: readonly string[]
  /** Unix milliseconds. */
  readonly now: () => number
  /** Milliseconds of a clock that nobody sets. */
  readonly steady: () => number
}

const reasonOf = (error: unknown): string => printable(String(error instanceof Error ? error.message : error))

const dial = async (node: Libp2p, address: string, ms: number, signal: AbortSignal): Promise<Connection> => {
  const limit = AbortSignal.timeout(ms)
  try {
    return await node.dial(multiaddr(address), { signal: AbortSignal.any([signal, limit]) })
  } catch (error) {
    signal.throwIfAborted()
    const reason = limit.aborted ? `no connection within ${ms / 1000} s` : reasonOf(error)
    throw new StoreFault(reason, false, { cause: error })
  }
}

/** By a connection that is there, or else by the first of the addresses that works. */
const connect = async (node: Libp2p, { id, addresses }: Repute, signal: AbortSignal): Promise<Connection> => {
  const open = node.getConnections().find(({ remotePeer, status }) => status === 'open' && remotePeer.toString() === id)
  if (open !== undefined) return open
  const ms = Math.max(leastConnectMs, Math.round(connectMs / Math.max(1, addresses.length)))
  let fault: unknown = new StoreFault('it has gone')
  for (const address of addresses) {
    try {
      return await dial(node, address, ms, signal)
    } catch (error) {
      signal.throwIfAborted()
      fault = error
    }
  }
  throw fault
}

/** The best protocol that the peer speaks: what it told, or else the first that it takes. */
const protocolOf = async (node: Libp2p, connection: Connection, signal: AbortSignal): Promise<Protocol> => {
  const told = await node.peerStore.get(connection.remotePeer).then(
    (peer) => peer.protocols,
    (): string[] => [],
  )
  const known = protocols.find(({ id }) => told.includes(id))
  if (known !== undefined) return known
  const limit = AbortSignal.any([signal, AbortSignal.timeout(connectMs)])
  try {
    const stream = await connection.newStream(
      protocols.map(({ id }) => id),
      { signal: limit },
    )
    stream.abort(new Error('It was only about the protocol.'))
    const taken = protocols.find(({ id }) => id === stream.protocol)
    if (taken !== undefined) return taken
  } catch (error) {
    signal.throwIfAborted()
    throw new StoreFault(`it speaks no store protocol (${reasonOf(error)})`, false, { cause: error })
  }
  throw new StoreFault('it speaks no store protocol')
}

const ranks = [0, 1, 2] as const

/** Where not all can be asked, those whose turn it is come first. */
const inTurn = (reputes: readonly Repute[]): readonly Repute[] =>
  reputes.length > maxConfigured ? reputes.toSorted((a, b) => a.askedAt - b.askedAt) : reputes

/** All store nodes that we know, what they are worth, and the way to ask them. */
export const createStoreBook = ({ node, stores, now, steady }: StoreBookOptions): StoreBook => {
  const reputes = new Map<string, Repute>()
  const counts = { historyRequests: 0, historyFailures: 0, historyLies: 0 }
  const moment = () => ({ now: now(), steady: steady() })
  for (const address of stores) {
    const id = multiaddr(address).getPeerId()
    if (id === null) continue
    const addresses = new Set([...(reputes.get(id)?.addresses ?? []), address])
    reputes.set(id, createRepute(id, [...addresses], moment()))
  }

  const note = (repute: Repute, connected: boolean): Repute => {
    if (repute.connected !== connected) Object.assign(repute, { connected, since: now() })
    return repute
  }

  const blameOne = (repute: Repute, failure: string, lied: boolean): void => {
    counts[lied ? 'historyLies' : 'historyFailures'] += 1
    blame(repute, failure, lied, steady())
  }

  const connectedIds = (): Set<string> =>
    new Set((node()?.getConnections() ?? []).map(({ remotePeer }) => remotePeer.toString()))

  /** Remembers what a peer did, for a while after it left: leaving must not wash it clean. */
  const trim = (connected: ReadonlySet<string>): void => {
    const found = [...reputes.values()].filter((repute) => !isConfigured(repute))
    const gone = found
      .filter(({ id }) => !connected.has(id))
      .sort((a, b) => penaltyOf(a, steady()) - penaltyOf(b, steady()))
    for (const { id } of gone.slice(0, Math.max(0, found.length - maxFound))) reputes.delete(id)
  }

  /** Peers that are connected and said that they are a store. */
  const find = async (running: Libp2p): Promise<void> => {
    for (const { remotePeer } of running.getConnections()) {
      const id = remotePeer.toString()
      if (reputes.has(id)) continue
      const peer = await running.peerStore.get(remotePeer).catch(() => undefined)
      if (protocols.some((protocol) => peer?.protocols.includes(protocol.id)))
        reputes.set(id, createRepute(id, [], moment()))
    }
  }

  const refresh = (): void => {
    const connected = connectedIds()
    for (const repute of reputes.values()) note(repute, connected.has(repute.id))
    trim(connected)
  }

  const askOne = async (
    repute: Repute,
    connection: Connection,
    protocol: Protocol,
    query: Query,
    signal: AbortSignal,
  ): Promise<Page> => {
    const begun = performance.now()
    counts.historyRequests += 1
    const page = await ask(connection, protocol, query, signal)
    praise(repute, performance.now() - begun, steady())
    return page
  }

  return {
    candidates: async () => {
      const running = node()
      if (running === undefined) return []
      await find(running)
      refresh()
      const time = steady()
      const sorted = [...reputes.values()].sort(compareRepute(time))
      const ours = Map.groupBy(sorted.filter(isConfigured), (repute) => rankOf(repute, time))
      const others = Map.groupBy(
        sorted.filter((repute) => !isConfigured(repute) && repute.connected),
        (repute) => rankOf(repute, time),
      )
      const groups = [
        ...ranks.map((rank) => inTurn(ours.get(rank) ?? []).slice(0, maxConfigured)),
        ...ranks.map((rank) => (others.get(rank) ?? []).slice(0, maxOthers)),
      ]
      return groups.filter((group) => group.length > 0)
    },
    open: async (repute, signal) => {
      repute.askedAt = steady()
      const running = node()
      if (running === undefined) throw new StoreFault('the node is not open')
      const connection = await connect(running, repute, signal)
      note(repute, true)
      const protocol = await protocolOf(running, connection, signal)
      return {
        id: repute.id,
        protocol,
        ask: (query, limit) => askOne(repute, connection, protocol, query, limit),
      }
    },
    blame: (id, failure, lied) => {
      const repute = reputes.get(id)
      if (repute !== undefined) blameOne(repute, failure, lied)
    },
    forgive: (id) => {
      const repute = reputes.get(id)
      if (repute !== undefined) forgive(repute, steady())
    },
    peers: () => {
      refresh()
      return [...reputes.values()].map((repute): PeerInfo => {
        const { id, addresses, connected, since, latencyMs, failure } = repute
        const score = 0 - Math.round(penaltyOf(repute, steady()) * 10) / 10
        return {
          id,
          address: addresses[0],
          source: isConfigured(repute) ? 'static' : 'inbound',
          roles: ['store'],
          connected,
          since,
          score,
          ...(latencyMs === undefined ? {} : { latencyMs: Math.round(latencyMs) }),
          ...(failure === undefined ? {} : { failure }),
        }
      })
    },
    stats: () => ({ ...counts }),
  }
}
