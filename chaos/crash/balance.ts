import type { Member } from './fleet.ts'

/** What of all messages a gateway did not open. */
const unopened = /^(ignored-.*|overflow|duplicate|elsewhere)$/

/** Fewer say nothing about shares. */
const leastSample = 60

/** How many messages each replica opened while all of them were up. */
export interface Balance {
  /** From here on all are up. */
  begin(): Promise<void>
  /** To here all were up. */
  end(): Promise<void>
  readonly opened: readonly number[]
  /** Whether none opened more than twice its share; undecided (true) where there is too little to tell. */
  readonly isEven: boolean
}

const openedOf = (stats: Readonly<Record<string, unknown>> | undefined): number | undefined => {
  const { outcomes } = (stats?.['envelopes'] ?? {}) as { outcomes?: Readonly<Record<string, number>> }
  if (outcomes === undefined) return undefined
  return Object.entries(outcomes).reduce((sum, [name, count]) => (unopened.test(name) ? sum : sum + count), 0)
}

export const createBalance = (members: readonly Member[]): Balance => {
  const opened = members.map(() => 0)
  let before: readonly (number | undefined)[] = []

  const read = async (): Promise<(number | undefined)[]> => {
    const stats = await Promise.all(members.map((member) => member.stats()))
    const counted = stats.map((one) => ((one?.['replicas'] as { living?: string[] } | null)?.living ?? []).length)
    return counted.every((count) => count === members.length) ? stats.map(openedOf) : []
  }

  return {
    begin: async () => {
      before = await read()
    },
    end: async () => {
      const [from, to] = [before, await read()]
      before = []
      const more = members.map((_, i) => (to[i] ?? Number.NaN) - (from[i] ?? Number.NaN))
      if (more.every(Number.isFinite)) for (const [i, count] of more.entries()) opened[i] = (opened[i] ?? 0) + count
    },
    get opened() {
      return opened
    },
    get isEven() {
      const total = opened.reduce((sum, count) => sum + count, 0)
      return total < leastSample || opened.every((count) => count <= (2 * total) / members.length)
    },
  }
}
