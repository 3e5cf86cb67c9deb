import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { notificationTypes } from '../../../src/ports/index.ts'
import type { ApplePush, FakeApns } from '../../fakes/apns.ts'
import { makeNotification } from '../../kits/delivery.ts'
import { appOf, never, withApns } from './apns-worlds.ts'

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`

const firstOf = ({ pushes: [push] }: FakeApns): ApplePush => {
  assert.ok(push)
  return push
}

describe('what Apple gets', () => {
  test('an alert: a generic text that the app may replace, the ciphertext, and what it needs to open it', () =>
    withApns(async ({ fake, delivery }) => {
      const notification = makeNotification(1)
      await delivery.deliver([notification], never())
      const [push] = fake.pushes
      assert.deepEqual(push?.payload, {
        aps: { alert: 'You have a new message', 'mutable-content': 1, 'interruption-level': 'active' },
        encryptedMessage: hex(notification.message),
        chatId: hex(notification.chatId),
        publicKey: hex(notification.receiver),
      })
      const { headers } = push
      assert.equal(headers['apns-topic'], 'im.example.app')
      assert.equal(headers['apns-push-type'], 'alert')
      assert.equal(headers['apns-priority'], '10')
      assert.equal(headers['apns-collapse-id'], notification.id)
      assert.equal(headers['apns-expiration'], String(notification.expiresAt / 1_000))
      const known = /^(:|apns-(topic|push-type|priority|collapse-id|expiration)$|authorization$|content-(type|length)$)/
      assert.deepEqual(
        Object.keys(headers).filter((name) => !known.test(name)),
        [],
        'nothing else is told',
      )
    }))

  test('a text for each type of notification', () =>
    withApns(async ({ fake, delivery }) => {
      for (const type of Object.values(notificationTypes))
        await delivery.deliver([makeNotification(type, { type })], never())
      const alerts = fake.pushes.map(({ payload }) => (payload['aps'] as { alert: string }).alert)
      assert.deepEqual(alerts, [
        'You have a new message',
        'Someone mentioned you',
        'Someone requested to join a community you are an admin of',
      ])
    }))

  test('the field names of RFC 71, by setting', () =>
    withApns(
      async ({ fake, delivery }) => {
        const notification = makeNotification(1)
        await delivery.deliver([notification], never())
        const { aps: _, ...data } = fake.pushes[0]?.payload ?? {}
        assert.deepEqual(data, {
          message: hex(notification.message),
          chat_id: hex(notification.chatId),
          installation_ids: [notification.installation],
        })
      },
      { fieldNames: 'rfc71' },
    ))

  test('interruption level and priority, by setting', () =>
    withApns(
      async ({ fake, delivery }) => {
        await delivery.deliver([makeNotification(1)], never())
        const { payload, headers } = firstOf(fake)
        assert.equal((payload['aps'] as Record<string, unknown>)['interruption-level'], 'time-sensitive')
        assert.equal(headers['apns-priority'], '5')
      },
      { interruptionLevel: 'time-sensitive', priority: 5 },
    ))

  test('a background push: no sign for the user, and of priority 5 as Apple demands', () =>
    withApns(
      async ({ fake, delivery }) => {
        assert.deepEqual(await delivery.deliver([makeNotification(1)], never()), [{ kind: 'delivered' }])
        const { payload, headers } = firstOf(fake)
        assert.deepEqual(payload['aps'], { 'content-available': 1 })
        assert.deepEqual([headers['apns-push-type'], headers['apns-priority']], ['background', '5'])
      },
      (fake) => ({ apps: [appOf(fake, { pushType: 'background' })] }),
    ))

  test('a VoIP push: to the topic of its own, up to 5,120 bytes', () =>
    withApns(
      async ({ fake, delivery }) => {
        const large = makeNotification(1, { message: new Uint8Array(2_200) })
        assert.deepEqual(await delivery.deliver([large], never()), [{ kind: 'delivered' }])
        const { headers } = firstOf(fake)
        assert.deepEqual([headers['apns-push-type'], headers['apns-topic']], ['voip', 'im.example.app.voip'])
      },
      (fake) => ({ apps: [appOf(fake, { pushType: 'voip' })] }),
    ))

  test('4,096 bytes are sent, one more is not', () =>
    withApns(async ({ fake, delivery }) => {
      const size = ({ payload }: { payload: object }): number => Buffer.byteLength(JSON.stringify(payload))
      await delivery.deliver([makeNotification(1, { message: new Uint8Array(0) })], never())
      const rest = 4_096 - size(fake.pushes[0] ?? { payload: {} })
      const chatId = makeNotification(1).chatId
      const fits = { message: new Uint8Array(Math.floor(rest / 2)), chatId }
      const texts = rest % 2
      assert.deepEqual(await delivery.deliver([makeNotification(1, fits)], never()), [{ kind: 'delivered' }])
      assert.equal(size(fake.pushes[1] ?? { payload: {} }), 4_096 - texts)
      const tooLarge = { message: new Uint8Array(Math.floor(rest / 2) + 1), chatId }
      const [outcome] = await delivery.deliver([makeNotification(1, tooLarge)], never())
      assert.equal(outcome?.kind, 'rejected')
      assert.match(JSON.stringify(outcome), /larger than Apple takes \(409[78] of 4096 bytes\)/)
      assert.equal(fake.server.heard, 2)
    }))

  for (const [what, deviceToken, reason] of [
    ['not hex', 'z'.repeat(64), /not hex/],
    ['of odd length', 'a'.repeat(63), /not hex/],
    ['a path', '../../etc', /not hex/],
    ['too long', 'ab'.repeat(101), /too long/],
    ['empty', '', /not hex/],
  ] as const)
    test(`a token that is ${what} is refused by itself, and nothing is sent`, () =>
      withApns(async ({ fake, delivery }) => {
        const outcomes = await delivery.deliver([makeNotification(1, { deviceToken }), makeNotification(2)], never())
        assert.equal(outcomes[0]?.kind, 'rejected')
        assert.match(JSON.stringify(outcomes[0]), reason)
        assert.equal(outcomes[1]?.kind, 'delivered')
        assert.equal(fake.server.heard, 1)
      }))
})

describe('several apps', () => {
  test('each has connections of its own; one without a key is refused by itself', () =>
    withApns(
      async ({ fake, delivery }) => {
        const outcomes = await delivery.deliver(
          ['im.one', 'im.two', 'im.three'].map((apnTopic, index) => makeNotification(index, { apnTopic })),
          never(),
        )
        assert.deepEqual(outcomes, [
          { kind: 'delivered' },
          { kind: 'delivered' },
          { kind: 'rejected', reason: 'there is no key for this app: add it to APNS_TOPICS or APNS_APPS_FILE' },
        ])
        assert.deepEqual(fake.pushes.map(({ topic }) => topic).toSorted(), ['im.one', 'im.two'])
        assert.equal(fake.server.opened, 2)
        assert.deepEqual(
          ['im.one', 'im.three'].map((app) => delivery.serves?.(1, app)),
          [true, false],
        )
      },
      (fake) => ({ apps: [appOf(fake, { topic: 'im.one' }), appOf(fake, { topic: 'im.two' })] }),
    ))

  test('of both environments: the second is asked for a token that the first does not know', () =>
    withApns(
      async ({ fake, delivery }) => {
        const [here, there] = [makeNotification(1), makeNotification(2)]
        let asked = 0
        fake.verdict(here.deviceToken, undefined)
        fake.verdict(there.deviceToken, { status: 400, reason: 'BadDeviceToken' })
        assert.deepEqual(await delivery.deliver([here], never()), [{ kind: 'delivered' }])
        asked = fake.server.heard
        assert.deepEqual(await delivery.deliver([there], never()), [{ kind: 'dead-token', reason: 'BadDeviceToken' }])
        assert.equal(fake.server.heard - asked, 2)
        fake.verdict(there.deviceToken, { status: 410, reason: 'Unregistered' })
        asked = fake.server.heard
        await delivery.deliver([there], never())
        assert.equal(fake.server.heard - asked, 1, 'who knows the token has the last word')
      },
      (fake) => ({ apps: [appOf(fake), appOf(fake, { environment: 'sandbox' })] }),
    ))
})
