import assert from 'node:assert/strict'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createSqliteStorage } from '../../../plugins/storage/sqlite/storage.ts'
import { bytesOf, hex, identityOf, keyOf, plain, pushOf, registrationOf } from '../../kits/storage-samples.ts'
import { inFolder } from './sqlite-helpers.ts'

const acceptedAt = Date.UTC(2026, 10, 25)

/** Databases as earlier versions of the schema left them; all hold the same. */
for (const version of [1])
  test(
    `a database of schema version ${version} keeps everything that is in it`,
    inFolder(async (folder) => {
      const file = join(folder, 'reveille.db')
      copyFileSync(fileURLToPath(new URL(`../../fixtures/sqlite/v${version}.db`, import.meta.url)), file)
      const storage = await createSqliteStorage({ file, identity: identityOf('fixture'), now: () => acceptedAt })
      const live = registrationOf({ owner: 'live', version: 2n ** 64n - 1n, topics: [1, 0xffffffff] })
      assert.deepEqual((await storage.registrations.get([live])).map(plain), [plain(live)])
      assert.deepEqual((await storage.registrations.ownersByTopic(0xffffffff)).map(hex), [hex(keyOf('live').owner)])
      assert.equal(await storage.registrations.unregister(keyOf('gone'), 7n), 'same')
      assert.equal((await storage.outbox.counts()).queued, 2)
      assert.deepEqual(await storage.outbox.accept([pushOf('a', acceptedAt)], 1000), ['duplicate'])
      assert.equal(await storage.cursors.get('request'), 2n ** 60n + 1n)
      assert.equal(hex((await storage.topicKeys.get('topic')) ?? new Uint8Array()), hex(bytesOf('key', 32)))
      assert.equal(await storage.claims.take(bytesOf('new', 32), 1000), 'mine')
      await storage.claims.finish(bytesOf('new', 32))
      await storage.close()
    }),
  )
