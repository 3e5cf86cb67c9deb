import type { Instance } from './instances.ts'
import type { Tally } from './tally.ts'

const pollEveryMs = 10_000
const patienceMs = 500

/** Counters of gorush's own, since we first looked. */
export interface GorushCounters {
  readonly iosSuccess: number
  readonly iosError: number
  readonly androidSuccess: number
  readonly androidError: number
  readonly total: number
}

const names: Readonly<Record<keyof GorushCounters, string>> = {
  iosSuccess: 'gorush_ios_success',
  iosError: 'gorush_ios_error',
  androidSuccess: 'gorush_android_success',
  androidError: 'gorush_android_fail',
  total: 'gorush_total_push_count',
}

const counterOf = (text: string, name: string): number => {
  const value = Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1])
  return Number.isFinite(value) ? value : 0
}

const read = (text: string): GorushCounters =>
  Object.fromEntries(
    Object.entries(names).map(([key, name]) => [key, counterOf(text, name)]),
  ) as unknown as GorushCounters

const since = (now: GorushCounters, then: GorushCounters): GorushCounters =>
  Object.fromEntries(
    Object.keys(names).map((key) => [key, now[key as keyof GorushCounters] - then[key as keyof GorushCounters]]),
  ) as unknown as GorushCounters

/** What both sides counted at the last look. */
export interface Comparison {
  /** One for each instance; null: its /metrics was never reached. */
  readonly gorush: readonly (GorushCounters | null)[]
  readonly ours: ReturnType<Tally['counts']>
  /** Pushes that gorush says providers took, less those that we say were delivered. Null while one was never reached. */
  readonly difference: { readonly ios: number; readonly android: number } | null
}

export interface Metrics {
  /** What is known; looks again in the background where that is old. */
  latest(): Comparison
  /** Looks for the first time, before the first push. */
  begin(): Promise<void>
}

/** Follows the counters of one gorush. One that was started anew begins at nothing again. */
const createFollower = ({ client }: Pick<Instance, 'client'>) => {
  let base: GorushCounters | undefined
  let latest: GorushCounters | undefined
  let wasAway = false
  return {
    counters: (): GorushCounters | null => (latest && base ? since(latest, base) : null),
    look: async (): Promise<void> => {
      const answer = await client.get('/metrics', AbortSignal.timeout(patienceMs))
      if (answer.kind === 'not-sent') wasAway = true
      if (answer.kind !== 'answer' || answer.status !== 200) return
      const counters = read(answer.body)
      if (latest !== undefined && counters.total < latest.total) base = read('')
      // One that nobody could reach before has just been started.
      base ??= wasAway ? read('') : counters
      latest = counters
    },
  }
}

/** Compares the `/metrics` of all instances with our own counts. */
export const createMetrics = (instances: readonly Pick<Instance, 'client'>[], tally: Tally): Metrics => {
  const followers = instances.map(createFollower)
  let lookedAt = Number.NEGATIVE_INFINITY
  let looking: Promise<void> | undefined
  let ours = tally.counts()

  const look = (): Promise<void> => {
    lookedAt = performance.now()
    looking ??= Promise.all(followers.map((one) => one.look())).then(() => {
      ours = tally.counts()
      looking = undefined
    })
    return looking
  }

  const difference = (): Comparison['difference'] => {
    const counters = followers.map((one) => one.counters())
    if (counters.some((one) => one === null)) return null
    const sum = (key: keyof GorushCounters): number => counters.reduce((total, one) => total + (one?.[key] ?? 0), 0)
    return { ios: sum('iosSuccess') - ours.ios.delivered, android: sum('androidSuccess') - ours.android.delivered }
  }

  return {
    latest: () => {
      if (performance.now() - lookedAt >= pollEveryMs) void look()
      return { gorush: followers.map((one) => one.counters()), ours, difference: difference() }
    },
    begin: () => (lookedAt === Number.NEGATIVE_INFINITY ? look() : (looking ?? Promise.resolve())),
  }
}
