export interface Pair {
  /** Seconds for one piece of work, median over the rounds. */
  readonly subject: number
  readonly bare: number
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** Splits work into at most `most` rounds of at least `least` pieces, as even as they can be. */
export const split = <T>(work: readonly T[], { most, least }: { most: number; least: number }): T[][] => {
  const rounds = Math.max(1, Math.min(most, Math.floor(work.length / least)))
  const bounds = Array.from({ length: rounds + 1 }, (_, i) => Math.round((i * work.length) / rounds))
  return bounds.slice(1).map((end, i) => work.slice(bounds[i], end))
}

/** Measures A B A B: whatever else the machine does meanwhile hits both alike. Both answer the milliseconds they took. */
export const alternate = async <T>(
  rounds: readonly T[][],
  subject: (work: readonly T[], round: number) => Promise<number>,
  bare: (work: readonly T[], round: number) => Promise<number>,
): Promise<Pair> => {
  const times: { subject: number; bare: number }[] = []
  for (const [i, work] of rounds.entries()) {
    const subjectMs = await subject(work, i)
    const bareMs = await bare(work, i)
    times.push({ subject: subjectMs / 1000 / work.length, bare: bareMs / 1000 / work.length })
  }
  return { subject: median(times.map((time) => time.subject)), bare: median(times.map((time) => time.bare)) }
}
