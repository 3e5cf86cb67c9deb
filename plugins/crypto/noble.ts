/**
 * The crypto plugin that needs no native package: signatures and keccak256 in JavaScript, everything else from Node.
 * Scalar multiplication with a private key for ECDH is OpenSSL's, which is faster and constant in time.
 */
import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  ECDH,
  hash,
  pbkdf2,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { promisify } from 'node:util'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { type Crypto, definePlugin, type KeyPair, StartError } from '../../src/ports/index.ts'

const curve = 'secp256k1'
const topicKeyIterations = 65_356
const tagLength = 16
const noSalt = new Uint8Array(0)
const derive = promisify(pbkdf2)

/** Node's Buffers as what the port promises. The memory is shared: none of these comes from Node's pool. */
const plain = (buffer: Buffer): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)

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

// OpenSSL would also take the hybrid encodings 06 and 07, which no client writes.
const isEncodedPoint = (key: Uint8Array): boolean =>
  key.length === 65 ? key[0] === 4 : key.length === 33 && (key[0] === 2 || key[0] === 3)

const convert = (key: Uint8Array, format: 'compressed' | 'uncompressed'): Uint8Array | undefined => {
  if (!isEncodedPoint(key)) return undefined
  const converted = attempt(() => ECDH.convertKey(key, curve, undefined, undefined, format))
  return converted instanceof Uint8Array ? new Uint8Array(converted) : undefined
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
  const exchange = createECDH(curve)
  exchange.setPrivateKey(secret)
  return Object.freeze({
    publicKey: new Uint8Array(exchange.getPublicKey()),
    compressed: new Uint8Array(exchange.getPublicKey(null, 'compressed')),
    sign: (digest: Uint8Array) => signWith(secret, digest),
    sharedSecret: (peer: Uint8Array) =>
      isEncodedPoint(peer) ? attempt(() => new Uint8Array(exchange.computeSecret(peer))) : undefined,
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
  return attempt(() => {
    const parsed = secp256k1.Signature.fromBytes(signature.subarray(0, 64), 'compact').addRecoveryBit(v)
    return parsed.recoverPublicKey(digest).toBytes(false)
  })
}

const aesGcmSeal = (key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Uint8Array => {
  need('nonce', nonce, 12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
  const sealed = new Uint8Array(plaintext.length + tagLength)
  sealed.set(cipher.update(plaintext))
  cipher.final()
  sealed.set(cipher.getAuthTag(), plaintext.length)
  return sealed
}

const aesGcmOpen = (key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined => {
  if (key.length !== 32 || nonce.length !== 12 || sealed.length < tagLength) return undefined
  const end = sealed.length - tagLength
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
  decipher.setAuthTag(sealed.subarray(end))
  const plaintext = decipher.update(sealed.subarray(0, end))
  return attempt(() => {
    decipher.final()
    return plain(plaintext)
  })
}

const primitives: Omit<Crypto, 'identity'> = {
  generateKeyPair,
  keyPairFrom,
  uncompress: (publicKey) => convert(publicKey, 'uncompressed'),
  compress: (publicKey) => convert(publicKey, 'compressed'),
  recover,
  keccak256: (data) => keccak_256(data),
  sha256: (data) => plain(hash('sha256', data, 'buffer')),
  shake256: (data) => plain(createHash('shake256', { outputLength: 64 }).update(data).digest()),
  hmacSha256: (key, data) => plain(createHmac('sha256', key).update(data).digest()),
  aesGcmSeal,
  aesGcmOpen,
  aesCtr: (key, iv, data) => plain(createCipheriv('aes-128-ctr', key, iv).update(data)),
  randomBytes: (length) => new Uint8Array(randomBytes(length)),
  equal: (a, b) => a.length === b.length && timingSafeEqual(a, b),
  deriveTopicKey: async (topic) => plain(await derive(topic, noSalt, topicKeyIterations, 32, 'sha256')),
}

/**
 * Crypto around an identity of 32 bytes; throws a `StartError` where the number is not a key of the curve.
 * The private key lives in closures only: it is neither a property of the result nor printed with it.
 */
export const createNobleCrypto = (privateKey: Uint8Array): Crypto => {
  const identity = keyPairFrom(privateKey)
  if (identity !== undefined) return Object.freeze({ identity, ...primitives })
  throw new StartError([
    {
      setting: 'IDENTITY_FILE',
      wrong: 'what it holds is not a private key of secp256k1',
      mend: 'restore the file from its backup, or remove it to start with a new identity',
    },
  ])
}

export default definePlugin({
  kind: 'crypto',
  name: 'noble',
  prefix: 'NOBLE_',
  settings: {},
  create: ({ privateKey }) => createNobleCrypto(privateKey),
})
