import type { Entry, KeptPush } from '../../../src/ports/index.ts'
import type { Client } from './connection.ts'
import { hexOf, type PushData, unpackPush } from './outbox-job.ts'
import type { PushQueue } from './outbox-queue.ts'

/** BullMQ keeps the time of a delayed job in the upper part of its score. */
const scorePerMs = 0x1000

/** What the outbox keeps, for moving it. */
export interface OutboxArchive {
  pushes(): AsyncIterable<readonly Entry[]>
  /** Ids of settled pushes; `scan` gives all keys that match a pattern. */
  remembered(scan: (pattern: string) => AsyncIterable<readonly Buffer[]>): AsyncIterable<readonly Entry[]>
  restore(pushes: readonly KeptPush[]): Promise<void>
  /** Remembers an id until then, or longer. */
  remember(id: Uint8Array, until: number): Promise<void>
}

export const createOutboxArchive = (
  client: Client,
  queues: readonly PushQueue[],
  queueOf: (id: Uint8Array) => PushQueue | undefined,
): OutboxArchive => {
  const pushOf = async (queue: PushQueue, jobId: string): Promise<KeptPush | undefined> => {
    const [[text, pushId, started], score] = await Promise.all([
      client.hmget(queue.key(jobId), 'data', 'deid', 'ats'),
      client.zscore(queue.key('delayed'), jobId),
    ])
    if (typeof text !== 'string' || typeof pushId !== 'string') return undefined
    const data = JSON.parse(text) as PushData
    const attempts = Number(started ?? 0)
    const { attempts: _, ...push } = unpackPush(pushId, data, attempts)
    const due = score === null ? 0 : Math.floor(Number(score) / scorePerMs)
    return { kind: 'push', push, attempts, due, rememberUntil: data.rememberUntil }
  }

  return {
    async *pushes() {
      for (const queue of queues)
        for await (const ids of queue.jobIds())
          yield (await Promise.all(ids.map((id) => pushOf(queue, id)))).flatMap((push) => push ?? [])
    },
    async *remembered(scan) {
      for (const queue of queues) {
        const prefix = queue.key('de:')
        for await (const found of scan(`${prefix}*`)) {
          const read = async (key: Buffer): Promise<Entry[]> => {
            const [until, jobId] = await Promise.all([client.pexpiretime(key), client.get(key)])
            if (until <= 0 || jobId === null || (await client.exists(queue.key(jobId))) === 1) return []
            return [
              { kind: 'remembered', id: Uint8Array.from(Buffer.from(String(key).slice(prefix.length), 'hex')), until },
            ]
          }
          yield (await Promise.all(found.map(read))).flat()
        }
      }
    },
    restore: async (pushes) => {
      for (const push of pushes) await queueOf(push.push.id)?.restore(push)
    },
    remember: async (id, until) => {
      const key = queueOf(id)?.key(`de:${hexOf(id)}`)
      if (key === undefined || until <= Date.now()) return
      // Never shorter than it is remembered here already.
      await client.set(key, 'elsewhere', 'PXAT', Math.ceil(until), 'NX')
      await client.pexpireat(key, Math.ceil(until), 'GT')
    },
  }
}
