/** The payload of a Waku message: frame, signature and encryption (protocol section 4.1). */
import type { Crypto, KeyPair } from '../ports/index.ts'
import { concat, copyOf } from './bytes.ts'

/** What a payload held. `signer` has 65 bytes; `undefined` where the sender did not sign the frame. */
export interface Frame {
  readonly data: Uint8Array
  readonly signer: Uint8Array | undefined
}

const sizeMask = 0x03
const signedFlag = 0x04
const signatureLength = 65
const block = 256
const maxData = 0xff_ffff

const keyLength = 65
const ivLength = 16
const tagLength = 32
const nonceLength = 12
const gcmTagLength = 16

const sizeField = (length: number): Uint8Array => {
  if (length > maxData) throw new RangeError(`a frame holds at most ${maxData} bytes, not ${length}`)
  const width = length < 1 << 8 ? 1 : length < 1 << 16 ? 2 : 3
  return Uint8Array.from({ length: width }, (_, index) => length >>> (8 * index))
}

const encodeFrame = (crypto: Crypto, data: Uint8Array, signer: KeyPair | undefined): Uint8Array => {
  const size = sizeField(data.length)
  const flags = Uint8Array.of(size.length | (signer === undefined ? 0 : signedFlag))
  const raw = flags.length + size.length + data.length + (signer === undefined ? 0 : signatureLength)
  const unsigned = concat(flags, size, data, crypto.randomBytes((block - (raw % block)) % block))
  return signer === undefined ? unsigned : concat(unsigned, signer.sign(crypto.keccak256(unsigned)))
}

/** RFC 26 writes the last byte of a signature as 27 or 28, installed clients as 0 or 1. */
const withPlainRecoveryByte = (signature: Uint8Array): Uint8Array => {
  const v = signature[signatureLength - 1] ?? 0
  if (v !== 27 && v !== 28) return signature
  const plain = copyOf(signature)
  plain[signatureLength - 1] = v - 27
  return plain
}

const dataOf = (frame: Uint8Array, end: number): Uint8Array | undefined => {
  const start = 1 + ((frame[0] ?? 0) & sizeMask)
  if (start === 1 || start > end) return undefined
  const size = frame.subarray(1, start).reduceRight((sum, byte) => sum * 256 + byte, 0)
  return start + size > end ? undefined : copyOf(frame.subarray(start, start + size))
}

const decodeFrame = (crypto: Crypto, frame: Uint8Array): Frame | undefined => {
  const signed = ((frame[0] ?? 0) & signedFlag) !== 0
  const end = signed ? frame.length - signatureLength : frame.length
  const data = dataOf(frame, end)
  if (data === undefined || !signed) return data && { data, signer: undefined }
  const signature = withPlainRecoveryByte(frame.subarray(end))
  const signer = crypto.recover(crypto.keccak256(frame.subarray(0, end)), signature)
  return signer && { data, signer }
}

/** The NIST concatenation KDF for 32 bytes is a single hash, with the counter 1 in front. */
const eciesKeys = (crypto: Crypto, shared: Uint8Array): { cipherKey: Uint8Array; macKey: Uint8Array } => {
  const derived = crypto.sha256(concat(Uint8Array.of(0, 0, 0, 1), shared))
  return { cipherKey: derived.subarray(0, 16), macKey: crypto.sha256(derived.subarray(16)) }
}

/** Opens a payload that was encrypted to a key; `undefined` where it was not meant for this one or is damaged. */
export const openAsymmetric = (crypto: Crypto, keyPair: KeyPair, payload: Uint8Array): Frame | undefined => {
  if (payload.length <= keyLength + ivLength + tagLength || payload[0] !== 4) return undefined
  const shared = keyPair.sharedSecret(payload.subarray(0, keyLength))
  if (shared === undefined) return undefined
  const { cipherKey, macKey } = eciesKeys(crypto, shared)
  const encrypted = payload.subarray(keyLength, payload.length - tagLength)
  const tag = payload.subarray(payload.length - tagLength)
  if (!crypto.equal(crypto.hmacSha256(macKey, encrypted), tag)) return undefined
  const frame = crypto.aesCtr(cipherKey, encrypted.subarray(0, ivLength), encrypted.subarray(ivLength))
  return decodeFrame(crypto, frame)
}

/**
 * A payload that only the holder of `to` (33 or 65 bytes) opens. `data` has at most 16,777,215 bytes.
 * Throws a RangeError where `to` is no key or `data` is too large: both are the caller's mistakes.
 */
export const sealAsymmetric = (
  crypto: Crypto,
  { to, data, signer }: { to: Uint8Array; data: Uint8Array; signer?: KeyPair },
): Uint8Array => {
  const ephemeral = crypto.generateKeyPair()
  const shared = ephemeral.sharedSecret(to)
  if (shared === undefined) throw new RangeError('the recipient is not a public key of the curve')
  const { cipherKey, macKey } = eciesKeys(crypto, shared)
  const iv = crypto.randomBytes(ivLength)
  const encrypted = concat(iv, crypto.aesCtr(cipherKey, iv, encodeFrame(crypto, data, signer)))
  return concat(ephemeral.publicKey, encrypted, crypto.hmacSha256(macKey, encrypted))
}

/** Opens a payload of a symmetric topic with its key (32 bytes); `undefined` where it is not authentic. */
export const openSymmetric = (crypto: Crypto, key: Uint8Array, payload: Uint8Array): Frame | undefined => {
  const end = payload.length - nonceLength
  if (end <= gcmTagLength) return undefined
  const frame = crypto.aesGcmOpen(key, payload.subarray(end), payload.subarray(0, end))
  return frame && decodeFrame(crypto, frame)
}

/** A payload for a symmetric topic. `key` has 32 bytes, `data` at most 16,777,215; throws a RangeError beyond. */
export const sealSymmetric = (
  crypto: Crypto,
  { key, data, signer }: { key: Uint8Array; data: Uint8Array; signer?: KeyPair },
): Uint8Array => {
  const nonce = crypto.randomBytes(nonceLength)
  return concat(crypto.aesGcmSeal(key, nonce, encodeFrame(crypto, data, signer)), nonce)
}
