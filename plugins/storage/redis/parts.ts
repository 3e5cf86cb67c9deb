import type { Part, Replicas } from '../../../src/ports/index.ts'
import type { Connections } from './connection.ts'
import { faultOf } from './faults.ts'
import type { Keys } from './keys.ts'
import { createScript } from './script.ts'

const mostBytes = 64 * 1024 * 1024
/** What Redis needs for a message of one part besides its bytes; measured. */
const overhead = 768
/** Of one answer: a few hundred kilobytes, so that no command keeps others waiting. */
const listedAtOnce = 8

/** KEYS: the message's parts, messages by age, by end, bytes by message, sum of bytes. Other messages lie in the same slot. */
const forget = `
local function forget(base, name)
  local bytes = redis.call('HGET', KEYS[4], name)
  redis.call('UNLINK', base .. name)
  redis.call('ZREM', KEYS[2], name)
  redis.call('ZREM', KEYS[3], name)
  redis.call('HDEL', KEYS[4], name)
  if bytes then redis.call('DECRBY', KEYS[5], bytes) end
end`

/** ARGV: the message's key, label, bytes, ms. */
const add = createScript(`${forget}
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local base = string.sub(KEYS[1], 1, #KEYS[1] - #ARGV[1])
for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, 50)) do forget(base, name) end
if redis.call('EXISTS', KEYS[1]) == 0 then forget(base, ARGV[1]) end
if redis.call('HSETNX', KEYS[1], ARGV[2], ARGV[3]) == 1 then
  local size = #ARGV[3] + ${overhead}
  redis.call('HINCRBY', KEYS[4], ARGV[1], size)
  redis.call('INCRBY', KEYS[5], size)
  if redis.call('ZADD', KEYS[2], 'NX', now, ARGV[1]) == 1 then
    redis.call('ZADD', KEYS[3], now + ARGV[4], ARGV[1])
    redis.call('PEXPIRE', KEYS[1], ARGV[4])
  end
end
local first = tonumber(redis.call('ZSCORE', KEYS[2], ARGV[1]))
while tonumber(redis.call('GET', KEYS[5]) or '0') > ${mostBytes} do
  local oldest = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
  if not oldest then redis.call('DEL', KEYS[5]) else forget(base, oldest) end
end
return { redis.call('HLEN', KEYS[1]), first }`)

/** ARGV: the message's key. */
const remove = createScript(`${forget}
forget(string.sub(KEYS[1], 1, #KEYS[1] - #ARGV[1]), ARGV[1])
return 1`)

/**
 * Parts of split messages, shared by the replicas: a hash for each message, and what bounds all of them. They lie in one slot, since
 * the bound is one for all, and a single message can be half of it.
 */
export const createParts = (connections: Connections, keys: Keys): Replicas['parts'] => {
  const tag = keys.tag('parts', 0, 1)
  const shared = ['ages', 'ends', 'sizes', 'bytes'].map((name) => Buffer.from(`${tag}:${name}`))
  const hashOf = (key: Uint8Array): Buffer => Buffer.concat([Buffer.from(`${tag}m`), key])

  const ask = async (command: string, ...args: Buffer[]): Promise<(Buffer | null)[]> => {
    const answer = connections.commands.callBuffer(command, ...args).catch((error: unknown) => {
      throw faultOf(error)
    })
    return (await answer) as (Buffer | null)[]
  }

  return {
    add: async (key, { label, bytes }, ms) => {
      const args = [key, label, bytes, Math.max(1, Math.ceil(ms))]
      const [count, since] = (await connections.script(add, [hashOf(key), ...shared], args)) as [number, number]
      return { count, since }
    },
    list: async (key) => {
      const labels = (await ask('HKEYS', hashOf(key))).flatMap((label) => label ?? [])
      const parts: Part[] = []
      for (let i = 0; i < labels.length; i += listedAtOnce) {
        const some = labels.slice(i, i + listedAtOnce)
        const found = await ask('HMGET', hashOf(key), ...some)
        for (const [n, label] of some.entries()) {
          const bytes = found[n]
          // Removed meanwhile.
          if (bytes === undefined || bytes === null) continue
          parts.push({ label: String(label), bytes: new Uint8Array(bytes) })
        }
      }
      return parts
    },
    remove: async (key) => void (await connections.script(remove, [hashOf(key), ...shared], [key])),
  }
}
