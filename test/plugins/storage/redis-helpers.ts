import { createRedisStorage, readTarget, type Target } from '../../../plugins/storage/redis/index.ts'
import { redisSettings } from '../../../plugins/storage/redis/settings.ts'
import type { Storage } from '../../../src/ports/index.ts'
import type { OpenContext } from '../../kits/storage.ts'

/** The settings of the plugin with their defaults. */
export const settingsWith = (changes: Readonly<Record<string, string | boolean>>) => {
  const defaults = Object.fromEntries(Object.entries(redisSettings).map(([name, { default: value }]) => [name, value]))
  return { ...defaults, ...changes } as Parameters<typeof readTarget>[0]
}

export const targetOf = (changes: Readonly<Record<string, string | boolean>>): Target => {
  const read = readTarget(settingsWith(changes))
  if ('problems' in read) throw new Error(JSON.stringify(read.problems))
  return read.target
}

export const openAt = (target: Target, context: OpenContext, prefix = 'kit'): Promise<Storage> =>
  createRedisStorage({ target, prefix, ...context })
