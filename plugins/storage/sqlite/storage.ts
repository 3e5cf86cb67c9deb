import type { Registrations, Storage } from '../../../src/ports/index.ts'
import { claimsKept } from '../shared/claims.ts'
import { guardStorage } from '../shared/guard.ts'
import { createCondition } from './condition.ts'
import { createGroupCommit } from './group-commit.ts'
import { createPersistentClaims } from './persistent-claims.ts'
import { createPersistentOutbox } from './persistent-outbox.ts'
import { openReader } from './reader.ts'
import type { Read, Reads, StoreOptions, Write, Writes } from './store.ts'
import { startStoreThread } from './store-thread.ts'

export interface SqliteStorageOptions extends StoreOptions {
  /** Unix milliseconds. */
  readonly now: () => number
  /** Told of every attempt to commit: how many calls shared it. */
  readonly onCommit?: (calls: number) => void
}

const topicsAtOnce = 2000

const createRegistrations = (read: Read, write: Write): Registrations => ({
  put: (registration) => write(1, 'put', registration),
  unregister: (key, version) => write(1, 'unregister', key, version),
  retire: (key, version) => write(1, 'retire', key, version),
  get: (keys) => read('get', keys),
  listByOwners: (owners) => read('listByOwners', owners),
  async *topics() {
    for (let after = -1; ; ) {
      const chunk = await read('topicsAfter', after, topicsAtOnce)
      if (chunk.length > 0) yield chunk
      const last = chunk.at(-1)
      if (last === undefined || chunk.length < topicsAtOnce) return
      after = last
      await new Promise(setImmediate)
    }
  },
  ownersByTopic: (topic) => read('ownersByTopic', topic),
})

/**
 * A `Storage` in one file of SQLite, for one gateway process. Rejects with a StartError for what an operator can mend: a file of a
 * newer version or of another application, one that is no database, cannot be written, or is in use by another process.
 */
export const createSqliteStorage = async ({ now, onCommit, ...options }: SqliteStorageOptions): Promise<Storage> => {
  const thread = await startStoreThread(options)
  const reader = openReader(options.file, options.identity)
  const condition = createCondition(thread.probe)
  const group = createGroupCommit({
    commit: thread.write,
    onCommit(calls, fault) {
      if (fault === undefined) condition.worked()
      else condition.broke(fault)
      onCommit?.(calls)
    },
  })

  // The name decides the types of arguments and result; a list of commands cannot keep hold of that.
  const write = ((rows: number, name: keyof Writes, ...args: unknown[]) =>
    group.submit({ name, args } as never, rows)) as Write
  const read = (async (name: keyof Reads, ...args: unknown[]) => reader.read({ name, args } as never)) as Read

  const outbox = createPersistentOutbox({ read, write, now })
  const claims = createPersistentClaims({
    finished: reader.read({ name: 'handled', args: [claimsKept] }) as Uint8Array[],
    write,
    now,
  })

  return guardStorage({
    registrations: createRegistrations(read, write),
    outbox,
    claims: claims.claims,
    cursors: {
      get: (name) => read('getCursor', name),
      set: (name, value) => write(1, 'setCursor', name, value),
    },
    topicKeys: {
      get: (topic) => read('getTopicKey', topic),
      set: (topic, key) => write(1, 'setTopicKey', topic, key),
    },
    async erase({ owner, pushes, topics }) {
      const rows = 10 + pushes.length + topics.length
      outbox.erased(await write(rows, 'erase', { owner, pushes, topics }))
    },
    health: condition.health,
    async close() {
      outbox.close()
      claims.close()
      await group.drained()
      condition.close()
      reader.close()
      await thread.close()
    },
  })
}
