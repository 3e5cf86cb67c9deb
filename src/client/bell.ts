/** Wakes all who wait for something new. */
export interface Bell {
  /** Resolves at the next ring: to be taken before one looks whether there is something to wait for. */
  next(): Promise<void>
  ring(): void
}

export const createBell = (): Bell => {
  let current = Promise.withResolvers<void>()
  return {
    next: () => current.promise,
    ring: () => {
      current.resolve()
      current = Promise.withResolvers<void>()
    },
  }
}

/** Resolves with `event`, or once so many milliseconds have passed. */
export const within = async (ms: number, event: Promise<void>): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([event, promise])
  clearTimeout(timer)
}

/** Resolves with `event`; rejects with the reason of `signal` once that is aborted. */
export const orAborted = async (event: Promise<void>, signal: AbortSignal): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const giveUp = (): void => resolve()
  signal.addEventListener('abort', giveUp)
  if (!signal.aborted) await Promise.race([event, promise])
  signal.removeEventListener('abort', giveUp)
  signal.throwIfAborted()
}
