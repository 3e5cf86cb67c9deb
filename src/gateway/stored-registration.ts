import { type RegistrationMessage, registrationCodec } from '../protocol/index.ts'

/**
 * What a record in the store is: the registration as it came, and behind it when it was stored, as a field of protobuf that the
 * protocol does not have (number 2,047, eight bytes little-endian, Unix milliseconds). Older records lack it.
 */
const tag = Buffer.from([0xf9, 0x7f])
const suffixBytes = tag.length + 8

export interface StoredRegistration {
  readonly message: RegistrationMessage
  /** Unix milliseconds; `undefined` of a record that was written before this was kept. */
  readonly storedAt: number | undefined
}

/** The bytes to keep of a registration's `content` at `now`, Unix milliseconds. */
export const recordOf = (content: Uint8Array, now: number): Uint8Array => {
  const suffix = Buffer.alloc(suffixBytes)
  tag.copy(suffix)
  suffix.writeBigUInt64LE(BigInt(Math.floor(now)), tag.length)
  return Buffer.concat([content, suffix])
}

/** `undefined` where the bytes are no record. */
export const readRecord = (record: Uint8Array): StoredRegistration | undefined => {
  const message = registrationCodec.decode(record)
  if (message === undefined) return undefined
  const suffix = Buffer.from(record.buffer, record.byteOffset, record.byteLength).subarray(-suffixBytes)
  const isThere = suffix.length === suffixBytes && suffix.subarray(0, tag.length).equals(tag)
  return { message, storedAt: isThere ? Number(suffix.readBigUInt64LE(tag.length)) : undefined }
}
