import type { WakuMessage } from '../../../../src/ports/index.ts'
import { detached, type Sieve } from './sieve.ts'

/** Messages wait to be put in order up to here. */
const maxHeld = 500
const maxHeldBytes = 8 * 1024 * 1024

const byTime = (a: WakuMessage, b: WakuMessage): number =>
  a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0

/** Messages that wait for older ones, bounded in number and bytes. */
export interface Held {
  readonly isEmpty: boolean
  readonly isFull: boolean
  /** Milliseconds that the first one has waited. */
  readonly waited: number
  /** Keeps it if the sieve lets it pass. */
  take(message: WakuMessage): void
  /** All of them, in the order of time. */
  release(): WakuMessage[]
}

export const createHeld = (sieve: Sieve): Held => {
  let messages: WakuMessage[] = []
  let bytes = 0
  let since = 0
  return {
    get isEmpty() {
      return messages.length === 0
    },
    get isFull() {
      return messages.length >= maxHeld || bytes >= maxHeldBytes
    },
    get waited() {
      return messages.length === 0 ? 0 : performance.now() - since
    },
    take: (message) => {
      if (!sieve.passes(message)) return
      if (messages.length === 0) since = performance.now()
      messages.push(detached(message))
      bytes += message.payload.length
    },
    release: () => {
      const released = messages.sort(byTime)
      messages = []
      bytes = 0
      return released
    },
  }
}
