import { resolve } from 'node:path'
import { definePlugin } from '../../../src/ports/index.ts'
import { openSqliteArchive, sqliteScheme } from './archive.ts'
import { inspectFile } from './inspect.ts'
import { createSqliteStorage } from './storage.ts'

export { createSqliteStorage, type SqliteStorageOptions } from './storage.ts'

export default definePlugin({
  kind: 'storage',
  name: 'sqlite',
  prefix: 'SQLITE_',
  settings: {
    SQLITE_FILE: {
      type: 'string',
      description:
        "The database file, made where there is none; a relative path starts in the gateway's data folder. One gateway process per file.",
      default: 'reveille.db',
      minLength: 1,
    },
  },
  preflight({ settings, dataDir }) {
    const problem = inspectFile(resolve(dataDir, settings.SQLITE_FILE))
    return problem === undefined ? [] : [problem]
  },
  archive: {
    schemes: [sqliteScheme],
    open: ({ address, identity, purpose }) => openSqliteArchive(address, identity, purpose),
  },
  create: ({ settings, dataDir, identity, now }) =>
    createSqliteStorage({ file: resolve(dataDir, settings.SQLITE_FILE), identity, now }),
})
