import { hash } from 'node:crypto'

/** What a message's hash is made of. */
export interface Hashable {
  readonly payload: Uint8Array
  readonly contentTopic: string
  /** Nanoseconds since 1970. */
  readonly timestamp: bigint
  /** Empty in every message of ours. */
  readonly meta?: Uint8Array
}

const nothing = new Uint8Array()

/** The deterministic message hash of 14/WAKU2-MESSAGE, 32 bytes: by it store nodes and relays name a message. */
export const messageHash = (pubsubTopic: string, message: Hashable): Uint8Array => {
  const { payload, contentTopic, timestamp, meta = nothing } = message
  const timestampBytes = Buffer.allocUnsafe(8)
  timestampBytes.writeBigInt64BE(BigInt.asIntN(64, timestamp))
  const parts = [Buffer.from(pubsubTopic), payload, Buffer.from(contentTopic), meta, timestampBytes]
  return new Uint8Array(hash('sha256', Buffer.concat(parts), 'buffer'))
}
