import type { WakuMessage } from '../../../../src/ports/index.ts'
import { StoreFault } from './ask.ts'
import { type Fetching, fetchAll } from './fetch.ts'
import { type Part, readPages } from './reader.ts'
import { faultOf } from './trial.ts'
import { createWantedList, type WantedList } from './wanted.ts'

/** How many messages are fetched and put in order at once. */
const batchSize = 500
/** A store that has more to list than fits in so long has nothing for a short range, milliseconds. */
const listingMs = 120_000
/** What is known by then is fetched, although stores still have more to list, milliseconds. */
const holdMs = 1_000

/** Wakes whoever waits: for news, for room, or for a moment to have passed. */
interface Bell {
  ring(): void
  wait(milliseconds: number): Promise<void>
}

const createBell = (): Bell => {
  let waiting: (() => void)[] = []
  return {
    ring: () => {
      for (const pass of waiting.splice(0)) pass()
    },
    wait: (milliseconds) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds)
        waiting = [
          ...waiting,
          () => {
            clearTimeout(timer)
            resolve()
          },
        ]
      }),
  }
}

/** Reads one part's list to its end. */
const list = async (part: Part, wanted: WantedList, { trial, signal }: Fetching, bell: Bell): Promise<void> => {
  const { store, pubsubTopic } = part
  const end = performance.now() + listingMs
  for await (const entries of readPages(part, false, signal)) {
    wanted.add(store, pubsubTopic, entries)
    bell.ring()
    if (trial.hasFailed(store.id)) return
    if (performance.now() > end) throw new StoreFault('its list does not come to an end')
    while (wanted.isFull) {
      await bell.wait(holdMs)
      signal.throwIfAborted()
    }
  }
  trial.finish(store.id, pubsubTopic)
}

const byTime = (a: WakuMessage, b: WakuMessage): number =>
  a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0

/**
 * Lets the stores list what they have, by hash where they can, and fetches only what is new: a look at what one has
 * already costs a few kilobytes. Roughly in the order of time. Nobody waits for a store that is still being connected with.
 */
export async function* readByHash(
  openings: readonly Promise<readonly Part[]>[],
  fetching: Fetching,
): AsyncGenerator<WakuMessage, void, undefined> {
  const stop = new AbortController()
  const signal = AbortSignal.any([fetching.signal, stop.signal])
  const inner = { ...fetching, signal }
  const { sieve, trial } = fetching
  const wanted = createWantedList(sieve)
  const bell = createBell()
  let running = openings.length
  let fault: unknown

  const read = async (part: Part): Promise<void> => {
    try {
      await list(part, wanted, inner, bell)
    } catch (error) {
      try {
        trial.fail(part.store.id, faultOf(error, signal))
      } catch (bug) {
        fault ??= bug
      }
    }
  }

  const run = async (opening: Promise<readonly Part[]>): Promise<void> => {
    try {
      await Promise.all((await opening).map(read))
    } catch (error) {
      fault ??= error
    }
    running -= 1
    bell.ring()
  }

  try {
    for (const opening of openings) void run(opening)
    for (let heldSince = performance.now(); running > 0 || wanted.size > 0; ) {
      const isDue = wanted.size > 0 && performance.now() - heldSince >= holdMs
      if (running > 0 && wanted.size < batchSize && !isDue) {
        await bell.wait(holdMs)
        fetching.signal.throwIfAborted()
        continue
      }
      const batch = wanted.take(batchSize)
      bell.ring()
      await fetchAll(batch, inner)
      const messages = batch.flatMap(({ message }) => message ?? [])
      for (const message of messages.sort(byTime)) if (sieve.passes(message)) yield message
      heldSince = performance.now()
    }
    if (fault !== undefined) throw fault
  } finally {
    stop.abort(new Error('The reading ends.'))
  }
}
