import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { contentTopicOf } from '../../src/ports/index.ts'
import {
  contactCodeTopic,
  hashedPublicKey,
  hashOfChatId,
  hashOfKeyHex,
  hex,
  isUuid,
  partitionedTopic,
  personalTopic,
  queryTopic,
  queryTopics,
  topicNumber,
  unhex,
} from '../../src/protocol/index.ts'
import { casesOf, present, server } from './support.ts'

interface KeyCase {
  readonly publicKey: string
  readonly compressed: string
  readonly hashedPublicKey: string
}
interface TopicCase {
  readonly kind: 'partitioned' | 'personal' | 'query' | 'contact-code'
  readonly publicKey: string
  readonly string: string
  readonly topic: string
  readonly contentTopic: string
  readonly symmetricKey?: string
}

const topicStrings: Record<TopicCase['kind'], (publicKey: Uint8Array) => string> = {
  partitioned: partitionedTopic,
  personal: personalTopic,
  query: (publicKey) => queryTopic(present(hashedPublicKey(server, publicKey))),
  'contact-code': contactCodeTopic,
}

describe('keys', () => {
  for (const key of casesOf<KeyCase[]>('keys.json')) {
    test(`${key.compressed.slice(0, 10)} has the recorded hash, whichever form it is given in`, () => {
      for (const form of [key.publicKey, key.compressed])
        assert.equal(hex(present(hashedPublicKey(server, unhex(form)))), key.hashedPublicKey)
    })
  }

  test('what is no key has no hash', () => {
    for (const length of [0, 32, 33, 64, 65]) assert.equal(hashedPublicKey(server, new Uint8Array(length)), undefined)
  })

  test('an author is hashed in the form of a chat id', () => {
    const { publicKey } = server.identity
    assert.deepEqual(hashOfKeyHex(server, publicKey), hashOfChatId(server, `0x${hex(publicKey)}`))
  })
})

describe('topics', () => {
  for (const { kind, publicKey, string, topic, contentTopic, symmetricKey } of casesOf<TopicCase[]>('topics.json')) {
    test(`${kind} of ${publicKey.slice(2, 10)}`, async () => {
      assert.equal(topicStrings[kind](unhex(publicKey)), string)
      const number = topicNumber(server, string)
      assert.equal(number.toString(16).padStart(8, '0'), topic)
      assert.equal(contentTopicOf(number), contentTopic)
      if (symmetricKey !== undefined) assert.equal(hex(await server.deriveTopicKey(string)), symmetricKey)
    })
  }

  test('the partition is X modulo 5000 for every X', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (x) => {
        const key = Uint8Array.of(4, ...x, ...x)
        assert.equal(partitionedTopic(key), `contact-discovery-${BigInt(`0x${hex(x)}`) % 5000n}`)
      }),
    )
  })

  test('the two query topics are the same text without and with a prefix', () => {
    const hashed = new Uint8Array(64).fill(0xab)
    assert.deepEqual(queryTopics(hashed), ['ab'.repeat(64), `0x${'ab'.repeat(64)}`])
  })
})

describe('text forms', () => {
  test('hex goes there and back, from views as well', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(5), (bytes, start) => {
        const view = bytes.subarray(start)
        assert.deepEqual(unhex(hex(view)), view)
        assert.deepEqual(unhex(hex(view).toUpperCase()), view)
      }),
    )
  })

  for (const text of ['0', '0x00', 'zz', '00 0', 'é0', '00\n']) {
    test(`${JSON.stringify(text)} is not hex`, () => assert.throws(() => unhex(text), RangeError))
  }

  const uuid = '8a3a4c0e-7e6b-4c59-9c5f-6b7a1f0f2d22'
  const uuids: readonly (readonly [string, boolean])[] = [
    [uuid, true],
    [uuid.toUpperCase(), true],
    ['00000000-0000-0000-0000-000000000000', true],
    [`{${uuid}}`, false],
    [`urn:uuid:${uuid}`, false],
    [uuid.replaceAll('-', ''), false],
    [`${uuid}\n`, false],
    [` ${uuid}`, false],
    [uuid.replace('a', 'g'), false],
    [uuid.slice(1), false],
    ['', false],
  ]
  for (const [text, expected] of uuids) {
    test(`${JSON.stringify(text)} is ${expected ? 'a' : 'no'} UUID`, () => assert.equal(isUuid(text), expected))
  }
})
