/** What every codec shares: an outcome instead of an exception, and 64-bit numbers without loss. */

export interface Codec<T> {
  /** Throws a RangeError where a 64-bit field does not fit: the caller's mistake. */
  encode(value: T): Uint8Array
  /** `undefined` where the bytes are malformed. The value shares no memory with `bytes`. */
  decode(bytes: Uint8Array): T | undefined
}

/** A 64-bit number as the generated code has it: it silently writes 0 for a bigint. */
export interface Halves {
  readonly low: number
  readonly high: number
  readonly unsigned: boolean
}

const max = 0xffff_ffff_ffff_ffffn

export const halvesOf = (value: bigint): Halves => {
  if (value < 0n || value > max) throw new RangeError('not an unsigned number of 64 bits')
  return { low: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)), unsigned: true }
}

export const bigintOf = (value: number | Halves): bigint =>
  typeof value === 'number' ? BigInt(value) : (BigInt(value.high >>> 0) << 32n) | BigInt(value.low >>> 0)

/** `undefined` where `read` throws: for malformed bytes. */
export const decodeWith = <T>(read: (bytes: Uint8Array) => T, bytes: Uint8Array): T | undefined => {
  try {
    return read(bytes)
  } catch {
    return undefined
  }
}

/** The generated `decode` throws for malformed bytes and for nothing else; `read` must copy what it keeps of its input. */
export const createCodec = <T>(
  write: (value: T) => { finish(): Uint8Array },
  read: (bytes: Uint8Array) => T,
): Codec<T> => ({
  encode: (value) => new Uint8Array(write(value).finish()),
  decode: (bytes) => decodeWith(read, bytes),
})
