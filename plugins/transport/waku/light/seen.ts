/** Message hashes of late: at least the last `bound`, at most twice as many. */
export interface Seen {
  /** False where it was there already. */
  add(hash: Uint8Array): boolean
  has(hash: Uint8Array): boolean
}

/** 96 bits of a hash tell messages apart well enough, and two generations are cheaper to bound than a list. */
const keyOf = (hash: Uint8Array): string => Buffer.from(hash.buffer, hash.byteOffset, 12).toString('latin1')

export const createSeen = (bound: number): Seen => {
  let young = new Set<string>()
  let old = new Set<string>()
  const hasKey = (key: string): boolean => young.has(key) || old.has(key)
  return {
    add: (hash) => {
      const key = keyOf(hash)
      if (hasKey(key)) return false
      young.add(key)
      if (young.size >= bound) [old, young] = [young, new Set()]
      return true
    },
    has: (hash) => hasKey(keyOf(hash)),
  }
}
