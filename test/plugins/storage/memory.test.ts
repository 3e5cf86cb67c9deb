import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryStorage } from '../../../plugins/storage/memory.ts'
import { storageKit } from '../../kits/storage.ts'
import { identityOf, keyOf, pushOf, registrationOf } from '../../kits/storage-samples.ts'

storageKit('memory', { open: createMemoryStorage, durable: false })

test('memory storage refuses what goes beyond its bound and goes on with the rest', async () => {
  const { registrations, outbox, cursors, topicKeys } = createMemoryStorage({
    identity: identityOf('a'),
    now: Date.now,
    maxRecords: 2,
  })
  const full = { name: 'StorageError', code: 'full' }
  for (const owner of ['a', 'b']) {
    await registrations.put(registrationOf({ owner }))
    await outbox.accept([pushOf(owner)], 1000)
    await cursors.set(owner, 1n)
    await topicKeys.set(owner, new Uint8Array(32))
  }
  await assert.rejects(registrations.put(registrationOf({ owner: 'c' })), full)
  await assert.rejects(registrations.unregister(keyOf('c'), 1n), full)
  await assert.rejects(outbox.accept([pushOf('c')], 1000), full)
  await assert.rejects(cursors.set('c', 1n), full)
  await assert.rejects(topicKeys.set('c', new Uint8Array(32)), full)
  assert.equal(await registrations.put(registrationOf({ owner: 'a', version: 2n })), 'stored')
  assert.deepEqual(await outbox.accept([pushOf('a')], 1000), ['duplicate'])
})
