import { setTimeout as sleep } from 'node:timers/promises'

/** Go nodes take one message a second of each peer unless they are told otherwise. */
const firstEveryMs = 1_050
const maxEveryMs = 10_000
const leastEveryMs = 50
const faster = 0.95

/** Finds out how many messages a node takes in a while: without limit until it refuses one, then slower, and slowly faster again. */
export interface Pace {
  /** Resolves when it is the turn of one more message. Rejects with the signal's reason. */
  turn(signal: AbortSignal): Promise<void>
  /** How long that will take, milliseconds. */
  waitMs(): number
  refused(): void
  accepted(): void
}

export const createPace = (): Pace => {
  let every = 0
  let nextAt = 0
  let refusedAt = Number.NEGATIVE_INFINITY

  return {
    turn: async (signal) => {
      const now = performance.now()
      const at = Math.max(now, nextAt)
      if (every > 0) nextAt = at + every
      if (at > now) await sleep(at - now, undefined, { signal })
    },
    waitMs: () => Math.max(0, nextAt - performance.now()),
    refused: () => {
      const now = performance.now()
      // Of many that were on their way together the first says it all.
      if (now - refusedAt < every) return
      refusedAt = now
      every = Math.min(maxEveryMs, Math.max(firstEveryMs, every * 2))
      nextAt = Math.max(nextAt, now + every)
    },
    accepted: () => {
      every = every * faster < leastEveryMs ? 0 : every * faster
    },
  }
}
