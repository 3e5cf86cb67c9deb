import { realpathSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { faultOf } from './faults.ts'
import { createNoteOperations } from './notes.ts'
import { createOutboxOperations } from './outbox.ts'
import { createRegistrationOperations } from './registrations.ts'
import type { ReadCommand, Reads } from './store.ts'

const busyTimeoutMs = 1_000

export interface Reader {
  read(command: ReadCommand): unknown
  close(): void
}

/**
 * Reads beside the thread that writes: what is committed is seen, and no reader waits for a sync. Reading a few rows takes
 * microseconds, so that it is done here and now.
 */
export const openReader = (file: string, identity: Uint8Array): Reader => {
  const database = new DatabaseSync(realpathSync(file), { readOnly: true, timeout: busyTimeoutMs })
  try {
    database.exec('PRAGMA cache_size = -32768; PRAGMA temp_store = MEMORY')
    const known = database.prepare('SELECT id FROM identities WHERE public_key = ?').get(identity) as { id: number }
    const operations: Reads = {
      ...createRegistrationOperations(database, known.id),
      ...createOutboxOperations(database, known.id),
      ...createNoteOperations(database, known.id),
    }
    return {
      read: ({ name, args }) => {
        try {
          return (operations[name] as (...args: readonly unknown[]) => unknown)(...args)
        } catch (error) {
          throw faultOf(error)
        }
      },
      close: () => database.close(),
    }
  } catch (error) {
    database.close()
    throw error
  }
}
