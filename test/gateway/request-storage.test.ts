import assert from 'node:assert/strict'
import { test } from 'node:test'
import { post, register, reportsOf, request, requestLetter } from '../support/correspondent.ts'
import { newMessageId, type Person } from '../support/person.ts'
import { createScriptedStorage } from '../support/scripted.ts'
import { onStage, type Stage, type StageOptions } from '../support/stage.ts'

/** A stage on which somebody has registered. */
const withBob = (
  run: (stage: Stage, bob: Person) => Promise<void>,
  options: StageOptions | (() => StageOptions) = {},
) =>
  onStage(async (stage) => {
    const bob = stage.person()
    assert.equal(await register(stage, bob), 'success')
    await run(stage, bob)
  }, options)

const handed = (stage: Stage): number => stage.delivery.handed.length

for (const call of ['registrations.get', 'outbox.accept'] as const)
  test(`a storage that fails at ${call} is an internalError; the same envelope may come again`, async () => {
    const storage = createScriptedStorage()
    await withBob(
      async (stage, bob) => {
        const filtered = stage.person()
        await register(stage, filtered, filtered.registration({ enabled: false }))
        const signer = stage.crypto.generateKeyPair()
        const entries = [bob.entry(), filtered.entry(), bob.entry({ type: 0 })]
        const letter = requestLetter(stage, signer, entries, newMessageId())
        const at = Date.now()
        storage.failing.add(call)
        assert.deepEqual(reportsOf(stage, signer, await post(stage, letter, at)), ['internalError', 'internalError'])
        storage.failing.clear()
        assert.deepEqual(reportsOf(stage, signer, await post(stage, letter, at)), ['success', 'success'])
        await stage.drained()
        assert.equal(handed(stage), 1)
        const { entries: counted, envelopes } = stage.ledger()
        assert.deepEqual([counted['internal-error'], counted.accepted, counted.omitted], [2, 1, 2])
        assert.deepEqual([envelopes.outcomes.failed, envelopes.outcomes['request-answered'], envelopes.open], [1, 1, 0])
      },
      { plugins: { storage: [storage.plugin] } },
    )()
  })

test('a filtered entry and an accepted one cannot be told apart while the storage fails', async () => {
  const storage = createScriptedStorage()
  await withBob(
    async (stage, bob) => {
      const filtered = stage.person()
      await register(stage, filtered, filtered.registration({ enabled: false }))
      for (const call of ['outbox.accept', 'cursors.set'] as const) storage.failing.add(call)
      assert.deepEqual(await request(stage, [bob.entry()]), ['internalError'])
      assert.deepEqual(await request(stage, [filtered.entry()]), ['internalError'])
    },
    { plugins: { storage: [storage.plugin] } },
  )()
})

test('an entry that was refused stays refused while the storage fails at accepting', async () => {
  const storage = createScriptedStorage()
  await withBob(
    async (stage, bob) => {
      storage.failing.add('outbox.accept')
      const entries = [bob.entry({ accessToken: 'wrong' }), stage.person().entry(), bob.entry()]
      assert.deepEqual(await request(stage, entries), ['wrongToken', 'notRegistered', 'internalError'])
    },
    { plugins: { storage: [storage.plugin] } },
  )()
})
