import { closeSync, openSync, realpathSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { StartError } from '../../../src/ports/index.ts'
import { isBusy } from './faults.ts'
import { inspectFile, inUse, lockFileOf, marksProblem } from './inspect.ts'
import { migrate, readMarks } from './schema.ts'

/** An external reader may hold the file up for so long; the gateway's own process is the only writer. */
const busyTimeoutMs = 1000

/** SQLite gives its journals the mode of the database, so that it is enough to make that one private. */
const createPrivately = (file: string): void => {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/**
 * Owns the database until it is closed. An exclusive transaction on an empty database beside it is a lock that the system
 * drops with the process, even a killed one, and that leaves the database itself open to readers such as a backup.
 */
const takeLock = (real: string, file: string): DatabaseSync => {
  const path = lockFileOf(real)
  createPrivately(path)
  const lock = new DatabaseSync(path)
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    throw isBusy(error) ? new StartError([inUse(file)]) : error
  }
}

const settings = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA journal_size_limit = 67108864;
  PRAGMA cache_size = -32768;
  PRAGMA temp_store = MEMORY;
  PRAGMA secure_delete = FAST;
`

export interface OpenDatabase {
  readonly database: DatabaseSync
  close(): void
}

const prepareDatabase = (database: DatabaseSync, file: string): void => {
  const wrong = marksProblem(file, readMarks(database))
  if (wrong !== undefined) throw new StartError([wrong])
  migrate(database)
  database.exec(settings)
}

const openLocked = (path: string, file: string, lock: DatabaseSync): OpenDatabase => {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs })
  try {
    prepareDatabase(database, file)
  } catch (error) {
    database.close()
    throw error
  }
  return {
    database,
    close() {
      database.close()
      lock.close()
    },
  }
}

/** Opens or creates a database for this process alone. Throws a StartError for what an operator can mend. */
export const openDatabase = (file: string): OpenDatabase => {
  const wrong = inspectFile(file)
  if (wrong !== undefined) throw new StartError([wrong])
  let lock: DatabaseSync | undefined
  try {
    createPrivately(file)
    const path = realpathSync(file)
    lock = takeLock(path, file)
    return openLocked(path, file, lock)
  } catch (error) {
    lock?.close()
    if (error instanceof StartError) throw error
    const wrong = `${file} cannot be opened (${(error as Error).message})`
    throw new StartError([
      { setting: 'SQLITE_FILE', wrong, mend: 'check the file, its folder and the room on its disk' },
    ])
  }
}
