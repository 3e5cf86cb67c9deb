import { randomBytes, randomUUID } from 'node:crypto'
import type { Outbox, Push } from '../../src/ports/index.ts'

export const rememberMs = 86_400_000
/** Pushes in one call, as a busy gateway accepts them, calls under way at once, and pushes in hand. */
export const pushesInCall = 32
export const callsAtOnce = 4
export const inHand = 128

/** As an ordinary push is: 300 bytes. */
export const createPush = (): Push => ({
  id: new Uint8Array(randomBytes(32)),
  owner: new Uint8Array(randomBytes(64)),
  installation: randomUUID(),
  acceptedAt: Date.now(),
  expiresAt: Date.now() + rememberMs,
  body: new Uint8Array(randomBytes(160)),
})

export const createCalls = (count: number): Push[][] =>
  Array.from({ length: count }, () => Array.from({ length: pushesInCall }, createPush))

/** Works through a list with so many under way at once. */
export const inParallel = async <T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<unknown>) => {
  const rest = items[Symbol.iterator]()
  const lane = async (): Promise<void> => {
    for (const item of rest) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}

/** Milliseconds from the first call until every push is accepted, handed out and settled. */
export const throughPort = async (outbox: Outbox, calls: readonly Push[][]): Promise<number> => {
  const from = performance.now()
  const total = calls.length * pushesInCall
  const { promise: all, resolve } = Promise.withResolvers<void>()
  let handed = 0
  const worker = outbox.work(
    async () => {
      if (++handed === total) resolve()
      return { kind: 'done' }
    },
    { concurrency: inHand, leaseMs: 60_000 },
  )
  await inParallel(calls, callsAtOnce, (call) => outbox.accept(call, rememberMs))
  await all
  await worker.stop()
  return performance.now() - from
}
