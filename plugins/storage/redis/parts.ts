import { createHash } from 'node:crypto'
import type { Part, Replicas } from '../../../src/ports/index.ts'
import type { Connections } from './connection.ts'
import { faultOf } from './faults.ts'
import type { Keys } from './keys.ts'
import { createScript } from './script.ts'

/** Few places, so that one message of the largest size fits into the share of each. */
const placeCount = 2
const bytesInPlace = (64 * 1024 * 1024) / placeCount
const overhead = 64

/**
 * KEYS: the message's parts, messages by age, bytes by message, sum of bytes. ARGV: label, bytes, ms, most bytes, the message's key.
 * The names of other messages' parts are made from theirs: they lie in the same slot.
 */
const add = createScript(`
local t = redis.call('TIME'); local now = t[1] * 1000 + math.floor(t[2] / 1000)
local base = string.sub(KEYS[1], 1, #KEYS[1] - #ARGV[5])
local function drop(name)
  local bytes = tonumber(redis.call('HGET', KEYS[3], name) or '0')
  redis.call('DEL', base .. name)
  redis.call('ZREM', KEYS[2], name)
  redis.call('HDEL', KEYS[3], name)
  redis.call('DECRBY', KEYS[4], bytes)
end
for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[3], 'LIMIT', 0, 50)) do drop(name) end
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2]) == 1 then
  local size = #ARGV[2] + ${overhead}
  redis.call('ZADD', KEYS[2], 'NX', now, ARGV[5])
  redis.call('HINCRBY', KEYS[3], ARGV[5], size)
  redis.call('INCRBY', KEYS[4], size)
  redis.call('PEXPIRE', KEYS[1], ARGV[3], 'NX')
end
for i = 1, 100 do
  if tonumber(redis.call('GET', KEYS[4]) or '0') <= tonumber(ARGV[4]) then break end
  local oldest = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
  if not oldest then redis.call('DEL', KEYS[4]); break end
  drop(oldest)
end
return redis.call('HLEN', KEYS[1])`)

/** KEYS: as above. ARGV: the message's key. */
const remove = createScript(`
local bytes = tonumber(redis.call('HGET', KEYS[3], ARGV[1]) or '0')
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HDEL', KEYS[3], ARGV[1])
redis.call('DECRBY', KEYS[4], bytes)
return 1`)

/** Parts of split messages, shared by the replicas: a hash for each message, and what bounds all of them. */
export const createParts = (connections: Connections, keys: Keys): Replicas['parts'] => {
  const tags = Array.from({ length: placeCount }, (_, n) => keys.tag('parts', n, placeCount))

  const keysOf = (key: Uint8Array): Buffer[] => {
    const place = (createHash('sha256').update(key).digest()[0] ?? 0) % placeCount
    const tag = tags[place] ?? ''
    return [
      Buffer.concat([Buffer.from(`${tag}:`), key]),
      ...['ages', 'sizes', 'bytes'].map((name) => Buffer.from(`${tag}${name}`)),
    ]
  }

  return {
    add: async (key, { label, bytes }, ms) =>
      Number(await connections.script(add, keysOf(key), [label, bytes, Math.max(1, Math.ceil(ms)), bytesInPlace, key])),
    list: async (key) => {
      const [hash] = keysOf(key)
      if (hash === undefined) return []
      const flat = (await connections.commands.callBuffer('HGETALL', hash).catch((error: unknown) => {
        throw faultOf(error)
      })) as Buffer[]
      return Array.from(
        { length: flat.length / 2 },
        (_, i): Part => ({ label: String(flat[2 * i]), bytes: Uint8Array.from(flat[2 * i + 1] ?? []) }),
      )
    },
    remove: async (key) => void (await connections.script(remove, keysOf(key), [key])),
  }
}
