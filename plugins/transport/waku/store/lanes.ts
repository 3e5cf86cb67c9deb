import type { WakuMessage } from '../../../../src/ports/index.ts'
import { type StoreFault, TooMuch } from './ask.ts'
import type { Bell } from './bell.ts'
import type { Store } from './book.ts'
import { fetchFrom, fetchSize } from './fetch.ts'
import type { Held } from './held.ts'
import type { Pace } from './pace.ts'
import { type Part, readPages } from './reader.ts'
import type { Sieve } from './sieve.ts'
import { faultOf, slowness, type Trial } from './trial.ts'
import { createWantedList } from './wanted.ts'

/** A store that has more to list than fits in so long is asked for too much at once, milliseconds. */
const listingMs = 120_000
/** What a store listed is fetched after so long although it has more to list, milliseconds. */
const gatherMs = 1_000
/** So many of one store may wait to be fetched; their store lists no more until then. */
const maxWaiting = 5_000
/** A store on its way to be asked. */
export interface Opening {
  readonly id: string
  /** The parts to ask it for; none where it cannot be reached. */
  readonly open: (signal: AbortSignal) => Promise<readonly Part[]>
}

/** What is the same for all stores of one range. */
export interface Listing {
  /** Nanoseconds; both ends belong to the range. */
  readonly from: bigint
  readonly to: bigint
  readonly sieve: Sieve
  readonly trial: Trial
  readonly pace: Pace
  readonly signal: AbortSignal
}

/** What one store is doing. */
interface Lane {
  readonly id: string
  readonly stop: AbortController
  readonly signal: AbortSignal
  store: Store | undefined
  isListing: boolean
  isFetching: boolean
  /** When it was last given something to fetch. */
  fetchedAt: number
  /** Nothing is asked of it any more. */
  isBarred: boolean
}

/** Stores that list what they have and are asked for what is new, each beside the others. */
export interface Lanes {
  /** Has fetched what is to be fetched, and gives up who is too slow. Throws what is nobody's fault but ours. */
  drive(): void
  /** Nothing more will come. */
  isOver(): boolean
  end(): void
}

const createLane = ({ id }: Opening, signal: AbortSignal): Lane => {
  const stop = new AbortController()
  const idle = { store: undefined, isListing: true, isFetching: false, fetchedAt: performance.now(), isBarred: false }
  return { id, stop, signal: AbortSignal.any([signal, stop.signal]), ...idle }
}

/** What comes goes to `held`; the bell rings for all news. */
export const createLanes = (openings: readonly Opening[], listing: Listing, held: Held, bell: Bell): Lanes => {
  const { from, to, sieve, trial, pace, signal } = listing
  const wanted = createWantedList()
  let bug: unknown

  const bar = (lane: Lane, fault: StoreFault): void => {
    lane.isBarred = true
    trial.fail(lane.id, fault)
    lane.stop.abort(fault)
    if (lane.store !== undefined) wanted.drop(lane.store)
    bell.ring()
  }

  const guard = async (work: Promise<void>, onFault: (fault: StoreFault) => void): Promise<void> => {
    try {
      await work
    } catch (error) {
      try {
        onFault(faultOf(error, signal))
      } catch (other) {
        bug ??= other
      }
    }
  }

  const listPart = async (lane: Lane, part: Part): Promise<void> => {
    const { store, pubsubTopic } = part
    const end = performance.now() + listingMs
    for await (const entries of readPages(part, false, lane.signal)) {
      if (lane.isBarred) return
      pace.note(lane.id, entries.length)
      for (const { hash, message } of entries) {
        if (message !== undefined) held.take(message)
        else if (sieve.wants(hash)) wanted.add(store, pubsubTopic, hash)
      }
      bell.ring()
      if (trial.hasFailed(lane.id)) return
      if (performance.now() > end) throw new TooMuch('its list does not come to an end')
      while (wanted.sizeFor(store) >= maxWaiting || held.isFull) {
        await bell.wait(gatherMs)
        lane.signal.throwIfAborted()
      }
    }
    trial.finish(lane.id, pubsubTopic)
  }

  /** What a store listed before a fault is still fetched: there may be nobody else who has it. */
  const list = async (lane: Lane, open: Opening['open']): Promise<void> => {
    const parts = await open(lane.signal)
    lane.store = parts[0]?.store
    await Promise.all(parts.map((part) => guard(listPart(lane, part), (fault) => trial.fail(lane.id, fault))))
  }

  const start = async (lane: Lane, open: Opening['open']): Promise<void> => {
    await guard(list(lane, open), (fault) => bar(lane, fault))
    lane.isListing = false
    bell.ring()
  }

  const fetchNext = async (lane: Lane, store: Store): Promise<void> => {
    lane.isFetching = true
    lane.fetchedAt = performance.now()
    const claimed = wanted.claim(store, fetchSize)
    const take = (message: WakuMessage): void => {
      pace.note(lane.id, 1)
      wanted.settle(message.hash)
      held.take(message)
    }
    const needed = claimed.filter(({ hash }) => sieve.wants(hash))
    const work = fetchFrom(needed, { store, from, to, signal: lane.signal, take })
    await guard(work, (fault) => bar(lane, fault))
    for (const { hash, asked } of claimed) if (asked === store) wanted.settle(hash)
    lane.isFetching = false
    bell.ring()
  }

  const hasToFetch = ({ store, isBarred }: Lane): boolean => !isBarred && store !== undefined && wanted.hasFor(store)

  const isBusy = (lane: Lane): boolean => !lane.isBarred && (lane.isListing || lane.isFetching || hasToFetch(lane))

  /** Not for every page by itself: a few questions are kinder than many. */
  const isDue = (lane: Lane, store: Store): boolean =>
    !lane.isListing || wanted.sizeFor(store) >= fetchSize || performance.now() - lane.fetchedAt >= gatherMs

  const fetchDue = (lane: Lane): void => {
    const { store, isFetching } = lane
    if (store === undefined || isFetching || held.isFull || !hasToFetch(lane)) return
    if (isDue(lane, store)) void fetchNext(lane, store)
  }

  const lanes = openings.map((opening) => {
    const lane = createLane(opening, signal)
    void start(lane, opening.open)
    return lane
  })

  return {
    drive: () => {
      if (bug !== undefined) throw bug
      for (const lane of lanes) fetchDue(lane)
      const sound = trial.sound()
      if (lanes.some((lane) => sound.includes(lane.id) && !isBusy(lane))) pace.begin()
      for (const lane of lanes) if (isBusy(lane) && pace.isOver(lane.id)) bar(lane, slowness())
    },
    isOver: () => !lanes.some(isBusy),
    end: () => {
      for (const { stop } of lanes) stop.abort(new Error('The reading ends.'))
    },
  }
}
