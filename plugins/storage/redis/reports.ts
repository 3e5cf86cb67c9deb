import type { ReplicaReport } from '../../../src/ports/index.ts'
import type { Connections } from './connection.ts'
import { createScript } from './script.ts'

const keptMs = 86_400_000

/** A function for scripts: `report(reports, name, now, text)`. */
export const reportInScript = `
local function report(key, name, now, text)
  redis.call('HSET', key, name, now .. ' ' .. text)
  redis.call('PEXPIRE', key, ${keptMs})
end`

/** KEYS: reports. Answers names and reports by turns, and drops those that are older than a day. */
const read = createScript(`
local t = redis.call('TIME')
local oldest = t[1] * 1000 - ${keptMs}
local all = redis.call('HGETALL', KEYS[1])
local kept = {}
for i = 1, #all, 2 do
  if tonumber(string.match(all[i + 1], '^%d+')) < oldest then
    redis.call('HDEL', KEYS[1], all[i])
  else
    kept[#kept + 1] = all[i]
    kept[#kept + 1] = all[i + 1]
  end
end
return kept`)

/** What each replica reported last, with the time of Redis before it: a hash that the sign of life writes. */
export const readReports = async (
  connections: Pick<Connections, 'script'>,
  key: Buffer,
  living: () => readonly string[],
): Promise<ReplicaReport[]> => {
  const flat = (await connections.script(read, [key], [])) as Buffer[]
  return Array.from({ length: flat.length / 2 }, (_, i): ReplicaReport => {
    const replica = String(flat[2 * i])
    const line = String(flat[2 * i + 1])
    return { replica, alive: living().includes(replica), text: line.slice(line.indexOf(' ') + 1) }
  })
}
