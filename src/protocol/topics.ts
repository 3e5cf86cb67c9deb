import type { Crypto, Topic } from '../ports/index.ts'
import { hex, utf8 } from './bytes.ts'

const partitions = 5000

/** X of an uncompressed key modulo 5000, digit by digit: the number itself has 256 bits. */
const partitionOf = (publicKey: Uint8Array): number =>
  publicKey.subarray(1, 33).reduce((rest, byte) => (rest * 256 + byte) % partitions, 0)

/** The topic that a key shares with one key in 5000 (protocol section 3). `publicKey` has 65 bytes. */
export const partitionedTopic = (publicKey: Uint8Array): string => `contact-discovery-${partitionOf(publicKey)}`

/** The topic of one key, on which installed clients register (protocol section 3). `publicKey` has 65 bytes. */
export const personalTopic = (publicKey: Uint8Array): string => `contact-discovery-${hex(publicKey)}`

/** The topic for queries about a user, as installed clients write it (protocol section 3). `hashed` has 64 bytes. */
export const queryTopic = (hashed: Uint8Array): string => hex(hashed)

/** Both spellings of the query topic: without the prefix `0x`, and with it as in RFC 71 (protocol section 8). */
export const queryTopics = (hashed: Uint8Array): [string, string] => [hex(hashed), `0x${hex(hashed)}`]

/** The topic of a user's advertisements (protocol section 3). `publicKey` has 65 bytes. */
export const contactCodeTopic = (publicKey: Uint8Array): string => `0x${hex(publicKey)}-contact-code`

/** The four bytes that stand for a topic on the network, as a number (protocol section 3). */
export const topicNumber = (crypto: Crypto, topic: string): Topic => {
  const digest = crypto.keccak256(utf8(topic))
  return new DataView(digest.buffer, digest.byteOffset, digest.byteLength).getUint32(0)
}
