import { randomUUID } from 'node:crypto'
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { createRedisStorage, readTarget } from '../../plugins/storage/redis/index.ts'
import { type RedisSettings, redisSettings } from '../../plugins/storage/redis/settings.ts'
import type { Push } from '../../src/ports/index.ts'
import { startRedis } from '../../test/support/redis-server.ts'
import { type BenchContext, BenchError, type Result } from '../bench.ts'
import { alternate, split } from '../rounds.ts'
import { callsAtOnce, createCalls, inHand, inParallel, pushesInCall, rememberMs, throughPort } from './load.ts'

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** The same pushes as jobs, with the same deduplication, and nothing around them. */
const createBare = (port: number) => {
  const connection = new Redis(port, { maxRetriesPerRequest: null })
  const queue = new Queue('bare', { connection, defaultJobOptions: { removeOnComplete: true } })
  const jobOf = (push: Push) => ({
    name: 'push',
    data: { owner: hexOf(push.owner), installation: push.installation, body: hexOf(push.body) },
    opts: { jobId: randomUUID(), deduplication: { id: hexOf(push.id), ttl: rememberMs } },
  })
  return {
    run: async (calls: readonly Push[][]): Promise<number> => {
      const from = performance.now()
      const { promise: all, resolve } = Promise.withResolvers<void>()
      let handed = 0
      const worker = new Worker(
        'bare',
        async () => {
          if (++handed === calls.length * pushesInCall) resolve()
        },
        { connection, concurrency: inHand },
      )
      await inParallel(calls, callsAtOnce, (call) => queue.addBulk(call.map(jobOf)))
      await all
      await worker.close()
      return performance.now() - from
    },
    close: async () => {
      await queue.close()
      connection.disconnect()
    },
  }
}

const settingsOf = (url: string): RedisSettings => ({
  ...(Object.fromEntries(
    Object.entries(redisSettings).map(([name, { default: value }]) => [name, value]),
  ) as unknown as RedisSettings),
  REDIS_URL: url,
})

/** Accepting, handing out and settling through the port on a real Redis, beside bare calls of BullMQ. */
export const measureRedis = async (context: BenchContext, calls: number): Promise<Result> => {
  const server = await startRedis().catch((error: Error) => {
    throw new BenchError(error.message)
  })
  context.atExit(() => void server.kill('SIGKILL'))
  try {
    const read = readTarget(settingsOf(server.url))
    if ('problems' in read) throw new BenchError('The address of Redis makes no sense.')
    const identity = new Uint8Array(33).fill(2)
    const storage = await createRedisStorage({ target: read.target, prefix: 'bench', identity, now: Date.now })
    const bare = createBare(server.port)
    const rounds = split(createCalls(calls), { most: 8, least: 8 })
    const pair = await alternate(rounds, (work) => throughPort(storage.outbox, work), bare.run)
    await storage.close()
    await bare.close()
    return {
      case: 'redis: accept and settle',
      unit: 'pushes/s',
      figure: pushesInCall / pair.subject,
      against: 'bare calls of BullMQ',
      than: pushesInCall / pair.bare,
      limit: true,
    }
  } finally {
    await server.close()
  }
}
