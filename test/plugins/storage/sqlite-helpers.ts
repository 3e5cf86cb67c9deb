import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sqlite, { createSqliteStorage, type SqliteStorageOptions } from '../../../plugins/storage/sqlite/index.ts'
import { manifestKey, type Problem, type Storage } from '../../../src/ports/index.ts'
import { identityOf } from '../../kits/storage-samples.ts'

/** Runs with a folder of its own that is gone afterwards. */
export const inFolder = (work: (folder: string) => void | Promise<void>) => async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'reveille-sqlite-'))
  try {
    await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const openIn = (folder: string, options: Partial<SqliteStorageOptions> = {}): Promise<Storage> =>
  createSqliteStorage({ file: join(folder, 'reveille.db'), identity: identityOf('a'), now: Date.now, ...options })

const silent = { debug() {}, info() {}, warn() {}, error() {} }

export const preflightOf = (dataDir: string, file = 'reveille.db'): Promise<Problem[]> =>
  sqlite[manifestKey].preflight({ settings: { SQLITE_FILE: file }, dataDir, log: silent, now: Date.now })
