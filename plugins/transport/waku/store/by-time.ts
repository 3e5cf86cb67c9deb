import type { WakuMessage } from '../../../../src/ports/index.ts'
import { StoreFault } from './ask.ts'
import { createBell } from './bell.ts'
import type { Pace } from './pace.ts'
import type { Part } from './reader.ts'
import { detached, type Sieve } from './sieve.ts'
import { createStrand, type Strand } from './strand.ts'
import { faultOf, slowness, type Trial } from './trial.ts'

/** A part that others wait for is given up where it would take longer than this for the range at its pace, milliseconds. */
const longestMs = 30 * 60_000
/** Between two looks at the clock, milliseconds. */
const tickMs = 1_000

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
  readonly pace: Pace
  readonly signal: AbortSignal
  /** Nobody's pace is judged before others have waited so long for it, milliseconds. */
  readonly patienceMs: number
  /** So long the others wait for one part's next page, milliseconds. */
  readonly graceMs: number
}

/**
 * Joins what the parts tell, with data, in the order of time. A part whose page is long in coming is not waited for until it
 * has caught up: what it has is given when it comes. Ends and faults go to the trial.
 */
export async function* readByTime(
  parts: readonly Part[],
  { sieve, trial, pace, signal, patienceMs, graceMs }: Merging,
): AsyncGenerator<WakuMessage, void, undefined> {
  const strands = parts.map((part) => createStrand(part, signal))
  const bell = createBell()
  /** How far what was given reaches, nanoseconds. */
  let frontier = 0n
  let bug: unknown

  const fail = (store: string, fault: StoreFault): void => {
    trial.fail(store, fault)
    for (const strand of strands) if (strand.part.store.id === store) void strand.end()
  }

  const fillOne = async (strand: Strand): Promise<void> => {
    const { store, pubsubTopic } = strand.part
    const begun = performance.now()
    const more = await strand.fill()
    if (strands.some((other) => other !== strand && (other.isOpen || other.head() !== undefined)))
      strand.waited += performance.now() - begun
    if (more && isTooSlow(strand, patienceMs)) throw new StoreFault('its pages come too slowly')
    pace.note(store.id, strand.size())
    const head = strand.head()
    if (head === undefined || head.at >= frontier) strand.isLate = false
    if (more || !strand.isOpen) return
    strand.isOpen = false
    trial.finish(store.id, pubsubTopic)
  }

  const fill = async (strand: Strand): Promise<void> => {
    strand.fillingSince = performance.now()
    try {
      await fillOne(strand)
    } catch (error) {
      try {
        if (strand.isOpen) fail(strand.part.store.id, faultOf(error, signal))
      } catch (other) {
        bug ??= other
      }
    }
    strand.fillingSince = undefined
    bell.ring()
  }

  /** One page is long in coming, or many small ones have taken long together. */
  const isLaggard = ({ fillingSince = Infinity, waited, part }: Strand, now: number): boolean =>
    now - fillingSince >= graceMs || (waited >= graceMs && !pace.isBrisk(part.store.id))

  const drive = (): void => {
    const now = performance.now()
    for (const strand of strands) {
      if (!strand.isOpen) continue
      if (strand.fillingSince === undefined && strand.head() === undefined) void fill(strand)
      if (strand.fillingSince !== undefined && isLaggard(strand, now)) strand.isLate = true
    }
    if (trial.sound().some((id) => strands.some(({ part }) => part.store.id === id))) pace.begin()
    for (const { isOpen, part } of strands) if (isOpen && pace.isOver(part.store.id)) fail(part.store.id, slowness())
  }

  try {
    for (;;) {
      signal.throwIfAborted()
      if (bug !== undefined) throw bug
      drive()
      const isAwaited = strands.some(
        ({ isOpen, fillingSince, isLate }) => isOpen && fillingSince !== undefined && !isLate,
      )
      const strand = isAwaited ? undefined : earliest(strands)
      const head = strand?.head()
      if (strand !== undefined && head !== undefined) {
        strand.shift()
        if (head.at > frontier) frontier = head.at
        if (sieve.passes(head.message)) yield detached(head.message)
      } else if (strands.some(({ isOpen }) => isOpen)) await bell.wait(Math.min(tickMs, graceMs))
      else return
    }
  } finally {
    await Promise.all(strands.map((strand) => strand.end()))
  }
}
