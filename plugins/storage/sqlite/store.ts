import type { DatabaseSync } from 'node:sqlite'
import { StartError, StorageError, type Traces } from '../../../src/ports/index.ts'
import { faultOf } from './faults.ts'
import { createNoteOperations } from './notes.ts'
import { openDatabase } from './open.ts'
import { createOutboxOperations } from './outbox.ts'
import { createRegistrationOperations } from './registrations.ts'
import { createRestoreOperations } from './restore.ts'

type RegistrationOperations = ReturnType<typeof createRegistrationOperations>
type OutboxOperations = ReturnType<typeof createOutboxOperations>
type NoteOperations = ReturnType<typeof createNoteOperations>

export type Writes = Pick<RegistrationOperations, 'put' | 'unregister' | 'retire'> &
  Pick<OutboxOperations, 'accept' | 'take' | 'settle' | 'giveBack' | 'release' | 'forget'> &
  Pick<NoteOperations, 'setCursor' | 'setTopicKey' | 'noteHandled'> &
  ReturnType<typeof createRestoreOperations> & {
    /** Removes what an owner left; answers how many queued pushes that were. */
    erase(traces: Traces): number
  }

export type Reads = Pick<RegistrationOperations, 'get' | 'listByOwners' | 'topicsAfter' | 'ownersByTopic'> &
  Pick<OutboxOperations, 'queued' | 'oldestAcceptedAt'> &
  Pick<NoteOperations, 'getCursor' | 'getTopicKey' | 'handled'>

type CommandOf<O> = {
  [K in keyof O]: O[K] extends (...args: infer A) => unknown ? { readonly name: K; readonly args: A } : never
}[keyof O]
export type WriteCommand = CommandOf<Writes>
export type ReadCommand = CommandOf<Reads>

/** A write on its way to the disk; `rows` is about how much it writes. */
export type Write = <K extends keyof Writes>(
  rows: number,
  name: K,
  ...args: Parameters<Writes[K]>
) => Promise<Awaited<ReturnType<Writes[K]>>>
export type Read = <K extends keyof Reads>(name: K, ...args: Parameters<Reads[K]>) => Promise<ReturnType<Reads[K]>>

export type WriteOutcome = { readonly value: unknown } | { readonly error: Error }

/**
 * All work on the database, synchronous and behind plain values that structured clones carry, so that a thread of its own can host it (thread.ts).
 */
export interface Store {
  /**
   * Runs the commands in one transaction and commits it; where the disk is full, each in one of its own. A command that fails
   * is undone alone; throws, with nothing done, where the transaction as a whole fails.
   */
  write(commands: readonly WriteCommand[]): WriteOutcome[]
  /** Throws a StorageError unless a few pages can be written durably now. */
  probe(): void
  close(): void
}

export interface StoreOptions {
  readonly file: string
  readonly identity: Uint8Array
  /** Bounds the database to so many pages of 4 KiB, as a full disk would. */
  readonly maxPageCount?: number
  /** Lets every commit take so many milliseconds longer, as a slow disk would: for measuring. */
  readonly syncDelayMs?: number
}

const probeBytes = 32 * 1024

/** Opens or creates the database of `file`. Throws a StartError for what an operator can mend. */
export const createStore = ({ file, identity, maxPageCount, syncDelayMs = 0 }: StoreOptions): Store => {
  const { database, close } = openDatabase(file)
  try {
    if (maxPageCount !== undefined) database.exec(`PRAGMA max_page_count = ${maxPageCount}`)
    return { ...createOperations(database, identityNumber(database, identity), syncDelayMs), close }
  } catch (error) {
    close()
    throw new StartError([
      {
        setting: 'SQLITE_FILE',
        wrong: `${file} cannot be used (${faultOf(error).message})`,
        mend: 'mend that and start again',
      },
    ])
  }
}

const identityNumber = (database: DatabaseSync, identity: Uint8Array): number => {
  const find = database.prepare('SELECT id FROM identities WHERE public_key = ?')
  const known = find.get(identity) as { id: number } | undefined
  if (known !== undefined) return known.id
  return Number(database.prepare('INSERT INTO identities (public_key) VALUES (?)').run(identity).lastInsertRowid)
}

const block = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

const createOperations = (database: DatabaseSync, identity: number, syncDelayMs: number): Omit<Store, 'close'> => {
  const registrations = createRegistrationOperations(database, identity)
  const outbox = createOutboxOperations(database, identity)
  const notes = createNoteOperations(database, identity)
  const operations: Writes = {
    ...registrations,
    ...outbox,
    ...notes,
    ...createRestoreOperations(database, identity, registrations, notes),
    erase({ owner, pushes, topics }) {
      registrations.erase(owner)
      for (const topic of topics) notes.deleteTopicKey(topic)
      return outbox.erase(owner, pushes)
    },
  }
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const savepoint = database.prepare('SAVEPOINT command')
  const release = database.prepare('RELEASE command')
  const undo = database.prepare('ROLLBACK TO command')
  const addBallast = database.prepare(`INSERT INTO probe (ballast) VALUES (zeroblob(${probeBytes}))`)
  const dropBallast = database.prepare('DELETE FROM probe')

  const perform = ({ name, args }: WriteCommand): unknown =>
    (operations[name] as (...args: readonly unknown[]) => unknown)(...args)

  const transact = <T>(work: () => T): T => {
    try {
      begin.run()
      const result = work()
      commit.run()
      if (syncDelayMs > 0) block(syncDelayMs)
      return result
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw faultOf(error)
    }
  }

  const attempt = (command: WriteCommand): WriteOutcome => {
    savepoint.run()
    try {
      const value = perform(command)
      release.run()
      return { value }
    } catch (error) {
      // SQLite ends the whole transaction for some faults: then nothing of the group can stand.
      if (!database.isTransaction) throw error
      undo.run()
      release.run()
      return { error: faultOf(error) }
    }
  }

  const writeAlone = (command: WriteCommand): WriteOutcome => {
    try {
      return { value: transact(() => perform(command)) }
    } catch (error) {
      return { error: faultOf(error) }
    }
  }

  return {
    write(commands) {
      try {
        return transact(() => commands.map(attempt))
      } catch (error) {
        // Whatever makes room, such as settling, must not fail with what does not fit.
        if (commands.length > 1 && error instanceof StorageError && error.code === 'full')
          return commands.map(writeAlone)
        throw error
      }
    },
    probe() {
      transact(() => addBallast.run())
      transact(() => dropBallast.run())
    },
  }
}
