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

/**
 * Claims for a store that one process owns: they need not outlive it, because a restart has nobody to compete with, and
 * what it handles twice is told apart by versions and push ids.
 */
export const createClaims = (now: () => number, limit = claimsKept): Storage['claims'] => {
  const done = new Map<string, true>()
  const taken = new Map<string, number>()

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
      done.delete(key)
      done.set(key, true)
      dropOldest(done, limit)
    },
    async release(id) {
      taken.delete(keyOf(id))
    },
  }
}
