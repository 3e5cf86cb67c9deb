/** How many pushes may be in hand, and who is next: first come, first served, also for one that wants to be alone. */
export interface Hands {
  readonly taken: number
  /** Resolves with true when there is a free hand, or, for one alone, when all are; false once closed. */
  take(alone: boolean): Promise<boolean>
  release(alone: boolean): void
  /** Whoever waits is told that there is nothing to come. */
  close(): void
}

interface Waiting {
  readonly alone: boolean
  readonly resolve: (isTaken: boolean) => void
}

export const createHands = (count: number): Hands => {
  const waiting: Waiting[] = []
  let taken = 0
  let isAlone = false
  let closed = false

  const fits = (alone: boolean): boolean => !isAlone && (alone ? taken === 0 : taken < count)

  const next = (): void => {
    for (let first = waiting[0]; first !== undefined && fits(first.alone); first = waiting[0]) {
      waiting.shift()
      taken++
      isAlone = first.alone
      first.resolve(true)
    }
  }

  return {
    get taken() {
      return taken
    },
    take: (alone) => {
      if (closed) return Promise.resolve(false)
      const { promise, resolve } = Promise.withResolvers<boolean>()
      waiting.push({ alone, resolve })
      next()
      return promise
    },
    release: (alone) => {
      taken--
      if (alone) isAlone = false
      next()
    },
    close: () => {
      closed = true
      for (const { resolve } of waiting.splice(0)) resolve(false)
    },
  }
}
