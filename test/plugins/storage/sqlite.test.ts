import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSqliteStorage } from '../../../plugins/storage/sqlite/index.ts'
import { storageKit } from '../../kits/storage.ts'

const folder = mkdtempSync(join(tmpdir(), 'reveille-sqlite-kit-'))
const file = join(folder, 'kit.db')

storageKit('sqlite', {
  open: (context) => createSqliteStorage({ file, ...context }),
  destroy: () => rmSync(folder, { recursive: true }),
  durable: true,
  victim: { module: new URL('./sqlite-victim.ts', import.meta.url), args: (identity) => [file, identity] },
})
