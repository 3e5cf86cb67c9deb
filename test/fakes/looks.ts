/** Those who wait until a fake has seen something. */
export interface Looks {
  /** Something was seen: conditions are looked at. */
  look(): void
  /** Resolves when the condition holds. Rejects after `timeoutMs`. */
  waitFor(condition: () => boolean, timeoutMs: number): Promise<void>
}

/** `name` is the fake's, for the error. */
export const createLooks = (name: string): Looks => {
  const looks = new Set<() => void>()
  return {
    look: () => {
      for (const one of looks) one()
    },
    waitFor: (condition, timeoutMs) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer)
          looks.delete(look)
        }
        const look = (): void => {
          if (!condition()) return
          end()
          resolve()
        }
        const timer = setTimeout(() => {
          end()
          reject(new Error(`${name} did not see in ${timeoutMs} ms what was waited for`))
        }, timeoutMs)
        looks.add(look)
        look()
      }),
  }
}
