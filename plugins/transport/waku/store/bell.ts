/** Wakes whoever waits: for news, for room, or for a moment to have passed. */
export interface Bell {
  ring(): void
  wait(milliseconds: number): Promise<void>
}

export const createBell = (): Bell => {
  const waiting = new Set<() => void>()
  return {
    ring: () => {
      for (const pass of waiting) pass()
    },
    wait: (milliseconds) =>
      new Promise((resolve) => {
        const pass = (): void => {
          clearTimeout(timer)
          waiting.delete(pass)
          resolve()
        }
        const timer = setTimeout(pass, milliseconds)
        waiting.add(pass)
      }),
  }
}
