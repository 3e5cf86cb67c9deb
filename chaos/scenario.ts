/** What a scenario may touch of the world around it. */
export interface ChaosContext {
  readonly args: readonly string[]
  /** Tells what is going on while it runs. */
  readonly progress: (line: string) => void
  /** Runs synchronous work when the process ends, however soon that is. */
  readonly atExit: (work: () => void) => void
}

export interface Figure {
  readonly name: string
  readonly value: number
  /** What it counts, for people. */
  readonly says: string
}

/** What the outside parties counted. */
export interface Outcome {
  readonly figures: readonly Figure[]
  /** A sentence for each promise that broke; none: it held. */
  readonly broken: readonly string[]
}

/** Resolves with its figures, whether or not it held; rejects with ChaosError for what the caller can mend or must know. */
export type Scenario = (context: ChaosContext) => Promise<Outcome>

/** One sentence for the person who ran it; no figures are given then. */
export class ChaosError extends Error {
  override readonly name = 'ChaosError'
}
