export interface Pacer {
  /** Resolves when it is this message's turn. Rejects with the signal's reason. */
  turn(signal: AbortSignal): Promise<void>
}

/**
 * Lets `burst` messages through per `everyMs` milliseconds, first come, first served. Go peers drop what overflows their
 * queue of 32 unvalidated messages, without a word, so a burst has to be spread a little.
 */
export const createPacer = (burst = 24, everyMs = 2): Pacer => {
  const waiting = new Set<() => void>()
  let used = 0

  const renew = (): void => {
    used = 0
    for (const pass of waiting) {
      if (used === burst) break
      pass()
    }
  }

  const use = (): void => {
    if (used === 0) setTimeout(renew, everyMs)
    used += 1
  }

  return {
    turn: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        if (used < burst && waiting.size === 0) {
          use()
          return resolve()
        }
        const abort = (): void => {
          waiting.delete(pass)
          reject(signal.reason)
        }
        const pass = (): void => {
          waiting.delete(pass)
          signal.removeEventListener('abort', abort)
          use()
          resolve()
        }
        waiting.add(pass)
        signal.addEventListener('abort', abort, { once: true })
      }),
  }
}
