/** A store that brings so many entries a second, on average, is at work and not merely slow. */
const briskPerSecond = 5

export interface PaceOptions {
  /** How much longer the others may take once a store has answered everything, milliseconds. */
  readonly graceMs: number
  /** The same for those that bring entries briskly, milliseconds. */
  readonly briskMs: number
}

/** How long the slower stores of one range are waited for. */
export interface Pace {
  /** Somebody has answered everything: from now on the others' time is running. */
  begin(): void
  /** The store brought so many entries. */
  note(store: string, entries: number): void
  /** Whether it is at work and not merely slow. */
  isBrisk(store: string): boolean
  isOver(store: string): boolean
}

export const createPace = ({ graceMs, briskMs }: PaceOptions): Pace => {
  const begun = performance.now()
  const brought = new Map<string, number>()
  let since: number | undefined

  const isBrisk = (store: string): boolean =>
    (brought.get(store) ?? 0) / Math.max(1, (performance.now() - begun) / 1000) >= briskPerSecond

  return {
    isBrisk,
    begin: () => {
      since ??= performance.now()
    },
    note: (store, entries) => void brought.set(store, (brought.get(store) ?? 0) + entries),
    isOver: (store) => since !== undefined && performance.now() - since > (isBrisk(store) ? briskMs : graceMs),
  }
}
