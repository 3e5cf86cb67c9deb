/** What we know of one store node. */
export interface Repute {
  readonly id: string
  /** Multiaddrs of a configured one; others are known by their connection. */
  readonly addresses: readonly string[]
  /** When it was asked last, by the steady clock. */
  askedAt: number
  /** Milliseconds that its answers take, averaged. */
  latencyMs: number | undefined
  /** What went wrong last. */
  failure: string | undefined
  penalty: number
  /** The last change of `penalty`, by the steady clock. */
  penalisedAt: number
  connected: boolean
  /** Unix milliseconds of the last change of `connected`. */
  since: number
}

const failurePenalty = 1.5
const liePenalty = 8
/** From here on others are asked first: for half a minute after a failure, three minutes after a lie. */
const demotedAt = 1
/** After a lie: such a one is asked only where nobody else has the answer. */
const shunnedAt = 4
/** All that failures can make of it: who was away may have kept what nobody else did, so it is asked as soon as it is back. */
const mostForFailures = 3
const maxPenalty = 32
const halfLifeMs = 60_000
/** Weight of the newest answer in the average. */
const newest = 0.3

export interface Moment {
  /** Unix milliseconds. */
  readonly now: number
  /** Milliseconds of a clock that nobody sets. */
  readonly steady: number
}

/** None: it was not configured. */
export const createRepute = (id: string, addresses: readonly string[], { now, steady }: Moment): Repute => ({
  id,
  addresses,
  askedAt: -Infinity,
  latencyMs: undefined,
  failure: undefined,
  penalty: 0,
  penalisedAt: steady,
  connected: false,
  since: now,
})

export const isConfigured = ({ addresses }: Repute): boolean => addresses.length > 0

/** Halves every minute: nobody is shut out for ever. */
export const penaltyOf = ({ penalty, penalisedAt }: Repute, now: number): number =>
  penalty * 0.5 ** (Math.max(0, now - penalisedAt) / halfLifeMs)

export const blame = (repute: Repute, failure: string, lied: boolean, now: number): void => {
  const penalty = penaltyOf(repute, now)
  const failed = Math.max(penalty, Math.min(mostForFailures, penalty + failurePenalty))
  repute.penalty = lied ? Math.min(maxPenalty, penalty + liePenalty) : failed
  repute.penalisedAt = now
  repute.failure = failure
}

export const praise = (repute: Repute, tookMs: number, now: number): void => {
  repute.latencyMs = repute.latencyMs === undefined ? tookMs : repute.latencyMs * (1 - newest) + tookMs * newest
  repute.penalty = penaltyOf(repute, now)
  repute.penalisedAt = now
}

/** Its failures are forgiven once it has answered a whole range; a lie is not. */
export const forgive = (repute: Repute, now: number): void => {
  if (penaltyOf(repute, now) >= shunnedAt) return
  repute.penalty = 0
  repute.failure = undefined
}

/** 0: asked first; 2: only where nobody else has the answer. The operator's choice comes before a peer that happened to call. */
export const rankOf = (repute: Repute, now: number): 0 | 1 | 2 => {
  const penalty = penaltyOf(repute, now)
  if (penalty >= shunnedAt) return 2
  return isConfigured(repute) || penalty < demotedAt ? 0 : 1
}

/** For sorting: the better one first. */
export const compareRepute =
  (now: number) =>
  (a: Repute, b: Repute): number =>
    rankOf(a, now) - rankOf(b, now) ||
    Number(isConfigured(b)) - Number(isConfigured(a)) ||
    penaltyOf(a, now) - penaltyOf(b, now) ||
    (a.latencyMs ?? 0) - (b.latencyMs ?? 0)
