import { WakuMessage as Wire } from '../../../proto/generated/waku.js'
import type { WakuMessage } from '../../../src/ports/index.ts'
import { messageHash } from '../shared/message-hash.ts'

interface Halves {
  readonly low: number
  readonly high: number
}

export const toHalves = (value: bigint) => ({
  low: Number(BigInt.asIntN(32, value)),
  high: Number(BigInt.asIntN(32, value >> 32n)),
  unsigned: false,
})

export const toBigint = (value: number | Halves): bigint =>
  typeof value === 'number' ? BigInt(value) : (BigInt(value.high) << 32n) | BigInt(value.low >>> 0)

/** A WakuMessage as it stands in a pubsub message (protocol section 4). All 64 bits of the timestamp survive. */
export const encodeWakuMessage = (message: Omit<WakuMessage, 'hash'>): Uint8Array =>
  Wire.encode({ ...message, timestamp: toHalves(message.timestamp) }).finish()

/** The fields of a message as the codec reads them. */
type Fields = Pick<Wire, 'payload' | 'contentTopic' | 'version' | 'timestamp' | 'ephemeral' | 'meta'>

/** A decoded message with its hash. The payload may share memory with what was decoded. */
export const messageOf = (pubsubTopic: string, fields: Fields): WakuMessage => {
  const { payload, contentTopic, version, ephemeral, meta } = fields
  const timestamp = toBigint(fields.timestamp)
  const hash = messageHash(pubsubTopic, { payload, contentTopic, timestamp, meta })
  return { payload, contentTopic, version, timestamp, ephemeral, hash }
}

/** `undefined` for bytes that are no WakuMessage. The payload may share memory with `bytes`. */
export const decodeWakuMessage = (pubsubTopic: string, bytes: Uint8Array): WakuMessage | undefined => {
  try {
    return messageOf(pubsubTopic, Wire.decode(bytes))
  } catch {
    return undefined
  }
}

/** The content topic of a message, at a fraction of what decoding it costs; `undefined` for bytes that are none. */
export const contentTopicIn = (bytes: Uint8Array): string | undefined => {
  try {
    return Wire.decode(bytes).contentTopic
  } catch {
    return undefined
  }
}

/**
 * A clock of nanoseconds in which no two readings are equal: two messages of equal content in one millisecond
 * would otherwise be one message to the network.
 */
export const createStamper = (now: () => number): (() => bigint) => {
  let last = 0n
  return () => {
    const current = BigInt(Math.floor(now())) * 1_000_000n
    last = current > last ? current : last + 1n
    return last
  }
}
