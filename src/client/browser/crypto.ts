import { ctr, gcm } from '@noble/ciphers/aes.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { keccak_256, shake256 } from '@noble/hashes/sha3.js'
import type { Crypto, KeyPair } from '../../ports/crypto.ts'
import { StartError } from '../../ports/problem.ts'

const topicKeyIterations = 65_356
const [tagLength, hashLength] = [16, 64] as const
/** Most bytes that the system gives at once. */
const mostRandomBytes = 65_536

const need = (name: string, bytes: Uint8Array, length: number): void => {
  if (bytes.length !== length) throw new RangeError(`${name}: ${bytes.length} bytes where ${length} are needed`)
}

/** The result, or `undefined` where the library refuses what a stranger sent. */
const attempt = <T>(action: () => T): T | undefined => {
  try {
    return action()
  } catch {
    return undefined
  }
}

const isEncodedPoint = (key: Uint8Array): boolean =>
  key.length === 65 ? key[0] === 4 : key.length === 33 && (key[0] === 2 || key[0] === 3)

const convert = (key: Uint8Array, isCompressed: boolean): Uint8Array | undefined =>
  isEncodedPoint(key) ? attempt(() => secp256k1.Point.fromBytes(key).toBytes(isCompressed)) : undefined

const randomBytes = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += mostRandomBytes)
    globalThis.crypto.getRandomValues(bytes.subarray(at, at + mostRandomBytes))
  return bytes
}

const signWith = (secret: Uint8Array, digest: Uint8Array): Uint8Array => {
  need('digest', digest, 32)
  const signature = secp256k1.sign(digest, secret, { prehash: false, lowS: true, format: 'recovered' })
  // The library puts the recovery byte first, the protocol last.
  const moved = new Uint8Array(65)
  moved.set(signature.subarray(1))
  moved[64] = signature[0] ?? 0
  return moved
}

const keyPairFrom = (privateKey: Uint8Array): KeyPair | undefined => {
  if (privateKey.length !== 32 || !secp256k1.utils.isValidSecretKey(privateKey)) return undefined
  const secret = Uint8Array.from(privateKey)
  return Object.freeze({
    publicKey: secp256k1.getPublicKey(secret, false),
    compressed: secp256k1.getPublicKey(secret, true),
    sign: (digest: Uint8Array) => signWith(secret, digest),
    sharedSecret: (peer: Uint8Array) =>
      isEncodedPoint(peer) ? attempt(() => secp256k1.getSharedSecret(secret, peer, true).slice(1)) : undefined,
  })
}

const generateKeyPair = (): KeyPair => {
  for (;;) {
    // About one number in 2^128 is no key.
    const pair = keyPairFrom(randomBytes(32))
    if (pair !== undefined) return pair
  }
}

const recover = (digest: Uint8Array, signature: Uint8Array): Uint8Array | undefined => {
  const v = signature[64]
  if (digest.length !== 32 || signature.length !== 65 || (v !== 0 && v !== 1)) return undefined
  return attempt(() =>
    secp256k1.Signature.fromBytes(signature.subarray(0, 64), 'compact')
      .addRecoveryBit(v)
      .recoverPublicKey(digest)
      .toBytes(false),
  )
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => {
  let difference = a.length ^ b.length
  for (let at = 0; at < Math.min(a.length, b.length); at++) difference |= (a[at] ?? 0) ^ (b[at] ?? 0)
  return difference === 0
}

/** WebCrypto works on it off the main thread; pages have it on https and on localhost alone. */
const deriveTopicKey = async (topic: string): Promise<Uint8Array> => {
  const password = new TextEncoder().encode(topic)
  const { subtle } = globalThis.crypto
  const key = await subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits'])
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt: new Uint8Array(0), iterations: topicKeyIterations }
  return new Uint8Array(await subtle.deriveBits(how, key, 256))
}

const primitives: Omit<Crypto, 'identity'> = {
  generateKeyPair,
  keyPairFrom,
  uncompress: (publicKey) => convert(publicKey, false),
  compress: (publicKey) => convert(publicKey, true),
  recover,
  keccak256: (data) => keccak_256(data),
  sha256: (data) => sha256(data),
  shake256: (data) => shake256(data, { dkLen: hashLength }),
  hmacSha256: (key, data) => hmac(sha256, key, data),
  aesGcmSeal: (key, nonce, plaintext) => {
    need('key', key, 32)
    need('nonce', nonce, 12)
    return gcm(key, nonce).encrypt(plaintext)
  },
  aesGcmOpen: (key, nonce, sealed) =>
    key.length === 32 && nonce.length === 12 && sealed.length >= tagLength
      ? attempt(() => gcm(key, nonce).decrypt(sealed))
      : undefined,
  aesCtr: (key, iv, data) => {
    need('key', key, 16)
    need('iv', iv, 16)
    return ctr(key, iv).encrypt(data)
  },
  randomBytes,
  equal,
  deriveTopicKey,
}

/**
 * The primitives without Node: in JavaScript but for randomness and key derivation, which are the browser's. `privateKey`
 * has 32 bytes; throws a StartError where it is no key of the curve. It lives in closures only.
 */
export const createBrowserCrypto = (privateKey: Uint8Array): Crypto => {
  const identity = keyPairFrom(privateKey)
  if (identity !== undefined) return Object.freeze({ identity, ...primitives })
  throw new StartError([
    { setting: 'privateKey', wrong: 'it is not a private key of secp256k1', mend: 'give 32 bytes of one' },
  ])
}
