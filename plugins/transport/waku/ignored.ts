import type { Topic } from '../../../src/ports/index.ts'

/** The topics that are listened to now; a Set is one. */
export interface ListenedTopics {
  readonly size: number
  has(topic: Topic): boolean
  values(): Iterable<Topic>
}

/** Remembers which messages were left out for their topic, so that nobody has to fetch one again to find that out. */
export interface Ignored {
  /** `hash` has 32 bytes. `topic`: the one that was not listened to; `undefined` where the message can never be for us. */
  note(hash: Uint8Array, topic: Topic | undefined): void
  /** True while a noted message's topic is still not listened to. */
  skips(hash: Uint8Array): boolean
  /** How many are remembered. */
  readonly size: number
}

/** Some minutes of a busy network; about 100 bytes each. */
const defaultCapacity = 131_072
/** No topic: those are unsigned numbers. */
const never = -1

/** A hash as the key of a Map: one character a byte. */
export const keyOf = (hash: Uint8Array): string =>
  Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('latin1')

/** Keeps the newest; between half of `capacity` and all of it. */
export const createIgnored = (listened: Pick<ListenedTopics, 'has'>, capacity = defaultCapacity): Ignored => {
  let young = new Map<string, number>()
  let old = new Map<string, number>()

  return {
    note: (hash, topic) => {
      young.set(keyOf(hash), topic ?? never)
      if (young.size < capacity / 2) return
      old = young
      young = new Map()
    },
    skips: (hash) => {
      const key = keyOf(hash)
      const topic = young.get(key) ?? old.get(key)
      return topic !== undefined && (topic === never || !listened.has(topic))
    },
    get size() {
      return young.size + old.size
    },
  }
}
