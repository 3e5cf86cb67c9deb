import type { Libp2p } from '@libp2p/interface'
import {
  contentTopicOf,
  type HistoryRange,
  type Log,
  type PeerInfo,
  type WakuMessage,
} from '../../../../src/ports/index.ts'
import type { Ignored, ListenedTopics } from '../ignored.ts'
import { createStoreBook, type Store } from './book.ts'
import { readByHash } from './by-hash.ts'
import { readByTime } from './by-time.ts'
import type { Opening } from './lanes.ts'
import { createPace } from './pace.ts'
import type { Part } from './reader.ts'
import { isConfigured, type Repute } from './repute.ts'
import { createSieve, type Sieve } from './sieve.ts'
import { createTrial, faultOf, type Trial } from './trial.ts'

/** Up to here one first asks for hashes: most of a short range came by itself. */
const shortMs = 15 * 60_000
const maxRangeMs = 24 * 60 * 60_000

export interface HistoryOptions {
  /** The node by which stores are reached, `undefined` while there is none. */
  readonly node: () => Libp2p | undefined
  readonly pubsubTopics: readonly string[]
  /** Multiaddrs of store nodes, with `/p2p/`. Connected peers that are stores are asked where these have no answer. */
  readonly stores: readonly string[]
  readonly listened: ListenedTopics
  /** Up to so many topics are named to the stores; with more, everything of the range is looked at. */
  readonly filterTopics: number
  readonly ignored: Ignored
  /** Says of a hash that the message was published by this node. */
  readonly isOwn?: (hash: Uint8Array) => boolean
  /** Largest payload in bytes. */
  readonly maxMessageBytes?: number
  /** How long the stores of a long range wait for a slower one before its pace is judged, milliseconds. */
  readonly patienceMs?: number
  /** How much longer slower stores may take where another has answered everything, and how long messages wait for older ones, milliseconds. */
  readonly graceMs?: number
  /** Entries that are read of one store for one range and pubsub topic. More than a day of a busy network has. */
  readonly maxEntries?: number
  readonly log: Log
  /** Unix milliseconds. */
  readonly now: () => number
  /** Milliseconds of a clock that nobody sets. */
  readonly steady?: () => number
}

/** Nobody answered for all of a range, and somebody had more than is read at once: a shorter range may pass. */
export class RangeTooLarge extends Error {
  override readonly name = 'RangeTooLarge'
}

/** What store nodes kept, whichever of them has it. */
export interface History {
  /** `Transport.history`. */
  read(range: HistoryRange): AsyncGenerator<WakuMessage, void, undefined>
  /** The stores that we know; their role is `store`. */
  peers(): readonly PeerInfo[]
  stats(): Readonly<Record<string, number>>
}

const nanoseconds = (date: Date): bigint => BigInt(date.getTime()) * 1_000_000n

const chunksOf = <T>(all: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size))

/** One reading of one range. */
interface Reading {
  readonly range: HistoryRange
  readonly from: bigint
  readonly to: bigint
  /** None: all. */
  readonly contentTopics: readonly string[]
  readonly sieve: Sieve
  readonly trial: Trial
}

const describe = ({ from, to }: HistoryRange): string => `${from.toISOString()} to ${to.toISOString()}`

export const createHistory = (options: HistoryOptions): History => {
  const { node, pubsubTopics, stores, listened, filterTopics, ignored, log, now } = options
  const { isOwn = () => false, maxMessageBytes = 1024 * 1024, patienceMs = 15_000, graceMs = 6_000 } = options
  const { steady = () => performance.now(), maxEntries = 2_000_000 } = options
  const book = createStoreBook({ node, stores, now, steady })
  const totals = { historyRanges: 0, historyIncomplete: 0 }
  const passed = { historyMessages: 0, historyKnown: 0, historyIgnored: 0 }

  const begin = (range: HistoryRange): Reading => ({
    range,
    from: nanoseconds(range.from),
    to: nanoseconds(range.to) + 999_999n,
    contentTopics: listened.size > filterTopics ? [] : [...listened.values()].map(contentTopicOf),
    sieve: createSieve({ listened, ignored, isOwn, maxMessageBytes, counts: passed }, range),
    trial: createTrial(pubsubTopics, (store, { message, lied }) => {
      log.debug({ store, reason: message, lied }, 'A store node gave no good answer.')
      book.blame(store, message, lied)
    }),
  })

  /** Whoever happened to call may help out; where stores are configured, the others' word does not complete a range. */
  const counts = (repute: Repute): boolean => stores.length === 0 || isConfigured(repute)

  const partsOf = (store: Store, { from, to, contentTopics }: Reading): Part[] => {
    const chunks = contentTopics.length === 0 ? [[]] : chunksOf(contentTopics, store.protocol.maxContentTopics)
    return pubsubTopics.flatMap((pubsubTopic) =>
      chunks.map((chunk) => ({ store, pubsubTopic, contentTopics: chunk, from, to, most: maxEntries })),
    )
  }

  const open = async (repute: Repute, reading: Reading, signal: AbortSignal): Promise<Part[]> => {
    const { trial, range } = reading
    try {
      const parts = partsOf(await book.open(repute, signal), reading)
      trial.ask(repute.id, parts.length / pubsubTopics.length, counts(repute))
      return parts
    } catch (error) {
      trial.fail(repute.id, faultOf(error, range.signal))
      return []
    }
  }

  async function* ask(group: readonly Repute[], reading: Reading): AsyncGenerator<WakuMessage, void, undefined> {
    const { range, contentTopics, sieve, trial, from, to } = reading
    const { signal } = range
    const isShort = range.to.getTime() - range.from.getTime() <= shortMs && contentTopics.length === 0
    const canComplete = group.some(counts)
    const pace = createPace({ graceMs, briskMs: isShort || !canComplete ? 5 * graceMs : Number.POSITIVE_INFINITY })
    if (!canComplete) pace.begin()
    const openings = group.map((repute): Opening => ({ id: repute.id, open: (limit) => open(repute, reading, limit) }))
    if (isShort) yield* readByHash(openings, { from, to, sieve, trial, pace, signal, graceMs })
    else {
      const parts = await Promise.all(openings.map((opening) => opening.open(signal)))
      yield* readByTime(parts.flat(), { sieve, trial, pace, signal, patienceMs, graceMs })
    }
  }

  const judge = ({ range, trial }: Reading, asked: number): void => {
    for (const store of trial.sound()) {
      book.forgive(store)
      range.onAnswered?.(store)
    }
    if (trial.isComplete()) return
    totals.historyIncomplete += 1
    if (asked === 0)
      throw new Error(`No store node is known to ask for ${describe(range)}: none is configured, no peer is one.`)
    const message = `No store node answered for all of ${describe(range)}: ${trial.faults().join('; ')}.`
    throw trial.isTooMuch() ? new RangeTooLarge(message) : new Error(message)
  }

  async function* read(range: HistoryRange): AsyncGenerator<WakuMessage, void, undefined> {
    range.signal.throwIfAborted()
    const length = range.to.getTime() - range.from.getTime()
    if (!(length <= maxRangeMs)) throw new RangeError('A range of history is at most 24 hours long.')
    if (length < 0 || listened.size === 0) return
    totals.historyRanges += 1
    const reading = begin(range)
    let asked = 0
    for (const group of await book.candidates()) {
      if (reading.trial.isComplete()) break
      asked += group.length
      yield* ask(group, reading)
    }
    judge(reading, asked)
  }

  return {
    read,
    peers: book.peers,
    stats: () => ({
      ...totals,
      ...passed,
      ...book.stats(),
      historyStores: book.peers().filter(({ connected }) => connected).length,
    }),
  }
}
