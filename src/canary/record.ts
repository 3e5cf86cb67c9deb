/** What a run goes through. `request`, `delivery` and `report` are counted from the moment in which the request is sent. */
export const stages = ['registration', 'query', 'request', 'delivery', 'report'] as const
export type Stage = (typeof stages)[number]

/** Milliseconds of the stages that were reached. */
export type Durations = Readonly<Partial<Record<Stage, number>>>

export interface Failure {
  readonly stage: Stage
  /** For an operator's eyes; no secret. */
  readonly reason: string
}

export interface RunResult {
  /** Unix milliseconds of the start. */
  readonly at: number
  readonly ms: Durations
  readonly failure?: Failure
}

/** Milliseconds; null while no run got through the stage. */
export interface Percentiles {
  readonly p50: number | null
  readonly p90: number | null
  readonly p99: number | null
}

export interface Summary {
  readonly runs: number
  readonly ok: number
  /** From 0 to 1; null without runs. */
  readonly ratio: number | null
  readonly stages: Readonly<Record<Stage, Percentiles>>
}

export interface Windows {
  readonly hour: Summary
  readonly day: Summary
}

export interface RunRecord {
  add(result: RunResult): void
  readonly last: RunResult | undefined
  /** Since the start of the process. */
  readonly totals: { readonly runs: number; readonly ok: number }
  /** Of the last 3,600 and 86,400 seconds; computed anew at most once a second. */
  windows(): Windows
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const freshMs = 1_000

const rounded = (ms: number): number => Math.round(ms * 10) / 10

/** The nearest rank: the smallest value that at least this share of all values does not exceed. */
const percentile = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.ceil(share * sorted.length) - 1] ?? null

const percentilesOf = (values: readonly number[]): Percentiles => {
  const sorted = values.toSorted((a, b) => a - b)
  return { p50: percentile(sorted, 0.5), p90: percentile(sorted, 0.9), p99: percentile(sorted, 0.99) }
}

/** Also failed runs tell how long the stages took that they got through. */
const summaryOf = (runs: readonly RunResult[]): Summary => {
  const ok = runs.filter(({ failure }) => failure === undefined).length
  const perStage = stages.map((stage) => [stage, percentilesOf(runs.flatMap(({ ms }) => ms[stage] ?? []))])
  return {
    runs: runs.length,
    ok,
    ratio: runs.length === 0 ? null : ok / runs.length,
    stages: Object.fromEntries(perStage) as Record<Stage, Percentiles>,
  }
}

/** The runs of a day, at most `capacity` of them. */
export const createRunRecord = ({ now, capacity }: { now: () => number; capacity: number }): RunRecord => {
  const ring: RunResult[] = []
  let next = 0
  let last: RunResult | undefined
  let totals = { runs: 0, ok: 0 }
  let known: { readonly at: number; readonly windows: Windows } | undefined

  const windows = (): Windows => {
    const time = now()
    if (known !== undefined && Math.abs(time - known.at) < freshMs) return known.windows
    const within = (ms: number) => ring.filter(({ at }) => time - at < ms)
    known = { at: time, windows: { hour: summaryOf(within(hourMs)), day: summaryOf(within(dayMs)) } }
    return known.windows
  }

  return {
    add: (result) => {
      const ms = Object.fromEntries(Object.entries(result.ms).map(([stage, value]) => [stage, rounded(value)]))
      last = { ...result, ms }
      ring[next] = last
      next = (next + 1) % capacity
      totals = { runs: totals.runs + 1, ok: totals.ok + (result.failure === undefined ? 1 : 0) }
      known = undefined
    },
    get last() {
      return last
    },
    get totals() {
      return totals
    },
    windows,
  }
}
