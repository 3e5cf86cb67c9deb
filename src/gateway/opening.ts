import { type Crypto, topicOf, type WakuMessage } from '../ports/index.ts'
import {
  type Envelope,
  type Frame,
  openAsymmetric,
  openEnvelope,
  openSymmetric,
  parseSegment,
} from '../protocol/index.ts'
import type { Joining } from './joining.ts'
import type { Subscriptions } from './subscriptions.ts'

/** What an envelope was joined from; nothing for one that came whole. */
export interface Origin {
  /** Claims that end with its handling. */
  readonly segments: readonly Uint8Array[]
  /** Its name among the parts that replicas share. */
  readonly shared?: Uint8Array
}

export type Opened =
  | ({ readonly kind: 'opened'; readonly envelope: Envelope } & Origin)
  | ({ readonly kind: 'malformed' } & Origin)
  | { readonly kind: 'segment-kept'; readonly isLate: boolean }
  | { readonly kind: 'unopened' | 'segment-refused' }

export interface Opening {
  open(message: WakuMessage): Promise<Opened>
  /** Hashes of messages whose segments were kept and are given up since the last call. */
  givenUp(): Uint8Array[]
}

const whole: Origin = { segments: [] }

/** Makes the stage from a network message to its envelope: decrypt, join segments, recover the sender. */
export const createOpening = (parts: { crypto: Crypto; subscriptions: Subscriptions; joining: Joining }): Opening => {
  const { crypto, subscriptions, joining } = parts

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

  const envelopeOf = (bytes: Uint8Array, origin: Origin): Opened => {
    const envelope = openEnvelope(crypto, bytes)
    return envelope === undefined ? { kind: 'malformed', ...origin } : { kind: 'opened', envelope, ...origin }
  }

  const open = async (message: WakuMessage): Promise<Opened> => {
    const frame = await decrypt(message)
    if (frame === undefined) return { kind: 'unopened' }
    const segment = parseSegment(frame.data)
    if (segment === undefined) return envelopeOf(frame.data, whole)
    const joined = await joining.add(frame, segment, message.hash)
    if (joined.kind === 'refused') return { kind: 'segment-refused' }
    if (joined.kind === 'kept') return { kind: 'segment-kept', isLate: joined.isLate }
    const { payload, kind, ...origin } = joined
    return envelopeOf(payload, origin)
  }

  return { open, givenUp: joining.givenUp }
}
