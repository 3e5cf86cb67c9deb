import type { Storage } from '../../../src/ports/index.ts'
import { guardStorage } from '../shared/guard.ts'
import { createClaims } from './claims.ts'
import { createCondition } from './condition.ts'
import { createConnections } from './connection.ts'
import { createKeys } from './keys.ts'
import { createNotes } from './notes.ts'
import { createRedisOutbox } from './outbox.ts'
import { createRegistrations } from './registrations.ts'
import { createReplicas } from './replicas.ts'
import type { Target } from './settings.ts'

export interface RedisStorageOptions {
  readonly target: Target
  /** What all keys begin with. */
  readonly prefix: string
  /** 33 bytes. */
  readonly identity: Uint8Array
  /** Unix milliseconds. */
  readonly now: () => number
}

const openWithinMs = 5_000

/** A `Storage` in Redis, which any number of gateways of one identity may share. Rejects with a StorageError where Redis is away. */
export const createRedisStorage = async ({ target, prefix, identity, now }: RedisStorageOptions): Promise<Storage> => {
  const connections = createConnections(target)
  const keys = createKeys(prefix, identity)
  try {
    await connections.ready(openWithinMs)
    const replicas = createReplicas(connections, keys)
    const registrations = createRegistrations(connections, keys)
    const notes = createNotes(connections, keys)
    const outbox = createRedisOutbox({ connections, keys, now })
    await Promise.all([outbox.open(openWithinMs), replicas.open()])
    return guardStorage({
      registrations,
      outbox,
      claims: createClaims(connections, keys, replicas),
      cursors: notes.cursors,
      topicKeys: notes.topicKeys,
      replicas,
      async erase({ owner, pushes, topics }) {
        await Promise.all([registrations.erase(owner), outbox.erase(owner, pushes), notes.deleteTopicKeys(topics)])
      },
      health: createCondition(connections, keys, outbox.clients),
      async close() {
        await outbox.close()
        await replicas.close()
        await connections.close()
      },
    })
  } catch (error) {
    await connections.close()
    throw error
  }
}
