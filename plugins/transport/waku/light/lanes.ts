/** Lets so many work at a time; the others wait in line. */
export interface Lanes {
  /** Rejects with the signal's reason where it aborts before its turn. */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>
}

export const createLanes = (width: number): Lanes => {
  const waiting = new Set<() => void>()
  let busy = 0

  const enter = (signal: AbortSignal): Promise<void> => {
    if (signal.aborted) return Promise.reject(signal.reason)
    if (busy < width) {
      busy += 1
      return Promise.resolve()
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.delete(pass)
        signal.removeEventListener('abort', abort)
      }
      const pass = (): void => {
        leave()
        resolve()
      }
      const abort = (): void => {
        leave()
        reject(signal.reason)
      }
      waiting.add(pass)
      signal.addEventListener('abort', abort)
    })
  }

  /** The lane goes to the next in line, without being free in between. */
  const exit = (): void => {
    const [next] = waiting
    if (next === undefined) busy -= 1
    else next()
  }

  return {
    run: async (work, signal) => {
      await enter(signal)
      try {
        return await work()
      } finally {
        exit()
      }
    },
  }
}
