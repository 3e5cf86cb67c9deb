import { setTimeout as sleep } from 'node:timers/promises'
import { contentTopicOf, type OutboundMessage } from '../../../../src/ports/index.ts'
import { messageHash } from '../../shared/message-hash.ts'
import { createStamper, encodeWakuMessage } from '../codec.ts'
import { keyOf } from '../ignored.ts'
import { abortError } from '../life.ts'
import { createPacer } from './pace.ts'
import { createGate } from './peers.ts'

/** How many of our own messages are remembered, 150 bytes each. */
const maxOwn = 20_000

export interface Publisher {
  /** As the port says. Rejects with the closing signal's reason as well. */
  publish(message: OutboundMessage, signal: AbortSignal): Promise<void>
  /** Whether we published the message of this hash (32 bytes); the newest 20,000 are known. */
  isOwn(hash: Uint8Array): boolean
  stats(): { readonly published: number; readonly publishFailures: number }
}

export interface PublisherOptions {
  readonly pubsubTopic: string
  /** Of the encoded message. */
  readonly maxMessageBytes: number
  /** Whether somebody would take a message now. */
  readonly isReady: () => boolean
  /** Hands the bytes to the network; the number of peers that took them. */
  readonly send: (data: Uint8Array) => Promise<number>
  readonly closing: AbortSignal
  /** Unix milliseconds. */
  readonly now: () => number
}

export const createPublisher = (options: PublisherOptions): Publisher => {
  const { pubsubTopic, maxMessageBytes, isReady, send, closing, now } = options
  const stamp = createStamper(now)
  const pacer = createPacer()
  const gate = createGate(isReady)
  const own = new Set<string>()
  const counts = { published: 0, publishFailures: 0 }

  /** A message, different at each call: the stamp never repeats. */
  const compose = ({ topic, payload }: OutboundMessage) => ({
    payload,
    contentTopic: contentTopicOf(topic),
    version: 1,
    timestamp: stamp(),
    ephemeral: false,
  })

  const remember = (hash: Uint8Array): void => {
    own.add(keyOf(hash))
    if (own.size <= maxOwn) return
    for (const oldest of own) {
      own.delete(oldest)
      return
    }
  }

  const hand = async (message: OutboundMessage, signal: AbortSignal): Promise<void> => {
    for (;;) {
      await gate.wait(signal)
      await pacer.turn(signal)
      const composed = compose(message)
      remember(messageHash(pubsubTopic, composed))
      if ((await send(encodeWakuMessage(composed))) > 0) return
      // Whoever was there has left or does not read. The next try has to have an id of its own: gossipsub knows this one.
      await sleep(50, undefined, { signal })
    }
  }

  return {
    publish: async (message, signal) => {
      const either = AbortSignal.any([signal, closing])
      if (either.aborted) throw abortError(either)
      const size = encodeWakuMessage(compose(message)).length
      if (size > maxMessageBytes)
        throw new Error(`The message has ${size} bytes, the network takes ${maxMessageBytes}.`)
      try {
        // What the caller does with its bytes later must not reach the network.
        await hand({ topic: message.topic, payload: Uint8Array.from(message.payload) }, either)
        counts.published += 1
      } catch (error) {
        counts.publishFailures += 1
        throw either.aborted ? abortError(either) : error
      }
    },
    isOwn: (hash) => own.has(keyOf(hash)),
    stats: () => ({ ...counts }),
  }
}
