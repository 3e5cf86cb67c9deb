import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Use } from './storage.ts'
import { drain } from './storage-outbox.ts'
import { bytesOf, collect, keyOf, pushOf, registrationOf } from './storage-samples.ts'

const day = 86_400_000
const { owner } = keyOf('a')

export const testErasure = (use: Use): void => {
  describe('erasing an owner', () => {
    test(
      'removes registrations and tombstones, so that the lowest version is new again',
      use(async ({ registrations, erase }) => {
        await registrations.put(registrationOf({ owner: 'a', installation: 'phone', version: 7n }))
        await registrations.unregister(keyOf('a', 'tablet'), 7n)
        await erase({ owner, pushes: [], topics: [] })
        assert.deepEqual(await registrations.listByOwners([owner]), [])
        assert.deepEqual(await registrations.ownersByTopic(1), [])
        assert.deepEqual((await collect(registrations.topics())).flat(), [])
        assert.equal(
          await registrations.put(registrationOf({ owner: 'a', installation: 'phone', version: 1n })),
          'stored',
        )
        assert.equal(await registrations.unregister(keyOf('a', 'tablet'), 1n), 'stored')
      }),
    )

    test(
      'removes queued pushes and the memory of them',
      use(async ({ outbox, erase }) => {
        await outbox.accept([pushOf('a'), pushOf('b')], day)
        await erase({ owner, pushes: [], topics: [] })
        assert.equal((await outbox.counts()).queued, 1)
        assert.deepEqual(await outbox.accept([pushOf('a'), pushOf('b')], day), ['accepted', 'duplicate'])
      }),
    )

    test(
      'removes the memory of pushes that are settled',
      use(async ({ outbox, erase }, { latenessMs }) => {
        const push = pushOf('a')
        await outbox.accept([push], day)
        await drain(outbox, 1, 5000 + latenessMs)
        assert.deepEqual(await outbox.accept([push], day), ['duplicate'])
        await erase({ owner, pushes: [push.id], topics: [] })
        assert.equal((await outbox.counts()).queued, 0)
        assert.deepEqual(await outbox.accept([push], day), ['accepted'])
      }),
    )

    test(
      'removes the topic keys that are named',
      use(async ({ topicKeys, erase }) => {
        await topicKeys.set('its', bytesOf('key', 32))
        await topicKeys.set('another', bytesOf('key', 32))
        await erase({ owner, pushes: [], topics: ['its'] })
        assert.equal(await topicKeys.get('its'), undefined)
        assert.notEqual(await topicKeys.get('another'), undefined)
      }),
    )

    test(
      'leaves everybody else alone, and finds nothing twice',
      use(async ({ registrations, outbox, erase }) => {
        await registrations.put(registrationOf({ owner: 'a' }))
        await registrations.put(registrationOf({ owner: 'b' }))
        await outbox.accept([pushOf('b')], day)
        for (let round = 0; round < 2; round++) await erase({ owner, pushes: [], topics: [] })
        assert.equal((await registrations.listByOwners([keyOf('b').owner])).length, 1)
        assert.deepEqual(await registrations.ownersByTopic(1), [keyOf('b').owner])
        assert.equal((await outbox.counts()).queued, 1)
      }),
    )
  })
}
