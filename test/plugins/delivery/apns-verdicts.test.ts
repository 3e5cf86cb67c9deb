import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { appleReasons } from '../../../plugins/delivery/shared/apple-reasons.ts'
import type { Outcome } from '../../../src/ports/index.ts'
import { makeNotification } from '../../kits/delivery.ts'
import { never, withApns } from './apns-worlds.ts'

type Row = readonly [status: number, reason: string, kind: Outcome['kind'] | 'local-retry']

/** Every reason of "Handling notification responses from APNs". */
const documented: readonly Row[] = [
  [400, 'BadCollapseId', 'rejected'],
  [400, 'BadDeviceToken', 'dead-token'],
  [400, 'BadExpirationDate', 'rejected'],
  [400, 'BadMessageId', 'rejected'],
  [400, 'BadPriority', 'rejected'],
  [400, 'BadTopic', 'rejected'],
  [400, 'DeviceTokenNotForTopic', 'rejected'],
  [400, 'DuplicateHeaders', 'rejected'],
  [400, 'IdleTimeout', 'retry'],
  [400, 'InvalidPushType', 'rejected'],
  [400, 'MissingDeviceToken', 'rejected'],
  [400, 'MissingTopic', 'rejected'],
  [400, 'PayloadEmpty', 'rejected'],
  [400, 'TopicDisallowed', 'rejected'],
  [403, 'BadCertificate', 'local-retry'],
  [403, 'BadCertificateEnvironment', 'local-retry'],
  [403, 'BadEnvironmentKeyIdInToken', 'local-retry'],
  [403, 'ExpiredProviderToken', 'local-retry'],
  [403, 'Forbidden', 'rejected'],
  [403, 'InvalidProviderToken', 'local-retry'],
  [403, 'MissingProviderToken', 'local-retry'],
  [403, 'UnrelatedKeyIdInToken', 'local-retry'],
  [404, 'BadPath', 'rejected'],
  [405, 'MethodNotAllowed', 'rejected'],
  [410, 'ExpiredToken', 'dead-token'],
  [410, 'Unregistered', 'dead-token'],
  [413, 'PayloadTooLarge', 'rejected'],
  [429, 'TooManyProviderTokenUpdates', 'local-retry'],
  [429, 'TooManyRequests', 'local-retry'],
  [500, 'InternalServerError', 'retry'],
  [503, 'ServiceUnavailable', 'retry'],
  [503, 'Shutdown', 'retry'],
]

test('the table has every reason that we know, and none besides', () => {
  assert.deepEqual(documented.map(([, reason]) => reason).toSorted(), Object.keys(appleReasons).toSorted())
})

/** Statuses and bodies that are not in Apple's list. */
const strange: readonly (readonly [status: number, body: string, expected: Outcome])[] = [
  [400, '{"reason":"SomethingNew"}', { kind: 'rejected', reason: 'SomethingNew' }],
  [403, '{"reason":"SomethingNew"}', { kind: 'retry', reason: 'SomethingNew' }],
  [410, '', { kind: 'dead-token', reason: 'Apple answered 410' }],
  [413, '<html>', { kind: 'rejected', reason: 'Apple answered 413' }],
  [418, '{}', { kind: 'retry', reason: 'Apple answered 418' }],
  [500, '', { kind: 'retry', reason: 'Apple answered 500' }],
  [502, '{"reason":7}', { kind: 'retry', reason: 'Apple answered 502' }],
  [503, 'null', { kind: 'retry', reason: 'Apple answered 503' }],
  [301, '', { kind: 'retry', reason: 'Apple answered 301' }],
  [200, 'whatever', { kind: 'delivered' }],
]

describe('what Apple answers', () => {
  for (const [status, reason, kind] of documented)
    test(`${status} ${reason}: ${kind}`, () =>
      withApns(async ({ fake, delivery }) => {
        const notification = makeNotification(1)
        fake.verdict(notification.deviceToken, { status, reason })
        const [outcome] = await delivery.deliver([notification], never())
        assert.equal(outcome?.kind === 'retry' && outcome.isLocal ? 'local-retry' : outcome?.kind, kind)
        assert.ok(outcome && 'reason' in outcome && outcome.reason === reason)
      }))

  for (const [status, body, expected] of strange)
    test(`${status} with ${body || 'nothing'}: ${expected.kind}`, () =>
      withApns(async ({ fake, delivery }) => {
        fake.server.behave({ kind: 'status', status, body })
        assert.deepEqual(await delivery.deliver([makeNotification(1)], never()), [expected])
      }))

  test('410 says since when the token is dead', () =>
    withApns(async ({ fake, delivery }) => {
      const notification = makeNotification(1)
      fake.verdict(notification.deviceToken, { status: 410, reason: 'Unregistered', timestamp: 1_793_491_200_000 })
      assert.deepEqual(await delivery.deliver([notification], never()), [
        { kind: 'dead-token', reason: 'Unregistered', since: 1_793_491_200_000 },
      ])
    }))

  for (const [status, reason] of [
    [429, 'TooManyRequests'],
    [503, 'ServiceUnavailable'],
    [500, 'InternalServerError'],
  ] as const)
    test(`the pause that comes with ${status} is passed on`, () =>
      withApns(async ({ fake, delivery }) => {
        const notification = makeNotification(1)
        fake.verdict(notification.deviceToken, { status, reason, retryAfter: 90 })
        const [outcome] = await delivery.deliver([notification], never())
        assert.ok(outcome?.kind === 'retry' && outcome.reason === reason && outcome.afterMs === 90_000)
      }))

  test('a reason that holds the device token does not make us tell it', () =>
    withApns(async ({ fake, delivery, lines }) => {
      const notification = makeNotification(1)
      fake.server.behave({ kind: 'status', status: 400, body: JSON.stringify({ reason: notification.deviceToken }) })
      const outcomes = await delivery.deliver([notification], never())
      assert.ok(!JSON.stringify([outcomes, lines]).includes(notification.deviceToken.slice(0, 20)))
    }))
})
