/** Those who wait for their turn, in the order in which they came. */
export interface LineUp {
  readonly size: number
  /** Resolves when it is let in. Rejects with the signal's reason, at once where it is aborted already. */
  join(signal: AbortSignal): Promise<void>
  /** Lets the first in; false where nobody waits. */
  letIn(): boolean
}

/** `onLeave` hears of each who gives up. */
export const createLineUp = (onLeave: () => void = () => undefined): LineUp => {
  const waiting = new Set<() => void>()

  return {
    get size() {
      return waiting.size
    },
    join: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const leave = (): void => {
          waiting.delete(enter)
          signal.removeEventListener('abort', giveUp)
        }
        const enter = (): void => {
          leave()
          resolve()
        }
        const giveUp = (): void => {
          leave()
          reject(signal.reason)
          onLeave()
        }
        waiting.add(enter)
        signal.addEventListener('abort', giveUp)
      }),
    letIn: () => {
      const [first] = waiting
      first?.()
      return first !== undefined
    },
  }
}
