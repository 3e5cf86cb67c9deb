import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Outcome } from '../../../src/ports/index.ts'
import { type FakeFcm, type GoogleVerdict, startFakeFcm } from '../../fakes/fcm.ts'
import { deliveryKit, type Failure } from '../../kits/delivery.ts'
import { createClock } from '../../support/stage.ts'
import { accountOf, android, fcmOn, kinds, never, testTimeoutMs, withFcm } from './fcm-worlds.ts'

const verdicts: Record<Failure, GoogleVerdict> = {
  'dead-token': 'unregistered',
  retry: 'unavailable',
  rejected: 'invalid-argument',
}

deliveryKit(
  'fcm',
  async () => {
    const fake = await startFakeFcm()
    const { delivery, lines } = fcmOn(fake)
    return {
      delivery,
      lines,
      fail: ({ deviceToken }, kind) => fake.verdict(deviceToken, verdicts[kind]),
      reached: () => fake.pushes.map(({ token }) => token),
      remote: {
        silence: () => fake.server.behave({ kind: 'hang' }),
        heard: (count) => fake.server.waitFor(() => fake.server.heard >= count, 5_000),
        takeAway: async () => fake.server.takeAway(),
      },
      close: fake.close,
    }
  },
  { failures: ['dead-token', 'retry', 'rejected'], remote: { timeoutMs: testTimeoutMs } },
)

const documented: readonly (readonly [verdict: GoogleVerdict, expected: Outcome])[] = [
  ['unregistered', { kind: 'dead-token', reason: 'UNREGISTERED' }],
  ['invalid-token', { kind: 'dead-token', reason: 'INVALID_ARGUMENT: the token is none' }],
  ['invalid-argument', { kind: 'rejected', reason: 'INVALID_ARGUMENT' }],
  ['sender-id-mismatch', { kind: 'parked', reason: 'SENDER_ID_MISMATCH: the token belongs to another project' }],
  ['quota-exceeded', { kind: 'retry', reason: 'QUOTA_EXCEEDED', afterMs: 60_000, isLocal: true }],
  ['unavailable', { kind: 'retry', reason: 'UNAVAILABLE' }],
  ['internal', { kind: 'retry', reason: 'INTERNAL' }],
  ['third-party-auth-error', { kind: 'retry', reason: 'THIRD_PARTY_AUTH_ERROR', isLocal: true }],
  ['unauthenticated', { kind: 'retry', reason: 'UNAUTHENTICATED', isLocal: true }],
  ['permission-denied', { kind: 'retry', reason: 'PERMISSION_DENIED', isLocal: true }],
]

const strange: readonly (readonly [status: number, body: string, expected: Outcome])[] = [
  [404, '<html>', { kind: 'retry', reason: 'Google answered 404' }],
  [
    404,
    '{"error":{"status":"NOT_FOUND","message":"Requested entity was not found."}}',
    { kind: 'dead-token', reason: 'UNREGISTERED' },
  ],
  [
    404,
    '{"error":{"status":"NOT_FOUND","message":"Project not found"}}',
    { kind: 'retry', reason: 'NOT_FOUND', isLocal: true },
  ],
  [400, '{}', { kind: 'rejected', reason: 'Google answered 400' }],
  [400, '{"error":{"status":"SOMETHING_NEW"}}', { kind: 'rejected', reason: 'SOMETHING_NEW' }],
  [
    400,
    '{"error":{"status":"INVALID_ARGUMENT","message":"The registration token is not a valid FCM registration token"}}',
    { kind: 'dead-token', reason: 'INVALID_ARGUMENT: the token is none' },
  ],
  [400, '{"error":{"status":"INVALID_ARGUMENT","details":7}}', { kind: 'rejected', reason: 'INVALID_ARGUMENT' }],
  [429, '', { kind: 'retry', reason: 'Google answered 429', afterMs: 60_000, isLocal: true }],
  [502, '', { kind: 'retry', reason: 'Google answered 502' }],
  [302, '', { kind: 'retry', reason: 'Google answered 302' }],
  [200, 'whatever', { kind: 'delivered' }],
]

describe('what Google answers', () => {
  for (const [verdict, expected] of documented)
    test(`${verdict}: ${expected.kind}`, () =>
      withFcm(async ({ fake, delivery }) => {
        const notification = android(1)
        fake.verdict(notification.deviceToken, verdict)
        assert.deepEqual(await delivery.deliver([notification], never()), [expected])
        assert.deepEqual(kinds(await delivery.deliver([android(2)], never())), ['delivered'])
      }))

  for (const [status, body, expected] of strange)
    test(`${status} with ${body || 'nothing'}: ${expected.kind}`, () =>
      withFcm(async ({ fake, delivery }) => {
        assert.deepEqual(kinds(await delivery.deliver([android(1)], never())), ['delivered'])
        fake.server.behave({ kind: 'status', status, body })
        assert.deepEqual(await delivery.deliver([android(2)], never()), [expected])
      }))

  for (const verdict of ['quota-exceeded', 'unavailable', 'internal'] as const)
    test(`the pause that comes with ${verdict} is passed on`, () =>
      withFcm(async ({ fake, delivery }) => {
        const notification = android(1)
        fake.verdict(notification.deviceToken, verdict, { retryAfter: 90 })
        const [outcome] = await delivery.deliver([notification], never())
        assert.equal(outcome?.kind === 'retry' && outcome.afterMs, 90_000)
      }))
})

describe('what Google gets', () => {
  const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`

  test('a data message of high priority: the ciphertext and what the app needs to open it', () =>
    withFcm(
      async ({ fake, delivery }) => {
        const notification = android(1)
        await delivery.deliver([notification], never())
        assert.deepEqual(fake.pushes[0]?.message, {
          token: notification.deviceToken,
          data: {
            encryptedMessage: hex(notification.message),
            chatId: hex(notification.chatId),
            publicKey: hex(notification.receiver),
          },
          android: { priority: 'HIGH', ttl: '3600s', collapse_key: notification.id },
        })
        assert.equal(fake.pushes[0].project, 'a-project')
      },
      { now: () => 1_790_086_400_000 - 3_600_000 },
    ))

  test('the field names of RFC 71, as texts', () =>
    withFcm(
      async ({ fake, delivery }) => {
        const notification = android(1)
        await delivery.deliver([notification], never())
        assert.deepEqual(fake.pushes[0]?.message['data'], {
          message: hex(notification.message),
          chat_id: hex(notification.chatId),
          installation_ids: JSON.stringify([notification.installation]),
        })
      },
      { fieldNames: 'rfc71' },
    ))

  test('no collapse key, by setting', () =>
    withFcm(
      async ({ fake, delivery }) => {
        await delivery.deliver([android(1)], never())
        assert.equal(fake.pushes[0]?.collapseKey, '')
      },
      { collapse: 'none' },
    ))

  for (const [expiresInMs, ttl] of [
    [-5_000, '0s'],
    [999, '0s'],
    [90_000, '90s'],
    [1e13, '2419200s'],
  ] as const)
    test(`a push that expires in ${expiresInMs} ms lives for ${ttl}`, () =>
      withFcm(async ({ fake, delivery }) => {
        const now = Date.now()
        await delivery.deliver([android(1, { expiresAt: now + expiresInMs + 500 })], never())
        const told = fake.pushes[0]?.message['android'] as { ttl: string } | undefined
        assert.ok(Math.abs(Number.parseInt(told?.ttl ?? '', 10) - Number.parseInt(ttl, 10)) <= 1)
      }))

  test('4,096 bytes are sent, more is refused by itself', () =>
    withFcm(async ({ fake, delivery }) => {
      const fixed = 'encryptedMessage'.length + 'chatId'.length + 'publicKey'.length + 3 * 2 + 2 * 128
      const fits = new Uint8Array(Math.floor((4_096 - fixed) / 2))
      assert.deepEqual(kinds(await delivery.deliver([android(1, { message: fits })], never())), ['delivered'])
      const [outcome] = await delivery.deliver([android(2, { message: new Uint8Array(fits.length + 1) })], never())
      assert.match(JSON.stringify(outcome), /"rejected".*larger than Firebase takes \(409[78] of 4096 bytes\)/)
      assert.equal(fake.pushes.length, 1)
    }))

  for (const [what, deviceToken] of [
    ['empty', ''],
    ['with a space', 'a b'],
    ['too long', 'a'.repeat(4_097)],
  ] as const)
    test(`a token that is ${what} is refused by itself`, () =>
      withFcm(async ({ fake, delivery }) => {
        const outcomes = await delivery.deliver([android(1, { deviceToken }), android(2)], never())
        assert.deepEqual(kinds(outcomes), ['rejected', 'delivered'])
        assert.equal(fake.pushes.length, 1)
      }))
})

describe('access tokens', () => {
  test('one is fetched for all who wait, and used for all that follow', () =>
    withFcm(async ({ fake, delivery }) => {
      const batch = Array.from({ length: 50 }, (_, index) => android(index))
      assert.ok((await delivery.deliver(batch, never())).every(({ kind }) => kind === 'delivered'))
      await delivery.deliver(batch, never())
      assert.equal(fake.tokensGiven, 1)
    }))

  test('one that Google does not take any more is fetched anew, once, and no push suffers', () =>
    withFcm(async ({ fake, delivery }) => {
      await delivery.deliver([android(1)], never())
      fake.revokeTokens()
      const batch = Array.from({ length: 20 }, (_, index) => android(index))
      assert.ok((await delivery.deliver(batch, never())).every(({ kind }) => kind === 'delivered'))
      assert.equal(fake.tokensGiven, 2)
    }))

  test('a push that is refused with a fresh token as well is tried later, and health says why', () =>
    withFcm(async ({ fake, delivery, lines }) => {
      const notification = android(1)
      fake.verdict(notification.deviceToken, 'unauthenticated')
      assert.deepEqual(kinds(await delivery.deliver([notification], never())), ['retry'])
      assert.equal(fake.tokensGiven, 2)
      assert.match(JSON.stringify(await delivery.health()), /refuses the service account of a-project/)
      assert.equal(lines.filter((line) => line.includes('refuses the service account')).length, 1)
      await delivery.deliver([android(2)], never())
      assert.equal((await delivery.health()).status, 'ok')
    }))

  test('one that ends soon is renewed while pushes still use it', () =>
    withFcm(
      async ({ fake, delivery }) => {
        await delivery.deliver([android(1)], never())
        await delivery.deliver([android(2)], never())
        await fake.server.waitFor(() => fake.tokensGiven === 2, 5_000)
      },
      {},
      { expiresIn: 200 },
    ))

  for (const [what, answer, reason] of [
    ['is refused', { status: 400, body: '{"error":"invalid_grant"}' }, /no access token: invalid_grant/],
    ['fails', { status: 503, body: '' }, /no access token: it answered 503/],
    ['is nonsense', { status: 200, body: '{"access_token":7}' }, /no access token: it answered 200/],
  ] as const)
    test(`where it ${what}, pushes are tried later, and nothing is sent`, () =>
      withFcm(async ({ fake, delivery }) => {
        fake.failTokens(answer)
        const outcomes = await delivery.deliver([android(1), android(2)], never())
        assert.deepEqual(kinds(outcomes), ['retry', 'retry'])
        assert.match(JSON.stringify(outcomes[0]), reason)
        assert.equal(fake.pushes.length, 0)
      }))

  test('a token service that hangs holds nobody longer than the time limit', () =>
    withFcm(async ({ fake, delivery }) => {
      fake.failTokens('hang')
      const started = performance.now()
      assert.deepEqual(kinds(await delivery.deliver([android(1)], never())), ['retry'])
      assert.ok(performance.now() - started < testTimeoutMs + 1_000)
    }))

  test('a clock that jumps costs no push', async () => {
    const clock = createClock()
    await withFcm(
      async ({ delivery }) => {
        for (const jump of [0, 7_200_000, -14_400_000]) {
          clock.advance(jump)
          assert.deepEqual(kinds(await delivery.deliver([android(1, { expiresAt: 2e12 })], never())), ['delivered'])
        }
      },
      { now: clock.now },
    )
  })
})

describe('several projects', () => {
  test('devices of an app go to its project, others to the one without an app', () =>
    withFcm(
      async ({ fake, delivery }) => {
        await delivery.deliver(
          [android(1, { apnTopic: 'im.one' }), android(2), android(3, { apnTopic: 'im.two' })],
          never(),
        )
        assert.deepEqual(fake.pushes.map(({ project }) => project).toSorted(), [
          'project-any',
          'project-any',
          'project-one',
        ])
      },
      (fake) => ({ accounts: [accountOf(fake, 'project-one', 'im.one'), accountOf(fake, 'project-any')] }),
    ))

  for (const [what, spoil] of [
    [
      'refuses our account',
      (fake: FakeFcm) => fake.verdict(android(1).deviceToken, 'permission-denied', { project: 'project-a' }),
    ],
    [
      'has no quota left',
      (fake: FakeFcm) => fake.verdict(android(1).deviceToken, 'quota-exceeded', { project: 'project-a' }),
    ],
  ] as const)
    test(`where one ${what}, the next is asked; what that does not know is tried again`, () =>
      withFcm(
        async ({ fake, delivery }) => {
          spoil(fake)
          assert.deepEqual(kinds(await delivery.deliver([android(1)], never())), ['delivered'])
          fake.verdict(android(1).deviceToken, 'sender-id-mismatch', { project: 'project-b' })
          assert.deepEqual(kinds(await delivery.deliver([android(1)], never())), ['parked'])
          assert.deepEqual(kinds(await delivery.deliver([android(1)], never())), ['retry'])
        },
        (fake) => ({ accounts: [accountOf(fake, 'project-a'), accountOf(fake, 'project-b')] }),
      ))

  test('a token of another project is found by asking, and its project remembered', () =>
    withFcm(
      async ({ fake, delivery }) => {
        const notification = android(1)
        fake.verdict(notification.deviceToken, 'sender-id-mismatch', { project: 'project-a' })
        assert.deepEqual(kinds(await delivery.deliver([notification], never())), ['delivered'])
        const heard = fake.server.heard
        assert.deepEqual(kinds(await delivery.deliver([notification], never())), ['delivered'])
        assert.equal(fake.server.heard - heard, 1)
        assert.deepEqual(
          fake.pushes.map(({ project }) => project),
          ['project-b', 'project-b'],
        )
      },
      (fake) => ({ accounts: [accountOf(fake, 'project-a'), accountOf(fake, 'project-b')] }),
    ))

  test('a token of none of them is parked', () =>
    withFcm(
      async ({ fake, delivery }) => {
        const notification = android(1)
        fake.verdict(notification.deviceToken, 'sender-id-mismatch')
        assert.deepEqual(kinds(await delivery.deliver([notification], never())), ['parked'])
      },
      (fake) => ({ accounts: [accountOf(fake, 'project-a'), accountOf(fake, 'project-b')] }),
    ))
})
