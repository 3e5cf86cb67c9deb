import type { WakuMessage } from '../../../../src/ports/index.ts'
import { createBell } from './bell.ts'
import { createHeld } from './held.ts'
import { createLanes, type Listing, type Opening } from './lanes.ts'

/** Between two looks at the clock, milliseconds. */
const tickMs = 1_000

/**
 * Lets the stores list what they have, by hash where they can, and fetches only what is new: a look at what one has
 * already costs a few kilobytes. In the order of time as far as all is there soon. Each store is asked beside the others,
 * and nobody waits long for one that is slow.
 */
export async function* readByHash(
  openings: readonly Opening[],
  listing: Listing & {
    /** So long messages wait for older ones, milliseconds. */
    readonly graceMs: number
  },
): AsyncGenerator<WakuMessage, void, undefined> {
  const { sieve, signal, graceMs } = listing
  const held = createHeld(sieve)
  const bell = createBell()
  const lanes = createLanes(openings, listing, held, bell)
  try {
    for (;;) {
      signal.throwIfAborted()
      lanes.drive()
      const isOver = lanes.isOver()
      if (held.isFull || held.waited >= graceMs || (isOver && !held.isEmpty)) {
        for (const message of held.release()) if (sieve.listens(message)) yield message
        bell.ring()
      } else if (isOver) return
      else await bell.wait(Math.min(tickMs, graceMs))
    }
  } finally {
    lanes.end()
  }
}
