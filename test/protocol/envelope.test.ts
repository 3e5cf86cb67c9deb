import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  concat,
  hex,
  messageIdOf,
  messageTypes,
  openEnvelope,
  openProtocolMessage,
  sealEnvelope,
  sealProtocolMessage,
  unhex,
} from '../../src/protocol/index.ts'
import { casesOf, client, pairOf, present, server } from './support.ts'

interface EnvelopeCase {
  readonly senderPrivateKey: string
  readonly senderPublicKey: string
  readonly type: number
  readonly payload: string
  readonly encoded: string
  readonly messageId: string
}

describe('recorded envelopes', () => {
  for (const vector of casesOf<EnvelopeCase[]>('envelopes.json')) {
    test(`type ${vector.type}, ${vector.payload.length / 2} bytes: opens, and encodes to the same bytes`, () => {
      const envelope = present(openEnvelope(server, unhex(vector.encoded)))
      assert.equal(envelope.type, vector.type)
      assert.equal(hex(envelope.body), vector.payload)
      assert.equal(hex(envelope.sender), vector.senderPublicKey)
      assert.equal(hex(envelope.messageId), vector.messageId)
      const again = { signer: pairOf(vector.senderPrivateKey), type: vector.type, body: unhex(vector.payload) }
      assert.equal(hex(sealEnvelope(server, again)), vector.encoded)
    })
  }
})

describe('envelopes', () => {
  const sealed = sealEnvelope(server, { signer: client, type: messageTypes.request, body: new Uint8Array(20).fill(7) })

  test('what was sealed opens, whatever type it has', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), fc.uint8Array(), (type, body) => {
        const bytes = sealEnvelope(server, { signer: client, type, body })
        const messageId = messageIdOf(server, client.publicKey, bytes)
        assert.deepEqual(openEnvelope(server, bytes), { type, body, sender: client.publicKey, messageId })
      }),
      { numRuns: 25 },
    )
  })

  test('unknown fields are ignored and count for the message id', () => {
    const longer = concat(sealed, Uint8Array.of(0xa2, 6, 1, 9))
    const envelope = present(openEnvelope(server, longer))
    assert.deepEqual(envelope.sender, client.publicKey)
    assert.deepEqual(envelope.messageId, messageIdOf(server, client.publicKey, longer))
  })

  test('cut off anywhere, it never throws and never keeps sender and type', () => {
    for (let length = 0; length < sealed.length; length++) {
      const envelope = openEnvelope(server, sealed.subarray(0, length))
      const kept = envelope !== undefined && hex(envelope.sender) === hex(client.publicKey)
      assert.ok(!kept || envelope.type !== messageTypes.request)
    }
  })

  test('a flipped bit never throws and never lets another body pass as the sender’s', () => {
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.nat(7), (index, bit) => {
        const envelope = openEnvelope(server, sealed.with(index, (sealed[index] ?? 0) ^ (1 << bit)))
        if (envelope === undefined || hex(envelope.sender) !== hex(client.publicKey)) return
        assert.deepEqual(envelope.body, new Uint8Array(20).fill(7))
      }),
      { numRuns: 150 },
    )
  })

  test('random bytes never throw', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void openEnvelope(server, bytes)))
  })

  test('a signature that ends in 27 or 28 is none here', () => {
    const v = present(sealed[66])
    assert.equal(openEnvelope(server, sealed.with(66, v + 27)), undefined)
  })

  test('the body shares no memory with the bytes', () => {
    assert.equal(present(openEnvelope(server, Buffer.from(sealed))).body.buffer.byteLength, 20)
  })
})

describe('protocol messages', () => {
  test('the envelope inside comes out', () => {
    assert.deepEqual(openProtocolMessage(sealProtocolMessage(Uint8Array.of(1, 2))), Uint8Array.of(1, 2))
  })

  test('installation and bundles beside it do not matter', () => {
    const beside = concat(Uint8Array.of(0x12, 1, 0x61, 0x1a, 2, 8, 1), sealProtocolMessage(Uint8Array.of(5)))
    assert.deepEqual(openProtocolMessage(beside), Uint8Array.of(5))
  })

  for (const [what, bytes] of [
    ['empty bytes', Uint8Array.of()],
    ['a message without an envelope', Uint8Array.of(0x12, 1, 0x61)],
    ['a text that is no UTF-8', concat(Uint8Array.of(0x12, 1, 0xff), sealProtocolMessage(Uint8Array.of(5)))],
    ['bytes that are cut off', sealProtocolMessage(Uint8Array.of(1, 2)).subarray(0, 4)],
  ] as const) {
    test(`${what}: nothing inside`, () => assert.equal(openProtocolMessage(bytes), undefined))
  }
})
