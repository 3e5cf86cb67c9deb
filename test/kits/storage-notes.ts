import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Storage } from '../../src/ports/index.ts'
import type { Use } from './storage.ts'
import { bytesOf, collect, hex, keyOf, pushOf, registrationOf } from './storage-samples.ts'

const id = bytesOf('envelope', 32)

const calls: Record<string, (storage: Storage) => Promise<unknown>> = {
  put: ({ registrations }) => registrations.put(registrationOf({ owner: 'a' })),
  unregister: ({ registrations }) => registrations.unregister(keyOf('a'), 2n),
  retire: ({ registrations }) => registrations.retire(keyOf('a'), 2n),
  get: ({ registrations }) => registrations.get([keyOf('a')]),
  listByOwners: ({ registrations }) => registrations.listByOwners([keyOf('a').owner]),
  topics: ({ registrations }) => collect(registrations.topics()),
  ownersByTopic: ({ registrations }) => registrations.ownersByTopic(1),
  accept: ({ outbox }) => outbox.accept([pushOf('a')], 1000),
  counts: ({ outbox }) => outbox.counts(),
  take: ({ claims }) => claims.take(id, 1000),
  'get a cursor': ({ cursors }) => cursors.get('a'),
  'set a cursor': ({ cursors }) => cursors.set('a', 1n),
  'get a topic key': ({ topicKeys }) => topicKeys.get('a'),
  'set a topic key': ({ topicKeys }) => topicKeys.set('a', bytesOf('key', 32)),
  health: (storage) => storage.health(),
}

export const testNotes = (use: Use): void => {
  describe('claims', () => {
    test(
      'go to one of many who ask at once',
      use(async ({ claims }) => {
        const results = await Promise.all(Array.from({ length: 20 }, () => claims.take(id, 60_000)))
        assert.equal(results.filter((result) => result === 'mine').length, 1)
        assert.equal(results.filter((result) => result === 'taken').length, 19)
      }),
    )

    test(
      'are done once finished',
      use(async ({ claims }) => {
        assert.equal(await claims.take(id, 60_000), 'mine')
        await claims.finish(id)
        assert.equal(await claims.take(id, 60_000), 'done')
        assert.equal(await claims.take(bytesOf('other', 32), 60_000), 'mine')
      }),
    )

    test(
      'can be taken again when released or when the lease is over',
      use(async ({ claims }, { advance }) => {
        assert.equal(await claims.take(id, 60_000), 'mine')
        await claims.release(id)
        assert.equal(await claims.take(id, 200), 'mine')
        assert.equal(await claims.take(id, 200), 'taken')
        await advance(250)
        assert.equal(await claims.take(id, 200), 'mine')
      }),
    )
  })

  describe('notes', () => {
    test(
      'keep a cursor of any size, the newest value, by name',
      use(async ({ cursors }) => {
        assert.equal(await cursors.get('catch-up'), undefined)
        for (const value of [0n, 2n ** 53n + 1n, 1_700_000_000_123_456_789n, 2n ** 64n - 1n, 5n]) {
          await cursors.set('catch-up', value)
          assert.equal(await cursors.get('catch-up'), value)
        }
        assert.equal(await cursors.get('other'), undefined)
      }),
    )

    test(
      'keep topic keys apart and without sharing memory',
      use(async ({ topicKeys }) => {
        assert.equal(await topicKeys.get('one'), undefined)
        const key = bytesOf('key', 32)
        await topicKeys.set('one', key)
        await topicKeys.set('zwei ü', bytesOf('second', 32))
        key.fill(0)
        const first = await topicKeys.get('one')
        assert.equal(first && hex(first), hex(bytesOf('key', 32)))
        first?.fill(0)
        const [again, other] = [await topicKeys.get('one'), await topicKeys.get('zwei ü')]
        assert.equal(again && hex(again), hex(bytesOf('key', 32)))
        assert.equal(other && hex(other), hex(bytesOf('second', 32)))
      }),
    )

    test(
      'tell health while all is well',
      use(async (storage) => assert.deepEqual(await storage.health(), { status: 'ok' })),
    )
  })

  describe('closing', () => {
    test(
      'happens once however often it is asked for',
      use(async (storage) => {
        await Promise.all([storage.close(), storage.close()])
        await storage.close()
      }),
    )

    for (const [name, call] of Object.entries(calls))
      test(
        `lets ${name} reject afterwards`,
        use(async (storage) => {
          await storage.close()
          await assert.rejects(call(storage), { name: 'StorageError', code: 'closed' })
        }),
      )
  })
}
