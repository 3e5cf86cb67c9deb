import type { WakuMessage } from '../../../../src/ports/index.ts'
import type { Entry } from './page.ts'
import { type Part, readPages } from './reader.ts'

export interface Head {
  readonly at: bigint
  readonly message: WakuMessage
}

/** One part's messages, the next one at hand. */
export interface Strand {
  readonly part: Part
  /** The next message, where it is at hand. */
  head(): Head | undefined
  shift(): void
  /** Fetches a page; false where that was the last one. */
  fill(): Promise<boolean>
  /** How many messages the last page had. */
  size(): number
  /** Stops what is under way. */
  end(): Promise<void>
  /** Milliseconds that others waited for it. */
  waited: number
  isOpen: boolean
  /** Since when a page is under way, by the steady clock. */
  fillingSince: number | undefined
  /** It is not waited for. */
  isLate: boolean
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

export const createStrand = (part: Part, signal: AbortSignal): Strand => {
  const stop = new AbortController()
  const pages = readPages(part, true, AbortSignal.any([signal, stop.signal]))
  let heads: Head[] = []
  let next = 0
  let reached = part.from
  const strand: Strand = {
    part,
    waited: 0,
    isOpen: true,
    fillingSince: undefined,
    isLate: false,
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
    size: () => heads.length,
    end: async () => {
      strand.isOpen = false
      stop.abort(new Error('The reading ends.'))
      await pages.return()
    },
  }
  return strand
}
