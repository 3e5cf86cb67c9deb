import { createLineUp } from './line-up.ts'

/** Lets so many work at a time; the others wait in line. */
export interface Lanes {
  /** Rejects with what `work` rejects with, or with the signal's reason where it aborts before its turn. */
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>
}

export const createLanes = (width: number): Lanes => {
  const line = createLineUp()
  let busy = 0

  const enter = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted()
    if (busy === width) return line.join(signal)
    busy += 1
  }

  /** The lane goes to the next in line, without being free in between. */
  const exit = (): void => {
    if (!line.letIn()) busy -= 1
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
