import { keyOf } from '../ignored.ts'
import { OversizedAnswer, StoreFault } from './ask.ts'
import type { Store } from './book.ts'
import { detached, type Sieve } from './sieve.ts'
import { faultOf, type Trial } from './trial.ts'
import type { Wanted } from './wanted.ts'
import type { HashQuery } from './wire.ts'

/** Hashes in one question: fewer where the answer is too large. */
const chunkSizes = [50, 10, 1]
/** Questions to one store at a time. */
const atOnce = 3

/** What is the same for all fetches of one range. */
export interface Fetching {
  /** Nanoseconds; both ends belong to the range. */
  readonly from: bigint
  readonly to: bigint
  readonly sieve: Sieve
  readonly trial: Trial
  readonly signal: AbortSignal
}

/** Puts what the answer has into the wanted. A store must have all that it named. */
const fill = async (store: Store, chunk: readonly Wanted[], query: HashQuery, signal: AbortSignal): Promise<void> => {
  const { entries, lie } = await store.ask(query, signal)
  const messages = new Map(entries.map(({ hash, message }) => [keyOf(hash), message]))
  for (const wanted of chunk) {
    const message = messages.get(keyOf(wanted.hash))
    if (message !== undefined) wanted.message = detached(message)
  }
  if (lie !== undefined) throw new StoreFault(lie, true)
  if (chunk.some(({ message }) => message === undefined))
    throw new StoreFault('it names messages that it does not have', true)
}

/** Asks one store for messages of one pubsub topic, as many at once as fit an answer. */
const fetchPart = async (
  store: Store,
  pubsubTopic: string,
  wanted: readonly Wanted[],
  { from, to, signal }: Fetching,
): Promise<void> => {
  const fetchChunk = (chunk: readonly Wanted[]): Promise<void> => {
    const hashes = chunk.map(({ hash }) => hash)
    return fill(store, chunk, { kind: 'hashes', pubsubTopic, from, to, hashes, limit: hashes.length }, signal)
  }
  for (let next = 0, size = 0; next < wanted.length; ) {
    const length = chunkSizes[size] ?? 1
    const chunks = Array.from({ length: atOnce }, (_, index) => next + index * length)
      .map((start) => wanted.slice(start, start + length))
      .filter((chunk) => chunk.length > 0)
    try {
      await Promise.all(chunks.map(fetchChunk))
      next += atOnce * length
    } catch (error) {
      if (!(error instanceof OversizedAnswer) || size === chunkSizes.length - 1) throw error
      size += 1
    }
  }
}

/** Gets the data of what was listed, each from the first store that lists it and gives it. Faults go to the trial. */
export const fetchAll = async (batch: readonly Wanted[], fetching: Fetching): Promise<void> => {
  const { sieve, trial, signal } = fetching
  const stores = new Set(batch.flatMap(({ listers }) => [...listers]))
  for (const store of stores) {
    const missing = batch.filter(
      ({ hash, message, listers }) => message === undefined && listers.has(store) && sieve.wants(hash),
    )
    try {
      for (const topic of new Set(missing.map(({ pubsubTopic }) => pubsubTopic))) {
        const ofTopic = missing.filter(({ pubsubTopic }) => pubsubTopic === topic)
        await fetchPart(store, topic, ofTopic, fetching)
      }
    } catch (error) {
      trial.fail(store.id, faultOf(error, signal))
    }
  }
}
