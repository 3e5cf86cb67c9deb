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

/** `segments`: hashes of the messages whose segments the envelope was joined from, this one's included. */
export type Opened =
  | { readonly kind: 'opened'; readonly envelope: Envelope; readonly segments: readonly Uint8Array[] }
  | { readonly kind: 'malformed'; readonly segments: readonly Uint8Array[] }
  | { readonly kind: 'segment-kept'; readonly isLate: boolean }
  | { readonly kind: 'unopened' | 'segment-refused' }

export interface Opening {
  open(message: WakuMessage): Promise<Opened>
  /** Hashes of messages whose segments were kept and are given up since the last call. */
  givenUp(): Uint8Array[]
}

/** Makes the stage from a network message to its envelope: decrypt, join segments, recover the sender. */
export const createOpening = (parts: { crypto: Crypto; subscriptions: Subscriptions; now: () => number }): Opening => {
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

  const open = async (message: WakuMessage): Promise<Opened> => {
    const frame = await decrypt(message)
    if (frame === undefined) return { kind: 'unopened' }
    let bytes = frame.data
    let segments: readonly Uint8Array[] = []
    const segment = parseSegment(bytes)
    if (segment !== undefined) {
      const joined = assembler.add(frame.signer, segment, now(), message.hash)
      if (joined.kind === 'refused') return { kind: 'segment-refused' }
      if (joined.kind !== 'complete') return { kind: 'segment-kept', isLate: joined.kind === 'late' }
      bytes = joined.payload
      segments = joined.tags ?? []
    }
    const envelope = openEnvelope(crypto, bytes)
    return envelope === undefined ? { kind: 'malformed', segments } : { kind: 'opened', envelope, segments }
  }

  return { open, givenUp: assembler.givenUp }
}
