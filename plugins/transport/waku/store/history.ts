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
import type { Part } from './reader.ts'
import type { Repute } from './repute.ts'
import { createSieve, type Sieve } from './sieve.ts'
import { createTrial, faultOf, type Trial } from './trial.ts'

/** So many stores are asked for one range. */
const maxAsked = 3
/** Up to here one first asks for hashes: most of a short range came by itself. */
const shortMs = 15 * 60_000
const maxRangeMs = 24 * 60 * 60_000

export interface HistoryOptions {
  /** The node by which stores are reached, `undefined` while there is none. */
  readonly node: () => Libp2p | undefined
  readonly pubsubTopics: readonly string[]
  /** Multiaddrs of store nodes, with `/p2p/`. Connected peers that are stores are asked as well. */
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
  readonly log: Log
  /** Unix milliseconds. */
  readonly now: () => number
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
  const { isOwn = () => false, maxMessageBytes = 1024 * 1024, patienceMs = 15_000 } = options
  const book = createStoreBook({ node, stores, now })
  const counts = { historyRanges: 0, historyIncomplete: 0 }
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

  const partsOf = (store: Store, { from, to, contentTopics, trial }: Reading): Part[] => {
    const chunks = contentTopics.length === 0 ? [[]] : chunksOf(contentTopics, store.protocol.maxContentTopics)
    trial.ask(store.id, chunks.length)
    return pubsubTopics.flatMap((pubsubTopic) =>
      chunks.map((chunk) => ({ store, pubsubTopic, contentTopics: chunk, from, to })),
    )
  }

  const open = async (repute: Repute, reading: Reading): Promise<Part[]> => {
    const { trial, range } = reading
    try {
      return partsOf(await book.open(repute, range.signal), reading)
    } catch (error) {
      trial.fail(repute.id, faultOf(error, range.signal))
      return []
    }
  }

  async function* ask(reputes: readonly Repute[], reading: Reading): AsyncGenerator<WakuMessage, void, undefined> {
    const { range, contentTopics, sieve, trial, from, to } = reading
    const { signal } = range
    const openings = reputes.map((repute) => open(repute, reading))
    const isShort = range.to.getTime() - range.from.getTime() <= shortMs
    if (isShort && contentTopics.length === 0) yield* readByHash(openings, { from, to, sieve, trial, signal })
    else yield* readByTime((await Promise.all(openings)).flat(), { sieve, trial, signal, patienceMs })
  }

  const judge = ({ range, trial }: Reading, asked: number): void => {
    for (const store of trial.sound()) {
      book.forgive(store)
      range.onAnswered?.(store)
    }
    if (trial.isComplete()) return
    counts.historyIncomplete += 1
    const tried = trial.faults()
    if (asked === 0)
      throw new Error(`No store node is known to ask for ${describe(range)}: none is configured, no peer is one.`)
    throw new Error(`No store node answered for all of ${describe(range)}: ${tried.join('; ')}.`)
  }

  async function* read(range: HistoryRange): AsyncGenerator<WakuMessage, void, undefined> {
    range.signal.throwIfAborted()
    const length = range.to.getTime() - range.from.getTime()
    if (!(length <= maxRangeMs)) throw new RangeError('A range of history is at most 24 hours long.')
    if (length < 0 || listened.size === 0) return
    counts.historyRanges += 1
    const reading = begin(range)
    const [first, then] = await book.candidates()
    const chosen = first.slice(0, maxAsked)
    yield* ask(chosen, reading)
    const rest = reading.trial.isComplete() ? [] : [...first, ...then].slice(chosen.length, maxAsked)
    if (rest.length > 0) yield* ask(rest, reading)
    judge(reading, chosen.length + rest.length)
  }

  return {
    read,
    peers: book.peers,
    stats: () => ({
      ...counts,
      ...passed,
      ...book.stats(),
      historyStores: book.peers().filter(({ connected }) => connected).length,
    }),
  }
}
