import type { KeyPair, OutboundMessage, Topic, WakuMessage } from '../ports/index.ts'
import { topicOf } from '../ports/index.ts'
import {
  createAssembler,
  type Envelope,
  hex,
  openAsymmetric,
  openEnvelope,
  parseSegment,
  partitionedTopic,
  topicNumber,
} from '../protocol/index.ts'
import type { Party } from './party.ts'

const segmentLimits = { maxMessages: 100, maxBytes: 16 * 1024 * 1024, maxAgeMs: 60_000 }

export interface Exchange<Answer> {
  /** Whose answer it is: it comes on this key's partitioned topic, encrypted to it. */
  readonly keyPair: KeyPair
  readonly message: OutboundMessage
  /** The answer, if this envelope is it; envelopes are authentic, who signed them is the reader's to check. */
  read(envelope: Envelope): Answer | undefined
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** Speaks for one or several keys on the network. */
export interface ClientNode {
  readonly party: Party
  start(): Promise<void>
  /** Listens, publishes, waits; `undefined` where no answer came in time or the network took nothing. Rejects on abort. */
  exchange<Answer>(exchange: Exchange<Answer>): Promise<Answer | undefined>
  close(): Promise<void>
}

interface Listener {
  readonly keyPair: KeyPair
  readonly topic: Topic
  onEnvelope(envelope: Envelope): void
}

export const createClientNode = (party: Party): ClientNode => {
  const { crypto, transport } = party
  const listeners = new Set<Listener>()
  const assembler = createAssembler(crypto, segmentLimits)

  const open = (keyPair: KeyPair, payload: Uint8Array): Envelope | undefined => {
    const frame = openAsymmetric(crypto, keyPair, payload)
    if (frame === undefined) return undefined
    const segment = parseSegment(frame.data)
    if (segment === undefined) return openEnvelope(crypto, frame.data)
    const joined = assembler.add(frame.signer, segment, Date.now())
    return joined.kind === 'complete' ? openEnvelope(crypto, joined.payload) : undefined
  }

  const onMessage = (message: WakuMessage): void => {
    const topic = topicOf(message.contentTopic)
    const opened = new Map<string, Envelope | undefined>()
    for (const listener of listeners) {
      if (listener.topic !== topic) continue
      const key = hex(listener.keyPair.compressed)
      if (!opened.has(key)) opened.set(key, open(listener.keyPair, message.payload))
      const envelope = opened.get(key)
      if (envelope !== undefined) listener.onEnvelope(envelope)
    }
  }

  const stopListening = (listener: Listener): void => {
    listeners.delete(listener)
    if (![...listeners].some(({ topic }) => topic === listener.topic)) transport.unlisten([listener.topic])
  }

  return {
    party,
    start: () => transport.start({ onMessage, onIgnored: () => undefined }),
    exchange: async ({ keyPair, message, read, timeoutMs, signal }) => {
      const limit = AbortSignal.timeout(timeoutMs)
      const { promise, resolve } = Promise.withResolvers<ReturnType<typeof read>>()
      const onEnvelope = (envelope: Envelope): void => {
        const answer = read(envelope)
        if (answer !== undefined) resolve(answer)
      }
      const listener = { keyPair, topic: topicNumber(crypto, partitionedTopic(keyPair.publicKey)), onEnvelope }
      const giveUp = (): void => resolve(undefined)
      limit.addEventListener('abort', giveUp)
      signal?.addEventListener('abort', giveUp)
      listeners.add(listener)
      transport.listen([listener.topic])
      try {
        const sent = transport.publish(message, signal === undefined ? limit : AbortSignal.any([limit, signal]))
        const answer = await sent.then(
          () => promise,
          () => undefined,
        )
        signal?.throwIfAborted()
        return answer
      } finally {
        stopListening(listener)
        signal?.removeEventListener('abort', giveUp)
      }
    },
    close: () => party.close(),
  }
}
