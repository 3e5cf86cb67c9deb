import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { messageOf as appleMessage } from '../../plugins/delivery/apns/message.ts'
import { messageOf as googleMessage } from '../../plugins/delivery/fcm/message.ts'
import { toGorush } from '../../plugins/delivery/gorush/notification.ts'
import { dataOf, defaultTexts, type FieldNames } from '../../plugins/delivery/shared/wording.ts'
import { openPush } from '../../src/client/opened-push.ts'
import { type Notification, tokenTypes } from '../../src/ports/index.ts'
import { makeNotification } from '../kits/delivery.ts'

const hash = (byte: number): Uint8Array => new Uint8Array(64).fill(byte)
const notification = makeNotification(1, { message: Uint8Array.of(1, 2, 3), chatId: hash(4), receiver: hash(5) })
const manner = { fieldNames: 'installed', texts: defaultTexts, interruptionLevel: 'active', priority: 10 } as const
const json = (body: Uint8Array) => JSON.parse(Buffer.from(body).toString())

const apple = (fieldNames: FieldNames): unknown => {
  const app = { topic: '', environment: 'production', pushType: 'alert' } as unknown as Parameters<
    typeof appleMessage
  >[1]
  const message = appleMessage(notification, app, { ...manner, fieldNames })
  return 'body' in message ? json(message.body) : assert.fail()
}

const google = (fieldNames: FieldNames): { message: { data: unknown } } => {
  const message = googleMessage(notification, { fieldNames, collapse: 'push' }, Date.now())
  return 'body' in message ? json(message.body) : assert.fail()
}

const throughGorush = (fieldNames: FieldNames, tokenType: Notification['tokenType']): unknown =>
  toGorush({ ...notification, tokenType }, { fieldNames, texts: defaultTexts })

const asReceived: readonly (readonly [what: string, payload: (names: FieldNames) => unknown])[] = [
  ['Apple’s payload', apple],
  ['Firebase’s data', (names) => google(names).message.data],
  ['Firebase’s message', (names) => google(names).message],
  ['what gorush was given for Android', (names) => throughGorush(names, tokenTypes.firebase)],
  ['the text of a web push', (names) => JSON.stringify(dataOf(notification, names))],
]

describe('a push that arrived', () => {
  for (const [what, payload] of asReceived) {
    test(`${what}, names of installed clients: message, chat and account`, () =>
      assert.deepEqual(openPush(payload('installed')), {
        message: notification.message,
        chatId: notification.chatId,
        receiver: notification.receiver,
      }))

    test(`${what}, names of RFC 71: message, chat and installation`, () =>
      assert.deepEqual(openPush(payload('rfc71')), {
        message: notification.message,
        chatId: notification.chatId,
        installationIds: [notification.installation],
      }))
  }

  const good = dataOf(notification, 'installed')
  const rows: readonly (readonly [what: string, payload: unknown])[] = [
    ['nothing', undefined],
    ['another app’s push', { aps: { alert: 'hello' } }],
    ['a text that is no JSON', 'hello'],
    ['a list', [good]],
    ['a message that is no hex', { ...good, encryptedMessage: '0xzz' }],
    ['hex without its prefix', { ...good, encryptedMessage: '0102' }],
    ['a hash that is too short', { ...good, chatId: '0x0102' }],
    ['no account', { ...good, publicKey: undefined }],
    ['an installation that is no UUID', { ...dataOf(notification, 'rfc71'), installation_ids: ['x'] }],
  ]
  for (const [what, payload] of rows) test(`${what} is none of ours`, () => assert.equal(openPush(payload), undefined))

  test('whatever comes, it does not throw', () => {
    fc.assert(fc.property(fc.anything(), (payload) => void openPush(payload)))
    fc.assert(fc.property(fc.json(), (payload) => void openPush(payload)))
  })
})
