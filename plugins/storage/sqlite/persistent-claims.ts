import type { Storage } from '../../../src/ports/index.ts'
import { claimsKept, createClaims } from '../shared/claims.ts'
import type { Write } from './store.ts'

/** How often finished claims are written, and how many of them at once. */
const everyMs = 1_000
const atOnce = 200

export interface PersistentClaimsOptions {
  /** Ids that were finished in earlier lives, oldest first. */
  readonly finished: Iterable<Uint8Array>
  readonly write: Write
  readonly now: () => number
}

export interface PersistentClaims {
  readonly claims: Storage['claims']
  /** Hands over what was not written yet; it is durable when all writes are. */
  close(): void
}

/**
 * Claims that a restart remembers. They are written together and a little late, since they only save work: what a crash
 * takes is handled once more, and told apart by versions and push ids.
 */
export const createPersistentClaims = ({ finished, write, now }: PersistentClaimsOptions): PersistentClaims => {
  let fresh: Uint8Array[] = []
  let writing = false

  const claims = createClaims({
    now,
    finished,
    onFinished: (id) => {
      if (fresh.length < claimsKept) fresh.push(Uint8Array.from(id))
    },
  })

  const writeSome = (): Promise<void> => {
    const ids = fresh.slice(0, atOnce)
    fresh = fresh.slice(atOnce)
    // What a full disk refuses is not worth another try.
    return write(ids.length, 'noteHandled', ids, claimsKept).catch(() => undefined)
  }

  const flush = async (): Promise<void> => {
    if (writing) return
    writing = true
    while (fresh.length > 0) await writeSome()
    writing = false
  }

  const timer = setInterval(flush, everyMs).unref()

  return {
    claims,
    close: () => {
      clearInterval(timer)
      while (fresh.length > 0) void writeSome()
    },
  }
}
