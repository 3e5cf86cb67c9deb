import { accessSync, constants, existsSync, realpathSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import type { Problem } from '../../../src/ports/index.ts'
import { isBusy, isNoDatabase } from './faults.ts'
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
  { applicationId: application, version, tables }: Marks,
): Problem | undefined => {
  if (application === 0 && version === 0 && tables === 0) return undefined
  if (application !== applicationId)
    return problem(`${file} is a database of another application`, 'name a file of its own for the gateway')
  if (version <= schemaVersion) return undefined
  return problem(
    `${file} was written by a newer gateway (schema ${version}, this one knows ${schemaVersion})`,
    'run that version again, or name another file',
  )
}

const contentProblem = (file: string): Problem | undefined => {
  // Immutable: SQLite neither locks nor makes files beside it. The marks are in the file itself before any journal is used.
  const url = new URL(`${pathToFileURL(file).href}?immutable=1`)
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(url, { readOnly: true })
    return marksProblem(file, readMarks(database))
  } catch (error) {
    if (isNoDatabase(error)) return problem(`${file} is no SQLite database`, 'move it away or name another file')
    return problem(
      `${file} cannot be read as a database (${(error as Error).message})`,
      'restore it from a backup, or name another file',
    )
  } finally {
    database?.close()
  }
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

/** Looks for what would keep the gateway from working on this file. Creates nothing and changes nothing. */
export const inspectFile = (file: string): Problem | undefined => {
  const folder = folderProblem(file)
  const stats = missing(file)
  if (stats === undefined) return folder
  if (!stats.isFile()) return problem(`${file} is no regular file`, 'name a file')
  if (!isWritable(file, constants.R_OK | constants.W_OK))
    return problem(`${file} is not readable and writable`, 'let the gateway read and write it, or name another file')
  if (folder !== undefined) return folder
  return lockProblem(file) ?? (stats.size === 0 ? undefined : contentProblem(file))
}
