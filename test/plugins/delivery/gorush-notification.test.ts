import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { flawOf, payloadBytes, toGorush } from '../../../plugins/delivery/gorush/notification.ts'
import { defaultTexts, type FieldNames, maxPayloadBytes } from '../../../plugins/delivery/shared/wording.ts'
import { notificationTypes, tokenTypes } from '../../../src/ports/index.ts'
import { makeNotification } from '../../kits/delivery.ts'

interface VectorPush {
  readonly tokens: readonly [string]
  readonly platform: 1 | 2
  readonly message: string
  readonly topic: string
  readonly data: { readonly encryptedMessage: string; readonly chatId: string; readonly publicKey: string }
}
interface VectorCase {
  readonly note: string
  readonly gorushBody?: { readonly notifications: readonly VectorPush[] } | null
}

const vectors = JSON.parse(readFileSync(new URL('../../fixtures/vectors/requests.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly VectorCase[]
}

const bytes = (hex: string) => Buffer.from(hex.slice(2), 'hex')
const wording = { fieldNames: 'installed', texts: defaultTexts } as const
const typeOf = (text: string) => Object.values(notificationTypes).find((type) => defaultTexts[type] === text)

const remake = ({ tokens, platform, topic, message, data }: VectorPush) =>
  makeNotification(0, {
    tokenType: platform,
    deviceToken: tokens[0],
    apnTopic: topic,
    type: typeOf(message) ?? notificationTypes.message,
    message: bytes(data.encryptedMessage),
    chatId: bytes(data.chatId),
    receiver: bytes(data.publicKey),
  })

describe('recorded pushes are made again, field for field', () => {
  let seen = 0
  for (const { note, gorushBody } of vectors.cases) {
    for (const [index, push] of (gorushBody?.notifications ?? []).entries()) {
      seen += 1
      test(`${note}, push ${index + 1}`, () => {
        const notification = remake(push)
        const { notif_id, ...fields } = toGorush(notification, wording)
        assert.equal(notif_id, notification.id)
        assert.deepEqual({ topic: '', ...fields }, push)
      })
    }
  }
  test('there are some', () => assert.ok(seen > 5))
})

test('a topic never goes with Android, whatever was registered', () => {
  const push = toGorush(makeNotification(1, { tokenType: tokenTypes.firebase, apnTopic: 'im.example.app' }), wording)
  assert.ok(!('topic' in push))
})

test('the names of RFC 71, when asked for', () => {
  const notification = makeNotification(1, { message: bytes('0x0102'), chatId: bytes('0x03') })
  assert.deepEqual(toGorush(notification, { ...wording, fieldNames: 'rfc71' }).data, {
    message: '0x0102',
    chat_id: '0x03',
    installation_ids: [notification.installation],
  })
})

test('each type has its text', () => {
  const texts = { 1: 'one', 2: 'two', 3: 'three' } as const
  for (const type of Object.values(notificationTypes)) {
    assert.equal(toGorush(makeNotification(1, { type }), { ...wording, texts }).message, texts[type])
  }
})

describe('size', () => {
  const sized = (size: number, tokenType: 1 | 2, fieldNames: FieldNames = 'installed') =>
    toGorush(makeNotification(1, { tokenType, message: new Uint8Array(size) }), { ...wording, fieldNames })

  const largest = (tokenType: 1 | 2): number => {
    let size = 0
    while (flawOf(sized(size + 1, tokenType)) === undefined) size += 1
    return size
  }

  for (const tokenType of [1, 2] as const) {
    test(`the largest payload of type ${tokenType} fills ${maxPayloadBytes} bytes but for one digit pair`, () => {
      const size = largest(tokenType)
      assert.ok(payloadBytes(sized(size, tokenType)) > maxPayloadBytes - 2)
      assert.equal(flawOf(sized(size + 1, tokenType)), 'payload too large')
    })
  }

  test("Apple's payload is counted as gorush writes it", () => {
    const push = toGorush(makeNotification(1, { message: bytes('0xff') }), {
      ...wording,
      texts: { ...defaultTexts, 1: 'a<ü' },
    })
    const written = `{"aps":{"alert":"a\\u003cü"},"chatId":"${push.data['chatId']}","encryptedMessage":"0xff","publicKey":"${push.data['publicKey']}"}`
    assert.equal(payloadBytes(push), Buffer.byteLength(written))
  })

  test('a list in the data counts as its JSON', () => {
    const push = sized(0, 2, 'rfc71')
    const list = JSON.stringify(push.data['installation_ids'])
    assert.equal(
      payloadBytes(push),
      'message0x'.length + `chat_id${push.data['chat_id']}`.length + `installation_ids${list}`.length,
    )
  })
})
