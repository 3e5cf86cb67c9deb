import type { Storage } from '../../../src/ports/index.ts'

/** How many ids are remembered, handled and in work each; the oldest are forgotten beyond it. */
export const claimsKept = 100_000

const keyOf = (id: Uint8Array): string => Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString('latin1')

const dropOldest = (kept: Map<string, unknown>, limit: number): void => {
  for (const key of kept.keys()) {
    if (kept.size <= limit) return
    kept.delete(key)
  }
}

export interface ClaimsOptions {
  /** Unix milliseconds. */
  readonly now: () => number
  readonly limit?: number
  /** Ids that were finished before, oldest first. */
  readonly finished?: Iterable<Uint8Array>
  /** Told of every id that is finished for the first time. */
  readonly onFinished?: (id: Uint8Array) => void
}

/** Claims for a store that one process owns: who holds one need not outlive it, because a restart has nobody to compete with. */
export const createClaims = (options: ClaimsOptions): Storage['claims'] => {
  const { now, limit = claimsKept, finished = [], onFinished } = options
  const done = new Map<string, true>()
  const taken = new Map<string, number>()
  for (const id of finished) done.set(keyOf(id), true)

  return {
    async take(id, leaseMs) {
      const key = keyOf(id)
      if (done.has(key)) return 'done'
      if ((taken.get(key) ?? Number.NEGATIVE_INFINITY) > now()) return 'taken'
      taken.delete(key)
      taken.set(key, now() + leaseMs)
      dropOldest(taken, limit)
      return 'mine'
    },
    async finish(id) {
      const key = keyOf(id)
      taken.delete(key)
      if (!done.delete(key)) onFinished?.(id)
      done.set(key, true)
      dropOldest(done, limit)
    },
    async release(id) {
      taken.delete(keyOf(id))
    },
  }
}
