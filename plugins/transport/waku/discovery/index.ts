import { setTimeout as sleep } from 'node:timers/promises'
import type { Libp2p, PeerId } from '@libp2p/interface'
import type { Log } from '../../../../src/ports/index.ts'
import { askForPeers, exchangers } from './exchange.ts'
import { createForest } from './forest.ts'
import { createLookup } from './lookup.ts'
import { type NodeRecord, readRecord, readRecordText } from './record.ts'
import { parseTreeUrl } from './tree.ts'

export { discoveryProblems } from './problems.ts'

/** A peer that fits: of our cluster and with one of our shards, as far as its record says. */
export interface FoundPeer extends NodeRecord {
  readonly source: 'dns' | 'exchange'
}

export interface DiscoveryTimes {
  /** For one try of a DNS lookup. */
  readonly lookupMs: number
  /** Between two passes over trees that are well. */
  readonly treesMs: number
  /** Between two passes while nothing is found or a tree fails. */
  readonly failingTreesMs: number
  /** Between two questions to the same peer for others, and after one that found some. */
  readonly exchangeMs: number
  /** Until other peers are asked where nobody told of any. */
  readonly failingExchangeMs: number
}

const defaultTimes: DiscoveryTimes = {
  lookupMs: 2_000,
  treesMs: 30 * 60_000,
  failingTreesMs: 60_000,
  exchangeMs: 5 * 60_000,
  failingExchangeMs: 10_000,
}

export interface DiscoveryOptions {
  /** `enrtree://KEY@DOMAIN` each; they have passed `discoveryProblems`. */
  readonly trees: readonly string[]
  /** DNS servers, `host:port`; none: those of this machine. */
  readonly servers: readonly string[]
  /** Whether connected peers are asked for others. */
  readonly exchange: boolean
  /** `undefined` before its start and after its end. */
  readonly node: () => Libp2p | undefined
  readonly cluster: number
  readonly shards: readonly number[]
  /** Called again for the same peer at each pass that finds it. Must not throw. */
  readonly onPeer: (found: FoundPeer) => void
  readonly log: Log
  /** Unix milliseconds. */
  readonly now: () => number
  /** Ends it, as `close` does. */
  readonly signal: AbortSignal
  readonly times?: Partial<DiscoveryTimes>
}

export interface Discovery {
  stats(): Record<string, number>
  /** What does not work at present, a sentence part each that names the tree's domain. */
  failures(): readonly string[]
  close(): void
}

/** How many peers are asked for others at a time. */
const askedAtOnce = 3
const lookupTries = 3

const some = <T>(list: readonly T[], count: number): T[] => {
  const rest = [...list]
  return Array.from({ length: Math.min(count, rest.length) }, () =>
    rest.splice(Math.floor(Math.random() * rest.length), 1),
  ).flat()
}

/** Looks for peers in DNS trees and with the peers that are connected, until it is closed. Starts at once. */
export const createDiscovery = (options: DiscoveryOptions): Discovery => {
  const { trees, servers, exchange, node, cluster, shards, onPeer, log, now } = options
  const times = { ...defaultTimes, ...options.times }
  const closing = new AbortController()
  const signal = AbortSignal.any([options.signal, closing.signal])
  const lookup = createLookup({ servers, timeoutMs: times.lookupMs, tries: lookupTries })
  const forest = createForest(
    lookup,
    trees.map(parseTreeUrl).filter((tree) => typeof tree !== 'string'),
    log,
  )
  const counts = { found: 0, unfit: 0, badRecords: 0, exchanges: 0, exchangeFailures: 0, lastFoundAt: 0 }

  const fits = ({ addresses, cluster: theirs = cluster, shards: named = shards }: NodeRecord): boolean =>
    addresses.length > 0 && theirs === cluster && named.some((shard) => shards.includes(shard))

  /** True where the record is that of a peer worth calling. */
  const give = (record: NodeRecord | undefined, source: FoundPeer['source']): boolean => {
    if (signal.aborted) return false
    if (record === undefined) counts.badRecords += 1
    else if (record.peerId === node()?.peerId.toString()) return false
    else if (!fits(record)) counts.unfit += 1
    else {
      counts.found += 1
      counts.lastFoundAt = now()
      onPeer({ ...record, source })
      return true
    }
    return false
  }

  const readTrees = async (): Promise<number> => {
    const texts = await forest.read(signal)
    let found = 0
    for (const text of texts) if (give(await readRecordText(text), 'dns')) found += 1
    return found > 0 && forest.failures().length === 0 ? times.treesMs : times.failingTreesMs
  }

  const ask = async (from: Libp2p, peer: PeerId): Promise<number> => {
    try {
      counts.exchanges += 1
      const records = await askForPeers(from, peer, signal)
      let found = 0
      for (const bytes of records) if (give(await readRecord(bytes), 'exchange')) found += 1
      return found
    } catch (error) {
      if (signal.aborted) return 0
      counts.exchangeFailures += 1
      log.debug({ peer: peer.toString(), error: String(error) }, 'A Waku peer did not tell of others.')
      return 0
    }
  }

  /** When a peer was asked, by its id: none is asked twice within the pause. */
  const askedAt = new Map<string, number>()

  const exchangePeers = async (): Promise<number> => {
    const from = node()
    if (from === undefined) return times.failingExchangeMs
    const moment = performance.now()
    for (const [id, at] of askedAt) if (moment - at >= times.exchangeMs) askedAt.delete(id)
    const asked = some(
      (await exchangers(from)).filter((peer) => !askedAt.has(peer.toString())),
      askedAtOnce,
    )
    for (const peer of asked) askedAt.set(peer.toString(), moment)
    const found = await Promise.all(asked.map((peer) => ask(from, peer)))
    return found.some((count) => count > 0) ? times.exchangeMs : times.failingExchangeMs
  }

  /** Repeats a pass until the end; each says how long to pause after it. */
  const repeat = async (pass: () => Promise<number>): Promise<void> => {
    while (!signal.aborted) await sleep(await pass(), undefined, { signal }).catch(() => undefined)
  }

  const onAbort = (): void => lookup.close()
  signal.addEventListener('abort', onAbort, { once: true })
  const fail = (error: unknown): void => log.error({ error: String(error) }, 'The discovery of peers broke off.')
  if (trees.length > 0) repeat(readTrees).catch(fail)
  if (exchange) repeat(exchangePeers).catch(fail)

  return {
    stats: () => ({ ...forest.stats(), ...counts }),
    failures: () => forest.failures(),
    close: () => closing.abort(),
  }
}
