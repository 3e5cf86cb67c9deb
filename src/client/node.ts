import type { KeyPair, OutboundMessage, Topic, WakuMessage } from '../ports/index.ts'
import { topicOf } from '../ports/transport.ts'
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

/** A topic that is listened to until it is stopped. */
export interface Following {
  /** Whether the network's memory could be read for all of the time asked for; false where nothing was asked for. */
  readonly caughtUp: Promise<boolean>
  stop(): void
}

/** Speaks for one or several keys on the network. */
export interface ClientNode {
  readonly party: Party
  start(): Promise<void>
  /** Listens, publishes, waits; `undefined` where no answer came in time or the network took nothing. Rejects on abort. */
  exchange<Answer>(exchange: Exchange<Answer>): Promise<Answer | undefined>
  /** The same for several answers, in the order in which they came; none where nobody answered. Rejects on abort. */
  gather<Answer>(inquiry: Inquiry<Answer>): Promise<Answer[]>
  /** Hears the payloads on a topic, and before them those of the last `pastMs` milliseconds (24 h at most) that store nodes kept. Must not throw. */
  follow(topic: Topic, onPayload: (payload: Uint8Array) => void, pastMs?: number): Following
  close(): Promise<void>
}

interface Listener {
  readonly keyPair: KeyPair
  readonly topic: Topic
  onEnvelope(envelope: Envelope): void
}

interface Follower {
  readonly topic: Topic
  onPayload(payload: Uint8Array): void
}

const longestPastMs = 24 * 3_600_000

export const createClientNode = (party: Party): ClientNode => {
  const { crypto, transport } = party
  const listeners = new Set<Listener>()
  const followers = new Set<Follower>()
  const closing = new AbortController()
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
    for (const follower of [...followers]) if (follower.topic === topic) follower.onPayload(message.payload)
    const opened = new Map<string, Envelope | undefined>()
    for (const listener of listeners) {
      if (listener.topic !== topic) continue
      const key = hex(listener.keyPair.compressed)
      if (!opened.has(key)) opened.set(key, open(listener.keyPair, message.payload))
      const envelope = opened.get(key)
      if (envelope !== undefined) listener.onEnvelope(envelope)
    }
  }

  const leave = (left: Topic): void => {
    if (![...listeners, ...followers].some(({ topic }) => topic === left)) transport.unlisten([left])
  }

  const stopListening = (listener: Listener): void => {
    listeners.delete(listener)
    leave(listener.topic)
  }

  /** Those who began in the same turn share one reading. */
  let latecomers = new Map<Follower, number>()
  let reading: Promise<boolean> | undefined

  const readPast = async (): Promise<boolean> => {
    const readers = latecomers
    latecomers = new Map()
    reading = undefined
    const to = new Date()
    const from = new Date(to.getTime() - Math.min(Math.max(...readers.values()), longestPastMs))
    try {
      for await (const message of transport.history({ from, to, signal: closing.signal })) {
        const topic = topicOf(message.contentTopic)
        for (const follower of readers.keys())
          if (follower.topic === topic && followers.has(follower)) follower.onPayload(message.payload)
      }
      return true
    } catch {
      return false
    }
  }

  const catchUp = (follower: Follower, pastMs: number): Promise<boolean> => {
    latecomers.set(follower, pastMs)
    reading ??= Promise.resolve().then(readPast)
    return reading
  }

  const follow: ClientNode['follow'] = (topic, onPayload, pastMs = 0) => {
    const follower = { topic, onPayload }
    followers.add(follower)
    transport.listen([topic])
    return {
      caughtUp: pastMs > 0 ? catchUp(follower, pastMs) : Promise.resolve(false),
      stop: () => {
        if (followers.delete(follower)) leave(topic)
      },
    }
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
    follow,
    close: () => {
      closing.abort()
      return party.close()
    },
  }
}
