import { type HistoryRange, topicOf, type WakuMessage } from '../../../../src/ports/index.ts'
import { type Ignored, keyOf, type ListenedTopics } from '../ignored.ts'

export interface SieveOptions {
  readonly listened: ListenedTopics
  readonly ignored: Ignored
  readonly isOwn: (hash: Uint8Array) => boolean
  /** Largest payload in bytes. */
  readonly maxMessageBytes: number
  readonly counts: { historyMessages: number; historyKnown: number; historyIgnored: number }
}

/** Lets each message of a range pass once, if it is for us and new. */
export interface Sieve {
  /** Whether a message of this hash has to be looked at. */
  wants(hash: Uint8Array): boolean
  /** Whether the message is to be given; it is not wanted any more afterwards. */
  passes(message: WakuMessage): boolean
  /** Whether its topic is (still) one of ours. */
  listens(message: WakuMessage): boolean
}

/** So many hashes are remembered at least; what passes twice beyond that is known to the gateway by then. */
const memory = 100_000

export const createSieve = (
  { listened, ignored, isOwn, maxMessageBytes, counts }: SieveOptions,
  { isKnown = () => false }: Pick<HistoryRange, 'isKnown'>,
): Sieve => {
  let young = new Set<string>()
  let old = new Set<string>()

  const remember = (hash: Uint8Array): void => {
    young.add(keyOf(hash))
    if (young.size < memory) return
    old = young
    young = new Set()
  }

  const isForUs = ({ hash, contentTopic, version, payload }: WakuMessage): boolean => {
    const topic = topicOf(contentTopic)
    if (topic !== undefined && version === 1 && payload.length <= maxMessageBytes) {
      if (listened.has(topic)) return true
      ignored.note(hash, topic)
    } else ignored.note(hash, undefined)
    counts.historyIgnored += 1
    return false
  }

  const wants = (hash: Uint8Array): boolean => {
    const key = keyOf(hash)
    if (young.has(key) || old.has(key)) return false
    if (isKnown(hash) || isOwn(hash)) {
      counts.historyKnown += 1
      return false
    }
    return !ignored.skips(hash)
  }

  return {
    wants,
    listens: ({ contentTopic }) => {
      const topic = topicOf(contentTopic)
      return topic !== undefined && listened.has(topic)
    },
    passes: (message) => {
      if (!wants(message.hash) || !isForUs(message)) return false
      remember(message.hash)
      counts.historyMessages += 1
      return true
    },
  }
}

/** A message that keeps nothing alive of the page that it came on. */
export const detached = (message: WakuMessage): WakuMessage => ({
  ...message,
  payload: new Uint8Array(message.payload),
})
