import type { WakuMessage } from '../../../../src/ports/index.ts'
import { StoreFault } from './ask.ts'
import type { Entry } from './page.ts'
import { type Part, readPages } from './reader.ts'
import { detached, type Sieve } from './sieve.ts'
import { faultOf, type Trial } from './trial.ts'

/** A part that others wait for is given up where it would take longer than this for the range at its pace, milliseconds. */
const longestMs = 30 * 60_000

interface Head {
  readonly at: bigint
  readonly message: WakuMessage
}

/** One part's messages, the next one at hand. */
interface Strand {
  readonly part: Part
  /** The next message, where it is at hand. */
  head(): Head | undefined
  shift(): void
  /** Fetches a page; false where that was the last one. */
  fill(): Promise<boolean>
  end(): Promise<void>
  /** Milliseconds that others waited for it. */
  waited: number
  isOpen: boolean
}

/** In the order of time; a message without one stays where the store put it. */
const ordered = (entries: readonly Entry[], start: bigint): Head[] => {
  let last = start
  const heads = entries.flatMap(({ message }): Head[] => {
    if (message === undefined) return []
    last = message.timestamp === 0n ? last : message.timestamp
    return [{ at: last, message }]
  })
  return heads.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}

const createStrand = (part: Part, signal: AbortSignal): Strand => {
  const pages = readPages(part, true, signal)
  let heads: Head[] = []
  let next = 0
  let reached = part.from
  const strand: Strand = {
    part,
    waited: 0,
    isOpen: true,
    head: () => heads[next],
    shift: () => {
      next += 1
    },
    fill: async () => {
      const { value, done } = await pages.next()
      heads = value === undefined ? [] : ordered(value, reached)
      next = 0
      reached = heads.at(-1)?.at ?? reached
      return done !== true
    },
    end: async () => {
      strand.isOpen = false
      await pages.return()
    },
  }
  return strand
}

const isTooSlow = ({ part, waited, head }: Strand, patienceMs: number): boolean => {
  if (waited < patienceMs) return false
  const done = Number((head()?.at ?? part.from) - part.from) / Math.max(1, Number(part.to - part.from))
  return waited / Math.max(done, Number.EPSILON) > longestMs
}

const earliest = (strands: readonly Strand[]): Strand | undefined => {
  let best: Strand | undefined
  for (const strand of strands) {
    const head = strand.head()
    const other = best?.head()
    if (head !== undefined && (other === undefined || head.at < other.at)) best = strand
  }
  return best
}

/** What is the same for all parts of one range. */
export interface Merging {
  readonly sieve: Sieve
  readonly trial: Trial
  readonly signal: AbortSignal
  /** Nobody's pace is judged before others have waited so long for it, milliseconds. */
  readonly patienceMs: number
}

/** Joins what the parts tell, with data, in the order of time. Their ends and faults go to the trial. */
export async function* readByTime(
  parts: readonly Part[],
  { sieve, trial, signal, patienceMs }: Merging,
): AsyncGenerator<WakuMessage, void, undefined> {
  const strands = parts.map((part) => createStrand(part, signal))

  const fill = async (strand: Strand): Promise<void> => {
    const { store, pubsubTopic } = strand.part
    const begun = performance.now()
    try {
      const more = await strand.fill()
      if (strands.some((other) => other !== strand && (other.isOpen || other.head() !== undefined)))
        strand.waited += performance.now() - begun
      if (more && isTooSlow(strand, patienceMs)) throw new StoreFault('its pages come too slowly')
      if (more) return
      strand.isOpen = false
      trial.finish(store.id, pubsubTopic)
    } catch (error) {
      trial.fail(store.id, faultOf(error, signal))
      for (const other of strands) if (other.part.store === store) void other.end()
    }
  }

  try {
    for (;;) {
      signal.throwIfAborted()
      const empty = strands.filter((strand) => strand.isOpen && strand.head() === undefined)
      if (empty.length > 0) {
        await Promise.all(empty.map(fill))
        continue
      }
      const strand = earliest(strands)
      const head = strand?.head()
      if (strand === undefined || head === undefined) return
      strand.shift()
      if (sieve.passes(head.message)) yield detached(head.message)
    }
  } finally {
    await Promise.all(strands.map((strand) => strand.end()))
  }
}
