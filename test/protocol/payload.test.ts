import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { KeyPair } from '../../src/ports/index.ts'
import {
  concat,
  type Frame,
  hex,
  openAsymmetric,
  openSymmetric,
  sealAsymmetric,
  sealSymmetric,
  unhex,
} from '../../src/protocol/index.ts'
import { casesOf, client, pairOf, present, server } from './support.ts'

interface PayloadCase {
  readonly kind: 'asymmetric' | 'symmetric'
  readonly recipientPrivateKey?: string
  readonly symmetricKey?: string
  readonly encoded: string
  readonly valid: boolean
  readonly note?: string
  readonly data?: string
  readonly signerPublicKey?: string
}

const key = new Uint8Array(32).fill(5)
const open = { asymmetric: (bytes: Uint8Array) => openAsymmetric(server, server.identity, bytes) }
const ways: readonly (readonly [
  string,
  (data: Uint8Array, signer?: KeyPair) => Uint8Array,
  (bytes: Uint8Array) => Frame | undefined,
])[] = [
  [
    'asymmetric',
    (data, signer) =>
      sealAsymmetric(server, { to: server.identity.publicKey, data, ...(signer === undefined ? {} : { signer }) }),
    open.asymmetric,
  ],
  [
    'symmetric',
    (data, signer) => sealSymmetric(server, { key, data, ...(signer === undefined ? {} : { signer }) }),
    (bytes) => openSymmetric(server, key, bytes),
  ],
]

/** Seals bytes as a frame, whatever they say about themselves. */
const sealRaw = (frame: Uint8Array): Uint8Array => {
  const nonce = server.randomBytes(12)
  return concat(server.aesGcmSeal(key, nonce, frame), nonce)
}
const openRaw = (frame: Uint8Array): Frame | undefined => openSymmetric(server, key, sealRaw(frame))
const signed = (unsigned: Uint8Array): Uint8Array => concat(unsigned, client.sign(server.keccak256(unsigned)))

describe('recorded payloads', () => {
  const cases = casesOf<PayloadCase[]>('payloads.json')
  const openCase = (vector: PayloadCase): Frame | undefined =>
    vector.recipientPrivateKey === undefined
      ? openSymmetric(server, unhex(present(vector.symmetricKey)), unhex(vector.encoded))
      : openAsymmetric(server, pairOf(vector.recipientPrivateKey), unhex(vector.encoded))

  for (const [index, vector] of cases.entries()) {
    test(`${index}: ${vector.kind}, ${vector.valid ? 'valid' : vector.note}`, () => {
      const frame = openCase(vector)
      if (!vector.valid) return assert.equal(frame, undefined)
      assert.equal(hex(present(frame).data), vector.data)
      assert.equal(frame?.signer && hex(frame.signer), vector.signerPublicKey)
    })
  }

  test('there are cases of every sort', () => {
    for (const kind of ['asymmetric', 'symmetric'])
      for (const valid of [true, false])
        assert.ok(cases.some((vector) => vector.kind === kind && vector.valid === valid))
  })
})

for (const [name, seal, openIt] of ways) {
  describe(`${name} payloads`, () => {
    test('what was sealed opens, with its signer', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 700 }), fc.boolean(), (data, sign) => {
          const frame = openIt(sign ? seal(data, client) : seal(data))
          assert.deepEqual(frame, { data, signer: sign ? client.publicKey : undefined })
        }),
        { numRuns: 30 },
      )
    })

    for (const length of [0, 255, 256, 65_535, 65_536, 200_000]) {
      test(`${length} bytes go there and back`, () => {
        const data = server.randomBytes(length)
        assert.deepEqual(present(openIt(seal(data, client))).data, data)
      })
    }

    test('nothing opens when it is cut off anywhere', () => {
      const payload = seal(new Uint8Array(20).fill(1), client)
      for (let length = 0; length < payload.length; length++)
        assert.equal(openIt(payload.subarray(0, length)), undefined)
    })

    test('nothing opens when a bit is flipped anywhere', () => {
      const payload = seal(new Uint8Array(20).fill(1), client)
      fc.assert(
        fc.property(fc.nat(payload.length - 1), fc.nat(7), (index, bit) => {
          assert.equal(openIt(payload.with(index, (payload[index] ?? 0) ^ (1 << bit))), undefined)
        }),
        { numRuns: 150 },
      )
    })

    test('random bytes never open and never throw', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
          assert.equal(openIt(bytes), undefined)
          assert.equal(openIt(concat(client.publicKey, bytes)), undefined)
        }),
        { numRuns: 60 },
      )
    })

    test('two payloads of the same data have nothing in common', () => {
      const [a, b] = [seal(new Uint8Array(9)), seal(new Uint8Array(9))]
      assert.notDeepEqual(a.subarray(-16), b.subarray(-16))
      assert.notDeepEqual(a.subarray(0, 65), b.subarray(0, 65))
    })

    test('more than three bytes can count is a mistake of the caller', () => {
      assert.throws(() => seal(new Uint8Array(0x1_000_000)), RangeError)
    })
  })
}

describe('sealing', () => {
  test('frames are multiples of 256 with their signature', () => {
    for (let length = 0; length < 300; length++) {
      const sizes = [sealSymmetric(server, { key, data: new Uint8Array(length) }).length - 28]
      if (length % 16 === 0)
        sizes.push(sealSymmetric(server, { key, data: new Uint8Array(length), signer: client }).length - 28)
      assert.ok(sizes.every((size) => size % 256 === 0))
    }
  })

  test('a recipient in the compressed form opens the same', () => {
    const payload = sealAsymmetric(server, { to: server.identity.compressed, data: Uint8Array.of(1) })
    assert.deepEqual(present(open.asymmetric(payload)).data, Uint8Array.of(1))
  })

  test('a recipient that is no key is a mistake of the caller', () => {
    assert.throws(() => sealAsymmetric(server, { to: new Uint8Array(65), data: new Uint8Array(0) }), RangeError)
  })

  test('nobody but the recipient opens', () => {
    const payload = sealAsymmetric(server, { to: client.publicKey, data: Uint8Array.of(1), signer: client })
    assert.equal(open.asymmetric(payload), undefined)
  })
})

describe('frames', () => {
  const lies: readonly (readonly [string, Uint8Array])[] = [
    ['no byte at all', Uint8Array.of()],
    ['flags alone', Uint8Array.of(1)],
    ['no size field', Uint8Array.of(0, 1, 2)],
    ['a size that ends beyond the frame', Uint8Array.of(1, 4, 9, 9, 9)],
    ['half a size field', Uint8Array.of(3, 1, 0)],
    ['the largest size', Uint8Array.of(3, 255, 255, 255, 0)],
    ['signed, and shorter than a signature', new Uint8Array(40).with(0, 5)],
    ['signed, and nothing but a signature', signed(Uint8Array.of(4))],
    ['a size that reaches into the signature', signed(Uint8Array.of(5, 3, 1, 2))],
    ['signed by nobody', concat(Uint8Array.of(5, 1, 7), new Uint8Array(65))],
  ]
  for (const [what, frame] of lies) test(`${what} does not open`, () => assert.equal(openRaw(frame), undefined))

  test('the size is little endian and padding is optional', () => {
    const data = new Uint8Array(258).fill(3)
    assert.deepEqual(openRaw(concat(Uint8Array.of(2, 2, 1), data)), { data, signer: undefined })
  })

  test('a size field may be wider than it needs to be', () => {
    assert.deepEqual(openRaw(Uint8Array.of(3, 1, 0, 0, 7, 0)), { data: Uint8Array.of(7), signer: undefined })
  })

  for (const offset of [0, 27]) {
    test(`a signature may end in ${offset} or ${offset + 1}`, () => {
      const frame = signed(Uint8Array.of(5, 1, 7))
      const v = present(frame.at(-1))
      assert.deepEqual(openRaw(frame.with(-1, v + offset))?.signer, client.publicKey)
    })
  }

  for (const v of [2, 26, 29, 255]) {
    test(`a signature that ends in ${v} does not open`, () => {
      assert.equal(openRaw(signed(Uint8Array.of(5, 1, 7)).with(-1, v)), undefined)
    })
  }

  test('what is opened shares no memory with what it was opened from', () => {
    const payload = sealSymmetric(server, { key, data: Uint8Array.of(1, 2, 3) })
    const { data } = present(openSymmetric(server, key, payload))
    assert.equal(data.buffer.byteLength, 3)
  })
})
