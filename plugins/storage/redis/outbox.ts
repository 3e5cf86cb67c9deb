import type { Outbox, Push } from '../../../src/ports/index.ts'
import type { Client, Connections } from './connection.ts'
import { faultOf } from './faults.ts'
import type { Keys } from './keys.ts'
import { createOutboxArchive, type OutboxArchive } from './outbox-archive.ts'
import { createPushQueue, type PushQueue } from './outbox-queue.ts'
import { createOutboxWorker, type OutboxWorker } from './outbox-worker.ts'

/** On a cluster a queue lies in one slot: so many spread over its masters. */
const clusterQueues = 8
const closeWithinMs = 2_000

export interface RedisOutbox extends Outbox {
  /** Removes an owner's queued pushes, and the memory of these and of the given ids. */
  erase(owner: Uint8Array, ids: readonly Uint8Array[]): Promise<void>
  /** For moving all of it. */
  readonly archive: OutboxArchive
  /** Resolves when its connection is there; rejects with a StorageError after `ms`. */
  open(ms: number): Promise<void>
  /** Its connections, for whoever looks after their health. */
  clients(): readonly Client[]
  close(): Promise<void>
}

const within = async (ms: number, work: Promise<unknown>): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([work.catch(() => undefined), promise])
  clearTimeout(timer)
}

/** The outbox as queues of BullMQ, which any dashboard for it shows: name `pushes`, prefixes as in `keys`. */
export const createRedisOutbox = (parts: {
  readonly connections: Connections
  readonly keys: Keys
  readonly now: () => number
}): RedisOutbox => {
  const { connections, keys, now } = parts
  const count = connections.isCluster ? clusterQueues : 1
  const client = connections.open('queue')
  const queues = Array.from({ length: count }, (_, n) => createPushQueue(client, keys.tag('q', n, count)))
  let worker: OutboxWorker | undefined
  let workerClient: Client | undefined

  const queueOf = (id: Uint8Array): PushQueue | undefined => queues[keys.shardOf(id) % count]

  /** BullMQ waits for a connection that is not there, however long it takes: whoever asks has to hear of it. */
  const asking = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      if (client.status !== 'ready') throw new Error('not connected')
      return await work()
    } catch (error) {
      throw faultOf(error)
    }
  }

  const accept = async (pushes: readonly Push[], rememberMs: number): Promise<('accepted' | 'duplicate')[]> => {
    const results: ('accepted' | 'duplicate')[] = []
    const groups = new Map<PushQueue | undefined, number[]>()
    for (const [i, { id }] of pushes.entries()) {
      const queue = queueOf(id)
      groups.set(queue, [...(groups.get(queue) ?? []), i])
    }
    await Promise.all(
      [...groups].map(async ([queue, places]) => {
        const some = places.flatMap((place) => pushes[place] ?? [])
        const added = (await queue?.accept(some, rememberMs, now())) ?? []
        for (const [i, place] of places.entries()) results[place] = added[i] ?? 'duplicate'
      }),
    )
    return results
  }

  return {
    accept: async (pushes, rememberMs) => (pushes.length === 0 ? [] : asking(() => accept(pushes, rememberMs))),
    work(handle, limits) {
      if (worker !== undefined) throw new Error('This storage has a worker already; stop it first.')
      workerClient ??= connections.open('worker')
      const own = createOutboxWorker({ queues, client: workerClient, handle, limits, now })
      worker = own
      return {
        async stop() {
          await own.stop()
          if (worker === own) worker = undefined
        },
      }
    },
    counts: () =>
      asking(async () => {
        const all = await Promise.all(queues.map((queue) => queue.counts()))
        const parked = all.reduce((sum, one) => sum + one.parked, 0)
        const ages = all.flatMap(({ oldestAcceptedAt }) => oldestAcceptedAt ?? [])
        return {
          queued: all.reduce((sum, { queued }) => sum + queued, 0),
          inHand: worker?.inHand ?? 0,
          oldestAcceptedAt: ages.length === 0 ? undefined : Math.min(...ages),
          ...(parked === 0 ? {} : { parked }),
        }
      }),
    erase: (owner, ids) =>
      asking(async () => {
        await Promise.all(queues.map((queue) => queue.eraseOwner(owner)))
        await Promise.all(ids.map((id) => queueOf(id)?.eraseId(id)))
      }),
    archive: createOutboxArchive(client, queues, queueOf),
    open: (ms) => connections.ready(ms, client),
    clients: () => (workerClient === undefined ? [client] : [client, workerClient]),
    async close() {
      if (worker !== undefined) await within(closeWithinMs, worker.abandon())
      await within(closeWithinMs, Promise.all(queues.map((queue) => queue.close())))
    },
  }
}
