import { StoreFault, TooMuch } from './ask.ts'

/** Who answered what of one range: it is complete once, for each pubsub topic, somebody without a fault answered to the end. */
export interface Trial {
  /** The store is asked about every pubsub topic in so many parts. Where it does not count, its answers complete nothing. */
  ask(store: string, parts: number, counts: boolean): void
  /** The store answered one part of this pubsub topic to its last page. */
  finish(store: string, pubsubTopic: string): void
  /** Nothing of what the store finished counts any more. The first fault of each store is kept. */
  fail(store: string, fault: StoreFault): void
  hasFailed(store: string): boolean
  isComplete(): boolean
  /** Those that count and answered everything without a fault. */
  sound(): string[]
  /** Whether a store had more than is read for one range. */
  isTooMuch(): boolean
  /** What went wrong, a clause for each store. */
  faults(): string[]
}

/** A peer id as far as it tells one from another. */
const short = (id: string): string => (id.length > 16 ? `…${id.slice(-8)}` : id)

export const createTrial = (
  pubsubTopics: readonly string[],
  blame: (store: string, fault: StoreFault) => void,
): Trial => {
  /** Per store and pubsub topic: how many parts are still to come. */
  const missing = new Map<string, Map<string, number>>()
  const faults = new Map<string, StoreFault>()

  const hasAnswered = (store: string, topic: string): boolean =>
    !faults.has(store) && missing.get(store)?.get(topic) === 0

  return {
    ask: (store, parts, counts) => {
      if (counts) missing.set(store, new Map(pubsubTopics.map((topic) => [topic, parts])))
    },
    finish: (store, topic) => {
      const left = missing.get(store)
      left?.set(topic, (left.get(topic) ?? 0) - 1)
    },
    fail: (store, fault) => {
      if (faults.has(store)) return
      faults.set(store, fault)
      blame(store, fault)
    },
    hasFailed: (store) => faults.has(store),
    isComplete: () => pubsubTopics.every((topic) => [...missing.keys()].some((store) => hasAnswered(store, topic))),
    sound: () => [...missing.keys()].filter((store) => pubsubTopics.every((topic) => hasAnswered(store, topic))),
    isTooMuch: () => [...faults.values()].some((fault) => fault instanceof TooMuch),
    faults: () =>
      [...faults].map(([store, { message, lied }]) => `${short(store)} ${lied ? 'lied:' : 'failed:'} ${message}`),
  }
}

/** The fault of a store that others waited for. */
export const slowness = (): StoreFault => new StoreFault('it is much slower than others')

/** What went wrong as a StoreFault. What is none, and the signal's reason, is thrown on. */
export const faultOf = (error: unknown, signal: AbortSignal): StoreFault => {
  signal.throwIfAborted()
  if (error instanceof StoreFault) return error
  throw error
}
