import type { Log } from '../ports/index.ts'

const mostKept = 10_000
const sayAgainMs = 600_000

/** Pushes that wait for an operator to mend something, for him to see. What it keeps is lost at a restart, and comes again. */
export interface Parked {
  enter(id: string, backend: string, reason: string): void
  leave(id: string): void
  /** How many of a backend, by reason. */
  of(backend: string): Readonly<Record<string, number>>
}

export const createParked = (log: Log): Parked => {
  const kept = new Map<string, { readonly backend: string; readonly reason: string }>()
  const told = new Map<string, number>()

  const tell = (backend: string, reason: string): void => {
    const key = `${backend} ${reason}`
    if (performance.now() - (told.get(key) ?? Number.NEGATIVE_INFINITY) < sayAgainMs) return
    if (told.size >= mostKept) told.clear()
    told.set(key, performance.now())
    log.error({ event: 'push-parked', backend, reason }, 'pushes are parked until this is mended; they are tried again')
  }

  return {
    enter: (id, backend, reason) => {
      if (kept.size < mostKept) kept.set(id, { backend, reason })
      tell(backend, reason)
    },
    leave: (id) => void kept.delete(id),
    of: (backend) => {
      const counts: Record<string, number> = {}
      for (const one of kept.values()) if (one.backend === backend) counts[one.reason] = (counts[one.reason] ?? 0) + 1
      return counts
    },
  }
}
