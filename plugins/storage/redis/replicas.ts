import { randomBytes } from 'node:crypto'
import type { ReplicaReport, Replicas } from '../../../src/ports/index.ts'
import type { Connections } from './connection.ts'
import { faultOf } from './faults.ts'
import type { Keys } from './keys.ts'
import { createNotices } from './notices.ts'
import { createParts } from './parts.ts'
import { createScript } from './script.ts'

const signEveryMs = 1_000
const goneAfterMs = 3_000
const reportKeptSeconds = 86_400

/** Redis' own time in ms: the clocks of the replicas' machines differ. */
const time = `local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)`

/** KEYS: signs of life, reports. ARGV: own name, report or '', gone after ms, kept for s. Answers who lives. */
const sign = createScript(`${time}
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[3])
redis.call('PEXPIRE', KEYS[1], 60000)
if ARGV[2] ~= '' then
  redis.call('HSET', KEYS[2], ARGV[1], now .. ' ' .. ARGV[2])
  redis.call('EXPIRE', KEYS[2], ARGV[4])
end
return redis.call('ZRANGE', KEYS[1], 0, -1)`)

/** KEYS: the lead, signs of life. ARGV: own name, ms, gone after ms. */
const lead = createScript(`${time}
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  local seen = redis.call('ZSCORE', KEYS[2], holder)
  if seen and tonumber(seen) >= now - ARGV[3] then return 0 end
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`)

/** KEYS: the lead. ARGV: own name. */
const abdicate = createScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`)

/** KEYS: reports. ARGV: kept for ms. Answers names and reports by turns, and drops old ones. */
const readReports = createScript(`${time}
local all = redis.call('HGETALL', KEYS[1])
local kept = {}
for i = 1, #all, 2 do
  if tonumber(string.match(all[i + 1], '^%d+')) < now - ARGV[1] then redis.call('HDEL', KEYS[1], all[i])
  else kept[#kept + 1] = all[i]; kept[#kept + 1] = all[i + 1] end
end
return kept`)

export interface RedisReplicas extends Replicas {
  /** Gives a first sign of life; rejects where Redis does not take it. */
  open(): Promise<void>
  close(): Promise<void>
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, i) => name === b[i])

/** What replicas of one identity share in Redis. All of it but the parts of messages lies in one slot. */
export const createReplicas = (connections: Connections, keys: Keys): RedisReplicas => {
  const own = randomBytes(8).toString('hex')
  const tag = keys.tag('replicas', 0, 1)
  const signs = Buffer.from(`${tag}:signs`)
  const reports = Buffer.from(`${tag}:reports`)
  const leadKey = (name: string): Buffer => Buffer.from(`${tag}:lead:${name}`)
  const notices = createNotices(connections, `${tag}:notices`, own)
  let living: readonly string[] = [own]
  let heardAt = performance.now()
  let changed: (living: readonly string[]) => void = () => undefined
  let text = ''
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const know = (names: readonly string[]): void => {
    const sorted = [...new Set([...names, own])].sort()
    if (sameList(sorted, living)) return
    living = sorted
    changed(living)
  }

  const signNow = async (): Promise<void> => {
    const names = (await connections.script(
      sign,
      [signs, reports],
      [own, text, goneAfterMs, reportKeptSeconds],
    )) as Buffer[]
    heardAt = performance.now()
    if (!closed) know(names.map(String))
  }

  const loop = (): void => {
    timer = setTimeout(async () => {
      await signNow().catch(() => {
        // Others may have gone meanwhile, and this one is alone as far as it knows.
        if (performance.now() - heardAt > goneAfterMs) know([])
      })
      if (!closed) loop()
    }, signEveryMs)
    timer.unref()
  }

  return {
    own,
    living: () => living,
    onChange: (listener) => {
      changed = listener
    },
    lead: async (name, ms) => {
      if (closed) return false
      const taken = connections.script(lead, [leadKey(name), signs], [own, Math.max(1, Math.ceil(ms)), goneAfterMs])
      return (await taken.catch(() => 0)) === 1
    },
    abdicate: async (name) => void (await connections.script(abdicate, [leadKey(name)], [own])),
    claimants: async (ids) => {
      const asked = ids.map(async (id): Promise<string | 'done' | undefined> => {
        const shard = keys.shardOf(id)
        const [score, holder] = await Promise.all([
          connections.commands.callBuffer('ZSCORE', keys.key(shard, 'd'), Buffer.from(id)),
          connections.commands.callBuffer('GET', keys.key(shard, 'c', id)),
        ])
        if (score !== null) return 'done'
        return holder === null ? undefined : String(holder)
      })
      return Promise.all(asked).catch((error: unknown) => {
        throw faultOf(error)
      })
    },
    tell: notices.tell,
    hear: notices.hear,
    report: (newest) => {
      text = newest
    },
    reports: async () => {
      const flat = (await connections.script(readReports, [reports], [reportKeptSeconds * 1000])) as Buffer[]
      return Array.from({ length: flat.length / 2 }, (_, i): ReplicaReport => {
        const replica = String(flat[2 * i])
        const line = String(flat[2 * i + 1])
        return { replica, alive: living.includes(replica), text: line.slice(line.indexOf(' ') + 1) }
      })
    },
    parts: createParts(connections, keys),
    open: async () => {
      await signNow()
      await notices.open()
      loop()
    },
    close: async () => {
      closed = true
      clearTimeout(timer)
      notices.close()
      await Promise.race([
        connections.commands.call('ZREM', signs, own).catch(() => undefined),
        new Promise((resolve) => setTimeout(resolve, signEveryMs).unref()),
      ])
    },
  }
}
