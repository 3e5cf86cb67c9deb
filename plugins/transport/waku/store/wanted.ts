import type { WakuMessage } from '../../../../src/ports/index.ts'
import { keyOf } from '../ignored.ts'
import type { Store } from './book.ts'
import type { Entry } from './page.ts'
import { detached, type Sieve } from './sieve.ts'

/** A message that some store says exists. */
export interface Wanted {
  readonly hash: Uint8Array
  readonly pubsubTopic: string
  /** There at once where the store's protocol gives no hashes alone. */
  message: WakuMessage | undefined
  /** Who says so, in the order in which they said it. */
  readonly listers: Set<Store>
}

const maxWaiting = 20_000
const maxBytes = 32 * 1024 * 1024

/** What was listed and not taken out yet, bounded in number and bytes. */
export interface WantedList {
  readonly size: number
  readonly isFull: boolean
  add(store: Store, pubsubTopic: string, entries: readonly Entry[]): void
  take(count: number): Wanted[]
}

export const createWantedList = (sieve: Sieve): WantedList => {
  const waiting = new Map<string, Wanted>()
  let bytes = 0

  const addOne = (store: Store, pubsubTopic: string, { hash, message }: Entry): void => {
    const key = keyOf(hash)
    const known = waiting.get(key)
    if (known === undefined && !sieve.wants(hash)) return
    const wanted = known ?? { hash: new Uint8Array(hash), pubsubTopic, message: undefined, listers: new Set<Store>() }
    wanted.listers.add(store)
    if (message !== undefined && wanted.message === undefined) {
      wanted.message = detached(message)
      bytes += message.payload.length
    }
    waiting.set(key, wanted)
  }

  return {
    get size() {
      return waiting.size
    },
    get isFull() {
      return waiting.size >= maxWaiting || bytes >= maxBytes
    },
    add: (store, pubsubTopic, entries) => {
      for (const entry of entries) addOne(store, pubsubTopic, entry)
    },
    take: (count) => {
      const taken = [...waiting.entries()].slice(0, count)
      for (const [key, { message }] of taken) {
        waiting.delete(key)
        bytes -= message?.payload.length ?? 0
      }
      return taken.map(([, wanted]) => wanted)
    },
  }
}
