import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { describe, test } from 'node:test'
import { type Notification, tokenTypes } from '../../../src/ports/index.ts'
import { startFakeGorush } from '../../fakes/gorush.ts'
import { answerOk } from '../../fakes/gorush-scripted.ts'
import { deliveryKit, type Failure, makeNotification } from '../../kits/delivery.ts'
import { gorushOn, kinds, never, testTimeoutMs, withFake, withScript } from './gorush-worlds.ts'

const apple = ({ tokenType }: Notification) => tokenType === tokenTypes.apn
const android = (index: number) => makeNotification(index, { tokenType: tokenTypes.firebase })

const errors: Record<Failure, readonly [apple: string, android: string]> = {
  'dead-token': ['Unregistered', 'Requested entity was not found.'],
  retry: ['ServiceUnavailable', 'UNAVAILABLE'],
  rejected: ['DeviceTokenNotForTopic', 'INVALID_ARGUMENT'],
}

deliveryKit(
  'gorush',
  async () => {
    const fake = await startFakeGorush()
    const { delivery, lines } = gorushOn(fake.url)
    return {
      delivery,
      lines,
      fail: (notification, kind) => {
        const [appleError, androidError] = errors[kind]
        fake.verdict(notification.deviceToken, apple(notification) ? appleError : androidError)
      },
      reached: () => fake.pushes.map(({ token }) => token),
      remote: {
        silence: () => fake.behave({ kind: 'hang' }),
        heard: (count) => fake.waitFor(({ requests }) => requests.length >= count, 5_000),
        takeAway: fake.close,
      },
      close: fake.close,
    }
  },
  { failures: ['dead-token', 'retry', 'rejected'], remote: { timeoutMs: testTimeoutMs } },
)

test('gorush telling whole tokens in its errors does not make us tell them', () =>
  withFake(async ({ fake, delivery, lines }) => {
    const batch = [makeNotification(1), android(2)]
    for (const { deviceToken } of batch) {
      fake.verdict(deviceToken, `Post "https://api.push.apple.com/3/device/${deviceToken}": odd ${deviceToken}`)
    }
    const outcomes = await delivery.deliver(batch, never())
    assert.deepEqual(kinds(outcomes), ['retry', 'retry'])
    const text = JSON.stringify([outcomes, lines])
    for (const { deviceToken } of batch) assert.ok(!text.includes(deviceToken.slice(0, 16)))
  }))

describe('how it is sent', () => {
  test('each platform has requests of its own', () =>
    withFake(async ({ fake, delivery }) => {
      const batch = [makeNotification(1), android(2), makeNotification(3), android(4)]
      assert.deepEqual(kinds(await delivery.deliver(batch, never())), Array(4).fill('delivered'))
      const platforms = fake.requests.map((body) =>
        JSON.parse(body).notifications.map(({ platform }: { platform: number }) => platform),
      )
      assert.deepEqual(platforms.sort(), [
        [1, 1],
        [2, 2],
      ])
    }))

  test('a silent Firebase does not hold up Apple', () =>
    withScript(
      (notifications, response) => {
        if (notifications[0]?.platform === 1) answerOk(notifications, response)
      },
      async ({ delivery }) => {
        const outcomes = await delivery.deliver([android(1), makeNotification(2)], never())
        assert.deepEqual(kinds(outcomes), ['unknown', 'delivered'])
      },
    ))

  test('a batch above the limit goes in several requests', () =>
    withFake(
      async ({ fake, delivery }) => {
        const batch = Array.from({ length: 5 }, (_, index) => makeNotification(index))
        assert.deepEqual(kinds(await delivery.deliver(batch, never())), Array(5).fill('delivered'))
        assert.equal(fake.requests.length, 3)
      },
      { maxNotifications: 2 },
    ))

  test("a smaller limit of gorush's is learned", () =>
    withFake(
      async ({ fake, delivery, lines }) => {
        const batch = Array.from({ length: 7 }, (_, index) => makeNotification(index))
        assert.deepEqual(kinds(await delivery.deliver(batch, never())), Array(7).fill('delivered'))
        assert.equal(delivery.maxBatch, 3)
        assert.equal(fake.pushes.length, 7)
        assert.ok(lines.some((line) => line.startsWith('warn') && line.includes('"limit":3')))
        await delivery.deliver(batch.slice(0, 3), never())
        assert.equal(fake.requests.length, 1 + 3 + 1)
      },
      {},
      { maxNotifications: 3 },
    ))

  for (const bad of [0, 3, 6]) {
    test(`a refused request is halved until the one at fault (${bad}) is alone`, () =>
      withScript(
        (notifications, response) => {
          const refused = notifications.some(({ notif_id }) => notif_id === makeNotification(bad).id)
          if (refused) response.writeHead(400).end('{"code":400,"message":"Missing notifications field."}')
          else answerOk(notifications, response)
        },
        async ({ delivery, server }) => {
          const batch = Array.from({ length: 7 }, (_, index) => makeNotification(index))
          const expected = batch.map((_, index) => (index === bad ? 'rejected' : 'delivered'))
          assert.deepEqual(kinds(await delivery.deliver(batch, never())), expected)
          assert.ok(server.posts.length <= 7)
        },
      ))
  }

  test('pushes that cannot work are rejected without being sent', () =>
    withFake(
      async ({ fake, delivery }) => {
        const long = new Uint8Array(2_000)
        const outcomes = await delivery.deliver(
          [
            makeNotification(1, { deviceToken: '' }),
            makeNotification(2, { apnTopic: '' }),
            makeNotification(3, { message: long }),
            makeNotification(4),
            android(5),
          ],
          never(),
        )
        assert.deepEqual(outcomes, [
          { kind: 'rejected', reason: 'the token is empty' },
          { kind: 'rejected', reason: 'the APN topic is empty' },
          { kind: 'rejected', reason: 'payload too large' },
          { kind: 'delivered' },
          { kind: 'rejected', reason: 'this token type is not served' },
        ])
        assert.equal(fake.pushes.length, 1)
      },
      { tokenTypes: [tokenTypes.apn] },
    ))

  test('a path and a password in the address are used', async () => {
    await withScript(answerOk, async ({ server }) => {
      const { delivery } = gorushOn(`${server.url.replace('//', '//user:p%20w@')}/gorush/`)
      assert.deepEqual(kinds(await delivery.deliver([makeNotification(1)], never())), ['delivered'])
      await delivery.close()
      assert.ok(server.paths.includes('/gorush/api/push'))
      assert.equal(server.lastHeaders()['authorization'], `Basic ${Buffer.from('user:p w').toString('base64')}`)
    })
  })

  test('connections are kept', () =>
    withFake(async ({ fake, delivery }) => {
      for (let round = 0; round < 20; round += 1) {
        assert.deepEqual(kinds(await delivery.deliver([makeNotification(round)], never())), ['delivered'])
      }
      assert.equal(fake.pushes.length, 20)
    }))

  test('after gorush was away, pushes go through again', async () => {
    const first = await startFakeGorush()
    const { delivery } = gorushOn(first.url)
    await delivery.deliver([makeNotification(1)], never())
    await first.close()
    const away = await delivery.deliver([makeNotification(2)], never())
    assert.ok(away[0]?.kind === 'retry' || away[0]?.kind === 'unknown')
    const second = await startFakeGorush({ port: first.port })
    assert.deepEqual(await delivery.deliver([makeNotification(2)], never()), [{ kind: 'delivered' }])
    await delivery.close()
    await second.close()
  })

  test('an address where a connection breaks before an answer: unknown', async () => {
    const server = createServer((socket) => {
      socket.once('data', () => socket.destroy())
      socket.on('error', () => {})
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    const address = server.address()
    assert.ok(address !== null && typeof address === 'object')
    const { delivery } = gorushOn(`http://127.0.0.1:${address.port}`)
    const outcomes = await delivery.deliver([makeNotification(1)], never())
    assert.deepEqual(kinds(outcomes), ['unknown'])
    await delivery.close()
    server.close()
  })

  test('a TLS handshake that never ends: nothing was sent, so it is to be tried again', async () => {
    const server = createServer((socket) => socket.on('error', () => {}))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    const address = server.address()
    assert.ok(address !== null && typeof address === 'object')
    const { delivery } = gorushOn(`https://127.0.0.1:${address.port}`, { timeoutMs: 200 })
    assert.deepEqual(await delivery.deliver([makeNotification(1)], never()), [
      { kind: 'retry', reason: 'gorush was not reached: timed out' },
    ])
    await delivery.close()
    server.close()
  })

  test('closing settles what is under way, and what comes after is to be tried again', () =>
    withFake(async ({ fake, delivery }) => {
      fake.behave({ kind: 'hang' })
      const call = delivery.deliver([makeNotification(1)], never())
      await fake.waitFor(({ requests }) => requests.length === 1, 5_000)
      await delivery.close()
      assert.deepEqual(await call, [{ kind: 'unknown', reason: 'no answer of gorush: stopped' }])
      assert.deepEqual(kinds(await delivery.deliver([makeNotification(1)], never())), ['retry'])
    }))
})
