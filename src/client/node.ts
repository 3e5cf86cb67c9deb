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

/** Nobody registers with more gateways than this; more answers are somebody's mischief. */
const mostAnswers = 32

export interface Exchange<Answer> {
  /** Whose answer it is: it comes on this key's partitioned topic, encrypted to it. */
  readonly keyPair: KeyPair
  readonly message: OutboundMessage
  /** The answer, if this envelope is it; envelopes are authentic, who signed them is the reader's to check. */
  read(envelope: Envelope): Answer | undefined
  readonly timeoutMs: number
  readonly signal?: AbortSignal
  /** Hears when the network took the message, or why it did not. */
  readonly onSent?: (refusal?: Error) => void
}

/** A message that several may answer. */
export interface Inquiry<Answer> extends Exchange<Answer> {
  /** How long others are heard after the first answer, in milliseconds; `timeoutMs` still ends it all. */
  readonly lingerMs: number
}

/** Speaks for one or several keys on the network. */
export interface ClientNode {
  readonly party: Party
  start(): Promise<void>
  /** Listens, publishes, waits; `undefined` where no answer came in time or the network took nothing. Rejects on abort. */
  exchange<Answer>(exchange: Exchange<Answer>): Promise<Answer | undefined>
  /** The same for several answers, in the order in which they came; none where nobody answered. Rejects on abort. */
  gather<Answer>(inquiry: Inquiry<Answer>): Promise<Answer[]>
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

  const gather: ClientNode['gather'] = async ({ keyPair, message, read, timeoutMs, lingerMs, signal, onSent }) => {
    type Answer = NonNullable<ReturnType<typeof read>>
    const answers: Answer[] = []
    const limit = new AbortController()
    const { promise: over, resolve: end } = Promise.withResolvers<void>()
    const timers = [setTimeout(() => limit.abort(), timeoutMs)]
    const onEnvelope = (envelope: Envelope): void => {
      const answer = read(envelope)
      if (answer === undefined) return
      answers.push(answer as Answer)
      if (lingerMs <= 0 || answers.length >= mostAnswers) end()
      else if (answers.length === 1) timers.push(setTimeout(end, lingerMs))
    }
    const stop = signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal])
    const listener = { keyPair, topic: topicNumber(crypto, partitionedTopic(keyPair.publicKey)), onEnvelope }
    const giveUp = (): void => end()
    stop.addEventListener('abort', giveUp)
    listeners.add(listener)
    transport.listen([listener.topic])
    try {
      signal?.throwIfAborted()
      transport.publish(message, stop).then(
        () => onSent?.(),
        (refusal: Error) => {
          onSent?.(refusal)
          end()
        },
      )
      await over
      signal?.throwIfAborted()
      return answers
    } finally {
      stopListening(listener)
      stop.removeEventListener('abort', giveUp)
      for (const timer of timers) clearTimeout(timer)
    }
  }

  return {
    party,
    start: () => transport.start({ onMessage, onIgnored: () => undefined }),
    exchange: async (exchange) => (await gather({ ...exchange, lingerMs: 0 }))[0],
    gather,
    close: () => party.close(),
  }
}
