import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { verdictOf } from '../../../plugins/delivery/gorush/verdicts.ts'
import { type Notification, notificationTypes, type Outcome } from '../../../src/ports/index.ts'
import { makeNotification } from '../../kits/delivery.ts'
import { type RecordedNotification, recordings, wholeRequest } from './gorush-recordings.ts'
import { kinds, never, withScript } from './gorush-worlds.ts'

const bytes = (hex: string | undefined): Uint8Array => Buffer.from((hex ?? '0x').slice(2), 'hex')

const notificationOf = ({ notif_id, tokens, platform, topic, data }: RecordedNotification): Notification =>
  makeNotification(0, {
    id: notif_id ?? 'n1',
    tokenType: platform === 1 ? 1 : 2,
    deviceToken: tokens[0] ?? '',
    apnTopic: platform === 1 ? (topic ?? '') : '',
    type: notificationTypes.message,
    message: bytes(data['encryptedMessage']),
    chatId: bytes(data['chatId']),
    receiver: bytes(data['publicKey']),
  })

// Ours for each recorded answer. The last five differ from what gorush claims, or are never sent by us.
const expected: Readonly<Record<string, Outcome['kind']>> = {
  'ios-ok': 'delivered',
  'android-ok': 'delivered',
  'ios-410': 'dead-token',
  'ios-400-bad-token': 'dead-token',
  'ios-400-wrong-topic': 'rejected',
  'ios-403': 'retry',
  'ios-429': 'retry',
  'ios-503': 'retry',
  'ios-500': 'retry',
  'android-unregistered': 'dead-token',
  'android-invalid-token': 'rejected',
  'android-sender-mismatch': 'parked',
  'android-429': 'retry',
  'android-503': 'retry',
  'ios-every-field': 'delivered',
  'android-every-field': 'delivered',
  'android-with-topic': 'unknown',
  'no-notif-id': 'unknown',
  'empty-token': 'rejected',
  'no-topic-ios': 'rejected',
  'long-message': 'rejected',
}
const unsent = new Set(['empty-token', 'no-topic-ios', 'long-message'])
const off = new Set(['sync-ios-off.json ios-ok', 'sync-android-off.json android-ok'])

const one = (notifications: readonly RecordedNotification[] | undefined): RecordedNotification | undefined => {
  const [first, ...others] = notifications ?? []
  const fits = others.length === 0 && first?.tokens.length === 1 && (first.platform === 1 || first.platform === 2)
  return fits ? first : undefined
}

for (const { file, exchanges } of recordings) {
  describe(`recorded answers of ${file}`, () => {
    for (const exchange of exchanges) {
      const recorded = one(wholeRequest(exchange))
      if (!recorded) continue
      const kind = off.has(`${file} ${exchange.name}`) ? 'retry' : expected[exchange.name]
      test(`${exchange.name}: ${kind}`, () =>
        withScript(
          (_, response) => {
            response.writeHead(exchange.response.status).end(JSON.stringify(exchange.response.body))
          },
          async ({ server, delivery }) => {
            const outcomes = await delivery.deliver([notificationOf(recorded)], never())
            assert.deepEqual(kinds(outcomes), [kind])
            assert.equal(server.posts.length, unsent.has(exchange.name) ? 0 : 1)
            if (exchange.name === 'ios-ok' || exchange.name === 'android-ok')
              assert.deepEqual(server.posts[0], [recorded])
          },
        ))
    }
  })
}

test('errors of unreachable providers are to be tried again, and told without the token in them', () => {
  const entries = recordings
    .filter(({ file }) => file === 'sync-provider-unreachable.json')
    .flatMap(({ exchanges }) => exchanges.flatMap(({ response }) => response.body.logs ?? []))
  assert.ok(entries.length > 0)
  for (const { platform, error } of entries) {
    const outcome = verdictOf(platform === 'ios' ? 1 : 2, error, [])
    assert.equal(outcome.kind, 'retry')
    assert.doesNotMatch(JSON.stringify(outcome), /\d{6}|https?:/)
  }
})
