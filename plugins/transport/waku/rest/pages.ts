import type { WakuMessage } from '../../../../src/ports/index.ts'
import { createRecent } from './recent.ts'
import type { Entry, Store, Which } from './store.ts'

/** The most that a store gives on a page. */
const largestPage = 100
/** Hashes in one question: they go into its URL. */
const hashesAtOnce = 50
/** A range that has more than this is no range but a trap. */
const mostPages = 20_000

/** What is asked of one store on one pubsub topic, and what went wrong with it. */
export interface Inquiry {
  readonly store: Store
  readonly pubsubTopic: string
  /** Nanoseconds since 1970. */
  readonly from: bigint
  readonly to: bigint
  readonly signal: AbortSignal
  /** The store did not answer, or did not tell the whole truth. */
  onFault(kind: 'failure' | 'lie', what: string): void
}

/** Pages until the last one. Ends early where the store fails or leads in circles. */
const pagesOf = async function* (inquiry: Inquiry, which: Which, includeData: boolean): AsyncGenerator<Entry[], void> {
  const { store, pubsubTopic, signal, onFault } = inquiry
  const cursors = new Set<string>()
  const recent = createRecent(largestPage * 10)
  let cursor: string | undefined
  let pageSize = largestPage
  for (let count = 0; count < mostPages; count += 1) {
    const page = await store.page({ pubsubTopic, which, includeData, cursor, pageSize }, signal)
    if (!page.ok && page.tooLarge && pageSize > 1) {
      pageSize = Math.ceil(pageSize / 4)
      continue
    }
    if (!page.ok) return onFault('failure', page.reason)
    for (const lie of page.lies) onFault('lie', lie)
    const fresh = page.entries.filter(({ hash }) => recent.add(hash))
    yield fresh
    if (page.cursor === undefined) return
    if (cursors.has(page.cursor)) return onFault('lie', 'repeats itself: it gave a cursor twice')
    if (fresh.length === 0) return onFault('lie', 'goes on without giving anything new')
    cursors.add(page.cursor)
    cursor = page.cursor
  }
  onFault('lie', `came to no end within ${mostPages} pages`)
}

const byTime = (a: WakuMessage, b: WakuMessage): number =>
  a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0

const messagesOf = (entries: readonly Entry[]): WakuMessage[] => entries.flatMap(({ message }) => message ?? [])

/** Everything of the range, in the order in which the store gives it. */
export const readData = async function* (inquiry: Inquiry): AsyncGenerator<WakuMessage, void> {
  const { from, to } = inquiry
  for await (const entries of pagesOf(inquiry, { from, to }, true)) yield* messagesOf(entries)
}

const fetchByHash = async (inquiry: Inquiry, hashes: readonly string[]): Promise<WakuMessage[]> => {
  const { from, to, onFault } = inquiry
  const found: WakuMessage[] = []
  for await (const entries of pagesOf(inquiry, { hashes }, true)) found.push(...messagesOf(entries))
  if (found.length < hashes.length)
    onFault('failure', `did not give ${hashes.length - found.length} of the messages that it named`)
  const inside = found.filter(({ timestamp }) => timestamp >= from && timestamp <= to)
  if (inside.length < found.length) onFault('lie', 'named a message from outside of the range')
  return inside.toSorted(byTime)
}

/** What of the range is needed: hashes first, and the data of those that `needs` has a use for. */
export const readNeeded = async function* (
  inquiry: Inquiry,
  needs: (hash: string) => boolean,
): AsyncGenerator<WakuMessage, void> {
  const { from, to } = inquiry
  for await (const entries of pagesOf(inquiry, { from, to }, false)) {
    const hashes = entries.map(({ hash }) => hash).filter(needs)
    for (let at = 0; at < hashes.length; at += hashesAtOnce)
      yield* await fetchByHash(inquiry, hashes.slice(at, at + hashesAtOnce))
  }
}
