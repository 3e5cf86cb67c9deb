import { type Outbox, type QueuedPush, type Settlement, StorageError, type Worker } from '../../../src/ports/index.ts'

export interface Taken {
  /** Oldest first; `attempts` is the count before this hand-out. */
  readonly pushes: readonly QueuedPush[]
  /** Unix milliseconds at which the next push becomes due that is not due now. */
  readonly nextDue: number | undefined
}

/** What a worker needs of the place where the pushes lie. */
export interface PushSource {
  /** Leases up to `limit` due pushes until `leaseUntil` (Unix milliseconds) and counts the attempt; durable on resolve. */
  take(limit: number, leaseUntil: number): Promise<Taken>
  /** Durable on resolve. A `retry` from an older hand-out than the newest changes nothing; a `done` always counts. */
  settle(push: QueuedPush, settlement: Settlement): Promise<void>
  /** Undoes a hand-out that did not reach the handler. */
  giveBack(pushes: readonly QueuedPush[]): Promise<void>
}

export interface WorkerOptions {
  readonly source: PushSource
  readonly now: () => number
  readonly handle: Parameters<Outbox['work']>[0]
  readonly limits: Parameters<Outbox['work']>[1]
}

export interface OutboxWorker extends Worker {
  /** Something may be due now. */
  wake(): void
  /** Lets go of everything in hand at once, aborting its signals. */
  abandon(): void
  inHand(): number
}

interface Run {
  readonly push: QueuedPush
  readonly deadline: number
  readonly lease: AbortController
}

/** The wall clock may jump and a timer only measures how long: nothing sleeps longer than this before it looks again. */
const longestSleepMs = 250

const pause = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, longestSleepMs)
    signal.addEventListener('abort', end)
  })

const isClosed = (error: unknown): boolean => error instanceof StorageError && error.code === 'closed'

/** Hands pushes of a source to a handler: as many at once as the limits say, each under a lease. */
export const createWorker = ({ source, now, handle, limits }: WorkerOptions): OutboxWorker => {
  const runs = new Set<Run>()
  const stopping = Promise.withResolvers<void>()
  let stopped = false
  let taking = false
  let mayHaveDue = true
  let nextDue = Number.POSITIVE_INFINITY
  let alarm: NodeJS.Timeout | undefined

  const settleStop = (): void => {
    if (!stopped || taking || runs.size > 0) return
    clearTimeout(alarm)
    stopping.resolve()
  }

  const setAlarm = (): void => {
    clearTimeout(alarm)
    let next = stopped ? Number.POSITIVE_INFINITY : nextDue
    for (const run of runs) next = Math.min(next, run.deadline)
    if (next === Number.POSITIVE_INFINITY) return
    alarm = setTimeout(ring, Math.min(Math.max(next - now(), 1), longestSleepMs))
  }

  const ring = (): void => {
    const time = now()
    for (const run of runs) if (run.deadline <= time) expire(run)
    if (nextDue <= time) {
      nextDue = Number.POSITIVE_INFINITY
      mayHaveDue = true
    }
    pump()
    setAlarm()
  }

  const expire = (run: Run): void => {
    runs.delete(run)
    run.lease.abort(new Error('The lease of this push ran out.'))
    mayHaveDue = true
    settleStop()
  }

  const end = (run: Run): void => {
    runs.delete(run)
    setAlarm()
    pump()
    settleStop()
  }

  const settle = async (run: Run, settlement: Settlement): Promise<void> => {
    // Unsettled work would be repeated, so a full disk is waited out as long as the lease allows. A late one has one try.
    for (;;) {
      try {
        await source.settle(run.push, settlement)
        if (settlement.kind === 'retry') nextDue = Math.min(nextDue, settlement.at)
        return
      } catch (error) {
        if (isClosed(error) || !runs.has(run)) return
        await pause(run.lease.signal)
      }
    }
  }

  const start = async (run: Run): Promise<void> => {
    try {
      await settle(run, await handle(run.push, run.lease.signal))
    } catch {
      // The handler rejected: the push stays leased and comes again when that ends.
      nextDue = Math.min(nextDue, run.deadline)
    }
    end(run)
  }

  const take = async (limit: number): Promise<void> => {
    const deadline = now() + limits.leaseMs
    const taken = await source.take(limit, deadline)
    if (stopped) return source.giveBack(taken.pushes)
    nextDue = Math.min(nextDue, taken.nextDue ?? Number.POSITIVE_INFINITY)
    mayHaveDue ||= taken.pushes.length === limit
    for (const push of taken.pushes) {
      const run: Run = { push, deadline, lease: new AbortController() }
      runs.add(run)
      void start(run)
    }
  }

  const pump = (): void => {
    const free = limits.concurrency - runs.size
    if (stopped || taking || !mayHaveDue || free <= 0) return
    taking = true
    mayHaveDue = false
    take(free)
      .catch((error) => {
        // Nothing was handed out: try again soon, unless there is nothing to ask any more.
        if (isClosed(error)) stopped = true
        else nextDue = Math.min(nextDue, now() + longestSleepMs)
      })
      .finally(() => {
        taking = false
        setAlarm()
        pump()
        settleStop()
      })
  }

  const stop = (): Promise<void> => {
    stopped = true
    setAlarm()
    settleStop()
    return stopping.promise
  }

  pump()

  return {
    stop,
    wake() {
      mayHaveDue = true
      pump()
    },
    abandon() {
      void stop()
      for (const run of runs) run.lease.abort(new Error('The storage is being closed.'))
      runs.clear()
      clearTimeout(alarm)
      settleStop()
    },
    inHand: () => runs.size,
  }
}
