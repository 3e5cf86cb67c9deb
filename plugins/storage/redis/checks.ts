import { Cluster } from 'ioredis'
import type { Problem } from '../../../src/ports/index.ts'
import type { Client, Connections } from './connection.ts'
import { codeOf, faultOf } from './faults.ts'
import type { Keys } from './keys.ts'
import type { Target } from './settings.ts'

const oldestMajor = 7
const readyWithinMs = 3_000

export interface Findings {
  readonly problems: readonly Problem[]
  /** What an operator should know and may live with. */
  readonly warnings: readonly string[]
}

/** `name:value` lines of INFO. */
const parseInfo = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split('\r\n').flatMap((line): [string, string][] => {
      const at = line.indexOf(':')
      return at > 0 ? [[line.slice(0, at), line.slice(at + 1)]] : []
    }),
  )

type Ask = (command: string, ...args: readonly string[]) => Promise<unknown>

/** A setting of the server; `undefined` where CONFIG may not be used, as with most hosted ones. */
const configOf = async (ask: Ask, name: string): Promise<string | undefined> => {
  try {
    const [, value] = (await ask('CONFIG', 'GET', name)) as string[]
    return value
  } catch {
    return undefined
  }
}

/** What would lose records on this server. */
const lossesOf = async (ask: Ask, info: ReadonlyMap<string, string>): Promise<Findings> => {
  const problems: Problem[] = []
  const warnings: string[] = []
  const policy = info.get('maxmemory_policy') ?? (await configOf(ask, 'maxmemory-policy'))
  if (policy === undefined)
    warnings.push('whether Redis evicts records cannot be asked: its maxmemory-policy must be noeviction')
  else if (policy !== 'noeviction')
    problems.push({
      setting: 'REDIS_URL',
      wrong: `this Redis evicts records when its memory is full (maxmemory-policy ${policy})`,
      mend: 'run `redis-cli CONFIG SET maxmemory-policy noeviction` and write it into its configuration',
    })
  const hasLog = info.get('aof_enabled') === '1'
  const save = await configOf(ask, 'save')
  if (!hasLog && save === '')
    problems.push({
      setting: 'REDIS_URL',
      wrong: 'this Redis keeps nothing on a disk: a restart would lose every registration and every push',
      mend: 'run `redis-cli CONFIG SET appendonly yes` and write it into its configuration, or set REDIS_ALLOW_DATA_LOSS=true to try the gateway out',
    })
  else if (!hasLog)
    warnings.push(
      'Redis saves snapshots only: a crash of it loses the last minutes, accepted pushes among them; run `redis-cli CONFIG SET appendonly yes`',
    )
  else if ((await configOf(ask, 'appendfsync')) === 'everysec')
    warnings.push(
      'Redis writes its log to the disk each second: a crash of its machine loses up to a second; `redis-cli CONFIG SET appendfsync always` closes that gap',
    )
  else if ((await configOf(ask, 'appendfsync')) === 'no')
    warnings.push(
      'Redis leaves it to the system when its log gets to the disk: run `redis-cli CONFIG SET appendfsync always`',
    )
  return { problems, warnings }
}

const versionProblem = (info: ReadonlyMap<string, string>): Problem | undefined => {
  const version = info.get('redis_version') ?? ''
  if (Number(version.split('.')[0]) >= oldestMajor) return undefined
  return {
    setting: 'REDIS_URL',
    wrong: `this Redis has version ${version || 'unknown'}`,
    mend: 'use Redis 7 or newer, or Valkey 8',
  }
}

const modeProblem = (info: ReadonlyMap<string, string>, mode: Target['mode']): Problem | undefined => {
  const isCluster = info.get('cluster_enabled') === '1'
  if (isCluster && mode !== 'cluster')
    return {
      setting: 'REDIS_MODE',
      wrong: `the server belongs to a cluster, and it is ${mode}`,
      mend: 'set REDIS_MODE=cluster',
    }
  if (!isCluster && mode === 'cluster')
    return {
      setting: 'REDIS_MODE',
      wrong: 'the server belongs to no cluster, and it is cluster',
      mend: 'set REDIS_MODE=single',
    }
  return undefined
}

const roleProblem = (info: ReadonlyMap<string, string>): Problem | undefined =>
  info.get('role') === 'slave'
    ? { setting: 'REDIS_URL', wrong: 'this Redis is a replica and takes no writes', mend: 'name its master' }
    : undefined

const checkServer = async (ask: Ask, mode: Target['mode']): Promise<Findings> => {
  const info = parseInfo(String(await ask('INFO')))
  const losses = await lossesOf(ask, info)
  const wrong = [versionProblem(info), modeProblem(info, mode), roleProblem(info)]
  return { ...losses, problems: [...wrong.flatMap((problem) => problem ?? []), ...losses.problems] }
}

/** Every kind of command that we use, on keys of ours: a user without the right for one would fail later, in the night. */
const checkRights = async (client: Client, keys: Keys): Promise<Problem[]> => {
  const key = `${keys.tag('check', 0, 1)}:check`
  const tries: readonly (readonly [string, ...string[]])[] = [
    ['SET', key, '1', 'PX', '1000'],
    ['EVAL', 'return redis.call("TIME")', '1', key],
    ['XADD', `${key}:stream`, 'MAXLEN', '1', '*', 'a', 'b'],
    ['ZADD', `${key}:ages`, '1', 'a'],
    ['BZPOPMIN', `${key}:ages`, '0.01'],
    ['HSET', `${key}:hash`, 'a', 'b'],
    ['HGETALL', `${key}:hash`],
    ['LPUSH', `${key}:list`, 'a'],
    ['XREAD', 'COUNT', '1', 'STREAMS', `${key}:stream`, '0'],
    ['DEL', key, `${key}:stream`, `${key}:ages`, `${key}:hash`, `${key}:list`],
  ]
  for (const [command, ...args] of tries)
    try {
      await client.call(command, ...args)
    } catch (error) {
      if (codeOf(error) !== 'NOPERM') throw error
      return [
        {
          setting: 'REDIS_URL',
          wrong: `its user may not use ${command} on our keys`,
          mend: 'give it the rights that the operator’s guide lists under "Redis and replicas"',
        },
      ]
    }
  return []
}

/** `what: mend. The gateway tries again by itself.`, as a StorageError says it. */
const unreachable = (error: unknown): Problem => {
  const [wrong = '', mend = ''] = faultOf(error)
    .message.replace(/\.? The gateway tries again by itself\.$/, '')
    .split(': ')
  return { setting: 'REDIS_URL', wrong: wrong.replace(/\.$/, ''), mend: mend || 'start again in a while' }
}

/** Looks at every server before anything is kept there. */
export const checkRedis = async (connections: Connections, keys: Keys, target: Target): Promise<Findings> => {
  const { commands } = connections
  try {
    await connections.ready(readyWithinMs)
    const servers = commands instanceof Cluster ? commands.nodes('master') : [commands]
    const found = await Promise.all(
      servers.map((server) => checkServer((command, ...args) => server.call(command, ...args), target.mode)),
    )
    const problems = [...new Map(found.flatMap((one) => one.problems).map((one) => [one.wrong, one])).values()]
    const rights = problems.length === 0 ? await checkRights(commands, keys) : []
    return { problems: [...problems, ...rights], warnings: [...new Set(found.flatMap(({ warnings }) => warnings))] }
  } catch (error) {
    return { problems: [unreachable(error)], warnings: [] }
  }
}
