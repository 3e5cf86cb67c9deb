import { Worker as BullWorker, DelayedError, type Job, UnrecoverableError } from 'bullmq'
import type { Outbox, Settlement, Worker, WorkLimits } from '../../../src/ports/index.ts'
import type { Client } from './connection.ts'
import { createHands } from './outbox-hands.ts'
import { type PushData, unpackPush } from './outbox-job.ts'
import { type PushQueue, queueName } from './outbox-queue.ts'

/** A process that dies is missed after these, so that another has its pushes within 10 s. */
const lockMs = 5_000
const stalledCheckMs = 1_000
const retryMs = 200

/** So often a push may have been in the hands of a process that died before it is handled with nothing beside it. */
const suspectAfter = 3
/** So often a process may die of it alone before it is kept aside: others die of bad luck. */
const parkedAfter = 3
const settledKept = 10_000
const leastFromQueue = 16

export interface OutboxWorker extends Worker {
  readonly inHand: number
  /** Lets go of everything in hand at once, aborting its signals. */
  abandon(): Promise<void>
}

type Handle = Parameters<Outbox['work']>[0]

interface Run {
  readonly lease: AbortController
  readonly abandoned: () => void
}

type Ending =
  | { readonly kind: 'settled'; readonly settlement: Settlement }
  | { readonly kind: 'rejected' | 'expired' | 'abandoned' }

/** Hands out what the queues hold: BullMQ's own loop fetches, keeps the locks and finds what dead processes left. */
export const createOutboxWorker = (parts: {
  readonly queues: readonly PushQueue[]
  readonly client: Client
  readonly handle: Handle
  readonly limits: WorkLimits
  readonly now: () => number
}): OutboxWorker => {
  const { queues, client, handle, limits, now } = parts
  const hands = createHands(limits.concurrency)
  const runs = new Set<Run>()
  /** Pushes that are done, as far as this process knows, while Redis may not know it yet: they are not handed out again. */
  const done = new Set<string>()
  let stopping: Promise<void> | undefined

  const noteDone = (jobId: string): void => {
    done.add(jobId)
    const [first] = done
    if (done.size > settledKept && first !== undefined) done.delete(first)
  }

  /** Leaves the job where it is, whatever became of its move: one without a lock is found as stalled. */
  const leave = (): never => {
    throw new DelayedError()
  }

  const putOff = async (queue: PushQueue, job: Job<PushData>, token: string, at: number): Promise<never> => {
    await Promise.all([
      job.id === undefined ? undefined : queue.hurry(job.id),
      job.moveToDelayed(Math.max(Date.now(), at), token),
    ]).catch(() => undefined)
    return leave()
  }

  /** What was fetched and will not be handed out. */
  const giveBack = async (queue: PushQueue, job: Job<PushData>, token: string): Promise<never> => {
    if (job.id !== undefined) await queue.uncount(job.id).catch(() => undefined)
    return putOff(queue, job, token, 0)
  }

  /** Runs the handler for as long as its lease lasts. */
  const run = async (job: Job<PushData>): Promise<Ending> => {
    const { promise, resolve } = Promise.withResolvers<Ending>()
    const lease = new AbortController()
    const own: Run = { lease, abandoned: () => resolve({ kind: 'abandoned' }) }
    runs.add(own)
    const timer = setTimeout(() => resolve({ kind: 'expired' }), limits.leaseMs)
    const push = unpackPush(job.deduplicationId ?? '', job.data, Math.max(0, job.attemptsStarted - 1))
    const outcome = (async () => handle(push, lease.signal))()
    outcome.then(
      (settlement) => {
        if (settlement.kind === 'done' && job.id !== undefined) noteDone(job.id)
        resolve({ kind: 'settled', settlement })
      },
      () => resolve({ kind: 'rejected' }),
    )
    const ending = await promise
    clearTimeout(timer)
    runs.delete(own)
    if (ending.kind === 'expired') lease.abort(new Error('The lease of this push ran out.'))
    if (ending.kind === 'abandoned') lease.abort(new Error('The storage is being closed.'))
    return ending
  }

  const park = async (job: Job<PushData>): Promise<never> => {
    // Whoever retries it by hand gives it all its chances again.
    await job.updateData({ ...job.data, diedAlone: 0 })
    throw new UnrecoverableError(`a process died of it ${parkedAfter} times while it had nothing else in hand`)
  }

  const process = async (queue: PushQueue, job: Job<PushData>, token: string): Promise<void> => {
    if (job.id !== undefined && done.has(job.id)) return
    const suspect = job.stalledCounter >= suspectAfter
    const { diedAlone = 0 } = job.data
    if (suspect && diedAlone >= parkedAfter) return park(job)
    if (!(await hands.take(suspect)) || stopping !== undefined) return giveBack(queue, job, token)
    const from = now()
    let ending: Ending
    try {
      if (suspect) await job.updateData({ ...job.data, diedAlone: diedAlone + 1 }).catch(leave)
      ending = await run(job)
      if (suspect && ending.kind !== 'abandoned')
        await job.updateData({ ...job.data, diedAlone: 0 }).catch(() => undefined)
    } finally {
      hands.release(suspect)
    }
    if (job.id !== undefined && done.has(job.id)) return
    if (ending.kind === 'settled' && ending.settlement.kind === 'retry')
      return putOff(queue, job, token, ending.settlement.at)
    if (ending.kind === 'rejected') return putOff(queue, job, token, from + limits.leaseMs)
    if (ending.kind !== 'settled') return putOff(queue, job, token, 0)
  }

  // Of several queues each may have more than its share: they are not equally full. What is fetched beyond the hands waits here.
  const share = Math.max(leastFromQueue, Math.ceil((2 * limits.concurrency) / queues.length))

  const workers = queues.map((queue) => {
    const worker = new BullWorker<PushData>(queueName, (job, token) => process(queue, job, token ?? ''), {
      connection: client,
      prefix: queue.prefix,
      concurrency: Math.min(limits.concurrency, share),
      lockDuration: lockMs,
      stalledInterval: stalledCheckMs,
      maxStalledCount: Number.MAX_SAFE_INTEGER,
      runRetryDelay: retryMs,
      drainDelay: 1,
    })
    worker.on('error', () => undefined)
    worker.on('completed', (job) => {
      if (job.id === undefined) return
      done.delete(job.id)
      void queue.settled(job.id, job.deduplicationId ?? '', job.data.rememberUntil).catch(() => undefined)
    })
    return worker
  })

  const close = (force: boolean): Promise<unknown> => Promise.allSettled(workers.map((worker) => worker.close(force)))

  return {
    get inHand() {
      return hands.taken
    },
    stop: () => {
      stopping ??= (async () => {
        hands.close()
        await close(false)
      })()
      return stopping
    },
    async abandon() {
      stopping ??= Promise.resolve()
      hands.close()
      for (const { abandoned } of runs) abandoned()
      await close(false)
    },
  }
}
