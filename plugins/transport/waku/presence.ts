import { down, type Health, healthy } from '../../../src/ports/index.ts'

/** How many addresses a reason names. */
const maxNamed = 6

/** How long somebody who is there may take until messages come through it, milliseconds. */
const settlingMs = 1_000

/** Somebody that was called, and what came of it. */
export interface Attempt {
  readonly address: string
  readonly failure: string | undefined
}

export interface Presence {
  /** Notes whether somebody is there now; the more often, the more exact `since` is. */
  look(): void
  health(): Health
}

export interface PresenceOptions {
  readonly isThere: () => boolean
  /** Whether who is there hands us others' messages. It counts as so when it had its time. */
  readonly isSettled: () => boolean
  /** `no peer on shard 32 of cluster 16` */
  readonly missing: string
  readonly attempts: () => readonly Attempt[]
  /** What else does not work, a sentence part each. */
  readonly troubles: () => readonly string[]
  /** Unix milliseconds. */
  readonly now: () => number
}

const named = (attempts: readonly Attempt[]): string => {
  const shown = attempts
    .slice(0, maxNamed)
    .map(({ address, failure }) => `${address} (${failure ?? 'connected, but not on that shard'})`)
  const more = attempts.length - shown.length
  return `tried ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Knows since when nobody is there, and tells it together with what was tried. */
export const createPresence = ({ isThere, isSettled, missing, attempts, troubles, now }: PresenceOptions): Presence => {
  let absentSince: number | undefined = now()
  /** On the clock of `performance`. */
  let thereSince: number | undefined

  const look = (): void => {
    if (!isThere()) {
      thereSince = undefined
      absentSince ??= now()
      return
    }
    thereSince ??= performance.now()
    if (isSettled() || performance.now() - thereSince > settlingMs) absentSince = undefined
  }

  const reason = (since: number): string => {
    const tried = attempts()
    const what = tried.length > 0 ? named(tried) : 'tried none: no peer is configured or found, and nobody called'
    return [`${missing} since ${new Date(since).toISOString()}`, what, ...troubles()].join(', ')
  }

  return {
    look,
    health: () => {
      look()
      return absentSince === undefined ? healthy : down(reason(absentSince))
    },
  }
}
