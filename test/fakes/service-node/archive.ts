import type { WakuMessage } from '../../../src/ports/index.ts'

/** A message as a store node keeps it. */
export interface Stored {
  readonly pubsubTopic: string
  readonly message: WakuMessage
  /** Nanoseconds: the sender's time, or the time of its arrival where the sender gave none. It is found by this time. */
  readonly at: bigint
  /** The message's hash in hex. */
  readonly key: string
}

/** What is asked for. Both ends of the time belong to it; what is missing does not matter. */
export interface Question {
  readonly pubsubTopic?: string | undefined
  readonly contentTopics?: readonly string[]
  readonly from?: bigint | undefined
  readonly to?: bigint | undefined
  /** Hex. */
  readonly keys?: readonly string[]
  /** Where the last page ended; hex. */
  readonly after?: string | undefined
  readonly forward: boolean
  readonly limit: number
}

export interface Page {
  readonly found: readonly Stored[]
  readonly more: boolean
}

/** Messages in the order of their time, and of their hash where that is equal. */
export interface Archive {
  readonly stored: readonly Stored[]
  /** False where it is there already. */
  keep(pubsubTopic: string, message: WakuMessage, now: number): boolean
  /** `undefined` where there is no such message as the one to go on after. */
  ask(question: Question): Page | undefined
  forget(): void
}

const maxPage = 100
const defaultPage = 20

const isBefore = (a: Stored, b: Stored): boolean => a.at < b.at || (a.at === b.at && a.key < b.key)

const placeOf = (entry: Stored, stored: readonly Stored[]): number => {
  let [low, high] = [0, stored.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = stored[middle]
    if (other !== undefined && isBefore(other, entry)) low = middle + 1
    else high = middle
  }
  return low
}

export const createArchive = (): Archive => {
  const stored: Stored[] = []
  const byKey = new Map<string, Stored>()

  const matches = ({ pubsubTopic, contentTopics = [], from, to, keys = [] }: Question) => {
    const topics = new Set(contentTopics)
    const wanted = new Set(keys)
    return (entry: Stored): boolean =>
      (pubsubTopic === undefined || entry.pubsubTopic === pubsubTopic) &&
      (topics.size === 0 || topics.has(entry.message.contentTopic)) &&
      (wanted.size === 0 || wanted.has(entry.key)) &&
      (from === undefined || entry.at >= from) &&
      (to === undefined || entry.at <= to)
  }

  return {
    stored,
    keep: (pubsubTopic, message, now) => {
      const key = Buffer.from(message.hash).toString('hex')
      if (byKey.has(key)) return false
      const at = message.timestamp === 0n ? BigInt(now) * 1_000_000n : message.timestamp
      const entry = { pubsubTopic, message, at, key }
      byKey.set(key, entry)
      stored.splice(placeOf(entry, stored), 0, entry)
      return true
    },
    ask: (question) => {
      const { after, forward, limit } = question
      const last = after === undefined ? undefined : byKey.get(after)
      if (after !== undefined && last === undefined) return undefined
      const size = limit === 0 ? defaultPage : Math.min(limit, maxPage)
      const start = last === undefined ? (forward ? 0 : stored.length) : placeOf(last, stored) + (forward ? 1 : 0)
      const rest = forward ? stored.slice(start) : stored.slice(0, start).reverse()
      const found = rest.filter(matches(question))
      const page = found.slice(0, size)
      // A page is in the order of time, whichever way it is turned.
      return { found: forward ? page : page.reverse(), more: found.length > size }
    },
    forget: () => {
      stored.length = 0
      byKey.clear()
    },
  }
}
