import { definePlugin, type Log, StartError, StorageError } from '../../../src/ports/index.ts'
import { openRedisArchive } from './archive.ts'
import { checkRedis } from './checks.ts'
import { createConnections } from './connection.ts'
import { createKeys } from './keys.ts'
import { type RedisSettings, readTarget, redisSettings, type Target } from './settings.ts'
import { createRedisStorage } from './storage.ts'

export { readTarget, type Target } from './settings.ts'
export { createRedisStorage, type RedisStorageOptions } from './storage.ts'

const targetOf = (settings: RedisSettings): Target => {
  const read = readTarget(settings)
  if ('problems' in read) throw new StartError(read.problems)
  return read.target
}

/** Connects once before anything is made. What would lose records keeps the gateway from starting, unless that is allowed. */
const inspect = async (settings: RedisSettings, log: Log) => {
  const read = readTarget(settings)
  if ('problems' in read) return [...read.problems]
  const connections = createConnections(read.target)
  try {
    // No identity yet: any will do for trying the rights out.
    const keys = createKeys(settings.REDIS_KEY_PREFIX, new Uint8Array())
    const { problems, warnings } = await checkRedis(connections, keys, read.target)
    for (const warning of warnings) log.warn({ event: 'redis-check' }, warning)
    if (!settings.REDIS_ALLOW_DATA_LOSS) return [...problems]
    for (const { wrong } of problems.filter(isLoss)) log.warn({ event: 'redis-check' }, wrong)
    return problems.filter((problem) => !isLoss(problem))
  } finally {
    await connections.close()
  }
}

const isLoss = ({ wrong }: { readonly wrong: string }): boolean => /evicts records|keeps nothing/.test(wrong)

/** Storage for several gateways of one identity: registrations, claims and the rest in Redis, pushes in BullMQ. */
export default definePlugin({
  kind: 'storage',
  name: 'redis',
  prefix: 'REDIS_',
  settings: redisSettings,
  preflight: ({ settings, log }) => inspect(settings, log),
  archive: {
    schemes: ['redis', 'rediss'],
    open: ({ address, settings, identity, purpose }) =>
      openRedisArchive({
        target: targetOf({ ...settings, REDIS_URL: address }),
        prefix: settings.REDIS_KEY_PREFIX,
        identity,
        purpose,
      }),
  },
  create: async ({ settings, identity, now }) => {
    try {
      return await createRedisStorage({ target: targetOf(settings), prefix: settings.REDIS_KEY_PREFIX, identity, now })
    } catch (error) {
      if (!(error instanceof StorageError)) throw error
      throw new StartError([{ setting: 'REDIS_URL', wrong: error.message, mend: 'mend that and start again' }])
    }
  },
})
