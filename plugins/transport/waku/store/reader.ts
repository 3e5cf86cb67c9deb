import { keyOf } from '../ignored.ts'
import { OversizedAnswer, StoreFault } from './ask.ts'
import type { Store } from './book.ts'
import type { Entry, Page } from './page.ts'
import type { Cursor } from './wire.ts'

/** A part of the network's history, as one store tells it. */
export interface Part {
  readonly store: Store
  readonly pubsubTopic: string
  /** None: all. */
  readonly contentTopics: readonly string[]
  /** Nanoseconds; both ends belong to it. */
  readonly from: bigint
  readonly to: bigint
}

const pageSizes = [100, 10, 1]
/** Two million messages: more than a day of a busy network has. */
const maxPages = 20_000
/** A page is compared with so many entries before it. */
const memory = 10_000

/** Notices pages that have been there before. */
const createRepetition = (): ((entries: readonly Entry[]) => boolean) => {
  let young = new Set<string>()
  let old = new Set<string>()
  return (entries) => {
    const keys = entries.map(({ hash }) => keyOf(hash))
    const isRepeated = keys.every((key) => young.has(key) || old.has(key))
    for (const key of keys) young.add(key)
    if (young.size > memory) {
      old = young
      young = new Set()
    }
    return isRepeated
  }
}

const cursorKey = (cursor: Cursor): string =>
  cursor instanceof Uint8Array
    ? keyOf(cursor)
    : JSON.stringify([keyOf(cursor.digest ?? new Uint8Array()), cursor.receiverTime, cursor.pubsubTopic])

/**
 * Older Go nodes put messages without a time first on every page and yet go on from the time of their arrival, so that pages
 * with such messages leave others out. A range with them is asked for in halves until each fits a page.
 */
const mustHalve = ({ store, from, to }: Part, { entries, cursor }: Page): boolean =>
  !store.protocol.hashes &&
  cursor !== undefined &&
  to > from &&
  entries.some(({ message }) => message?.timestamp === 0n)

/** What all pages of a part have in common, halves of it included. */
interface Reading {
  readonly withData: boolean
  readonly signal: AbortSignal
  readonly isRepetition: (entries: readonly Entry[]) => boolean
  pages: number
  /** Index into `pageSizes`. */
  size: number
}

const askPage = async (part: Part, cursor: Cursor | undefined, reading: Reading): Promise<Page> => {
  const { store, pubsubTopic, contentTopics, from, to } = part
  const { withData, signal } = reading
  for (;;) {
    reading.pages += 1
    if (reading.pages > maxPages) throw new StoreFault('pages without an end', true)
    try {
      const limit = pageSizes[reading.size] ?? 1
      return await store.ask({ kind: 'range', pubsubTopic, contentTopics, from, to, withData, limit, cursor }, signal)
    } catch (error) {
      if (!(error instanceof OversizedAnswer) || reading.size === pageSizes.length - 1) throw error
      reading.size += 1
    }
  }
}

async function* follow(part: Part, reading: Reading): AsyncGenerator<readonly Entry[], void, undefined> {
  const cursors = new Set<string>()
  let cursor: Cursor | undefined
  do {
    const page = await askPage(part, cursor, reading)
    if (cursor === undefined && mustHalve(part, page)) {
      const middle = (part.from + part.to) / 2n
      yield* follow({ ...part, to: middle }, reading)
      yield* follow({ ...part, from: middle + 1n }, reading)
      return
    }
    const repeats = page.entries.length > 0 && reading.isRepetition(page.entries)
    if (page.entries.length > 0 && !repeats) yield page.entries
    if (page.lie !== undefined) throw new StoreFault(page.lie, true)
    if (repeats) throw new StoreFault('the same page again', true)
    cursor = page.entries.length === 0 ? undefined : page.cursor
    if (cursor === undefined) return
    const key = cursorKey(cursor)
    if (cursors.has(key)) throw new StoreFault('pages that go round in a circle', true)
    cursors.add(key)
  } while (cursor !== undefined)
}

/** Follows one part from page to page. Throws a StoreFault where the store fails or lies; what it gave before holds. */
export const readPages = (part: Part, withData: boolean, signal: AbortSignal) =>
  follow(part, { withData, signal, isRepetition: createRepetition(), pages: 0, size: 0 })
