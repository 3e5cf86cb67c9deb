import { setTimeout as sleep } from 'node:timers/promises'

/** After a refusal: what a Go node allows by default, and a little more patience than that. */
const firstEveryMs = 1_100
const maxEveryMs = 10_000

/** Spreads requests to one node, which counts them. */
export interface Bucket {
  /** Resolves when one more is allowed. Rejects with the signal's reason. */
  turn(signal: AbortSignal): Promise<void>
  /** The node found that there were too many: they are spread further from now on. */
  refused(): void
}

/** Allows `burst` at once, and one more every `everyMs` milliseconds. For one that waits at a time. */
export const createBucket = (burst: number, everyMs: number): Bucket => {
  let room = burst
  let every = everyMs
  let tokens = burst
  let last = performance.now()

  const fill = (): void => {
    const now = performance.now()
    tokens = Math.min(room, tokens + (now - last) / every)
    last = now
  }

  return {
    turn: async (signal) => {
      fill()
      while (tokens < 1) {
        await sleep(Math.ceil((1 - tokens) * every), undefined, { signal })
        fill()
      }
      tokens -= 1
    },
    refused: () => {
      every = room > 1 ? firstEveryMs : Math.min(maxEveryMs, every * 1.5)
      room = 1
      tokens = 0
      last = performance.now()
    },
  }
}
