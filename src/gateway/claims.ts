import { setTimeout as pause } from 'node:timers/promises'
import { type Storage, StorageError } from '../ports/index.ts'

const leaseMs = 30_000
/** How soon a storage that was away is asked again, and how many handled messages it may owe their end. */
const storageAgainMs = 250
const unfinishedKept = 10_000

/** Who handles a message, by its hash (32 bytes), at a storage that may be elsewhere and away for a while. */
export interface Claims {
  /** Waits as long as a storage that is elsewhere is away: nothing is handled that nobody can claim. `undefined`: it cannot be claimed. */
  take(hash: Uint8Array): Promise<'mine' | 'taken' | 'done' | undefined>
  /** They are handled for good; what the storage does not take now is told it by `finishTheRest`. */
  finish(hashes: readonly Uint8Array[]): Promise<void>
  finishTheRest(): Promise<void>
  /** Lets the same messages be handled when they come again. */
  release(hashes: readonly Uint8Array[]): Promise<void>
}

export const createClaims = (parts: {
  storage: Storage
  /** Nothing new is taken in. */
  isStopped: () => boolean
  /** What is not claimed yet is not waited for any more. */
  isCutShort: () => boolean
}): Claims => {
  const { storage, isStopped, isCutShort } = parts
  /** Claims of what is handled, whose end the storage did not take yet. */
  let unfinished: Uint8Array[] = []

  /** Resolves once the storage works again; false where the intake is cut short before. */
  const storageIsBack = async (): Promise<boolean> => {
    for (;;) {
      await pause(storageAgainMs)
      if (isCutShort()) return false
      const health = await storage.health().catch(() => undefined)
      if (health?.status === 'ok') return true
      if (health === undefined && isStopped()) return false
    }
  }

  const releaseOne = (hash: Uint8Array): Promise<void> => storage.claims.release(hash).catch(() => undefined)

  const finish = async (hashes: readonly Uint8Array[]): Promise<void> => {
    const finishOne = (hash: Uint8Array): Promise<void> =>
      storage.claims.finish(hash).catch(() => {
        if (storage.replicas !== undefined && unfinished.length < unfinishedKept) unfinished.push(hash)
      })
    await Promise.all(hashes.map(finishOne))
  }

  return {
    take: async (hash) => {
      for (;;)
        try {
          return await storage.claims.take(hash, leaseMs)
        } catch (error) {
          const isAway = storage.replicas !== undefined && error instanceof StorageError && error.code !== 'closed'
          if (!isAway || !(await storageIsBack())) return undefined
          // The call may have come through, and only its answer not.
          await releaseOne(hash)
        }
    },
    finish,
    finishTheRest: async () => {
      if (unfinished.length === 0) return
      const rest = unfinished
      unfinished = []
      await finish(rest)
    },
    release: async (hashes) => void (await Promise.all(hashes.map(releaseOne))),
  }
}
