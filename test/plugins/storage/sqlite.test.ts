import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { createSqliteStorage } from '../../../plugins/storage/sqlite/index.ts'
import { storageKit } from '../../kits/storage.ts'
import { drain } from '../../kits/storage-outbox.ts'
import { pushOf, until } from '../../kits/storage-samples.ts'
import { inFolder, openIn } from './sqlite-helpers.ts'

const folder = mkdtempSync(join(tmpdir(), 'reveille-sqlite-kit-'))
const file = join(folder, 'kit.db')

storageKit('sqlite', {
  open: (context) => createSqliteStorage({ file, ...context }),
  destroy: () => rmSync(folder, { recursive: true }),
  durable: true,
  victim: { module: new URL('./sqlite-victim.ts', import.meta.url), args: (identity) => [file, identity] },
})

test(
  'sqlite hands out at once after a restart what was in hand, without waiting for the lease',
  inFolder(async (folder) => {
    const before = await openIn(folder)
    await before.outbox.accept([pushOf('a')], 1000)
    let handed = 0
    before.outbox.work(() => new Promise<never>(() => handed++), { concurrency: 1, leaseMs: 600_000 })
    await until('it is in hand', () => handed === 1)
    await before.close()
    const after = await openIn(folder)
    assert.equal((await drain(after.outbox, 1, 2000))[0]?.attempts, 1)
    await after.close()
  }),
)

test(
  'sqlite forgets ids whose time is over, little by little',
  inFolder(async (folder) => {
    let offset = 0
    const storage = await openIn(folder, { now: () => Date.now() + offset })
    const accept = (name: string) =>
      storage.outbox.accept(
        Array.from({ length: 100 }, (_, i) => pushOf(`${name} ${i}`)),
        1000,
      )
    await accept('old')
    offset = 2000
    await accept('new')
    const reader = new DatabaseSync(join(folder, 'reveille.db'), { readOnly: true })
    await until(
      'the old ids are gone',
      () => reader.prepare('SELECT count(*) AS n FROM remembered').get()?.['n'] === 100,
    )
    reader.close()
    await storage.close()
  }),
)
