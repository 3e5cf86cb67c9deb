import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Problem } from '../../../src/ports/index.ts'
import { isBusy } from './faults.ts'
import { applicationId, type Marks, readMarks, schemaVersion } from './schema.ts'

const setting = 'SQLITE_FILE'

const problem = (wrong: string, mend: string): Problem => ({ setting, wrong, mend })

/** Beside the database; whoever holds it owns the database. Two names of one file lead to one lock. */
export const lockFileOf = (file: string): string => {
  const real = existsSync(file) ? realpathSync(file) : file
  return join(dirname(real), `${basename(real)}.lock`)
}

export const inUse = (file: string): Problem =>
  problem(`${file} is in use by another gateway process`, 'stop that one, or give this one a file of its own')

const missing = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false })

const isWritable = (path: string, mode: number): boolean => {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}

const folderProblem = (file: string): Problem | undefined => {
  const folder = dirname(file)
  const stats = missing(folder)
  if (stats === undefined) return problem(`the folder ${folder} does not exist`, 'create it or name another')
  if (!stats.isDirectory()) return problem(`${folder} is no folder`, 'name a file in a folder that exists')
  if (isWritable(folder, constants.W_OK | constants.X_OK)) return undefined
  return problem(
    `the folder ${folder} is not writable`,
    'let the gateway write there (SQLite keeps its journal beside the file), or name another',
  )
}

/** What is wrong with the marks of a database, if anything. */
export const marksProblem = (
  file: string,
  { applicationId: application, version, empty }: Marks,
): Problem | undefined => {
  if (empty) return undefined
  if (application !== applicationId)
    return problem(`${file} is a database of another application`, 'name a file of its own for the gateway')
  if (version <= schemaVersion) return undefined
  return problem(
    `${file} was written by a newer gateway (schema ${version}, this one knows ${schemaVersion})`,
    'run that version again, or name another file',
  )
}

const headerBytes = 100
const magic = Buffer.from('SQLite format 3\0')

/** The marks at the head of a database file; undefined where it is none. */
const readHeader = (file: string): Marks | undefined => {
  const header = Buffer.alloc(headerBytes)
  const descriptor = openSync(file, 'r')
  try {
    if (readSync(descriptor, header) < headerBytes || !header.subarray(0, magic.length).equals(magic)) return undefined
    return { version: header.readUInt32BE(60), applicationId: header.readUInt32BE(68), empty: false }
  } finally {
    closeSync(descriptor)
  }
}

// Not by way of SQLite, which would make files beside it, or without its journal find a half-checkpointed file damaged.
const contentProblem = (file: string): Problem | undefined => {
  const marks = readHeader(file)
  if (marks === undefined) return problem(`${file} is no SQLite database`, 'move it away or name another file')
  return marksProblem(file, marks)
}

const lockProblem = (file: string): Problem | undefined => {
  const lock = lockFileOf(file)
  if (!existsSync(lock)) return undefined
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(lock, { readOnly: true })
    readMarks(database)
    return undefined
  } catch (error) {
    return isBusy(error)
      ? inUse(file)
      : problem(
          `${lock} cannot be opened (${(error as Error).message})`,
          'let the gateway read and write it, or delete it',
        )
  } finally {
    database?.close()
  }
}

/** Whether another process, or this one, works on the file. */
export const isInUse = (file: string): boolean => existsSync(file) && lockProblem(file)?.wrong === inUse(file).wrong

/** Looks for what would keep the gateway from working on this file. Creates nothing and changes nothing. */
export const inspectFile = (file: string): Problem | undefined => {
  const folder = folderProblem(file)
  const stats = missing(file)
  if (stats === undefined) return folder
  if (!stats.isFile()) return problem(`${file} is no regular file`, 'name a file')
  if (!isWritable(file, constants.R_OK | constants.W_OK))
    return problem(`${file} is not readable and writable`, 'let the gateway read and write it, or name another file')
  if (folder !== undefined) return folder
  // Closing a file drops the process's locks on it, so its head is read only where nobody works on it; and while a journal
  // waits to be rolled back, only opening it can tell.
  const isReadable = stats.size > 0 && !existsSync(`${file}-journal`)
  return lockProblem(file) ?? (isReadable ? contentProblem(file) : undefined)
}
