import { keyOf } from '../ignored.ts'
import type { Store } from './book.ts'

/** A message that some store says exists. */
export interface Wanted {
  readonly hash: Uint8Array
  readonly pubsubTopic: string
  /** Who says so. */
  readonly listers: Set<Store>
  /** Who is being asked for it. */
  asked: Store | undefined
}

/** What was listed and has not come yet. */
export interface WantedList {
  /** How many of those that the store lists have not come yet. */
  sizeFor(store: Store): number
  add(store: Store, pubsubTopic: string, hash: Uint8Array): void
  /** Whether the store lists something that nobody is being asked for. */
  hasFor(store: Store): boolean
  /** Up to so many of these, which the store is asked for from now on. */
  claim(store: Store, count: number): Wanted[]
  /** It came. */
  settle(hash: Uint8Array): void
  /** The store is not to be asked any more: what only it lists is forgotten, the rest is free for others. */
  drop(store: Store): void
}

export const createWantedList = (): WantedList => {
  const waiting = new Map<string, Wanted>()
  const counts = new Map<Store, number>()

  const count = (store: Store, by: number): void => void counts.set(store, (counts.get(store) ?? 0) + by)

  const remove = (key: string, { listers }: Wanted): void => {
    waiting.delete(key)
    for (const store of listers) count(store, -1)
  }

  const isFree = (store: Store, { listers, asked }: Wanted): boolean => asked === undefined && listers.has(store)

  return {
    sizeFor: (store) => counts.get(store) ?? 0,
    add: (store, pubsubTopic, hash) => {
      const key = keyOf(hash)
      const known = waiting.get(key)
      if (known?.listers.has(store)) return
      const wanted = known ?? { hash: new Uint8Array(hash), pubsubTopic, listers: new Set(), asked: undefined }
      wanted.listers.add(store)
      count(store, 1)
      waiting.set(key, wanted)
    },
    hasFor: (store) => {
      for (const wanted of waiting.values()) if (isFree(store, wanted)) return true
      return false
    },
    claim: (store, most) => {
      const claimed: Wanted[] = []
      for (const wanted of waiting.values()) {
        if (claimed.length === most) break
        if (isFree(store, wanted)) claimed.push(wanted)
      }
      for (const wanted of claimed) wanted.asked = store
      return claimed
    },
    settle: (hash) => {
      const key = keyOf(hash)
      const wanted = waiting.get(key)
      if (wanted !== undefined) remove(key, wanted)
    },
    drop: (store) => {
      for (const [key, wanted] of waiting) {
        if (wanted.listers.delete(store)) count(store, -1)
        if (wanted.asked === store) wanted.asked = undefined
        if (wanted.listers.size === 0) remove(key, wanted)
      }
    },
  }
}
