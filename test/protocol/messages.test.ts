import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  advertisementCodec,
  type Codec,
  concat,
  queryCodec,
  queryResponseCodec,
  registrationCodec,
  registrationResponseCodec,
  requestCodec,
  responseCodec,
  utf8,
} from '../../src/protocol/index.ts'
import { present, registrationOf } from './support.ts'

const record = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { noNullPrototype: true })

const bytes = fc.uint8Array({ maxLength: 70 })
const list = fc.array(bytes, { maxLength: 4 })
const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const number = fc.integer({ min: 0, max: 2 ** 31 - 1 })
const version = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })

const registration = record({
  tokenType: number,
  deviceToken: text,
  installationId: text,
  accessToken: text,
  enabled: fc.boolean(),
  version,
  allowedKeyList: list,
  blockedChatList: list,
  unregister: fc.boolean(),
  grant: bytes,
  allowFromContactsOnly: fc.boolean(),
  apnTopic: text,
  blockMentions: fc.boolean(),
  allowedMentionsChatList: list,
  mutedChatList: list,
})
const info = record({
  accessToken: text,
  installationId: text,
  publicKey: bytes,
  allowedKeyList: list,
  grant: bytes,
  version,
  serverPublicKey: bytes,
})
const notification = record({
  accessToken: text,
  chatId: bytes,
  publicKey: bytes,
  installationId: text,
  message: bytes,
  type: number,
  author: bytes,
})
const report = record({ success: fc.boolean(), error: number, publicKey: bytes, installationId: text })
const several = { maxLength: 3 }

/** A round trip is the same for every message: only what is fed in differs. */
const roundTrips = <T>(name: string, codec: Codec<T>, values: fc.Arbitrary<T>): void => {
  test(`${name}: what was encoded decodes, and its end cut off never throws`, () => {
    fc.assert(
      fc.property(values, fc.nat(400), (value, cut) => {
        const encoded = codec.encode(value)
        assert.deepEqual(codec.decode(encoded), value)
        codec.decode(encoded.subarray(0, cut))
      }),
    )
  })

  test(`${name}: random bytes never throw`, () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (random) => void codec.decode(random)))
  })

  test(`${name}: no bytes are a message of defaults`, () => assert.ok(codec.decode(new Uint8Array(0))))
}

describe('codecs', () => {
  roundTrips('registration', registrationCodec, registration)
  roundTrips(
    'registration response',
    registrationResponseCodec,
    record({ success: fc.boolean(), error: number, requestId: bytes }),
  )
  roundTrips('query', queryCodec, record({ publicKeys: list }))
  roundTrips(
    'query response',
    queryResponseCodec,
    record({ info: fc.array(info, several), messageId: bytes, success: fc.boolean() }),
  )
  roundTrips('request', requestCodec, record({ requests: fc.array(notification, several), messageId: bytes }))
  roundTrips('response', responseCodec, record({ messageId: bytes, reports: fc.array(report, several) }))
  roundTrips('advertisement', advertisementCodec, record({ pushNotificationInfo: fc.array(info, several) }))
})

describe('64-bit versions', () => {
  for (const value of [0n, 1n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n]) {
    test(`${value} survives`, () => {
      const encoded = registrationCodec.encode(registrationOf({ version: value }))
      assert.equal(present(registrationCodec.decode(encoded)).version, value)
    })
  }

  for (const value of [-1n, 2n ** 64n]) {
    test(`${value} is a mistake of the caller`, () => {
      assert.throws(() => registrationCodec.encode(registrationOf({ version: value })), RangeError)
    })
  }
})

describe('bytes of strangers', () => {
  const good = registrationCodec.encode(registrationOf())
  const malformed: readonly (readonly [string, Uint8Array])[] = [
    ['a text that is no UTF-8', Uint8Array.of(0x12, 2, 0xc3, 0x28)],
    ['a text with half a surrogate pair', Uint8Array.of(0x12, 3, 0xed, 0xa0, 0x80)],
    [
      'a long text that is no UTF-8',
      concat(Uint8Array.of(0x12, 100), new Uint8Array(99).fill(65), Uint8Array.of(0xff)),
    ],
    ['half a tag', Uint8Array.of(0x80)],
    ['field number 0', Uint8Array.of(0x02, 0)],
    ['wire type 6', Uint8Array.of(0x0e)],
    ['wire type 7', Uint8Array.of(0x0f)],
    ['a tag of six bytes', Uint8Array.of(0x88, 0x80, 0x80, 0x80, 0x80, 0x01, 0)],
    ['a varint of eleven bytes', concat(Uint8Array.of(0x30), new Uint8Array(10).fill(0x80), Uint8Array.of(1))],
    ['a length beyond the end', Uint8Array.of(0x12, 5, 65)],
    ['a length beyond all ends', Uint8Array.of(0x12, 0xff, 0xff, 0xff, 0xff, 0x0f)],
    ['a group that does not end', Uint8Array.of(0xa3, 6, 0x08, 1)],
    ['a group that ends as another', Uint8Array.of(0xa3, 6, 0xac, 6)],
    ['a group that ends without a start', Uint8Array.of(0xa4, 6)],
    ['groups nested without end', new Uint8Array(100_000).fill(0x0b)],
  ]
  for (const [what, tail] of malformed) {
    test(`${what} is malformed`, () => {
      assert.equal(registrationCodec.decode(tail), undefined)
      assert.equal(registrationCodec.decode(concat(good, tail)), undefined)
    })
  }

  const ignored: readonly (readonly [string, Uint8Array])[] = [
    ['an unknown varint', Uint8Array.of(0xa0, 6, 1)],
    ['unknown bytes', Uint8Array.of(0xa2, 6, 2, 0xff, 0xff)],
    ['an unknown fixed number', Uint8Array.of(0xa5, 6, 1, 2, 3, 4)],
    ['a group', Uint8Array.of(0xa3, 6, 0x08, 1, 0xa4, 6)],
    ['a known field of another wire type', Uint8Array.of(0x10, 1, 0x32, 1, 65, 0x2d, 1, 2, 3, 4)],
  ]
  for (const [what, tail] of ignored) {
    test(`${what} is ignored`, () => {
      assert.deepEqual(registrationCodec.decode(concat(good, tail)), registrationCodec.decode(good))
    })
  }

  test('of a field that comes twice the last one holds', () => {
    const twice = concat(good, Uint8Array.of(0x12, 1, 0x42, 0x30, 7))
    assert.deepEqual(
      registrationCodec.decode(twice),
      registrationOf({ deviceToken: 'B', version: 7n, grant: present(registrationCodec.decode(good)).grant }),
    )
  })

  test('a token type of no name comes through as it is', () => {
    assert.equal(present(registrationCodec.decode(Uint8Array.of(0x08, 99))).tokenType, 99)
  })

  test('a hundred thousand entries decode in their order', () => {
    const entry = Uint8Array.of(0x3a, 2, 7, 7)
    const many = new Uint8Array(400_000)
    for (let at = 0; at < many.length; at += 4) many.set(entry, at)
    assert.equal(present(registrationCodec.decode(many)).allowedKeyList.length, 100_000)
  })

  test('what is decoded shares no memory with its bytes, also where they are a Buffer', () => {
    const source = Buffer.from(queryCodec.encode({ publicKeys: [utf8('one'), utf8('two')] }))
    const { publicKeys } = present(queryCodec.decode(source))
    source.fill(0)
    assert.deepEqual(publicKeys, [utf8('one'), utf8('two')])
    assert.deepEqual(
      publicKeys.map((key) => key.buffer.byteLength),
      [3, 3],
    )
  })

  test('what is encoded is a Uint8Array of its own memory', () => {
    const encoded = queryCodec.encode({ publicKeys: [utf8('one')] })
    assert.equal(encoded.constructor, Uint8Array)
    assert.equal(encoded.buffer.byteLength, encoded.length)
  })
})
