/** Parts of a message that is too large to travel whole: their form and how a message is split (protocol section 4.2). */
import { SegmentMessage } from '../../proto/generated/segment.js'
import type { Crypto } from '../ports/index.ts'
import { copyOf } from './bytes.ts'
import { createCodec } from './codec.ts'
import { maxShards, parityOf } from './reed-solomon.ts'

export { type Assembler, type AssemblerLimits, type AssemblyResult, createAssembler } from './assembler.ts'

export interface Segment {
  /** keccak256 of the whole message, 32 bytes. */
  readonly hash: Uint8Array
  readonly index: number
  /** How many data segments there are; 0 in a parity segment. */
  readonly count: number
  readonly payload: Uint8Array
  readonly parityIndex: number
  readonly parityCount: number
}

const segmentsForOneParity = 8

const segmentCodec = createCodec<Segment>(
  (segment) =>
    SegmentMessage.encode({
      entireMessageHash: segment.hash,
      index: segment.index,
      segmentsCount: segment.count,
      payload: segment.payload,
      paritySegmentIndex: segment.parityIndex,
      paritySegmentsCount: segment.parityCount,
    }),
  (bytes) => {
    const message = SegmentMessage.decode(bytes)
    return {
      hash: copyOf(message.entireMessageHash),
      index: message.index,
      count: message.segmentsCount,
      payload: copyOf(message.payload),
      parityIndex: message.paritySegmentIndex,
      parityCount: message.paritySegmentsCount,
    }
  },
)

const readVarint = (bytes: Uint8Array, start: number): { value: number; next: number } => {
  let value = 0
  for (let index = start; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0
    value += (byte & 0x7f) * 2 ** (7 * (index - start))
    if (byte < 0x80) return { value, next: index + 1 }
  }
  return { value, next: bytes.length }
}

/** Where the value of a field ends. Groups have no end of their own: their fields follow as if they stood beside them. */
const endOfValue = (bytes: Uint8Array, start: number, wireType: number): number => {
  if (wireType === 0) return readVarint(bytes, start).next
  if (wireType === 1) return start + 8
  if (wireType === 5) return start + 4
  if (wireType !== 2) return start
  const { value, next } = readVarint(bytes, start)
  return next + value
}

/** The wire types that stand in front of a field's values, in well-formed bytes; fields inside of groups are not its own. */
const wireTypesOf = (bytes: Uint8Array, field: number): number[] => {
  const found: number[] = []
  for (let position = 0, depth = 0; position < bytes.length; ) {
    const { value: tag, next } = readVarint(bytes, position)
    const wireType = tag & 7
    if (depth === 0 && tag >>> 3 === field) found.push(wireType)
    depth += wireType === 3 ? 1 : wireType === 4 ? -1 : 0
    position = endOfValue(bytes, next, wireType)
  }
  return found
}

/**
 * A segment, or `undefined` where the bytes are something else. Nothing marks which is which, so this is the rule of
 * protocol section 4.2: a hash of 32 bytes, an index that is absent or a varint, a payload that is not empty.
 */
export const parseSegment = (bytes: Uint8Array): Segment | undefined => {
  const segment = segmentCodec.decode(bytes)
  if (segment === undefined || segment.hash.length !== 32 || segment.payload.length === 0) return undefined
  return wireTypesOf(bytes, 2).every((wireType) => wireType === 0) ? segment : undefined
}

const padded = (shard: Uint8Array, length: number): Uint8Array => {
  if (shard.length === length) return shard
  const full = new Uint8Array(length)
  full.set(shard)
  return full
}

const parityCountFor = (data: number): number => {
  const parity = Math.floor(data / segmentsForOneParity)
  return data + parity > maxShards ? 0 : parity
}

/**
 * What to send in place of a payload: encoded segments of at most `segmentSize` bytes of it each, the parity segments
 * last; the payload itself where it fits into one.
 */
export const splitIntoSegments = (crypto: Crypto, payload: Uint8Array, segmentSize: number): Uint8Array[] => {
  if (payload.length <= segmentSize) return [payload]
  const count = Math.ceil(payload.length / segmentSize)
  const parts = Array.from({ length: count }, (_, index) =>
    payload.subarray(index * segmentSize, (index + 1) * segmentSize),
  )
  const parityCount = parityCountFor(count)
  const parity =
    parityCount === 0
      ? []
      : parityOf(
          parts.map((part) => padded(part, segmentSize)),
          parityCount,
        )
  const hash = crypto.keccak256(payload)
  return [
    ...parts.map((part, index) => ({ hash, index, count, payload: part, parityIndex: 0, parityCount: 0 })),
    ...parity.map((part, parityIndex) => ({ hash, index: 0, count: 0, payload: part, parityIndex, parityCount })),
  ].map(segmentCodec.encode)
}
