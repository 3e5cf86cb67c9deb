import type { InstallationKey, PutResult, Registration, Registrations, Topic } from '../../../src/ports/index.ts'
import type { Connections } from './connection.ts'
import { faultOf } from './faults.ts'
import { type Keys, shardCount } from './keys.ts'
import { packInstallation, packLive, packTombstone, states, unpackInstallation, unpackLive } from './record.ts'
import { createScript } from './script.ts'

const topicsAtOnce = 2_000
const keysAtOnce = 200

/**
 * Compares and writes one field of an owner's hash, and keeps the topics' index with it. Versions are compared byte by byte, as
 * strings compare by the server's locale. A topic leaves the index when no other live installation of the owner names it.
 */
const library = `
local function head(value)
  return string.sub(value, 1, 8), string.byte(value, 9)
end
local function compare(a, b)
  for i = 1, 8 do
    local x, y = string.byte(a, i), string.byte(b, i)
    if x ~= y then return x < y and -1 or 1 end
  end
  return 0
end
local function topicsOf(value)
  local found = {}
  if not value or string.byte(value, 9) ~= ${states.live} then return found end
  local count = string.byte(value, 42) * 256 + string.byte(value, 43)
  for i = 0, count - 1 do found[string.sub(value, 44 + 4 * i, 47 + 4 * i)] = true end
  return found
end
local function number(topic)
  local a, b, c, d = string.byte(topic, 1, 4)
  return ((a * 256 + b) * 256 + c) * 256 + d
end
local function index(before, after)
  local old, new = topicsOf(before), topicsOf(after)
  for topic in pairs(new) do
    if not old[topic] then redis.call('ZADD', KEYS[2], number(topic), ARGV[1] .. topic) end
  end
  local gone, any = {}, false
  for topic in pairs(old) do
    if not new[topic] then gone[topic] = true; any = true end
  end
  if not any then return end
  for _, value in ipairs(redis.call('HVALS', KEYS[1])) do
    for topic in pairs(topicsOf(value)) do gone[topic] = nil end
  end
  for topic in pairs(gone) do redis.call('ZREM', KEYS[2], ARGV[1] .. topic) end
end
local function write(value)
  local before = redis.call('HGET', KEYS[1], ARGV[2])
  redis.call('HSET', KEYS[1], ARGV[2], value)
  index(before, value)
end
`

/** KEYS: the owner's hash, the shard's topics. ARGV: owner, installation, new value. */
const put = createScript(`${library}
local before = redis.call('HGET', KEYS[1], ARGV[2])
if before then
  local version, state = head(before)
  local order = compare(string.sub(ARGV[3], 1, 8), version)
  local newState = string.byte(ARGV[3], 9)
  if order == 0 and state == newState and string.sub(before, 10, 41) == string.sub(ARGV[3], 10, 41) then return 'same' end
  if order <= 0 then return 'stale' end
end
write(ARGV[3])
return 'stored'`)

/** The same keys. ARGV: owner, installation, tombstone of the version that has to be the live one's. */
const retire = createScript(`${library}
local before = redis.call('HGET', KEYS[1], ARGV[2])
if not before then return 0 end
local version, state = head(before)
if state ~= ${states.live} or compare(version, string.sub(ARGV[3], 1, 8)) ~= 0 then return 0 end
write(ARGV[3])
return 1`)

/** As `put`, but a tombstone of the same version as a live one wins: for records that are carried here from elsewhere. */
const restore = createScript(`${library}
local before = redis.call('HGET', KEYS[1], ARGV[2])
if before then
  local version, state = head(before)
  local order = compare(string.sub(ARGV[3], 1, 8), version)
  if order < 0 or (order == 0 and state >= string.byte(ARGV[3], 9)) then return 'stale' end
end
write(ARGV[3])
return 'stored'`)

/** The same keys. ARGV: owner. */
const erase = createScript(`${library}
for _, value in ipairs(redis.call('HVALS', KEYS[1])) do
  for topic in pairs(topicsOf(value)) do redis.call('ZREM', KEYS[2], ARGV[1] .. topic) end
end
return redis.call('DEL', KEYS[1])`)

export interface RedisRegistrations extends Registrations {
  /** Removes all of an owner's records, tombstones included. */
  erase(owner: Uint8Array): Promise<void>
  /** Writes a packed record of a live or ended registration, unless what is there is newer or ended as well. */
  restore(key: InstallationKey, value: Buffer): Promise<void>
}

export const createRegistrations = (connections: Connections, keys: Keys): RedisRegistrations => {
  const { commands } = connections

  const ownersKey = (owner: Uint8Array): Buffer => keys.key(keys.shardOf(owner), 'r', owner)

  const change = (script: typeof put, { owner, installation }: InstallationKey, value: Buffer): Promise<unknown> => {
    const shard = keys.shardOf(owner)
    const field = packInstallation(installation)
    return connections.script(script, [keys.key(shard, 'r', owner), keys.key(shard, 't')], [owner, field, value])
  }

  const listByOwner = async (owner: Uint8Array): Promise<Registration[]> => {
    const flat = (await commands.callBuffer('HGETALL', ownersKey(owner))) as Buffer[]
    const found: Registration[] = []
    for (let i = 0; i + 1 < flat.length; i += 2) {
      const [field, value] = [flat[i], flat[i + 1]]
      const live = field && value && unpackLive(owner, unpackInstallation(field), value)
      if (live !== undefined) found.push(live)
    }
    return found
  }

  /** Asks in groups: a request may name thousands. */
  const inGroups = async <T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> => {
    const results: R[] = []
    for (let from = 0; from < items.length; from += keysAtOnce)
      results.push(...(await Promise.all(items.slice(from, from + keysAtOnce).map(ask))))
    return results
  }

  const told = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw faultOf(error)
    })

  return {
    put: async (registration) => String(await change(put, registration, packLive(registration))) as PutResult,
    unregister: async (key, version) =>
      String(await change(put, key, packTombstone(version, 'unregistered'))) as PutResult,
    retire: async (key, version) => (await change(retire, key, packTombstone(version, 'retired'))) === 1,
    restore: async (key, value) => void (await change(restore, key, value)),
    erase: async (owner) => {
      const shard = keys.shardOf(owner)
      await connections.script(erase, [keys.key(shard, 'r', owner), keys.key(shard, 't')], [owner])
    },
    get: (wanted) =>
      told(
        inGroups(wanted, async ({ owner, installation }) => {
          const value = await commands.callBuffer('HGET', ownersKey(owner), packInstallation(installation))
          return value === null ? undefined : unpackLive(owner, installation, value as Buffer)
        }),
      ),
    listByOwners: async (owners) => {
      const distinct = new Map(owners.map((owner) => [Buffer.from(owner).toString('latin1'), owner]))
      return (await told(inGroups([...distinct.values()], listByOwner))).flat()
    },
    async *topics() {
      for (let shard = 0; shard < shardCount; shard++) {
        for (let from = '-inf'; ; ) {
          const range = ['ZRANGEBYSCORE', keys.key(shard, 't'), from, '+inf', 'LIMIT', 0, topicsAtOnce] as const
          const [command, ...rest] = range
          const members = (await told(commands.callBuffer(command, ...rest))) as Buffer[]
          const topics = members.map((member): Topic => member.readUInt32BE(member.length - 4))
          if (topics.length > 0) yield [...new Set(topics)]
          if (members.length < topicsAtOnce) break
          from = `(${topics.at(-1)}`
        }
      }
    },
    ownersByTopic: async (topic) => {
      const shards = Array.from({ length: shardCount }, (_, shard) => shard)
      const found = await told(
        Promise.all(shards.map((shard) => commands.callBuffer('ZRANGEBYSCORE', keys.key(shard, 't'), topic, topic))),
      )
      return (found as Buffer[][]).flat().map((member) => Uint8Array.from(member.subarray(0, -4)))
    },
  }
}
