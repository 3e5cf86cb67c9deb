/** Lets only so many through at once; the others wait in the order in which they came. */
export interface Gate {
  /** Rejects with what `act` rejects with, or with the signal's reason while it waits. */
  pass<T>(act: () => Promise<T>, signal: AbortSignal): Promise<T>
}

export const createGate = (atOnce: number): Gate => {
  const waiting = new Set<() => void>()
  let inside = 0

  const enter = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      if (inside < atOnce) {
        inside += 1
        return resolve()
      }
      const abort = (): void => {
        waiting.delete(next)
        reject(signal.reason)
      }
      const next = (): void => {
        waiting.delete(next)
        signal.removeEventListener('abort', abort)
        resolve()
      }
      waiting.add(next)
      signal.addEventListener('abort', abort, { once: true })
    })

  /** Hands the place on, or gives it up. */
  const leave = (): void => {
    const [next] = waiting
    if (next === undefined) inside -= 1
    else next()
  }

  return {
    pass: async (act, signal) => {
      await enter(signal)
      try {
        return await act()
      } finally {
        leave()
      }
    },
  }
}
