import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { readOutcomes } from '../../../plugins/delivery/gorush/answer.ts'
import { toGorush } from '../../../plugins/delivery/gorush/notification.ts'
import { namedLimit } from '../../../plugins/delivery/gorush/status.ts'
import { verdictOf } from '../../../plugins/delivery/gorush/verdicts.ts'
import { appleReasons } from '../../../plugins/delivery/shared/apple-reasons.ts'
import { redact } from '../../../plugins/delivery/shared/redact.ts'
import { pauseOf } from '../../../plugins/delivery/shared/retry-after.ts'
import { defaultTexts } from '../../../plugins/delivery/shared/wording.ts'
import type { Outcome } from '../../../src/ports/index.ts'
import { answerPush } from '../../fakes/gorush-rules.ts'
import { makeNotification } from '../../kits/delivery.ts'

type Failure = Exclude<Outcome['kind'], 'delivered'>

/** `local-retry`: says nothing of other devices and apps. */
const outcomeOf = (kind: string, reason: string) =>
  kind === 'local-retry' ? { kind: 'retry', reason, isLocal: true } : { kind, reason }

describe("Apple's reasons", () => {
  const rows: Record<Exclude<Failure, 'unknown' | 'parked'> | 'local-retry', string[]> = {
    'dead-token': ['Unregistered', 'ExpiredToken', 'BadDeviceToken'],
    rejected: [
      'DeviceTokenNotForTopic',
      'PayloadTooLarge',
      'PayloadEmpty',
      'BadTopic',
      'MissingTopic',
      'TopicDisallowed',
      'MissingDeviceToken',
      'BadCollapseId',
      'BadExpirationDate',
      'BadMessageId',
      'BadPriority',
      'InvalidPushType',
      'DuplicateHeaders',
      'BadPath',
      'MethodNotAllowed',
      'Forbidden',
    ],
    retry: ['InternalServerError', 'ServiceUnavailable', 'Shutdown', 'IdleTimeout'],
    'local-retry': [
      'TooManyRequests',
      'TooManyProviderTokenUpdates',
      'InvalidProviderToken',
      'ExpiredProviderToken',
      'MissingProviderToken',
      'UnrelatedKeyIdInToken',
      'BadEnvironmentKeyIdInToken',
      'BadCertificate',
      'BadCertificateEnvironment',
    ],
  }
  for (const [kind, reasons] of Object.entries(rows)) {
    for (const reason of reasons) {
      test(`${reason}: ${kind}`, () => assert.deepEqual(verdictOf(1, reason, []), outcomeOf(kind, reason)))
    }
  }

  test('every reason of the table has its row here', () => {
    assert.deepEqual(Object.keys(appleReasons).sort(), Object.values(rows).flat().sort())
  })

  test('they mean nothing on Android', () => assert.equal(verdictOf(2, 'BadDeviceToken', []).kind, 'retry'))
})

describe("Google's texts and gorush's own", () => {
  const rows: [platform: 1 | 2, error: string, kind: Failure | 'local-retry', reason: string][] = [
    [2, 'Requested entity was not found.', 'dead-token', 'UNREGISTERED'],
    [2, 'UNREGISTERED', 'dead-token', 'UNREGISTERED'],
    [2, 'NotRegistered', 'dead-token', 'UNREGISTERED'],
    [2, 'The registration token is not a valid FCM registration token', 'dead-token', 'invalid token'],
    [2, 'INVALID_ARGUMENT', 'rejected', 'INVALID_ARGUMENT'],
    [2, 'Request contains an invalid argument.', 'rejected', 'INVALID_ARGUMENT'],
    [2, "Invalid value at 'message.data[0].value' (TYPE_STRING), 12", 'rejected', 'INVALID_ARGUMENT'],
    [2, 'Android message is too big', 'rejected', 'payload too large'],
    [2, 'SENDER_ID_MISMATCH', 'parked', 'SENDER_ID_MISMATCH'],
    [2, 'SenderId mismatch', 'parked', 'SENDER_ID_MISMATCH'],
    [2, 'QUOTA_EXCEEDED', 'local-retry', 'QUOTA_EXCEEDED'],
    [2, 'Quota exceeded for quota metric of project 12', 'local-retry', 'QUOTA_EXCEEDED'],
    [2, 'Resource has been exhausted (e.g. check quota).', 'local-retry', 'QUOTA_EXCEEDED'],
    [2, 'UNAVAILABLE', 'retry', 'UNAVAILABLE'],
    [2, 'The service is currently unavailable.', 'retry', 'UNAVAILABLE'],
    [2, 'INTERNAL', 'retry', 'INTERNAL'],
    [2, 'Internal error encountered.', 'retry', 'INTERNAL'],
    [2, 'THIRD_PARTY_AUTH_ERROR', 'local-retry', 'THIRD_PARTY_AUTH_ERROR'],
    [2, 'Request had invalid authentication credentials.', 'local-retry', 'UNAUTHENTICATED'],
    [2, "Permission 'cloudmessaging.messages.create' denied", 'local-retry', 'PERMISSION_DENIED'],
    [2, 'unexpected http response with status: 503\nbody', 'retry', 'unreadable answer of Google'],
    [2, 'auth: cannot fetch token: Post "https://x": Bad Gateway', 'retry', 'gorush got no access token'],
    [1, 'Post "https://x": dial tcp 1.2.3.4:443: connect: connection refused', 'retry', 'provider unreachable'],
    [1, 'Post "https://x": dial tcp 1.2.3.4:443: i/o timeout', 'retry', 'provider unreachable'],
    [1, 'Post "https://x": dial tcp: lookup x: no such host', 'retry', 'provider unreachable'],
    [1, 'Post "https://x": net/http: TLS handshake timeout', 'retry', 'provider unreachable'],
    [1, 'Post "https://x": Bad Gateway', 'retry', 'provider unreachable'],
    [1, 'max capacity reached', 'retry', "gorush's queue is full"],
    [1, 'Post "https://x": context deadline exceeded', 'unknown', 'provider did not answer'],
    [1, 'Post "https://x": net/http: request canceled (Client.Timeout exceeded)', 'unknown', 'provider did not answer'],
    [1, 'Post "https://x": EOF', 'unknown', 'connection to the provider lost'],
    [1, 'http2: server sent GOAWAY and closed the connection', 'unknown', 'connection to the provider lost'],
    [2, 'read tcp 1.2.3.4:5: read: connection reset by peer', 'unknown', 'connection to the provider lost'],
    [1, '', 'retry', 'failed without a reason'],
    [2, '', 'retry', 'failed without a reason'],
    [1, 'SomethingNew', 'retry', 'SomethingNew'],
    [1, 'constructor', 'retry', 'constructor'],
  ]
  for (const [platform, error, kind, reason] of rows) {
    test(`${platform} ${JSON.stringify(error)}: ${kind}`, () =>
      assert.deepEqual(verdictOf(platform, error, []), outcomeOf(kind, reason)))
  }
})

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const tokens = fc.string({ unit: fc.constantFrom(...letters, ':', '-', '_'), minLength: 8, maxLength: 200 })
const prose = fc.string({ maxLength: 60 })

describe('redaction', () => {
  test('no token of the batch is left, wherever it stands', () => {
    fc.assert(
      fc.property(tokens, tokens, prose, prose, fc.constantFrom(1, 2), (first, second, before, after, platform) => {
        const error = `${before} "https://x.test/3/device/${first}?t=${encodeURIComponent(second)}" ${second}${after}${first}`
        const outcome = verdictOf(platform === 1 ? 1 : 2, error, [first, second])
        const reason = 'reason' in outcome ? outcome.reason : ''
        assert.ok(!reason.includes(first) && !reason.includes(second))
      }),
    )
  })

  test('a token of another batch is not left either', () => {
    const hex = 'a1'.repeat(32)
    assert.equal(redact(`token ${hex} is odd`, []), 'token […] is odd')
    assert.equal(redact(`see https://u:p@x.test/${hex} there`, []), 'see [address] there')
  })

  test("the provider's own words stay", () => {
    assert.equal(redact('BadEnvironmentKeyIdInTokenOrSo: 403', []), 'BadEnvironmentKeyIdInTokenOrSo: 403')
  })

  test('a reason is one line of bounded length', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 5_000 }), (text) => {
        const clean = redact(text, [])
        assert.ok(clean.length <= 161)
        assert.doesNotMatch(clean, /[\r\n]/)
      }),
    )
  })
})

test('whichever pushes of a batch fail, each gets its own outcome', () => {
  const errors = ['Unregistered', 'PayloadTooLarge', 'Shutdown', 'EOF'] as const
  const rules = { maxNotifications: 1_000, ios: true, android: true, sync: true, hideToken: true }
  fc.assert(
    fc.property(fc.array(fc.option(fc.constantFrom(...errors)), { minLength: 1, maxLength: 60 }), (fates) => {
      const wording = { fieldNames: 'installed', texts: defaultTexts } as const
      const pushes = fates.map((_, index) => toGorush(makeNotification(index), wording))
      const verdicts = new Map(
        fates.flatMap((fate, index) => (fate ? [[makeNotification(index).deviceToken, fate] as const] : [])),
      )
      const { body } = answerPush(JSON.stringify({ notifications: pushes }), rules, verdicts)
      const { outcomes } = readOutcomes(pushes, JSON.stringify(body))
      const expected = fates.map((fate): Outcome => (fate ? verdictOf(1, fate, []) : { kind: 'delivered' }))
      assert.deepEqual(outcomes, expected)
    }),
    { numRuns: 50 },
  )
})

test('whatever the body is, there is one outcome per push and nothing is thrown', () => {
  const pushes = [1, 2].map((index) =>
    toGorush(makeNotification(index), { fieldNames: 'installed', texts: defaultTexts }),
  )
  const id = fc.constantFrom(...pushes.map(({ notif_id }) => notif_id), 'x', 1, null)
  const entry = fc.record({ notif_id: id, type: fc.constantFrom('failed-push', 'x'), error: fc.anything() })
  const logs = fc.oneof(fc.array(fc.oneof(entry, fc.anything())), fc.anything())
  const answers = fc.record({ success: fc.constantFrom('ok', 'no'), counts: fc.constantFrom(4, 3, 'x'), logs })
  fc.assert(
    fc.property(fc.oneof(answers, fc.anything()), (answer) => {
      const body = JSON.stringify(answer, (_, value) => (typeof value === 'bigint' ? `${value}` : value)) ?? ''
      assert.equal(readOutcomes(pushes, body).outcomes.length, 2)
    }),
  )
})

describe('Retry-After', () => {
  const now = Date.parse('2026-01-01T00:00:00Z')
  const rows: [value: string | undefined, ms: number | undefined][] = [
    [undefined, undefined],
    ['0', 0],
    ['7', 7_000],
    ['999999', 3_600_000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
  ]
  for (const [value, ms] of rows) test(`${value}: ${ms}`, () => assert.equal(pauseOf(value, now), ms))
})

test('the limit is read from the refusal', () => {
  assert.equal(namedLimit('{"code":400,"message":"Number of notifications(101) over limit(100)"}'), 100)
  assert.equal(namedLimit('over limit(0)'), 1)
  assert.equal(namedLimit('Missing notifications field.'), undefined)
})
