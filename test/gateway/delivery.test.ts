import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { query, register, request } from '../support/correspondent.ts'
import { goodbye, newMessageId, type Person } from '../support/person.ts'
import { type createScriptedDelivery, createScriptedStorage } from '../support/scripted.ts'
import {
  createClock,
  createStage,
  onStage,
  type Stage,
  type StageOptions,
  temporaryFolder,
  until,
} from '../support/stage.ts'

const withBob = (
  run: (stage: Stage, bob: Person) => Promise<void>,
  options: StageOptions | (() => StageOptions) = {},
) =>
  onStage(async (stage) => {
    const bob = stage.person()
    assert.equal(await register(stage, bob), 'success')
    await run(stage, bob)
  }, options)

const pushes = (stage: Stage) => stage.ledger().pushes
const queued = async (stage: Stage): Promise<number> => (await stage.gateway.engine.counts()).queued
const handedOver = (stage: Stage, count: number): Promise<void> =>
  until(`${count} notifications handed over`, () => stage.delivery.handed.length >= count)

const temporary = [
  { kind: 'retry', reason: 'busy' },
  { kind: 'unknown', reason: 'no answer' },
] as const

for (const outcome of temporary)
  test(
    `${outcome.kind}: tried again under the same id until it is delivered`,
    withBob(async (stage, bob) => {
      let left = 3
      stage.delivery.answer = () => (left-- > 0 ? outcome : { kind: 'delivered' })
      await request(stage, [bob.entry()])
      await stage.drained()
      assert.equal(stage.delivery.handed.length, 4)
      assert.equal(new Set(stage.delivery.handed.map(({ id }) => id)).size, 1)
      assert.equal(pushes(stage).delivered, 1)
      assert.equal(stage.ledger().other['push-retries'], 3)
      assert.equal(stage.ledger().other['push-unknown-outcomes'], outcome.kind === 'unknown' ? 3 : 0)
    }),
  )

test(
  'rejected: counted, never tried again',
  withBob(async (stage, bob) => {
    stage.delivery.answer = () => ({ kind: 'rejected', reason: 'too large' })
    await request(stage, [bob.entry()])
    await stage.drained()
    assert.deepEqual([stage.delivery.handed.length, pushes(stage).rejected], [1, 1])
  }),
)

test('Retry-After is honoured: not before its time, and soon after', async () => {
  const clock = createClock()
  await withBob(
    async (stage, bob) => {
      let first = true
      stage.delivery.answer = () => {
        if (!first) return { kind: 'delivered' }
        first = false
        return { kind: 'retry', reason: 'busy', afterMs: 60_000 }
      }
      await request(stage, [bob.entry()])
      await until('the first attempt is settled', () => stage.ledger().other['push-retries'] === 1)
      clock.advance(59_000)
      // Accepting a push wakes the worker: if the first one were due, it would be handed over as well.
      await request(stage, [bob.entry()])
      await until('the second push', async () => (await queued(stage)) === 1)
      assert.equal(stage.delivery.handed.length, 2)
      clock.advance(1_500)
      await stage.drained()
      assert.equal(stage.delivery.handed.length, 3)
    },
    { now: clock.now },
  )()
})

test('the pause before a retry grows with the attempts', async () => {
  const clock = createClock()
  await withBob(
    async (stage, bob) => {
      stage.delivery.answer = () => ({ kind: 'retry', reason: 'busy' })
      await request(stage, [bob.entry()])
      for (const [attempt, pauseMs] of [
        [1, 10_000],
        [2, 20_000],
        [3, 40_000],
        [4, 60_000],
        [5, 60_000],
      ] as const) {
        await until(`attempt ${attempt} is settled`, () => stage.ledger().other['push-retries'] === attempt)
        clock.advance(pauseMs / 2 - 1)
        await request(stage, [bob.entry({ accessToken: 'wrong' })])
        assert.equal(stage.delivery.handed.length, attempt, `too early before ${attempt + 1}`)
        clock.advance(pauseMs / 2 + 1)
      }
    },
    { now: clock.now, env: { RETRY_BASE_MS: '10000', RETRY_MAX_MS: '60000' } },
  )()
})

test('a push that is never delivered is given up at the end of its time to live', async () => {
  const clock = createClock()
  await withBob(
    async (stage, bob) => {
      stage.delivery.answer = () => ({ kind: 'retry', reason: 'busy', afterMs: 3_600_000 })
      await request(stage, [bob.entry()])
      await until('an attempt', () => stage.ledger().other['push-retries'] === 1)
      clock.advance(61_000)
      await stage.drained()
      assert.deepEqual([stage.delivery.handed.length, pushes(stage).expired], [1, 1])
    },
    { now: clock.now, env: { PUSH_TTL_SECONDS: '60' } },
  )()
})

test(
  'a dead token ends the registration until the client registers again',
  withBob(async (stage, bob) => {
    stage.delivery.answer = () => ({ kind: 'dead-token', reason: 'Unregistered' })
    await request(stage, [bob.entry()])
    await stage.drained()
    assert.equal(pushes(stage)['dead-token'], 1)
    assert.deepEqual(await request(stage, [bob.entry()]), ['notRegistered'])
    assert.equal(await query(stage, [bob.hashed]), undefined)
    assert.equal(await register(stage, bob), 'versionMismatch')
    assert.equal(await register(stage, bob, bob.registration({ version: 2n })), 'success')
    stage.delivery.answer = () => ({ kind: 'delivered' })
    assert.deepEqual(await request(stage, [bob.entry()]), ['success'])
    await stage.drained()
    assert.equal(pushes(stage).delivered, 1)
  }),
)

test(
  'a dead token does not end a registration that came meanwhile',
  withBob(async (stage, bob) => {
    const verdict = Promise.withResolvers<void>()
    stage.delivery.answer = async ({ deviceToken }) => {
      if (deviceToken !== bob.deviceToken) return { kind: 'delivered' }
      await verdict.promise
      return { kind: 'dead-token', reason: 'Unregistered' }
    }
    await request(stage, [bob.entry()])
    await handedOver(stage, 1)
    assert.equal(await register(stage, bob, bob.registration({ version: 2n, deviceToken: 'a new one' })), 'success')
    verdict.resolve()
    await stage.drained()
    assert.deepEqual(await request(stage, [bob.entry()]), ['success'])
    assert.equal((await query(stage, [bob.hashed]))?.info.length, 1)
  }),
)

test(
  'unregistering withdraws what waits',
  withBob(async (stage, bob) => {
    stage.delivery.answer = () => ({ kind: 'retry', reason: 'busy' })
    await request(stage, [bob.entry()])
    await handedOver(stage, 1)
    await register(stage, bob, goodbye(bob, 2n))
    await stage.drained()
    assert.equal(pushes(stage).withdrawn, 1)
  }),
)

test(
  'switching the device off withdraws what waits',
  withBob(async (stage, bob) => {
    stage.delivery.answer = () => ({ kind: 'retry', reason: 'busy' })
    await request(stage, [bob.entry()])
    await handedOver(stage, 1)
    await register(stage, bob, bob.registration({ version: 2n, enabled: false }))
    await stage.drained()
    assert.equal(pushes(stage).withdrawn, 1)
  }),
)

test(
  'a push goes to the token that is registered when it is handed over',
  withBob(async (stage, bob) => {
    stage.delivery.answer = ({ deviceToken }) =>
      deviceToken === 'a new one' ? { kind: 'delivered' } : { kind: 'retry', reason: 'busy' }
    await request(stage, [bob.entry()])
    await handedOver(stage, 1)
    await register(stage, bob, bob.registration({ version: 2n, deviceToken: 'a new one' }))
    await stage.drained()
    assert.equal(pushes(stage).delivered, 1)
  }),
)

test('a storage that fails between acceptance and delivery only delays the push', async () => {
  const storage = createScriptedStorage()
  await withBob(
    async (stage, bob) => {
      stage.delivery.answer = () => ({ kind: 'retry', reason: 'busy' })
      await request(stage, [bob.entry()])
      await handedOver(stage, 1)
      storage.failing.add('registrations.get')
      const retries = stage.ledger().other['push-retries']
      await until('retries while it fails', () => stage.ledger().other['push-retries'] > retries + 1)
      stage.delivery.answer = () => ({ kind: 'delivered' })
      storage.failing.clear()
      await stage.drained()
      assert.equal(pushes(stage).delivered, 1)
    },
    { plugins: { storage: [storage.plugin] } },
  )()
})

const broken: { what: string; delivery: () => ReturnType<typeof createScriptedDelivery>['answer'] }[] = [
  {
    what: 'throws at once',
    delivery: () => {
      let calls = 0
      return () => {
        if (calls++ === 0) throw new Error('broken')
        return { kind: 'delivered' }
      }
    },
  },
  {
    what: 'rejects',
    delivery: () => {
      let calls = 0
      return async () => {
        if (calls++ === 0) throw new Error('broken')
        return { kind: 'delivered' }
      }
    },
  },
]
for (const { what, delivery } of broken)
  test(
    `a backend that breaks its promise and ${what} costs an attempt, no push`,
    withBob(async (stage, bob) => {
      stage.delivery.answer = delivery()
      await request(stage, [bob.entry()])
      await stage.drained()
      assert.deepEqual([stage.delivery.handed.length, pushes(stage).delivered], [2, 1])
    }),
  )

test(
  'one slow push does not hold up the others',
  withBob(async (stage, bob) => {
    const slow = Promise.withResolvers<void>()
    let calls = 0
    stage.delivery.answer = async () => {
      if (calls++ === 0) await slow.promise
      return { kind: 'delivered' }
    }
    await request(stage, [bob.entry()])
    await handedOver(stage, 1)
    for (let i = 0; i < 5; i++) await request(stage, [bob.entry()])
    await until('the others', () => pushes(stage).delivered === 5)
    slow.resolve()
    await stage.drained()
  }),
)

test('a push accepted by one gateway is delivered by the next on the same files', async () => {
  const dataDir = temporaryFolder()
  const env = { STORAGE_PLUGIN: 'sqlite' }
  try {
    const first = await createStage({ dataDir, env })
    const bob = first.person()
    await register(first, bob)
    first.delivery.answer = () => ({ kind: 'retry', reason: 'away', afterMs: 200 })
    const messageId = newMessageId()
    assert.deepEqual(await request(first, [bob.entry()], { messageId }), ['success'])
    await handedOver(first, 1)
    await first.close()

    const second = await createStage({ dataDir, env })
    await second.drained()
    assert.deepEqual(
      second.delivery.handed.map(({ id, deviceToken }) => [id, deviceToken]),
      [[first.delivery.handed[0]?.id, bob.deviceToken]],
    )
    assert.deepEqual(await request(second, [bob.entry()], { messageId }), ['success'])
    assert.equal(second.ledger().entries.duplicate, 1)
    await second.close()
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})

test(
  'an answer that the network does not take is counted as lost',
  withBob(async (stage, bob) => {
    stage.gateway.app.transport.publish = () => Promise.reject(new Error('nobody there'))
    assert.equal(await request(stage, [bob.entry()]), 'silence')
    assert.equal(stage.ledger().other['answers-lost'], 1)
    await stage.drained()
    assert.equal(pushes(stage).delivered, 1)
  }),
)
