/**
 * What the outside parties know of each push, by its mark: the clients of its acceptance, the provider's stand-ins of its
 * deliveries. Times are those of `performance.now`, in milliseconds.
 */
export interface CrashLedger {
  /** A client has the success answer. */
  accepted(mark: string): void
  /** A stand-in got it and will have answered by `until`. */
  delivered(mark: string, standIn: number, at: number, until: number): void
  /**
   * What a process that ends between `from` and `to` may not have written down: deliveries of this stand-in, or of all. Each
   * delivery counts once, however often it is cut.
   */
  cut(standIn: number | undefined, from: number, to: number): void
  readonly totals: {
    readonly accepted: number
    /** Of those that were accepted. */
    readonly delivered: number
    readonly lost: number
    readonly duplicated: number
    readonly inFlightAtKills: number
  }
  /** Some that were accepted and not delivered, for whoever looks for them. */
  missing(): string[]
}

interface Delivery {
  readonly standIn: number
  readonly at: number
  readonly until: number
  isCut: boolean
}

/** After the stand-in’s answer, so long may a gateway need to write it down. */
const writtenWithinMs = 100

export const createCrashLedger = (): CrashLedger => {
  const accepted = new Set<string>()
  const deliveries = new Map<string, Delivery[]>()

  const missing = (): string[] => [...accepted].filter((mark) => !deliveries.has(mark))

  return {
    accepted: (mark) => void accepted.add(mark),
    delivered: (mark, standIn, at, until) => {
      deliveries.set(mark, [...(deliveries.get(mark) ?? []), { standIn, at, until, isCut: false }])
    },
    cut: (standIn, from, to) => {
      for (const some of deliveries.values())
        for (const one of some)
          if ((standIn ?? one.standIn) === one.standIn && one.at <= to && one.until + writtenWithinMs >= from)
            one.isCut = true
    },
    get totals() {
      const all = [...deliveries.values()]
      const lost = missing().length
      return {
        accepted: accepted.size,
        delivered: accepted.size - lost,
        lost,
        duplicated: all.reduce((sum, some) => sum + some.length - 1, 0),
        inFlightAtKills: all.flat().filter(({ isCut }) => isCut).length,
      }
    },
    missing,
  }
}
