import { type Outbox, StorageError } from '../../../src/ports/index.ts'
import { createWorker, type OutboxWorker, type PushSource } from '../shared/worker.ts'
import type { Settled } from './outbox.ts'
import type { Read, Write } from './store.ts'

export interface PersistentOutboxOptions {
  readonly read: Read
  readonly write: Write
  readonly now: () => number
}

/** Accepting so many pushes, or so much time, is followed by forgetting ids whose time is over. */
const forgetAfterPushes = 100
const forgetAfterMs = 30_000
const forgottenAtOnce = { least: 2 * forgetAfterPushes, most: 2000 }

const createPruning = ({ write, now }: PersistentOutboxOptions) => {
  let since = 0
  let pruning = false
  const prune = async (): Promise<void> => {
    if (pruning) return
    pruning = true
    // Twice what came in, so that the memory shrinks to what it must hold.
    const limit = Math.min(Math.max(2 * since, forgottenAtOnce.least), forgottenAtOnce.most)
    since = 0
    // What fails now is tried again after the next pushes; the ids stay remembered longer than they must.
    // Next to nothing most of the time: it must not fill a commit.
    await write(1, 'forget', now(), limit).catch(() => 0)
    pruning = false
    // Accepted while this was under way.
    if (since >= forgetAfterPushes) void prune()
  }
  const timer = setInterval(prune, forgetAfterMs).unref()
  return {
    accepted(pushes: number) {
      since += pushes
      if (since >= forgetAfterPushes) void prune()
    },
    close: () => clearInterval(timer),
  }
}

/** Settlements of one turn of the event loop travel together: they come in bursts, and each is next to nothing. */
const createSettling = (write: Write) => {
  let waiting: {
    readonly settled: Settled
    readonly resolve: (isGone: boolean) => void
    readonly reject: (error: Error) => void
  }[] = []

  const flush = (): void => {
    const group = waiting
    waiting = []
    write(
      group.length,
      'settle',
      group.map(({ settled }) => settled),
    ).then(
      (gone) => {
        for (const [i, { resolve }] of group.entries()) resolve(gone[i] ?? false)
      },
      (error: Error) => {
        for (const { reject } of group) reject(error)
      },
    )
  }

  return (settled: Settled): Promise<boolean> =>
    new Promise((resolve, reject) => {
      waiting.push({ settled, resolve, reject })
      if (waiting.length === 1) setImmediate(flush)
    })
}

export interface PersistentOutbox extends Outbox {
  /** So many queued pushes were removed by an erasure. */
  erased(pushes: number): void
  close(): void
}

/** The outbox on a database. Leases end with the process, so what a killed one had in hand is handed out at once. */
export const createPersistentOutbox = (options: PersistentOutboxOptions): PersistentOutbox => {
  const { read, write, now } = options
  const pruning = createPruning(options)
  const settle = createSettling(write)
  const total = read('queued')
  // Whoever asks for the counts hears of a fault; until then nobody does.
  total.catch(() => undefined)
  let queuedSinceOpen = 0
  let released = false
  let closed = false
  let worker: OutboxWorker | undefined

  const assertOpen = (): void => {
    if (closed) throw new StorageError('closed', 'The storage is closed.')
  }

  const source: PushSource = {
    async take(limit, leaseUntil) {
      assertOpen()
      if (!released) await write(1, 'release')
      released = true
      return write(limit, 'take', { now: now(), limit, leaseUntil })
    },
    async settle({ id, attempts }, settlement) {
      assertOpen()
      if (await settle({ id, attempts, settlement })) queuedSinceOpen--
    },
    async giveBack(pushes) {
      assertOpen()
      await write(
        pushes.length,
        'giveBack',
        pushes.map(({ id, attempts }) => ({ id, attempts })),
      )
    },
  }

  return {
    async accept(pushes, rememberMs) {
      if (pushes.length === 0) return []
      const results = await write(pushes.length, 'accept', pushes, rememberMs, now())
      const accepted = results.filter((result) => result === 'accepted').length
      queuedSinceOpen += accepted
      pruning.accepted(accepted)
      worker?.wake()
      return results
    },
    work(handle, limits) {
      if (worker !== undefined) throw new Error('This storage has a worker already; stop it first.')
      const own = createWorker({ source, now, handle, limits })
      worker = own
      return {
        async stop() {
          await own.stop()
          if (worker === own) worker = undefined
        },
      }
    },
    async counts() {
      const [before, oldestAcceptedAt] = await Promise.all([total, read('oldestAcceptedAt')])
      return { queued: before + queuedSinceOpen, inHand: worker?.inHand() ?? 0, oldestAcceptedAt }
    },
    erased(pushes) {
      queuedSinceOpen -= pushes
    },
    close() {
      closed = true
      worker?.abandon()
      pruning.close()
    },
  }
}
