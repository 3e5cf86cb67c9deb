import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Outcome } from '../../src/ports/index.ts'
import { register, request } from '../support/correspondent.ts'
import type { Person } from '../support/person.ts'
import { createScriptedDelivery, type ScriptedDelivery } from '../support/scripted.ts'
import { createClock, onStage, type Stage, type StageOptions, until } from '../support/stage.ts'

const delivered: Outcome = { kind: 'delivered' }
const busy: Outcome = { kind: 'retry', reason: 'busy' }

interface Two {
  readonly stage: Stage
  readonly first: ScriptedDelivery
  readonly second: ScriptedDelivery
}

/** A gateway with two backends for iOS, the second in the place of the first where that cannot. */
const withTwo = (
  run: (two: Two) => Promise<void>,
  options: StageOptions & { readonly routes?: string; readonly firstServes?: (app: string) => boolean } = {},
) => {
  const scripted = (name: string, serves?: (app: string) => boolean) =>
    createScriptedDelivery({ name, supports: [1], maxBatch: 1, concurrency: 8, ...(serves ? { serves } : {}) })
  const [first, second] = [scripted('first', options.firstServes), scripted('second')]
  const { routes = 'apn=first>second', env, firstServes: _, ...rest } = options
  return onStage((stage) => run({ stage, first, second }), {
    ...rest,
    plugins: { delivery: [first.plugin, second.plugin] },
    env: { DELIVERY_ROUTES: routes, ...env },
  })
}

const newcomer = async (stage: Stage, changes: Parameters<Person['registration']>[0] = {}): Promise<Person> => {
  const person = stage.person()
  assert.equal(await register(stage, person, person.registration(changes)), 'success')
  return person
}

const statsOf = (stage: Stage, name: string) => {
  const stats = stage.gateway.engine.deliveries()[name]
  assert.ok(stats)
  return stats
}

const laneOf = (stage: Stage, name: string) => {
  const lane = statsOf(stage, name).lanes['apn']
  assert.ok(lane)
  return lane
}

describe('a chain of backends', () => {
  for (const outcome of [busy, { kind: 'parked', reason: 'no key' }] as const)
    test(
      `the second gets what the first answers with ${outcome.kind}`,
      withTwo(async ({ stage, first, second }) => {
        first.answer = () => outcome
        const bob = await newcomer(stage)
        await request(stage, [bob.entry()])
        await stage.drained()
        assert.deepEqual([first.handed.length, second.handed.length], [1, 1])
        assert.equal(first.handed[0]?.id, second.handed[0]?.id)
        assert.equal(stage.ledger().pushes.delivered, 1)
        assert.deepEqual(statsOf(stage, 'first').parked, {})
      }),
    )

  for (const outcome of [
    delivered,
    { kind: 'rejected', reason: 'too large' },
    { kind: 'dead-token', reason: 'Unregistered' },
  ] as const)
    test(
      `the second gets nothing that the first answers with ${outcome.kind}`,
      withTwo(async ({ stage, first, second }) => {
        first.answer = () => outcome
        const bob = await newcomer(stage)
        await request(stage, [bob.entry()])
        await stage.drained()
        assert.deepEqual([first.handed.length, second.handed.length], [1, 0])
      }),
    )

  test(
    'what may have arrived through the first is not given to the second, but to the first again',
    withTwo(async ({ stage, first, second }) => {
      let left = 1
      first.answer = () => (left-- > 0 ? { kind: 'unknown', reason: 'no answer' } : delivered)
      const bob = await newcomer(stage)
      await request(stage, [bob.entry()])
      await stage.drained()
      assert.deepEqual([first.handed.length, second.handed.length], [2, 0])
    }),
  )

  for (const then of [busy, { kind: 'parked', reason: 'no key' }] as const)
    test(
      `what may have arrived through the first stays there, even when that answers with ${then.kind} the next time`,
      (() => {
        const clock = createClock()
        return withTwo(
          async ({ stage, first, second }) => {
            const answers: Outcome[] = [{ kind: 'unknown', reason: 'no answer' }, then]
            first.answer = () => answers.shift() ?? delivered
            const bob = await newcomer(stage)
            await request(stage, [bob.entry()])
            await until('three tries', async () => {
              clock.advance(60_000)
              return first.handed.length === 3
            })
            await stage.drained()
            assert.deepEqual([first.handed.length, second.handed.length], [3, 0])
          },
          { now: clock.now },
        )
      })(),
    )

  test(
    'devices that are refused for themselves hold up no others of the backend',
    withTwo(
      async ({ stage, first }) => {
        const [calm, throttled] = [await newcomer(stage), await newcomer(stage, { apnTopic: 'im.throttled' })]
        first.answer = ({ apnTopic }) =>
          apnTopic === 'im.throttled' ? { kind: 'retry', reason: 'TooManyRequests', isLocal: true } : delivered
        for (let n = 0; n < 30; n++) await request(stage, [throttled.entry()])
        await until('thirty refusals', () => (statsOf(stage, 'first').lanes['apn']?.outcomes.retry ?? 0) >= 30)
        assert.equal(laneOf(stage, 'first').breaker, 'closed')
        await request(stage, [calm.entry()])
        await until('the calm one', () => stage.ledger().pushes.delivered === 1)
        first.answer = () => delivered
        await stage.drained()
      },
      { routes: 'apn=first', env: { RETRY_BASE_MS: '200', RETRY_MAX_MS: '200' } },
    ),
  )

  test(
    'a first that fails again and again is left alone; it is tried again after a while, and used once it works',
    (() => {
      const clock = createClock()
      return withTwo(
        async ({ stage, first, second }) => {
          first.answer = () => busy
          const bob = await newcomer(stage)
          for (let n = 0; n < 15; n++) await request(stage, [bob.entry()])
          await stage.drained()
          assert.deepEqual([first.handed.length, second.handed.length], [10, 15])
          assert.equal(laneOf(stage, 'first').breaker, 'open')
          assert.equal(laneOf(stage, 'first').failure, 'busy')
          first.answer = () => delivered
          clock.advance(1_000)
          await request(stage, [bob.entry()])
          await stage.drained()
          assert.deepEqual([first.handed.length, second.handed.length], [11, 15])
          assert.equal(laneOf(stage, 'first').breaker, 'closed')
        },
        { now: clock.now },
      )
    })(),
  )

  test(
    'a first that has no key for the app is not asked',
    withTwo(
      async ({ stage, first, second }) => {
        const bob = await newcomer(stage, { apnTopic: 'im.other' })
        await request(stage, [bob.entry()])
        await stage.drained()
        assert.deepEqual([first.handed.length, second.handed.length], [0, 1])
      },
      { firstServes: (app) => app === 'im.one' },
    ),
  )

  test(
    'rules for an app send its devices where they say, others elsewhere',
    withTwo(
      async ({ stage, first, second }) => {
        const [one, other] = [
          await newcomer(stage, { apnTopic: 'im.one' }),
          await newcomer(stage, { apnTopic: 'im.x' }),
        ]
        await request(stage, [one.entry(), other.entry()])
        await stage.drained()
        assert.deepEqual(
          [first, second].map(({ handed }) => handed.map(({ apnTopic }) => apnTopic)),
          [['im.one'], ['im.x']],
        )
      },
      { routes: 'apn:im.one=first,apn=second' },
    ),
  )

  test(
    'an app that no backend has a key for: its push is refused, and the log says why',
    withTwo(
      async ({ stage, first, second }) => {
        const bob = await newcomer(stage, { apnTopic: 'im.other' })
        await request(stage, [bob.entry()])
        await stage.drained()
        assert.deepEqual([first.handed.length, second.handed.length], [0, 0])
        assert.equal(stage.ledger().pushes.rejected, 1)
        assert.ok(stage.logged.some((line) => line.includes('no backend serves the app')))
      },
      { routes: 'apn:im.one=first', firstServes: (app) => app === 'im.one' },
    ),
  )
})

describe('a backend that hangs', () => {
  const hanging = (): { answer: () => Promise<Outcome>; letGo: () => void } => {
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    return { answer: () => promise, letGo: () => resolve(delivered) }
  }

  test(
    'delays no push of another, however many wait for it',
    (() => {
      const { answer, letGo } = hanging()
      const slow = createScriptedDelivery({ name: 'slow', supports: [2], maxBatch: 1, concurrency: 4, answer })
      const quick = createScriptedDelivery({ name: 'quick', supports: [1], maxBatch: 1, concurrency: 4 })
      return onStage(
        async (stage) => {
          try {
            const ios = await newcomer(stage)
            const android = await newcomer(stage, { tokenType: 2, apnTopic: '' })
            for (let n = 0; n < 600; n += 100)
              await Promise.all(Array.from({ length: 100 }, () => request(stage, [android.entry()])))
            await until('all slots are taken', () => slow.handed.length === 4)
            for (let n = 0; n < 20; n++) await request(stage, [ios.entry()])
            await until('the quick ones', () => quick.handed.length === 20)
            assert.equal(slow.handed.length, 4)
            const lane = stage.gateway.engine.deliveries()['slow']?.lanes['firebase']
            assert.equal(lane?.inHand, 4)
            assert.ok((lane?.waiting ?? 0) <= 100)
            assert.ok(stage.ledger().other['pushes-put-off'] > 0)
          } finally {
            letGo()
          }
          await until('the slow ones', () => new Set(slow.handed.map(({ id }) => id)).size === 600, 60_000)
          await stage.drained()
          assert.equal(stage.ledger().pushes.delivered, 620)
          assert.equal(slow.handed.length, 600, 'each once')
        },
        { plugins: { delivery: [slow.plugin, quick.plugin] } },
      )
    })(),
  )

  test(
    'with another behind it: what finds no room goes there',
    (() => {
      const { answer, letGo } = hanging()
      return withTwo(async ({ stage, first, second }) => {
        first.answer = answer
        try {
          const bob = await newcomer(stage)
          for (let n = 0; n < 150; n++) await request(stage, [bob.entry()])
          await until('the overflow', () => second.handed.length === 150 - 8 - 100)
          assert.equal(first.handed.length, 8)
        } finally {
          letGo()
        }
        await stage.drained()
        assert.equal(stage.ledger().pushes.delivered, 150)
      })
    })(),
  )
})

describe('parked pushes', () => {
  test('are shown with their reason, told once, tried again after a while, and delivered once it is mended', async () => {
    const clock = createClock()
    const delivery = createScriptedDelivery({ answer: () => ({ kind: 'parked', reason: 'SENDER_ID_MISMATCH' }) })
    await onStage(
      async (stage) => {
        const bob = await newcomer(stage)
        for (let n = 0; n < 3; n++) await request(stage, [bob.entry()])
        await until('all parked', () => stage.ledger().other['pushes-parked'] === 3)
        assert.deepEqual(statsOf(stage, 'scripted').parked, { SENDER_ID_MISMATCH: 3 })
        assert.equal((await stage.gateway.engine.counts()).queued, 3)
        assert.equal(stage.logged.filter((line) => line.includes('"event":"push-parked"')).length, 1)
        delivery.answer = () => delivered
        clock.advance(15 * 60_000)
        await stage.drained()
        assert.equal(stage.ledger().pushes.delivered, 3)
        assert.deepEqual(statsOf(stage, 'scripted').parked, {})
      },
      { delivery, now: clock.now },
    )()
  })

  test('end with their time to live', async () => {
    const clock = createClock()
    const delivery = createScriptedDelivery({ answer: () => ({ kind: 'parked', reason: 'no key' }) })
    await onStage(
      async (stage) => {
        const bob = await newcomer(stage)
        await request(stage, [bob.entry()])
        await until('parked', () => stage.ledger().other['pushes-parked'] === 1)
        clock.advance(61_000)
        await stage.drained()
        assert.equal(stage.ledger().pushes.expired, 1)
        assert.deepEqual(statsOf(stage, 'scripted').parked, {})
      },
      { delivery, now: clock.now, env: { PUSH_TTL_SECONDS: '60' } },
    )()
  })
})

describe('a token that is dead since a time', () => {
  for (const [what, sinceMs, ends] of [
    ['before the device registered', -60_000, false],
    ['after the device registered', 60_000, true],
    ['that is not told', undefined, true],
  ] as const)
    test(`${what}: the registration ${ends ? 'ends' : 'stays, and the push is tried again later'}`, async () => {
      const clock = createClock()
      const delivery = createScriptedDelivery()
      await onStage(
        async (stage) => {
          const bob = await newcomer(stage)
          const since = sinceMs === undefined ? undefined : clock.now() + sinceMs
          delivery.answer = () => ({ kind: 'dead-token', reason: 'Unregistered', ...(since ? { since } : {}) })
          clock.advance(120_000)
          await request(stage, [bob.entry()])
          if (ends) {
            await stage.drained()
            assert.deepEqual(await request(stage, [bob.entry()]), ['notRegistered'])
            return
          }
          await until('put off', () => stage.ledger().other['push-retries'] === 1)
          delivery.answer = () => delivered
          clock.advance(15 * 60_000)
          await stage.drained()
          assert.equal(stage.ledger().pushes.delivered, 1)
        },
        { delivery, now: clock.now },
      )()
    })
})

test('/stats tells of each backend', async () => {
  await withTwo(async ({ stage, first }) => {
    first.answer = () => busy
    const bob = await newcomer(stage)
    await request(stage, [bob.entry()])
    await stage.drained()
    const response = await fetch(`${stage.gateway.httpUrl}/stats`)
    const { delivery } = (await response.json()) as { delivery: Record<string, { lanes: Record<string, unknown> }> }
    const { latencyMs, ...lane } = (delivery['second']?.lanes['apn'] ?? {}) as Record<string, unknown>
    assert.deepEqual(lane, {
      waiting: 0,
      inHand: 0,
      breaker: 'closed',
      outcomes: { delivered: 1, 'dead-token': 0, retry: 0, rejected: 0, parked: 0, unknown: 0 },
      postponed: 0,
    })
    assert.deepEqual(Object.keys(latencyMs as object), ['p50', 'p99'])
    const metrics = await (await fetch(`${stage.gateway.httpUrl}/metrics`)).text()
    assert.match(
      metrics,
      /^reveille_delivery_outcomes_total\{backend="second",token_type="apn",outcome="delivered"\} 1$/m,
    )
    assert.match(metrics, /^reveille_delivery_breaker\{backend="first",token_type="apn"\} 0$/m)
  })()
})
