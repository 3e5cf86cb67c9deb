import type { WakuMessage } from '../../../../src/ports/index.ts'
import { keyOf } from '../ignored.ts'
import { OversizedAnswer, StoreFault } from './ask.ts'
import type { Store } from './book.ts'
import type { Wanted } from './wanted.ts'
import type { HashQuery } from './wire.ts'

/** Hashes in one question: fewer where the answer is too large. */
const chunkSizes = [50, 10, 1]
/** Questions to one store at a time. */
const atOnce = 3
/** What one store is asked for before others may have a share. */
export const fetchSize = 150

export interface Fetch {
  readonly store: Store
  /** Nanoseconds; both ends belong to the range. */
  readonly from: bigint
  readonly to: bigint
  readonly signal: AbortSignal
  /** Gets each message as it comes; the payload may share memory with others. */
  readonly take: (message: WakuMessage) => void
}

/** Takes what the answer has. A store must have all that it named. */
const fill = async (query: HashQuery, { store, signal, take }: Fetch): Promise<void> => {
  const { entries, lie } = await store.ask(query, signal)
  const messages = new Map(entries.map(({ hash, message }) => [keyOf(hash), message]))
  for (const message of messages.values()) if (message !== undefined) take(message)
  if (lie !== undefined) throw new StoreFault(lie, true)
  if (query.hashes.some((hash) => !messages.has(keyOf(hash))))
    throw new StoreFault('it names messages that it does not have', true)
}

/** Asks for messages of one pubsub topic, as many at once as fit an answer. */
const fetchPart = async (pubsubTopic: string, all: readonly Uint8Array[], fetch: Fetch): Promise<void> => {
  const { from, to } = fetch
  const fetchChunk = (hashes: readonly Uint8Array[]): Promise<void> =>
    fill({ kind: 'hashes', pubsubTopic, from, to, hashes, limit: hashes.length }, fetch)
  for (let next = 0, size = 0; next < all.length; ) {
    const length = chunkSizes[size] ?? 1
    const chunks = Array.from({ length: atOnce }, (_, index) => next + index * length)
      .map((start) => all.slice(start, start + length))
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

/** Gets the data of what the store listed. Rejects like `Store.ask`; what came before holds. */
export const fetchFrom = async (wanted: readonly Wanted[], fetch: Fetch): Promise<void> => {
  for (const topic of new Set(wanted.map(({ pubsubTopic }) => pubsubTopic))) {
    const ofTopic = wanted.filter(({ pubsubTopic }) => pubsubTopic === topic)
    await fetchPart(
      topic,
      ofTopic.map(({ hash }) => hash),
      fetch,
    )
  }
}
