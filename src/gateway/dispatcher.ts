import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Delivery, Notification, Outcome } from '../ports/index.ts'

interface Waiting {
  readonly notification: Notification
  readonly resolve: (outcome: Outcome) => void
}

export interface Dispatcher {
  /** Resolves with what became of it, also when the backend breaks its promise and throws. */
  deliver(notification: Notification): Promise<Outcome>
  /** Ends what is under way; its outcomes are then unknown. */
  abort(): void
}

/** Gathers notifications for one backend: whatever waits while its slots are taken goes out in one batch. */
export const createDispatcher = (backend: Delivery): Dispatcher => {
  const waiting: Waiting[] = []
  const abortion = new AbortController()
  let slots = backend.concurrency
  let scheduled = false

  const send = async (batch: readonly Waiting[]): Promise<void> => {
    const outcomes = await backend
      .deliver(
        batch.map(({ notification }) => notification),
        abortion.signal,
      )
      .catch((error: unknown): Outcome[] =>
        batch.map(() => ({ kind: 'unknown', reason: error instanceof Error ? error.name : 'backend failed' })),
      )
    for (const [i, { resolve }] of batch.entries())
      resolve(outcomes[i] ?? { kind: 'unknown', reason: 'backend gave no outcome' })
  }

  const flush = (): void => {
    scheduled = false
    while (slots > 0 && waiting.length > 0) {
      slots--
      send(waiting.splice(0, backend.maxBatch)).finally(() => {
        slots++
        flush()
      })
    }
  }

  return {
    deliver: (notification) =>
      new Promise((resolve) => {
        waiting.push({ notification, resolve })
        if (scheduled) return
        scheduled = true
        nextTurn().then(flush)
      }),
    abort: () => abortion.abort(),
  }
}
