import { type Crypto, topicOf, type WakuMessage } from '../ports/index.ts'
import {
  createAssembler,
  type Envelope,
  type Frame,
  openAsymmetric,
  openEnvelope,
  openSymmetric,
  parseSegment,
} from '../protocol/index.ts'
import type { Subscriptions } from './subscriptions.ts'

/** Bounds of what is kept of split messages until their last segment comes (protocol section 4.2). */
const segmentLimits = { maxMessages: 1_000, maxBytes: 64 * 1024 * 1024, maxAgeMs: 10 * 60_000 }

export type Opened =
  | { readonly kind: 'opened'; readonly envelope: Envelope }
  | { readonly kind: 'unopened' | 'malformed' | 'segment-kept' | 'segment-refused' }

/** Makes the stage from a network message to its envelope: decrypt, join segments, recover the sender. */
export const createOpening = (parts: {
  crypto: Crypto
  subscriptions: Subscriptions
  now: () => number
}): ((message: WakuMessage) => Promise<Opened>) => {
  const { crypto, subscriptions, now } = parts
  const assembler = createAssembler(crypto, segmentLimits)

  const decrypt = async ({ contentTopic, payload }: WakuMessage): Promise<Frame | undefined> => {
    const topic = topicOf(contentTopic)
    if (topic === undefined) return undefined
    if (subscriptions.isOwn(topic)) {
      const frame = openAsymmetric(crypto, crypto.identity, payload)
      if (frame !== undefined) return frame
    }
    for (const key of await subscriptions.keysFor(topic)) {
      const frame = openSymmetric(crypto, key, payload)
      if (frame !== undefined) return frame
    }
    return undefined
  }

  return async (message) => {
    const frame = await decrypt(message)
    if (frame === undefined) return { kind: 'unopened' }
    let bytes = frame.data
    const segment = parseSegment(bytes)
    if (segment !== undefined) {
      const joined = assembler.add(frame.signer, segment, now())
      if (joined.kind === 'refused') return { kind: 'segment-refused' }
      if (joined.kind === 'waiting') return { kind: 'segment-kept' }
      bytes = joined.payload
    }
    const envelope = openEnvelope(crypto, bytes)
    return envelope === undefined ? { kind: 'malformed' } : { kind: 'opened', envelope }
  }
}
