import { createHash } from 'node:crypto'
import { keyOf } from '../ignored.ts'
import { OversizedAnswer, StoreFault, TooMuch } from './ask.ts'
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
  /** So many entries are read of it. */
  readonly most: number
}

const pageSizes = [100, 10, 1]
/** After so many good answers a larger page is tried again. */
const growAfter = 5
const maxQuestions = 200_000
/** So many pages in a row may be empty and yet have others after them. */
const maxEmptyPages = 5
/** A page, or a cursor, is compared with so many before it. */
const memory = 10_000

/** Says of keys whether all of them have been there before. */
const createRepetition = (): ((keys: readonly string[]) => boolean) => {
  let young = new Set<string>()
  let old = new Set<string>()
  return (keys) => {
    const isRepeated = keys.every((key) => young.has(key) || old.has(key))
    for (const key of keys) young.add(key)
    if (young.size > memory) {
      old = young
      young = new Set()
    }
    return isRepeated
  }
}

const cursorKey = (cursor: Cursor): string => {
  if (cursor instanceof Uint8Array) return createHash('sha256').update(cursor).digest('base64')
  const { digest, receiverTime, pubsubTopic } = cursor
  const text = JSON.stringify([keyOf(digest ?? new Uint8Array()), receiverTime, pubsubTopic])
  return createHash('sha256').update(text).digest('base64')
}

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
  readonly isRepetition: (keys: readonly string[]) => boolean
  questions: number
  entries: number
  /** Index into `pageSizes`. */
  size: number
  /** Good answers at this size. */
  good: number
}

const resize = (reading: Reading, by: 1 | -1): void => {
  reading.size = Math.max(0, reading.size + by)
  reading.good = 0
}

const askPage = async (part: Part, cursor: Cursor | undefined, reading: Reading): Promise<Page> => {
  const { store, pubsubTopic, contentTopics, from, to } = part
  const { withData, signal } = reading
  for (;;) {
    reading.questions += 1
    if (reading.questions > maxQuestions || reading.entries > part.most)
      throw new TooMuch('more pages than are read for one range')
    try {
      const limit = pageSizes[reading.size] ?? 1
      const query = { kind: 'range', pubsubTopic, contentTopics, from, to, withData, limit, cursor } as const
      const page = await store.ask(query, signal)
      reading.entries += page.entries.length
      reading.good += 1
      if (reading.good >= growAfter) resize(reading, -1)
      return page
    } catch (error) {
      if (!(error instanceof OversizedAnswer)) throw error
      // No message is that large, and no hash.
      if (reading.size === pageSizes.length - 1) throw new StoreFault(error.message, true)
      resize(reading, 1)
    }
  }
}

async function* follow(part: Part, reading: Reading): AsyncGenerator<readonly Entry[], void, undefined> {
  const isCircle = createRepetition()
  let emptyPages = 0
  let cursor: Cursor | undefined
  do {
    const page = await askPage(part, cursor, reading)
    if (cursor === undefined && mustHalve(part, page)) {
      const middle = (part.from + part.to) / 2n
      yield* follow({ ...part, to: middle }, reading)
      yield* follow({ ...part, from: middle + 1n }, reading)
      return
    }
    const repeats = page.entries.length > 0 && reading.isRepetition(page.entries.map(({ hash }) => keyOf(hash)))
    if (page.entries.length > 0 && !repeats) yield page.entries
    if (page.lie !== undefined) throw new StoreFault(page.lie, true)
    if (repeats) throw new StoreFault('the same page again', true)
    // Older Go nodes give the cursor of the question back on the last, empty page.
    cursor = page.entries.length > 0 || part.store.protocol.hashes ? page.cursor : undefined
    if (cursor === undefined) return
    emptyPages = page.entries.length === 0 ? emptyPages + 1 : 0
    if (emptyPages > maxEmptyPages) throw new StoreFault('nothing but empty pages')
    if (isCircle([cursorKey(cursor)])) throw new StoreFault('pages that go round in a circle', true)
  } while (cursor !== undefined)
}

/** Follows one part from page to page. Throws a StoreFault where the store fails or lies; what it gave before holds. */
export const readPages = (part: Part, withData: boolean, signal: AbortSignal) =>
  follow(part, { withData, signal, isRepetition: createRepetition(), questions: 0, entries: 0, size: 0, good: 0 })
