/** How old a message may be that is still waited for, milliseconds: the past is not read again and again for older ones. */
const longestMs = 12 * 60_000

const keyOf = (hash: Uint8Array): string =>
  Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('latin1')

/** Messages that were opened and are not handled yet: segments that wait for the others. */
export interface Parking {
  /** `at`: Unix milliseconds of the message. */
  enter(hash: Uint8Array, at: number): void
  /** They are handled now. */
  leave(hashes: readonly Uint8Array[]): void
  /** They will have to come again. */
  giveUp(hashes: readonly Uint8Array[]): void
  /** Unix milliseconds of the oldest that waits, of the last minutes only. */
  keptSince(): number | undefined
  /** The same of what was given up since the last call. */
  missedSince(): number | undefined
}

export const createParking = (now: () => number): Parking => {
  const parked = new Map<string, number>()
  let missed: number | undefined

  const isRecent = (at: number): boolean => at >= now() - longestMs

  const leave = (hashes: readonly Uint8Array[]): void => {
    for (const hash of hashes) parked.delete(keyOf(hash))
  }

  return {
    enter: (hash, at) => void parked.set(keyOf(hash), at),
    leave,
    giveUp: (hashes) => {
      for (const hash of hashes) {
        const at = parked.get(keyOf(hash))
        if (at !== undefined) missed = Math.min(missed ?? at, at)
      }
      leave(hashes)
    },
    keptSince: () => {
      let oldest: number | undefined
      for (const at of parked.values()) if (isRecent(at)) oldest = Math.min(oldest ?? at, at)
      return oldest
    },
    missedSince: () => {
      const at = missed
      missed = undefined
      return at !== undefined && isRecent(at) ? at : undefined
    },
  }
}
