import type { Figure, Outcome } from '../scenario.ts'

/** What the outside parties know of each push, by its mark: the clients of its acceptance, the providers of its arrivals. */
export interface DeliveryBooks {
  /** A client has the success answer. */
  accepted(mark: string): void
  /** A provider acted on it, under this collapse id. */
  delivered(mark: string, collapseId: string): void
  readonly totals: {
    readonly accepted: number
    /** Of those that were accepted. */
    readonly delivered: number
    readonly lost: number
    readonly duplicated: number
  }
  /** Some that were accepted and not delivered, for whoever looks for them. */
  missing(): string[]
  /** Pushes that were repeated under another collapse id, which a device shows twice. */
  shownTwice(): string[]
}

export const createDeliveryBooks = (): DeliveryBooks => {
  const accepted = new Set<string>()
  const deliveries = new Map<string, string[]>()

  const missing = (): string[] => [...accepted].filter((mark) => !deliveries.has(mark))

  return {
    accepted: (mark) => void accepted.add(mark),
    delivered: (mark, collapseId) => {
      const known = deliveries.get(mark)
      if (known === undefined) deliveries.set(mark, [collapseId])
      else known.push(collapseId)
    },
    get totals() {
      const lost = missing().length
      return {
        accepted: accepted.size,
        delivered: accepted.size - lost,
        lost,
        duplicated: [...deliveries.values()].reduce((sum, ids) => sum + ids.length - 1, 0),
      }
    },
    missing,
    shownTwice: () => [...deliveries].filter(([, ids]) => new Set(ids).size > 1).map(([mark]) => mark),
  }
}

const meanings: Readonly<Record<string, string>> = {
  accepted: 'pushes of which a client has the success answer',
  delivered: 'of these: the provider acted on them',
  lost: 'of these: it never did',
  duplicated: 'deliveries beyond the first of a push',
  unknownOutcomes: 'attempts of which the gateway says that it does not know what became of them',
  troubles: 'of the providers and of the way to them',
  clockJumps: 'of all clocks, by 40 to 90 minutes',
  seconds: 'how long the trouble lasted',
  seed: 'repeats the order of troubles',
}

const some = (marks: readonly string[]): string => marks.slice(0, 3).join(', ')

/** What was counted, and the promises that broke. */
export const deliveryOutcome = (
  books: DeliveryBooks,
  counted: {
    readonly unknownOutcomes: number
    readonly troubles: number
    readonly clockJumps: number
    readonly seconds: number
    readonly seed: number
  },
): Outcome => {
  const { totals } = books
  const figures = Object.entries({ ...totals, ...counted }).map(
    ([name, value]): Figure => ({ name, value, says: meanings[name] ?? '' }),
  )
  const twice = books.shownTwice()
  const broken: string[] = []
  if (totals.accepted === 0) broken.push('No push was accepted: there is nothing to judge.')
  if (totals.lost > 0) broken.push(`${totals.lost} accepted pushes were lost, for example ${some(books.missing())}.`)
  if (totals.duplicated > counted.unknownOutcomes)
    broken.push(`${totals.duplicated} repetitions are more than the ${counted.unknownOutcomes} unknown outcomes.`)
  if (twice.length > 0)
    broken.push(`${twice.length} pushes were repeated under another collapse id, for example ${some(twice)}.`)
  return { figures, broken }
}
