import type { Storage } from '../../../src/ports/index.ts'
import type { Connections } from './connection.ts'
import { type Keys, shardCount } from './keys.ts'
import { createScript } from './script.ts'

/** What is done is remembered for the newest 100,000 messages at least: shards fill evenly, so four times their share is ample. */
const keptInShard = (4 * 100_000) / shardCount

/** KEYS: the shard's done ones, the claim. ARGV: id, holder, lease in ms, a holder that is gone or ''. */
const take = createScript(`
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 'done' end
if redis.call('SET', KEYS[2], ARGV[2], 'NX', 'PX', ARGV[3]) then return 'mine' end
local holder = redis.call('GET', KEYS[2])
if holder ~= ARGV[4] then return holder end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 'mine'`)

/** KEYS: as above. ARGV: id, how many are kept. */
const finish = createScript(`
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000), ARGV[1])
redis.call('DEL', KEYS[2])
local excess = redis.call('ZCARD', KEYS[1]) - ARGV[2]
if excess > 0 then redis.call('ZREMRANGEBYRANK', KEYS[1], 0, excess - 1) end
return 1`)

/** KEYS: the claim. ARGV: holder. */
const release = createScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`)

/**
 * Claims that replicas share. A claim holds its holder's name; one whose holder lives no more counts as free, whatever its lease.
 */
export const createClaims = (
  connections: Pick<Connections, 'script'>,
  keys: Keys,
  replicas: { readonly own: string; isGone(name: string): Promise<boolean> },
): Storage['claims'] => {
  const keysOf = (id: Uint8Array): [Buffer, Buffer] => {
    const shard = keys.shardOf(id)
    return [keys.key(shard, 'd'), keys.key(shard, 'c', id)]
  }
  const tryToTake = async (id: Uint8Array, leaseMs: number, gone: string): Promise<string> =>
    String(await connections.script(take, keysOf(id), [id, replicas.own, Math.max(1, Math.ceil(leaseMs)), gone]))

  return {
    async take(id, leaseMs) {
      let result = await tryToTake(id, leaseMs, '')
      // As Redis knows it now: whoever is not known here may be new, and after an outage nobody is known.
      if (result !== 'mine' && result !== 'done' && (await replicas.isGone(result)))
        result = await tryToTake(id, leaseMs, result)
      return result === 'mine' || result === 'done' ? result : 'taken'
    },
    finish: async (id) => void (await connections.script(finish, keysOf(id), [id, keptInShard])),
    release: async (id) => void (await connections.script(release, keysOf(id).slice(1), [replicas.own])),
  }
}
