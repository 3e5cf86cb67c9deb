import { down, type Health, healthy } from '../../../src/ports/index.ts'
import type { Client, Connections } from './connection.ts'
import { faultOf } from './faults.ts'
import { type Keys, shardCount } from './keys.ts'

/** A sign that writing works is good for so long. */
const freshMs = 500
const probeKeptMs = 60_000

/**
 * Whether Redis takes writes now, on every master of a cluster: a small one, whenever somebody asks. What only answers, a
 * replica or a server that is full for example, is not good enough.
 */
export const createCondition = (connections: Connections, keys: Keys, others: () => readonly Client[]) => {
  const shards = Array.from({ length: connections.isCluster ? shardCount : 1 }, (_, shard) => shard)
  let known: { readonly health: Health; readonly at: number } | undefined
  let asking: Promise<Health> | undefined

  const probe = async (): Promise<Health> => {
    try {
      const { commands } = connections
      await Promise.all(shards.map((shard) => commands.call('SET', keys.key(shard, 'p'), '1', 'PX', probeKeptMs)))
      if (others().some(({ status }) => status !== 'ready'))
        return down('Redis answers, but not on every connection yet.')
      return healthy
    } catch (error) {
      return down(faultOf(error).message)
    }
  }

  return async (): Promise<Health> => {
    if (known !== undefined && performance.now() - known.at < freshMs) return known.health
    asking ??= probe().finally(() => {
      asking = undefined
    })
    const health = await asking
    known = { health, at: performance.now() }
    return health
  }
}
