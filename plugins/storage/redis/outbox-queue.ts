import { type JobsOptions, Queue } from 'bullmq'
import type { KeptPush, Push } from '../../../src/ports/index.ts'
import type { Client } from './connection.ts'
import { hexOf, jobIdOf, ownerMark, type PushData, packPush } from './outbox-job.ts'

/** The name of every queue; the prefix tells them apart. */
export const queueName = 'pushes'

/** BullMQ takes jobs without a priority first, those with the least number next: a retry must not wait behind a backlog. */
const priorities = { fresh: 2, retry: 1 } as const

/** An id is remembered for so long beyond its push's end, for one that is settled late. */
const slackMs = 30 * 86_400_000
const idsAtOnce = 1_000
const staleAtOnce = 100

const jobOptions: JobsOptions = {
  priority: priorities.fresh,
  removeOnComplete: true,
  // What is kept aside is kept, with its id.
  removeOnFail: false,
  attempts: Number.MAX_SAFE_INTEGER,
}

export interface QueueCounts {
  readonly queued: number
  readonly parked: number
  readonly oldestAcceptedAt: number | undefined
}

/** One queue of BullMQ with the ages of what is in it. */
export interface PushQueue {
  readonly prefix: string
  accept(pushes: readonly Push[], rememberMs: number, now: number): Promise<('accepted' | 'duplicate')[]>
  /** The job goes before what is new when its time has come. */
  hurry(jobId: string): Promise<void>
  /** Undoes the count of a hand-out that did not take place. */
  uncount(jobId: string): Promise<void>
  /** After the push is settled: its age is nobody's business any more, and its id is forgotten in time. */
  settled(jobId: string, pushId: string, rememberUntil: number): Promise<void>
  counts(): Promise<QueueCounts>
  /** The name of one of its keys: of a job by its id, of the memory of a push by `de:` and its id in hex. */
  key(name: string): string
  /** Every job that waits, in chunks: its id. */
  jobIds(): AsyncIterable<readonly string[]>
  /** Queues a push that waited elsewhere, unless it is known here. */
  restore(kept: KeptPush): Promise<void>
  /** Removes an owner's jobs and the memory of them. */
  eraseOwner(owner: Uint8Array): Promise<void>
  eraseId(id: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** `client` is for this queue's own commands and BullMQ's: it must refuse at once while Redis is away. */
export const createPushQueue = (client: Client, prefix: string): PushQueue => {
  const queue = new Queue<PushData>(queueName, {
    connection: client,
    prefix,
    defaultJobOptions: jobOptions,
    streams: { events: { maxLen: 100 } },
  })
  queue.on('error', () => undefined)
  const key = (name: string): string => `${prefix}:${queueName}:${name}`
  const ages = key('ages')

  const jobOf = (push: Push, rememberMs: number, now: number) => {
    const lifeMs = Math.max(0, push.expiresAt - now)
    return {
      name: 'push',
      data: packPush(push, now + rememberMs),
      opts: {
        jobId: jobIdOf(push.owner),
        deduplication: { id: hexOf(push.id), ttl: Math.ceil(Math.max(rememberMs, lifeMs + slackMs)) },
      },
    }
  }

  /** The oldest that is still there; what a crash left in the list of ages is taken out. */
  const oldest = async (): Promise<number | undefined> => {
    for (let tries = 0; tries < staleAtOnce; tries++) {
      const [jobId, score] = (await client.call('ZRANGE', ages, 0, 0, 'WITHSCORES')) as string[]
      if (jobId === undefined) return undefined
      if ((await client.exists(key(jobId))) === 1) return Number(score)
      await client.zrem(ages, jobId)
    }
    return undefined
  }

  const remove = async (jobId: string): Promise<void> => {
    await queue.remove(jobId)
    await client.zrem(ages, jobId)
  }

  return {
    prefix,
    async accept(pushes, rememberMs, now) {
      const jobs = pushes.map((push) => jobOf(push, rememberMs, now))
      const aged = jobs.flatMap(({ data, opts }) => [`${data.acceptedAt}`, opts.jobId])
      const [added] = await Promise.all([queue.addBulk(jobs), client.call('ZADD', ages, ...aged)])
      const results = jobs.map(({ opts }, i) => (added[i]?.id === opts.jobId ? 'accepted' : 'duplicate'))
      const duplicates = jobs.flatMap(({ opts }, i) => (results[i] === 'duplicate' ? [opts.jobId] : []))
      if (duplicates.length > 0) await client.zrem(ages, ...duplicates)
      return results
    },
    hurry: async (jobId) => void (await client.hset(key(jobId), 'priority', priorities.retry)),
    uncount: async (jobId) => void (await client.hincrby(key(jobId), 'ats', -1)),
    async settled(jobId, pushId, rememberUntil) {
      await Promise.all([client.zrem(ages, jobId), client.pexpireat(key(`de:${pushId}`), Math.ceil(rememberUntil))])
    },
    key,
    async *jobIds() {
      const seen = new Set<string>()
      for (let cursor = '0'; ; ) {
        const [next, flat] = await client.zscan(ages, cursor, 'COUNT', idsAtOnce)
        const fresh = flat.filter((id, i) => i % 2 === 0 && !seen.has(id))
        for (const id of fresh) seen.add(id)
        if (fresh.length > 0) yield fresh
        if (next === '0') return
        cursor = next
      }
    },
    async restore({ push, attempts, due, rememberUntil }) {
      const now = Date.now()
      const { name, data, opts } = jobOf(push, Math.max(1, rememberUntil - now), now)
      await client.call('ZADD', ages, `${data.acceptedAt}`, opts.jobId)
      const delay = Math.max(0, due - now)
      const job = await queue.add(name, data, delay > 0 ? { ...opts, delay, priority: priorities.retry } : opts)
      if (job.id !== opts.jobId) await client.zrem(ages, opts.jobId)
      else if (attempts > 0) await client.hset(key(opts.jobId), 'ats', attempts)
    },
    async counts() {
      const [{ wait = 0, prioritized = 0, active = 0, delayed = 0, failed = 0 }, oldestAcceptedAt] = await Promise.all([
        queue.getJobCounts('wait', 'prioritized', 'active', 'delayed', 'failed'),
        oldest(),
      ])
      return { queued: wait + prioritized + active + delayed, parked: failed, oldestAcceptedAt }
    },
    async eraseOwner(owner) {
      for (let cursor = '0'; ; ) {
        const [next, found] = await client.zscan(ages, cursor, 'MATCH', `${ownerMark(owner)}-*`, 'COUNT', idsAtOnce)
        // Members and scores take turns.
        for (let i = 0; i < found.length; i += 2) await remove(found[i] ?? '')
        if (next === '0') return
        cursor = next
      }
    },
    async eraseId(id) {
      const memory = key(`de:${hexOf(id)}`)
      const jobId = await client.get(memory)
      if (jobId !== null) await remove(jobId)
      await client.del(memory)
    },
    close: () => queue.close(),
  }
}
