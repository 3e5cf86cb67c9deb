import { setTimeout as sleep } from 'node:timers/promises'

/** After a refusal: what a Go node allows by default, and a little more patience than that. */
const firstEveryMs = 1_100
const maxEveryMs = 10_000
const faster = 0.98

/** Spreads requests to one node, which counts them. */
export interface Bucket {
  /** Resolves when one more is allowed. Rejects with the signal's reason. */
  turn(signal: AbortSignal): Promise<void>
  /** In how many milliseconds there is one to spare, beyond what the next changes may need: 0 where there is. */
  spareMs(): number
  /** The node found that there were too many: they are spread further from now on. */
  refused(): void
}

/** What the buckets of several nodes have in common. */
export interface Stagger {
  /** How many nodes there are. */
  nodes: number
  /** When one of them last had its turn, `performance.now`. */
  lastAt: number
}

export const createStagger = (): Stagger => ({ nodes: 1, lastAt: Number.NEGATIVE_INFINITY })

/** How many requests are kept back for new topics. */
const reserve = 4

/**
 * Allows `burst` at once, and one more every `everyMs` milliseconds. For one that waits at a time. Where requests are scarce, the
 * turns of the nodes alternate: a new topic then waits for the first of them only a part of that time.
 */
export const createBucket = (burst: number, everyMs: number, stagger: Stagger = createStagger()): Bucket => {
  let room = burst
  let every = everyMs
  let tokens = burst
  let last = performance.now()

  const fill = (): void => {
    const now = performance.now()
    tokens = Math.min(room, tokens + (now - last) / every)
    last = now
  }

  const waitMs = (): number => {
    fill()
    if (tokens < 1) return (1 - tokens) * every
    return tokens >= 2 ? 0 : Math.max(0, stagger.lastAt + every / stagger.nodes - last)
  }

  const spareMs = (): number => {
    fill()
    return Math.max(0, Math.ceil((Math.min(room, reserve + 1) - tokens) * every))
  }

  return {
    spareMs,
    turn: async (signal) => {
      for (let wait = waitMs(); wait > 0; wait = waitMs()) await sleep(Math.ceil(wait), undefined, { signal })
      tokens -= 1
      stagger.lastAt = last
      if (room < burst) every = Math.max(firstEveryMs, every * faster)
    },
    refused: () => {
      every = room > 1 ? firstEveryMs : Math.min(maxEveryMs, every * 1.5)
      room = 1
      tokens = 0
      last = performance.now()
    },
  }
}
