import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import Fastify from 'fastify'
import { registerHook } from '../../../plugins/delivery/gorush/hook.ts'
import type { GorushOptions } from '../../../plugins/delivery/gorush/index.ts'
import gorush from '../../../plugins/delivery/gorush/index.ts'
import { type Notification, type Outcome, tokenTypes } from '../../../src/ports/index.ts'
import { type FakeGorush, startFakeGorush } from '../../fakes/gorush.ts'
import { deliveryKit, type Failure, makeNotification } from '../../kits/delivery.ts'
import { query, register, request } from '../../support/correspondent.ts'
import { onStage, until } from '../../support/stage.ts'
import { recordingsOf } from './gorush-recordings.ts'
import { gorushOn, kinds, never, testTimeoutMs } from './gorush-worlds.ts'

const secret = 'a-secret-of-the-hook'
const android = (index: number) => makeNotification(index, { tokenType: tokenTypes.firebase })

/** A delivery in asynchronous mode with the hook that its gorush posts to. */
const startWorld = async (changes: Partial<GorushOptions> = {}, hookDelayMs = 0) => {
  const app = Fastify()
  let hear: (body: unknown) => 'heard' | 'unknown' | 'unreadable' = () => 'unknown'
  registerHook(app, secret, (body) => hear(body))
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  const hook = `${address}/gorush/feedback/${secret}`
  const fake = await startFakeGorush({ sync: false, hook, hookDelayMs })
  const { delivery, lines } = gorushOn(fake.url, { mode: 'async', ...changes })
  hear = delivery.hear
  const close = async (): Promise<void> => {
    await delivery.close()
    await fake.close()
    await app.close()
  }
  return { delivery, fake, lines, hook, close }
}

type World = Awaited<ReturnType<typeof startWorld>>

const inWorld = async (
  check: (world: World) => Promise<void>,
  ...args: Parameters<typeof startWorld>
): Promise<void> => {
  const world = await startWorld(...args)
  try {
    await check(world)
  } finally {
    await world.close()
  }
}

const errors: Record<Failure, readonly [apple: string, android: string]> = {
  'dead-token': ['Unregistered', 'Requested entity was not found.'],
  retry: ['ServiceUnavailable', 'UNAVAILABLE'],
  rejected: ['DeviceTokenNotForTopic', 'INVALID_ARGUMENT'],
}

const refuse = (fake: FakeGorush, notification: Notification | undefined, kind: Failure): void => {
  const [apple, google] = errors[kind]
  if (notification) fake.verdict(notification.deviceToken, notification.tokenType === tokenTypes.apn ? apple : google)
}

deliveryKit(
  'gorush, asynchronous',
  async () => {
    const { delivery, fake, lines, close } = await startWorld()
    return {
      delivery,
      lines,
      fail: (notification, kind) => refuse(fake, notification, kind),
      reached: () => fake.pushes.map(({ token }) => token),
      remote: {
        silence: () => fake.behave({ kind: 'hang' }),
        heard: (count) => fake.waitFor(({ requests }) => requests.length >= count, 5_000),
        takeAway: fake.close,
      },
      close,
    }
  },
  { failures: ['dead-token', 'retry', 'rejected'], remote: { timeoutMs: testTimeoutMs } },
)

describe('asynchronous mode', () => {
  test('a failure that is told before gorush’s own answer is heard as well', () =>
    inWorld(async ({ delivery, fake }) => {
      const notification = makeNotification(1)
      fake.behave({ kind: 'slow', ms: 100 })
      const call = delivery.deliver([notification], never())
      await fake.waitFor(({ pushes }) => pushes.length === 1, 5_000)
      assert.equal(delivery.hear({ notif_id: notification.id, type: 'failed-push', error: 'Unregistered' }), 'heard')
      assert.deepEqual(await call, [{ kind: 'dead-token', reason: 'Unregistered' }])
    }))

  test('pushes of other calls go out while earlier ones wait for feedback', () =>
    inWorld(
      async ({ delivery, fake }) => {
        const calls = Array.from({ length: 20 }, (_, index) => delivery.deliver([makeNotification(index)], never()))
        await fake.waitFor(({ pushes }) => pushes.length === 20, 5_000)
        assert.ok((await Promise.all(calls)).flat().every(({ kind }) => kind === 'delivered'))
      },
      { concurrency: 1, feedbackWaitMs: 2_000 },
    ))

  test('an abort while it waits for feedback: unknown, at once', () =>
    inWorld(
      async ({ delivery, fake }) => {
        const abort = new AbortController()
        const call = delivery.deliver([makeNotification(1)], abort.signal)
        await fake.waitFor(({ pushes }) => pushes.length === 1, 5_000)
        const started = performance.now()
        abort.abort()
        assert.deepEqual(kinds(await call), ['unknown'])
        assert.ok(performance.now() - started < 5_000)
      },
      { feedbackWaitMs: 30_000 },
    ))

  test('a failure that comes after its push was taken for delivered goes to the listener, once', () =>
    inWorld(
      async ({ delivery, fake }) => {
        const late: [string, Outcome][] = []
        delivery.onLateOutcome?.(({ id }, outcome) => late.push([id, outcome]))
        const [good, bad] = [makeNotification(1), android(2)]
        refuse(fake, bad, 'dead-token')
        assert.deepEqual(kinds(await delivery.deliver([good, bad], never())), ['delivered', 'delivered'])
        await until('the late failure', () => late.length === 1)
        assert.deepEqual(late, [[bad.id, { kind: 'dead-token', reason: 'UNREGISTERED' }]])
        assert.equal(delivery.hear({ notif_id: bad.id, type: 'failed-push', error: 'Unregistered' }), 'unknown')
      },
      { feedbackWaitMs: 100 },
      400,
    ))

  test('what the hook is told: nobody without the secret is heard, and nonsense is refused', () =>
    inWorld(async ({ hook, delivery }) => {
      const post = async (url: string, body: string, type = 'application/json') =>
        (await fetch(url, { method: 'POST', headers: { 'content-type': type }, body })).status
      const notification = makeNotification(1)
      const report = { notif_id: notification.id, type: 'failed-push', platform: 'ios', error: 'Unregistered' }
      assert.equal(await post(`${hook}x`, JSON.stringify(report)), 404)
      assert.equal(await post(hook.replace(secret, ''), JSON.stringify(report)), 404)
      assert.equal(await post(hook, JSON.stringify(report)), 204, 'of a push that nobody knows')
      for (const body of [
        '{',
        'null',
        '[]',
        '7',
        '{"notif_id":"x"}',
        '{"notif_id":"x","type":"failed-push","error":7}',
      ])
        assert.equal(await post(hook, body), 400, body)
      assert.equal(await post(hook, JSON.stringify({ ...report, error: 'x'.repeat(70_000) })), 413)
      assert.equal((await fetch(hook)).status, 404)
      const { feedback } = (delivery.stats?.() ?? {}) as { feedback: Record<string, number> }
      assert.equal(feedback['unknown'], 1)
    }))

  for (const [what, sync, hook, says] of [
    ['that is synchronous', true, 'http://x', /core\.sync true.*set GORUSH_MODE to sync/],
    ['without a hook', false, '', /no core\.feedback_hook_url.*GORUSH_HOOK_SECRET/],
  ] as const)
    test(`a gorush ${what} is told of in the log`, async () => {
      const fake = await startFakeGorush({ sync, hook })
      const { delivery, lines } = gorushOn(fake.url, { mode: 'async' })
      try {
        await delivery.health()
        assert.ok(
          lines.some((line) => says.test(line)),
          lines.join('\n'),
        )
      } finally {
        await delivery.close()
        await fake.close()
      }
    })

  test('a whole gateway: a dead token that gorush tells of ends the registration, within the wait and after it', async () => {
    // The address of the hook is known only once the gateway listens.
    const fake = await startFakeGorush({ sync: false })
    try {
      await onStage(
        async (stage) => {
          const hook = `${stage.gateway.httpUrl}/gorush/feedback/${secret}`
          const tell = (id: string) =>
            fetch(hook, {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({ notif_id: id, type: 'failed-push', platform: 'ios', error: 'Unregistered' }),
            })
          const [bob, eve] = [stage.person(), stage.person()]
          await register(stage, bob)
          await register(stage, eve)
          await request(stage, [bob.entry()])
          await fake.waitFor(({ pushes }) => pushes.length === 1, 5_000)
          assert.equal((await tell(fake.pushes[0]?.notifId ?? '')).status, 204)
          await until('the dead token', () => stage.ledger().pushes['dead-token'] === 1)
          assert.equal(await query(stage, [bob.hashed]), undefined)
          await request(stage, [eve.entry()])
          await until('its delivery', () => stage.ledger().pushes.delivered === 1)
          assert.equal((await tell(fake.pushes[1]?.notifId ?? '')).status, 204)
          await until('the late failure', () => stage.ledger().other['late-failures'] === 1)
          await until('the end of the registration', async () => (await query(stage, [eve.hashed])) === undefined)
        },
        {
          plugins: { delivery: [gorush] },
          env: {
            GORUSH_URL: fake.url,
            GORUSH_MODE: 'async',
            GORUSH_HOOK_SECRET: secret,
            GORUSH_FEEDBACK_WAIT_MS: '500',
          },
        },
      )()
    } finally {
      await fake.close()
    }
  })

  test('in synchronous mode there is no hook', async () => {
    const fake = await startFakeGorush()
    try {
      await onStage(
        async (stage) => {
          const answer = await fetch(`${stage.gateway.httpUrl}/gorush/feedback/${secret}`, { method: 'POST' })
          assert.equal(answer.status, 404)
        },
        { plugins: { delivery: [gorush] }, env: { GORUSH_URL: fake.url, GORUSH_HOOK_SECRET: secret } },
      )()
    } finally {
      await fake.close()
    }
  })
})

describe('recorded feedback', () => {
  for (const { file, exchanges } of recordingsOf(/^async.*\.json$/))
    for (const { name, feedback = [] } of exchanges.filter(({ feedback = [] }) => feedback.length > 0))
      test(`${file}, ${name}: each report is heard as the failure that it is`, async () => {
        const { delivery } = gorushOn('http://127.0.0.1:1', { mode: 'async' })
        try {
          for (const report of feedback) assert.notEqual(delivery.hear(report), 'unreadable', JSON.stringify(report))
        } finally {
          await delivery.close()
        }
      })
})
