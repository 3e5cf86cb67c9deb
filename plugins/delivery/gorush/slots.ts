/** So many at once; the others wait in line. */
export interface Slots {
  /** Runs the work once there is a slot; `undefined` where the signal aborted before that. */
  hold<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined>
}

export const createSlots = (count: number): Slots => {
  const line: (() => void)[] = []
  let free = count

  const take = (signal: AbortSignal): Promise<boolean> => {
    if (signal.aborted) return Promise.resolve(false)
    if (free > 0) {
      free--
      return Promise.resolve(true)
    }
    return new Promise((resolve) => {
      const onAbort = (): void => {
        line.splice(line.indexOf(called), 1)
        resolve(false)
      }
      const called = (): void => {
        signal.removeEventListener('abort', onAbort)
        resolve(true)
      }
      line.push(called)
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  const giveBack = (): void => {
    const next = line.shift()
    if (next === undefined) free++
    else next()
  }

  return {
    hold: async (signal, work) => {
      if (!(await take(signal))) return undefined
      try {
        return await work()
      } finally {
        giveBack()
      }
    },
  }
}
