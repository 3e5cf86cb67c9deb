import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Delivery, Notification, Outcome } from '../ports/index.ts'

const abortPatienceMs = 500

interface Waiting {
  /** On the clock of `performance`. */
  readonly since: number
  readonly notification: Notification
  readonly resolve: (outcome: Outcome) => void
}

export interface Dispatcher {
  /** Resolves with what became of it, also when the backend breaks its promise and throws. */
  deliver(notification: Notification): Promise<Outcome>
  /** How many wait for a slot of the backend. */
  readonly waiting: number
  /** Since when the first of them waits, on the clock of `performance`. */
  readonly waitingSince: number | undefined
  /** How many are in the backend's hands. */
  readonly inHand: number
  /** Ends the waiting of all that were not given to the backend yet. */
  recall(outcome: Outcome): void
  /** Ends what is under way; its outcomes are then unknown. */
  abort(): void
}

/**
 * Gathers notifications for one backend: whatever waits while its slots are taken goes out in one batch. `onOutcome` hears what
 * the backend said of each.
 */
export const createDispatcher = (
  backend: Delivery,
  onOutcome: (outcome: Outcome) => void = () => undefined,
): Dispatcher => {
  const waiting: Waiting[] = []
  const abortion = new AbortController()
  let slots = backend.concurrency
  let inHand = 0
  let scheduled = false

  /** A backend that keeps to its contract settles at once on abort; nobody waits for one that does not. */
  const ask = async (batch: readonly Waiting[]): Promise<Outcome[]> => {
    if (abortion.signal.aborted) return batch.map(() => ({ kind: 'retry', reason: 'the gateway is stopping' }))
    // One promise for each batch: a race against one that lives as long as the gateway would keep every outcome until then.
    const { promise: abandoned, resolve } = Promise.withResolvers<Outcome[]>()
    const giveUp = (): void => void setTimeout(resolve, abortPatienceMs, [])
    abortion.signal.addEventListener('abort', giveUp)
    try {
      const notifications = batch.map(({ notification }) => notification)
      return await Promise.race([backend.deliver(notifications, abortion.signal), abandoned])
    } catch (error) {
      return batch.map(() => ({ kind: 'unknown', reason: error instanceof Error ? error.name : 'backend failed' }))
    } finally {
      abortion.signal.removeEventListener('abort', giveUp)
    }
  }

  const send = async (batch: readonly Waiting[]): Promise<void> => {
    inHand += batch.length
    const outcomes = await ask(batch)
    inHand -= batch.length
    for (const [i, { resolve }] of batch.entries()) {
      const outcome = outcomes[i] ?? { kind: 'unknown', reason: 'backend gave no outcome' }
      onOutcome(outcome)
      resolve(outcome)
    }
  }

  const flush = (): void => {
    scheduled = false
    while (slots > 0 && waiting.length > 0) {
      slots--
      send(waiting.splice(0, Math.max(1, backend.maxBatch))).finally(() => {
        slots++
        flush()
      })
    }
  }

  return {
    deliver: (notification) =>
      new Promise((resolve) => {
        waiting.push({ notification, resolve, since: performance.now() })
        if (scheduled) return
        scheduled = true
        nextTurn().then(flush)
      }),
    get waiting() {
      return waiting.length
    },
    get waitingSince() {
      return waiting[0]?.since
    },
    get inHand() {
      return inHand
    },
    recall: (outcome) => {
      for (const { resolve } of waiting.splice(0)) resolve(outcome)
    },
    abort: () => abortion.abort(),
  }
}
