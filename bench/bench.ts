/** What a benchmark may touch of the world around it, and what it answers. */
export interface BenchContext {
  readonly args: readonly string[]
  /** Tells what is going on while it runs. */
  readonly progress: (line: string) => void
  /** Runs synchronous work when the process ends, however soon that is. */
  readonly atExit: (work: () => void) => void
}

/** One row of a report. */
export interface Result {
  readonly case: string
  readonly unit: string
  readonly figure: number
  /** What ran beside it, in the same run. */
  readonly against: string
  /** The figure of that, in the same unit. It is what `ratio` divides by. */
  readonly than: number
  /** Whether that is a physical limit or the bare primitive. */
  readonly limit: boolean
}

/** Resolves with its rows; rejects with BenchError for what the caller can mend or must know. */
export type Bench = (context: BenchContext) => Promise<Result[]>

/** One sentence for the person who ran it; no figures are given then. */
export class BenchError extends Error {
  override readonly name = 'BenchError'
}
