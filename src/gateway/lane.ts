import { type Delivery, type Notification, type Outcome, type TokenTypeName, tokenTypes } from '../ports/index.ts'
import { alwaysClosed, createBreaker } from './breaker.ts'
import { createDispatcher } from './dispatcher.ts'

/** Pushes that may wait in memory, beside those in the backend's hands: at least so many. */
const leastRoom = 100
/** A push does not wait longer than this in memory: its lease must not run out. */
const longestWaitMs = 30_000
const lookEveryMs = 5_000
const [soonestMs, latestMs] = [250, 300_000] as const
/** Pushes that are put off come back at the lane's own speed, or so far apart at most: what is slow now may be quick again soon. */
const widestGapMs = 2
const keptLatencies = 512
const rateWindowMs = 5_000

export interface LaneStats {
  readonly waiting: number
  readonly inHand: number
  readonly breaker: 'closed' | 'open' | 'half-open'
  /** What the backend said, since the start of this process. */
  readonly outcomes: Readonly<Record<Outcome['kind'], number>>
  /** Pushes that were put off, as the lane was full or its breaker open. */
  readonly postponed: number
  /** From the hand-over to the outcome, of the last 512 pushes. */
  readonly latencyMs: { readonly p50: number; readonly p99: number } | null
  /** Why the backend failed last, while its breaker is not closed. */
  readonly failure?: string
}

/** `broken`: the backend fails and is left alone. `full`: enough wait for it; the push gets a turn. */
export type Admission = { readonly kind: 'admitted' } | Broken | Full
export interface Broken {
  readonly kind: 'broken'
  readonly afterMs: number
}
export interface Full {
  readonly kind: 'full'
  readonly afterMs: number
}

/** What the backend said, or `full` of a push that it was not given after all. */
export type Result = Outcome | Full

/** One backend's queue for one token type: full or broken, it holds up nobody else's pushes. */
export interface Lane {
  readonly backend: string
  readonly tokenType: TokenTypeName
  readonly serves: (app: string) => boolean
  /** Pushes that it takes at once. */
  readonly room: number
  /** Whether it takes a push now; a push that is admitted must be delivered. */
  admit(): Admission
  deliver(notification: Notification): Promise<Result>
  stats(): LaneStats
  /** Ends what is under way; its outcomes are then unknown. */
  abort(): void
}

const admitted: Admission = { kind: 'admitted' }

const percentile = (sorted: readonly number[], share: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)

/** Outcomes in the last five seconds, about: how fast a lane moves. */
const createRate = () => {
  let [from, now, before] = [performance.now(), 0, 0]
  return {
    count: (): void => {
      const at = performance.now()
      if (at - from > rateWindowMs) [before, now, from] = [at - from > 2 * rateWindowMs ? 0 : now, 0, at]
      now++
    },
    perMs: (): number => Math.max(now, before) / rateWindowMs,
  }
}

export const createLane = (backend: string, tokenType: TokenTypeName, delivery: Delivery, now: () => number): Lane => {
  const breaker = delivery.independent ? alwaysClosed : createBreaker(now)
  const rate = createRate()
  const outcomes = { delivered: 0, 'dead-token': 0, retry: 0, rejected: 0, parked: 0, unknown: 0 }
  const latencies: number[] = []
  const room = Math.max(leastRoom, delivery.maxBatch * delivery.concurrency)
  const recalled: Outcome = { kind: 'retry', reason: `${backend} was too slow to be given it` }
  let postponed = 0
  let failure = ''
  /** Where the next push that is put off gets its turn: a place in a queue that nobody holds in memory. */
  let nextTurnAt = 0

  const dispatcher = createDispatcher(delivery, (outcome) => {
    outcomes[outcome.kind]++
    rate.count()
    if ('reason' in outcome) failure = outcome.reason
    if (breaker.note(outcome)) recall()
  })

  const recall = (): void => {
    postponed += dispatcher.waiting
    dispatcher.recall(recalled)
  }

  const turnAway = <Reason extends Broken | Full>(reason: Reason): Reason => {
    postponed++
    return reason
  }

  const turnOfNext = (): number => {
    const at = performance.now()
    nextTurnAt = Math.max(nextTurnAt, at) + Math.min(widestGapMs, 1 / rate.perMs())
    return Math.min(latestMs, Math.max(soonestMs, nextTurnAt - at))
  }

  /** Looks now and then whether anything waits too long behind a backend that has become slow. */
  const watch = setInterval(() => {
    if (performance.now() - (dispatcher.waitingSince ?? Number.POSITIVE_INFINITY) > longestWaitMs) recall()
  }, lookEveryMs).unref()

  return {
    backend,
    tokenType,
    serves: (app) => delivery.serves?.(tokenTypes[tokenType], app) ?? true,
    room: 2 * room,
    admit: () => {
      if (dispatcher.waiting >= room) return turnAway({ kind: 'full', afterMs: turnOfNext() })
      const closedMs = breaker.admit()
      return closedMs > 0 ? turnAway({ kind: 'broken', afterMs: closedMs }) : admitted
    },
    deliver: async (notification) => {
      const from = performance.now()
      const outcome = await dispatcher.deliver(notification)
      if (outcome === recalled) return { kind: 'full', afterMs: soonestMs }
      latencies.push(performance.now() - from)
      if (latencies.length > keptLatencies) latencies.shift()
      return outcome
    },
    stats: () => {
      const sorted = latencies.toSorted((a, b) => a - b)
      const { state } = breaker
      return {
        waiting: dispatcher.waiting,
        inHand: dispatcher.inHand,
        breaker: state,
        outcomes: { ...outcomes },
        postponed,
        latencyMs: sorted.length === 0 ? null : { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99) },
        ...(state === 'closed' ? {} : { failure }),
      }
    },
    abort: () => {
      clearInterval(watch)
      dispatcher.abort()
    },
  }
}
