import type { Engine } from '../gateway/engine.ts'
import type { OutboxCounts } from '../ports/index.ts'

const countsWithinMs = 1_000

/** Unknown, not a fault of the route that asks, while the storage does not answer. */
export const countQueue = async (engine: Engine): Promise<OutboxCounts | undefined> => {
  const limit = Promise.withResolvers<undefined>()
  const timer = setTimeout(limit.resolve, countsWithinMs, undefined)
  const counted = await Promise.race([engine.counts().catch(() => undefined), limit.promise])
  clearTimeout(timer)
  return counted
}
