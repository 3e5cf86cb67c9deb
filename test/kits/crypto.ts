/**
 * What every crypto plugin must do: the promises of the port, the installed clients' own vectors and known answers.
 * `create` makes a crypto around a private key of 32 bytes.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { type Crypto, StartError } from '../../src/ports/index.ts'

interface KeyCase {
  readonly privateKey: string
  readonly publicKey: string
  readonly compressed: string
  readonly hashedPublicKey: string
}
interface TopicCase {
  readonly string: string
  readonly topic: string
  readonly symmetricKey?: string
}
interface EnvelopeCase {
  readonly senderPrivateKey: string
  readonly senderPublicKey: string
  readonly payload: string
  readonly encoded: string
}
interface RegistrationCase {
  readonly serverPrivateKey: string
  readonly senderPrivateKey: string
  readonly sharedKey?: string
  readonly plaintext?: string
  readonly encrypted: string
  readonly expect: string
}

const casesOf = <T>(file: string): T[] => {
  const text = readFileSync(new URL(`../fixtures/vectors/${file}`, import.meta.url), 'utf8')
  return (JSON.parse(text) as { cases: T[] }).cases
}

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'))
const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const hexOf = (value: Uint8Array | undefined): string | undefined => value && Buffer.from(value).toString('hex')
const flipped = (value: Uint8Array, index: number): Uint8Array => value.with(index, (value[index] ?? 0) ^ 1)
const scalar = (value: bigint): Uint8Array => bytes(value.toString(16).padStart(64, '0'))
const numberOf = (value: Uint8Array): bigint => BigInt(`0x${hexOf(value)}`)

const order = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_baae_dce6_af48_a03b_bfd2_5e8c_d036_4141n
const prime = 0xffff_ffff_ffff_ffff_ffff_ffff_ffff_ffff_ffff_ffff_ffff_ffff_ffff_fffe_ffff_fc2fn

// RFC 6979 with SHA-256, secp256k1, low s: known answers that several independent libraries share.
const deterministic = [
  {
    privateKey: 1n,
    message: 'Satoshi Nakamoto',
    signature:
      '934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8' +
      '2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5',
  },
  {
    privateKey: order - 1n,
    message: 'Satoshi Nakamoto',
    signature:
      'fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0' +
      '6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5',
  },
  {
    privateKey: 1n,
    message: 'All those moments will be lost in time, like tears in rain. Time to die...',
    signature:
      '8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b' +
      '547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21',
  },
] as const

const hashes: readonly (readonly ['keccak256' | 'sha256' | 'shake256', string, string])[] = [
  ['keccak256', '', 'c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470'],
  ['keccak256', 'abc', '4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45'],
  ['sha256', '', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['sha256', 'abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [
    'shake256',
    '',
    '46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762fd75dc4ddd8c0f200cb05019d67b592f6fc821c49479ab48640292eacb3b7c4be',
  ],
  [
    'shake256',
    'abc',
    '483366601360a8771c6863080cc4114d8db44530f8f1e1ee4f94ea37e78b5739d5a15bef186a5386c75744c0527e1faa9f8726e462a12a4feb06bd8801e751e4',
  ],
]

/** Registers the suite under `name`. `keySetting`: what a StartError calls a private key that is none. */
export const cryptoKit = (
  name: string,
  create: (privateKey: Uint8Array) => Crypto,
  { keySetting = 'IDENTITY_FILE' } = {},
): void => {
  const one = scalar(1n)
  const crypto = create(one)
  const digest = crypto.keccak256(text('a message'))
  const pairOf = (privateKey: Uint8Array) => {
    const pair = crypto.keyPairFrom(privateKey)
    assert.ok(pair)
    return pair
  }

  describe(`crypto: ${name}`, () => {
    describe('keys', () => {
      for (const key of casesOf<KeyCase>('keys.json')) {
        test(`the encodings of ${key.compressed.slice(0, 10)} follow from its private key`, () => {
          const pair = pairOf(bytes(key.privateKey))
          assert.equal(hexOf(pair.publicKey), key.publicKey)
          assert.equal(hexOf(pair.compressed), key.compressed)
          assert.equal(hexOf(crypto.shake256(pair.compressed)), key.hashedPublicKey)
          assert.equal(hexOf(create(bytes(key.privateKey)).identity.publicKey), key.publicKey)
        })

        test(`${key.compressed.slice(0, 10)} converts from either form to either form`, () => {
          for (const form of [key.publicKey, key.compressed]) {
            assert.equal(hexOf(crypto.uncompress(bytes(form))), key.publicKey)
            assert.equal(hexOf(crypto.compress(bytes(form))), key.compressed)
          }
        })
      }

      const notKeys: readonly (readonly [string, Uint8Array])[] = [
        ['zero', scalar(0n)],
        ['the order of the curve', scalar(order)],
        ['2^256 - 1', scalar(2n ** 256n - 1n)],
        ['31 bytes', new Uint8Array(31).fill(1)],
        ['33 bytes', new Uint8Array(33).fill(1)],
        ['nothing', new Uint8Array(0)],
      ]
      for (const [what, privateKey] of notKeys) {
        test(`${what} is no private key`, () => assert.equal(crypto.keyPairFrom(privateKey), undefined))
        test(`${what} as identity is a mistake in ${keySetting}`, () => {
          assert.throws(
            () => create(privateKey),
            (error) => error instanceof StartError && error.problems[0]?.setting === keySetting,
          )
        })
      }

      test('the smallest and the largest private key are keys', () => {
        const [smallest, largest] = [pairOf(one), pairOf(scalar(order - 1n))]
        assert.equal(hexOf(smallest.compressed.subarray(1)), hexOf(largest.compressed.subarray(1)))
      })

      test('generated pairs differ and agree on a secret', () => {
        const [a, b] = [crypto.generateKeyPair(), crypto.generateKeyPair()]
        assert.notDeepEqual(a.publicKey, b.publicKey)
        assert.deepEqual([a.publicKey.length, a.compressed.length], [65, 33])
        assert.deepEqual(a.sharedSecret(b.publicKey), b.sharedSecret(a.compressed))
      })

      test('a pair does not follow later changes of the bytes that it was made from', () => {
        const privateKey = bytes('11'.repeat(32))
        const pair = pairOf(privateKey)
        const before = pair.sign(digest)
        privateKey.fill(7)
        assert.deepEqual(pair.sign(digest), before)
        assert.deepEqual(crypto.recover(digest, before), pair.publicKey)
      })

      test('the private key is not to be found in what a crypto or a pair shows', () => {
        const privateKey = bytes('a7c3'.repeat(16))
        const other = create(privateKey)
        const shown = [other, other.identity, other.keyPairFrom(privateKey)]
          .map((value) => inspect(value, { depth: 10, showHidden: true, maxArrayLength: null }) + JSON.stringify(value))
          .join('')
        assert.doesNotMatch(shown, /a7c3a7c3|a7 c3 a7 c3/i)
        assert.doesNotMatch(shown, /167,\s*195,\s*167,\s*195/)
      })
    })

    describe('points', () => {
      const { publicKey, compressed } = crypto.identity
      const noPoints: readonly (readonly [string, Uint8Array])[] = [
        ['nothing', new Uint8Array(0)],
        ['the point at infinity', Uint8Array.of(0)],
        ['64 bytes', publicKey.subarray(1)],
        ['66 bytes', Uint8Array.of(...publicKey, 0)],
        ['an uncompressed key with the prefix of a compressed one', publicKey.with(0, 2)],
        ['a compressed key with the prefix of an uncompressed one', compressed.with(0, 4)],
        ['a hybrid key', publicKey.with(0, 6 + ((publicKey[64] ?? 0) & 1))],
        ['a y that does not belong to x', flipped(publicKey, 64)],
        ['65 zeros', new Uint8Array(65).with(0, 4)],
        ['an x without a y', Uint8Array.of(2, ...scalar(5n))],
        ['an x that is not reduced', Uint8Array.of(2, ...scalar(prime + 1n))],
      ]
      for (const [what, point] of noPoints) {
        test(`${what} is no public key`, () => {
          assert.equal(crypto.uncompress(point), undefined)
          assert.equal(crypto.compress(point), undefined)
          assert.equal(crypto.identity.sharedSecret(point), undefined)
        })
      }

      const shared = casesOf<RegistrationCase>('registrations.json').filter((entry) => entry.sharedKey !== undefined)
      test('the shared secrets of the vectors come out, from both sides and both forms', () => {
        assert.ok(shared.length > 0)
        for (const { serverPrivateKey, senderPrivateKey, sharedKey } of shared.slice(0, 4)) {
          const [server, sender] = [pairOf(bytes(serverPrivateKey)), pairOf(bytes(senderPrivateKey))]
          assert.equal(hexOf(server.sharedSecret(sender.publicKey)), sharedKey)
          assert.equal(hexOf(sender.sharedSecret(server.compressed)), sharedKey)
        }
      })

      test('a shared secret that starts with zeros still has 32 bytes', () => {
        // Among the first 400 multiples of the base point there is one whose x starts with a zero byte.
        const secrets = Array.from({ length: 400 }, (_, index) => pairOf(scalar(BigInt(index + 1))).publicKey)
        const short = secrets.find((key) => key[1] === 0)
        assert.ok(short)
        assert.deepEqual(crypto.identity.sharedSecret(short), short.subarray(1, 33).slice())
      })
    })

    describe('signatures', () => {
      for (const { privateKey, message, signature } of deterministic) {
        test(`RFC 6979: "${message.slice(0, 20)}" with ${privateKey === 1n ? 'the key 1' : 'the largest key'}`, () => {
          const signed = pairOf(scalar(privateKey)).sign(crypto.sha256(text(message)))
          assert.equal(hexOf(signed.subarray(0, 64)), signature)
        })
      }

      for (const { senderPrivateKey, senderPublicKey, payload, encoded } of casesOf<EnvelopeCase>('envelopes.json')) {
        test(`the signature of the envelope ${encoded.slice(4, 12)} comes out byte by byte and recovers`, () => {
          const hashed = crypto.keccak256(bytes(payload))
          const signature = pairOf(bytes(senderPrivateKey)).sign(hashed)
          assert.equal(hexOf(signature), encoded.slice(4, 4 + 130))
          assert.equal(hexOf(crypto.recover(hashed, signature)), senderPublicKey)
        })
      }

      test('signatures are low in s, end in 0 or 1, and both of them occur', () => {
        const pair = pairOf(bytes('42'.repeat(32)))
        const signatures = Array.from({ length: 24 }, (_, index) => pair.sign(crypto.sha256(Uint8Array.of(index))))
        assert.ok(signatures.every((signature) => numberOf(signature.subarray(32, 64)) <= order / 2n))
        assert.deepEqual(new Set(signatures.map((signature) => signature[64])), new Set([0, 1]))
      })

      test('a digest of another length than 32 bytes is a mistake of the caller', () => {
        for (const length of [0, 31, 33, 64]) {
          assert.throws(() => crypto.identity.sign(new Uint8Array(length)), RangeError)
          assert.equal(crypto.recover(new Uint8Array(length), crypto.identity.sign(digest)), undefined)
        }
      })

      test('a signature that is cut off or too long recovers to nobody', () => {
        const signature = crypto.identity.sign(digest)
        for (let length = 0; length < 65; length++)
          assert.equal(crypto.recover(digest, signature.subarray(0, length)), undefined)
        assert.equal(crypto.recover(digest, Uint8Array.of(...signature, 0)), undefined)
      })

      test('a last byte other than 0 and 1 recovers to nobody', () => {
        const signature = crypto.identity.sign(digest)
        for (const v of [2, 3, 4, 26, 27, 28, 29, 255])
          assert.equal(crypto.recover(digest, signature.with(64, v)), undefined)
      })

      test('a changed bit recovers to somebody else or to nobody', () => {
        const signature = crypto.identity.sign(digest)
        for (const index of [0, 15, 31, 32, 47, 63, 64])
          assert.notDeepEqual(crypto.recover(digest, flipped(signature, index)), crypto.identity.publicKey)
        assert.notDeepEqual(crypto.recover(flipped(digest, 3), signature), crypto.identity.publicKey)
      })

      test('numbers out of range in a signature recover to nobody', () => {
        const signature = crypto.identity.sign(digest)
        const withPart = (part: bigint, at: number): Uint8Array => {
          const changed = Uint8Array.from(signature)
          changed.set(scalar(part), at)
          return changed
        }
        for (const part of [0n, order, 2n ** 256n - 1n])
          for (const at of [0, 32]) assert.equal(crypto.recover(digest, withPart(part, at)), undefined)
      })

      // Installed clients accept high s when they recover, so a signature is not unique and must never serve as an id.
      test('a high s recovers to the same signer with the other last byte', () => {
        const signature = crypto.identity.sign(digest)
        const high = Uint8Array.from(signature)
        high.set(scalar(order - numberOf(signature.subarray(32, 64))), 32)
        high[64] = 1 - (signature[64] ?? 0)
        assert.deepEqual(crypto.recover(digest, high), crypto.identity.publicKey)
      })
    })

    describe('hashes', () => {
      for (const [hash, input, expected] of hashes)
        test(`${hash} of "${input}"`, () => assert.equal(hexOf(crypto[hash](text(input))), expected))

      test('HMAC-SHA256, RFC 4231 case 2', () => {
        assert.equal(
          hexOf(crypto.hmacSha256(text('Jefe'), text('what do ya want for nothing?'))),
          '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
        )
      })

      test('a view into larger memory hashes like its copy', () => {
        const view = new Uint8Array(64).fill(9).subarray(7, 21)
        for (const hash of ['keccak256', 'sha256', 'shake256'] as const)
          assert.deepEqual(crypto[hash](view), crypto[hash](Uint8Array.from(view)))
      })

      test('topics hash to their four bytes', () => {
        for (const { string, topic } of casesOf<TopicCase>('topics.json'))
          assert.equal(hexOf(crypto.keccak256(text(string)).subarray(0, 4)), topic)
      })
    })

    describe('AES', () => {
      const key = bytes('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4')
      const nonce = bytes('cafebabefacedbaddecaf888')

      test('GCM, the known answer for a zero key, nonce and block', () => {
        const sealed = crypto.aesGcmSeal(new Uint8Array(32), new Uint8Array(12), new Uint8Array(16))
        assert.equal(hexOf(sealed), 'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919')
      })

      test('GCM opens what clients sealed', () => {
        const sealed = casesOf<RegistrationCase>('registrations.json').filter(
          ({ sharedKey, plaintext, expect }) =>
            sharedKey !== undefined && plaintext !== undefined && expect !== 'no answer',
        )
        assert.ok(sealed.length > 0)
        for (const { sharedKey = '', plaintext, encrypted } of sealed) {
          const whole = bytes(encrypted)
          const opened = crypto.aesGcmOpen(bytes(sharedKey), whole.subarray(0, 12), whole.subarray(12))
          assert.equal(hexOf(opened), plaintext)
        }
      })

      for (const length of [0, 1, 15, 16, 17, 5000]) {
        test(`GCM opens its own ${length} bytes`, () => {
          const plaintext = crypto.randomBytes(length)
          const sealed = crypto.aesGcmSeal(key, nonce, plaintext)
          assert.equal(sealed.length, length + 16)
          assert.deepEqual(crypto.aesGcmOpen(key, nonce, sealed), plaintext)
        })
      }

      test('GCM does not open with any byte changed or missing, nor with another key or nonce', () => {
        const sealed = crypto.aesGcmSeal(key, nonce, text('attack at dawn'))
        for (let index = 0; index < sealed.length; index++) {
          assert.equal(crypto.aesGcmOpen(key, nonce, flipped(sealed, index)), undefined)
          assert.equal(crypto.aesGcmOpen(key, nonce, sealed.subarray(0, index)), undefined)
        }
        assert.equal(crypto.aesGcmOpen(flipped(key, 0), nonce, sealed), undefined)
        assert.equal(crypto.aesGcmOpen(key, flipped(nonce, 0), sealed), undefined)
      })

      test('CTR, NIST SP 800-38A F.5.1', () => {
        const plaintext = bytes('6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51')
        const iv = bytes('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff')
        const shortKey = bytes('2b7e151628aed2a6abf7158809cf4f3c')
        const encrypted = crypto.aesCtr(shortKey, iv, plaintext)
        assert.equal(hexOf(encrypted), '874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff')
        assert.deepEqual(crypto.aesCtr(shortKey, iv, encrypted), plaintext)
      })

      test('CTR keeps any length', () => {
        for (const length of [0, 1, 17, 1000]) {
          const data = crypto.randomBytes(length)
          const [shortKey, iv] = [crypto.randomBytes(16), crypto.randomBytes(16)]
          assert.deepEqual(crypto.aesCtr(shortKey, iv, crypto.aesCtr(shortKey, iv, data)), data)
        }
      })
    })

    describe('the rest', () => {
      test('random bytes have the length that was asked for and differ', () => {
        for (const length of [0, 1, 12, 32, 70_000]) assert.equal(crypto.randomBytes(length).length, length)
        assert.notDeepEqual(crypto.randomBytes(32), crypto.randomBytes(32))
      })

      test('equal compares content and never throws for different lengths', () => {
        assert.equal(crypto.equal(text('abc'), text('abc')), true)
        assert.equal(crypto.equal(text('abc'), text('abd')), false)
        assert.equal(crypto.equal(text('abc'), text('abcd')), false)
        assert.equal(crypto.equal(new Uint8Array(0), new Uint8Array(0)), true)
        assert.equal(crypto.equal(new Uint8Array(0), text('a')), false)
      })

      test('results are plain Uint8Arrays', () => {
        const { identity } = crypto
        const sealed = crypto.aesGcmSeal(digest, digest.subarray(0, 12), digest)
        const results = [
          identity.publicKey,
          identity.compressed,
          identity.sign(digest),
          identity.sharedSecret(identity.publicKey),
          crypto.uncompress(identity.compressed),
          crypto.compress(identity.publicKey),
          crypto.recover(digest, identity.sign(digest)),
          crypto.keccak256(digest),
          crypto.sha256(digest),
          crypto.shake256(digest),
          crypto.hmacSha256(digest, digest),
          sealed,
          crypto.aesGcmOpen(digest, digest.subarray(0, 12), sealed),
          crypto.aesCtr(digest.subarray(0, 16), digest.subarray(16), digest),
          crypto.randomBytes(9),
        ]
        assert.ok(results.every((result) => result?.constructor === Uint8Array))
      })

      test('the keys of symmetric topics come out, several at once', async () => {
        const topics = casesOf<TopicCase>('topics.json').filter(({ symmetricKey }) => symmetricKey !== undefined)
        assert.ok(topics.length > 0)
        const keys = await Promise.all(topics.map(({ string }) => crypto.deriveTopicKey(string)))
        assert.deepEqual(
          keys.map(hexOf),
          topics.map(({ symmetricKey }) => symmetricKey),
        )
      })

      test('topic keys are derived off the event loop', async () => {
        let turns = 0
        let done = false
        const turn = (): void => {
          if (done) return
          turns++
          setImmediate(turn)
        }
        setImmediate(turn)
        const keys = await Promise.all(Array.from({ length: 12 }, (_, index) => crypto.deriveTopicKey(`t${index}`)))
        done = true
        assert.ok(turns > 0)
        assert.ok(keys.every((key) => key.length === 32))
      })
    })
  })
}
