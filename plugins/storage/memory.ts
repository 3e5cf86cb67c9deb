import { definePlugin, healthy, type Storage, type StorageContext, StorageError } from '../../src/ports/index.ts'
import { copy, type Room } from './memory/bytes.ts'
import { createOutbox } from './memory/outbox.ts'
import { createRegistrations } from './memory/registrations.ts'
import { createClaims } from './shared/claims.ts'
import { guardStorage } from './shared/guard.ts'

export interface MemoryStorageOptions extends Pick<StorageContext<unknown>, 'identity' | 'now'> {
  /** The most registrations with tombstones, remembered pushes, cursors and topic keys: this many of each. */
  readonly maxRecords?: number
}

const defaultMaxRecords = 1_000_000

/**
 * A `Storage` that forgets everything with the process: for tests and for trying the gateway out. Every instance has its own
 * records, so identities never meet. Where a bound is reached, calls reject with a StorageError `full`.
 */
export const createMemoryStorage = ({ now, maxRecords = defaultMaxRecords }: MemoryStorageOptions): Storage => {
  const room: Room = (map) => {
    if (map.size >= maxRecords)
      throw new StorageError(
        'full',
        `The storage in memory holds ${maxRecords} records, its bound: raise MEMORY_RECORDS or use the sqlite plugin.`,
      )
  }
  const cursors = new Map<string, bigint>()
  const topicKeys = new Map<string, Uint8Array>()
  const outbox = createOutbox(now, room)

  const registrations = createRegistrations(room)

  return guardStorage({
    registrations,
    outbox,
    claims: createClaims({ now }),
    cursors: {
      get: async (name) => cursors.get(name),
      async set(name, value) {
        if (!cursors.has(name)) room(cursors)
        cursors.set(name, value)
      },
    },
    topicKeys: {
      async get(topic) {
        const key = topicKeys.get(topic)
        return key === undefined ? undefined : copy(key)
      },
      async set(topic, key) {
        if (!topicKeys.has(topic)) room(topicKeys)
        topicKeys.set(topic, copy(key))
      },
    },
    async erase({ owner, pushes, topics }) {
      registrations.erase(owner)
      outbox.erase(owner, pushes)
      for (const topic of topics) topicKeys.delete(topic)
    },
    health: async () => healthy,
    close: async () => outbox.close(),
  })
}

export default definePlugin({
  kind: 'storage',
  name: 'memory',
  prefix: 'MEMORY_',
  settings: {
    MEMORY_RECORDS: {
      type: 'integer',
      description:
        'How many records of each kind the storage in memory holds at most; beyond it calls are refused as on a full disk.',
      default: defaultMaxRecords,
      minimum: 1,
    },
  },
  create: ({ settings, identity, now }) => createMemoryStorage({ identity, now, maxRecords: settings.MEMORY_RECORDS }),
})
