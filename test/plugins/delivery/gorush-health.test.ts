import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startFakeGorush } from '../../fakes/gorush.ts'
import { answerOk } from '../../fakes/gorush-scripted.ts'
import { makeNotification } from '../../kits/delivery.ts'
import { gorushOn, never, withFake, withScript } from './gorush-worlds.ts'

const createClock = () => {
  let now = 1_790_000_000_000
  return {
    now: () => now,
    pass: (ms: number): void => {
      now += ms
    },
  }
}

describe('health of gorush', () => {
  test('is asked for at most every 5 seconds', async () => {
    const clock = createClock()
    await withScript(
      answerOk,
      async ({ server, delivery }) => {
        const asked = () => server.paths.filter((path) => path === '/healthz').length
        await Promise.all([delivery.health(), delivery.health()])
        await delivery.health()
        assert.equal(asked(), 1)
        clock.pass(5_000)
        await delivery.health()
        assert.equal(asked(), 2)
      },
      { now: clock.now },
    )
  })

  test('is down while nobody is there, and comes back', async () => {
    const clock = createClock()
    const fake = await startFakeGorush()
    const { delivery } = gorushOn(fake.url, { now: clock.now })
    await fake.close()
    const away = await delivery.health()
    assert.deepEqual(away, { status: 'down', reason: 'gorush is not well: ECONNREFUSED.' })
    const again = await startFakeGorush({ port: fake.port })
    clock.pass(5_000)
    assert.deepEqual(await delivery.health(), { status: 'ok' })
    await delivery.close()
    await again.close()
  })

  test('is down after three failed requests in a row, and not for good', async () => {
    const clock = createClock()
    await withFake(
      async ({ fake, delivery }) => {
        fake.behave({ kind: 'status', status: 500 })
        const push = () => delivery.deliver([makeNotification(1)], never())
        await push()
        await push()
        assert.equal((await delivery.health()).status, 'ok')
        await push()
        assert.deepEqual(await delivery.health(), {
          status: 'down',
          reason: 'gorush failed the last 3 requests: status 500.',
        })
        clock.pass(30_000)
        assert.equal((await delivery.health()).status, 'ok')
        await push()
        assert.equal((await delivery.health()).status, 'down')
        fake.behave({ kind: 'ok' })
        await push()
        assert.equal((await delivery.health()).status, 'ok')
      },
      { now: clock.now },
    )
  })

  test('holds no password of the address', async () => {
    const fake = await startFakeGorush()
    await fake.close()
    const { delivery, lines } = gorushOn(fake.url.replace('//', '//user:hunter2@'))
    const outcomes = await delivery.deliver([makeNotification(1)], never())
    assert.ok(!JSON.stringify([await delivery.health(), outcomes, lines]).includes('hunter2'))
    await delivery.close()
  })
})

describe("an operator's mistakes are told in the log", () => {
  test('asynchronous mode, once', async () => {
    const clock = createClock()
    await withFake(
      async ({ delivery, lines }) => {
        await delivery.deliver([makeNotification(1)], never())
        await delivery.health()
        clock.pass(5_000)
        await delivery.health()
        assert.equal(lines.filter((line) => line.startsWith('error') && line.includes('core.sync')).length, 1)
      },
      { now: clock.now },
      { sync: false },
    )
  })

  test('a platform that is switched off, once a minute', async () => {
    const clock = createClock()
    await withFake(
      async ({ delivery, lines }) => {
        const told = () => lines.filter((line) => line.startsWith('error') && line.includes('"platform":"ios"')).length
        const push = () => delivery.deliver([makeNotification(1)], never())
        await push()
        await push()
        assert.equal(told(), 1)
        clock.pass(60_000)
        assert.deepEqual(await push(), [{ kind: 'retry', reason: 'gorush has this platform switched off' }])
        assert.equal(told(), 2)
      },
      { now: clock.now },
      { ios: false },
    )
  })
})
