/** What has to be well for the gateway to get what a station keeps. */
export type Condition = 'gateway' | `${'way' | 'node' | 'store'} ${string}`

/** A stretch of time, milliseconds of one clock; it goes on where it has no end. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

/** Remembers from when to when the gateway could ask which station. */
export interface Reach {
  /** Says how something is from now on. All is well at first, but for the gateway. */
  note(condition: Condition, well: boolean): void
  /** When the gateway reached at least one station; the last stretch may have no end. */
  reached(): readonly Stretch[]
  /**
   * The longest time in one piece, up to `until`, in which the gateway could have had a message that stations keep since the
   * given times.
   */
  longestWait(keptSince: ReadonlyMap<string, number>, until: number): number
}

/** Stretches that overlap or touch become one. */
const joined = (stretches: readonly Stretch[]): Stretch[] => {
  const result: { from: number; to: number }[] = []
  for (const { from, to } of stretches.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else result.push({ from, to })
  }
  return result
}

export const createReach = (stations: readonly string[], now: () => number): Reach => {
  const ill = new Set<Condition>(['gateway'])
  const stretches = new Map<string, { from: number; to: number }[]>(stations.map((name) => [name, []]))

  const isReached = (name: string): boolean =>
    !(['gateway', `way ${name}`, `node ${name}`, `store ${name}`] as const).some((condition) => ill.has(condition))

  return {
    note: (condition, well) => {
      if (well) ill.delete(condition)
      else ill.add(condition)
      for (const [name, list] of stretches) {
        const open = list.findLast(({ to }) => to === Number.POSITIVE_INFINITY)
        if (isReached(name) && open === undefined) list.push({ from: now(), to: Number.POSITIVE_INFINITY })
        else if (!isReached(name) && open !== undefined) open.to = now()
      }
    },
    reached: () => joined([...stretches.values()].flat()),
    longestWait: (keptSince, until) => {
      const waits = [...keptSince].flatMap(([name, since]) =>
        (stretches.get(name) ?? [])
          .map(({ from, to }) => ({ from: Math.max(from, since), to: Math.min(to, until) }))
          .filter(({ from, to }) => to > from),
      )
      return Math.max(0, ...joined(waits).map(({ from, to }) => to - from))
    },
  }
}
