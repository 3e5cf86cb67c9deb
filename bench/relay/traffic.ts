import { randomBytes } from 'node:crypto'
import { encodeWakuMessage } from '../../plugins/transport/waku/codec.ts'
import { contentTopicOf, type Topic } from '../../src/ports/index.ts'

export const cluster = 16
export const shard = 32
export const pubsubTopic = `/waku/2/rs/${cluster}/${shard}`

/** As long as a registration in its two layers of encryption. */
const payloadBytes = 600
const listenedTopics = 10_000

/** Spread over all numbers of four bytes, as hashes are; different for different `i` below 2^32. */
export const scattered = (i: number): Topic => Math.imul(i + 1, 0x9e3779b1) >>> 0

/** Those that the measured relay listens on. */
export function* topicsHeard(count = listenedTopics): Iterable<Topic> {
  for (let i = 0; i < count; i += 1) yield scattered(i)
}

/** Encoded messages, every other one on a topic that is listened to. */
export const makeMessages = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) =>
    encodeWakuMessage({
      payload: new Uint8Array(randomBytes(payloadBytes)),
      contentTopic: contentTopicOf(scattered((i % listenedTopics) + (i % 2) * listenedTopics)),
      version: 1,
      timestamp: BigInt(Date.now()) * 1_000_000n,
      ephemeral: false,
    }),
  )
