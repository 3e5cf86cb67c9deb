import { createLineUp } from '../line-up.ts'

export interface Pacer {
  /** Resolves when it is this message's turn. Rejects with the signal's reason. */
  turn(signal: AbortSignal): Promise<void>
}

/**
 * Lets `burst` messages through per `everyMs` milliseconds, first come, first served. Go peers drop what overflows their
 * queue of 32 unvalidated messages, without a word, so a burst has to be spread a little.
 */
export const createPacer = (burst = 24, everyMs = 2): Pacer => {
  const line = createLineUp()
  let used = 0

  const use = (): void => {
    if (used === 0) setTimeout(renew, everyMs)
    used += 1
  }

  const renew = (): void => {
    used = 0
    while (used < burst && line.letIn()) use()
  }

  return {
    turn: async (signal) => {
      signal.throwIfAborted()
      if (used >= burst || line.size > 0) return line.join(signal)
      use()
    },
  }
}
