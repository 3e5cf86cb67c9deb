import { randomBytes } from 'node:crypto'
import { type Replicas, StorageError } from '../../../src/ports/index.ts'
import type { Connections } from './connection.ts'
import { faultOf } from './faults.ts'
import { type Keys, shardCount } from './keys.ts'
import { createNotices } from './notices.ts'
import { createParts } from './parts.ts'
import { readReports } from './reports.ts'
import { createScript } from './script.ts'
import { createSigns, type Signs } from './signs.ts'

const leaveWithinMs = 1_000

/** KEYS: the lead. ARGV: own name. */
const abdicate = createScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`)

export interface RedisReplicas extends Replicas, Pick<Signs, 'isGone'> {
  /** Gives a first sign of life; rejects where Redis does not take it. */
  open(): Promise<void>
  /** Gone for all others, as soon as Redis hears of it. */
  close(): Promise<void>
}

/** Lets what is asked after closing reject. */
const guard =
  (isClosed: () => boolean) =>
  <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
  async (...args: A): Promise<R> => {
    if (isClosed())
      throw new StorageError('closed', 'The storage is closed: ask nothing of it after the gateway has stopped.')
    return call(...args)
  }

/** What replicas of one identity share in Redis. All of it but the claims and the parts of messages lies in one slot. */
export const createReplicas = (connections: Connections, keys: Keys): RedisReplicas => {
  const own = randomBytes(8).toString('hex')
  const tag = keys.tag('replicas', 0, 1)
  const key = (name: string): Buffer => Buffer.from(`${tag}:${name}`)
  const noticeKeys = { stream: key('notices'), count: key('told') }
  const reports = key('reports')
  const leadKey = (name: string): Buffer => key(`lead:${name}`)
  const signs = createSigns({ connections, own, keys: { signs: key('signs'), reports, notices: noticeKeys } })
  const notices = createNotices({ connections, own, keys: noticeKeys, onLife: signs.look })
  const parts = createParts(connections, keys)
  let closed = false
  const open = guard(() => closed)

  /** In one shard: two commands, the claims first, so that one that is finished in between is not overlooked. */
  const claimantsIn = async (shard: number, ids: readonly Uint8Array[]): Promise<(string | 'done' | undefined)[]> => {
    const { commands } = connections
    const [holders, scores] = (await Promise.all([
      commands.callBuffer('MGET', ...ids.map((id) => keys.key(shard, 'c', id))),
      commands.callBuffer('ZMSCORE', keys.key(shard, 'd'), ...ids.map((id) => Buffer.from(id))),
    ])) as [(Buffer | null)[], (Buffer | null)[]]
    return ids.map((_, i) => {
      if ((scores[i] ?? null) !== null) return 'done'
      const holder = holders[i] ?? null
      return holder === null ? undefined : String(holder)
    })
  }

  const claimants = async (ids: readonly Uint8Array[]): Promise<(string | 'done' | undefined)[]> => {
    const results: (string | 'done' | undefined)[] = ids.map(() => undefined)
    const places = Map.groupBy(ids.keys(), (i) => keys.shardOf(ids[i] ?? Buffer.of()) % shardCount)
    const asked = [...places].map(async ([shard, some]) => {
      const found = await claimantsIn(
        shard,
        some.flatMap((i) => ids[i] ?? []),
      )
      for (const [n, i] of some.entries()) results[i] = found[n]
    })
    await Promise.all(asked).catch((error: unknown) => {
      throw faultOf(error)
    })
    return results
  }

  return {
    own,
    living: signs.living,
    onChange: signs.onChange,
    isGone: signs.isGone,
    lead: async (name, ms) => !closed && (await signs.lead(leadKey(name), ms).catch(() => false)),
    abdicate: open(async (name) => void (await connections.script(abdicate, [leadKey(name)], [own]))),
    claimants: open(claimants),
    tell: open(notices.tell),
    hear: notices.hear,
    report: signs.report,
    reports: open(() => readReports(connections, reports, signs.living)),
    parts: { add: open(parts.add), list: open(parts.list), remove: open(parts.remove) },
    open: async () => {
      await signs.open()
      await notices.open()
      // Drops what those left who came and went, also where nobody ever reads it.
      await readReports(connections, reports, signs.living)
    },
    close: async () => {
      closed = true
      notices.close()
      const late = Promise.withResolvers<void>()
      const timer = setTimeout(late.resolve, leaveWithinMs)
      await Promise.race([signs.close().catch(() => undefined), late.promise])
      clearTimeout(timer)
    },
  }
}
