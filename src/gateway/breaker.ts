import type { Outcome } from '../ports/index.ts'

const failuresToOpen = 10
const [firstPauseMs, longestPauseMs] = [1_000, 30_000] as const
/** A backend may ask for a longer pause than ours, up to this. */
const longestAskedMs = 300_000
/** A probe that has no outcome by then is not waited for any longer. */
const probeMs = 60_000

export interface Breaker {
  readonly state: 'closed' | 'open' | 'half-open'
  /** Milliseconds until a push may be tried; 0: now. Once the pause is over, one push at a time tries whether it works again. */
  admit(): number
  /** Takes note of what a backend said of a push. True: that opened the breaker. */
  note(outcome: Outcome): boolean
}

/** For a backend whose failures say nothing of its next push. */
export const alwaysClosed: Breaker = { state: 'closed', admit: () => 0, note: () => false }

/**
 * Leaves a backend alone that fails: it opens after 10 failures (`retry` of no single device or app, `unknown`) in a row, for a second first and up to half a
 * minute, or for as long as the backend asks. `now` is Unix milliseconds and may jump.
 */
export const createBreaker = (now: () => number): Breaker => {
  let failures = 0
  let pauseMs: number = firstPauseMs
  let openedAt: number | undefined
  let probedAt: number | undefined

  const remaining = (since: number, lasts: number): number => {
    const passed = now() - since
    // A clock that was set back must not hold anything up.
    return passed < 0 || passed >= lasts ? 0 : lasts - passed
  }

  const open = (outcome: Outcome): void => {
    const asked = outcome.kind === 'retry' ? Math.min(outcome.afterMs ?? 0, longestAskedMs) : 0
    pauseMs = Math.max(asked, openedAt === undefined ? firstPauseMs : Math.min(longestPauseMs, pauseMs * 2))
    openedAt = now()
    probedAt = undefined
  }

  return {
    get state() {
      if (openedAt === undefined) return 'closed'
      return remaining(openedAt, pauseMs) > 0 ? 'open' : 'half-open'
    },
    admit: () => {
      if (openedAt === undefined) return 0
      const wait = remaining(openedAt, pauseMs)
      if (wait > 0) return wait
      if (probedAt !== undefined && remaining(probedAt, probeMs) > 0) return firstPauseMs
      probedAt = now()
      return 0
    },
    note: (outcome) => {
      if ((outcome.kind !== 'retry' && outcome.kind !== 'unknown') || (outcome.kind === 'retry' && outcome.isLocal)) {
        failures = 0
        openedAt = undefined
        probedAt = undefined
        return false
      }
      failures++
      const isProbe = openedAt !== undefined && probedAt !== undefined
      if (!isProbe && (openedAt !== undefined || failures < failuresToOpen)) return false
      open(outcome)
      return true
    },
  }
}
