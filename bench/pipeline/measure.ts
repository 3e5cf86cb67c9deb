import { setImmediate as nextTurn } from 'node:timers/promises'
import { BenchError } from '../bench.ts'
import { alternate, type Pair, split } from '../rounds.ts'
import { needed } from './core.ts'
import type { Job } from './job.ts'
import { named, type Primitive, primitivesOf } from './primitives.ts'
import type { GorushCounts, Stage } from './stage.ts'
import { type Expected, verify } from './verdict.ts'

export type Kind = keyof typeof needed

const names: Readonly<Record<Kind, string>> = {
  registration: 'registration',
  query: 'query',
  request: 'request to gorush and answer',
  foreign: 'somebody else’s message',
}
const expected: Readonly<Record<Kind, Expected>> = {
  registration: { outcome: 'registered', answered: true },
  query: { outcome: 'query-answered', answered: true },
  request: { outcome: 'request-answered', answered: true },
  foreign: { outcome: 'unopened', answered: false },
}
const mostRounds = 7
/** A smaller round would measure its own start and end. */
const leastPerRound = 30
/** The gateway's intake must hold a round. */
const mostPerRound = 1_000
/** So many messages stand for all in the bare loop: recording their primitives costs as much as handling them. */
const recorded = 64
const turnEvery = 16

const runBare = async (primitives: readonly (readonly Primitive[])[], count: number): Promise<number> => {
  const from = performance.now()
  for (let i = 0; i < count; i++) {
    for (const { run } of primitives[i % primitives.length] ?? []) run()
    if (i % turnEvery === 0) await nextTurn()
  }
  return performance.now() - from
}

const checkGorush = (before: GorushCounts, after: GorushCounts, jobs: readonly Job[]): void => {
  const wanted = jobs.reduce((sum, { pushes }) => sum + pushes, 0)
  const got = after.pushes - before.pushes
  if (got !== wanted || after.distinct !== after.pushes)
    throw new BenchError(
      `No figures: gorush should have received ${wanted} pushes, each once, and counted ${got}, ${after.pushes - after.distinct} of them repeated.`,
    )
}

const perSecond = (count: number, ms: number): string => `${((count / ms) * 1000).toFixed(1)}/s`

/** Lets the gateway handle the jobs, in turns with a loop that does nothing but their primitives. Each job once. */
export const measure = async (
  stage: Stage,
  kind: Kind,
  jobs: readonly Job[],
  progress: (line: string) => void,
): Promise<Pair> => {
  const { gateway, party } = stage
  const primitives = jobs.slice(0, recorded).map(({ core }) => primitivesOf(gateway.app.crypto, needed[kind], core))
  progress(`${names[kind]}: ${jobs.length} messages; the bare loop does ${named(primitives[0] ?? [])} for each`)
  const most = Math.max(mostRounds, Math.ceil(jobs.length / mostPerRound))
  let handledAt = ''

  const handle = async (round: readonly Job[]): Promise<number> => {
    const before = await stage.gorush()
    const played = await stage.play(round)
    verify(names[kind], party.crypto, round, played, expected[kind])
    checkGorush(before, await stage.gorush(), round)
    handledAt = perSecond(round.length, played.ms)
    return played.ms
  }

  return alternate(split(jobs, { most, least: leastPerRound }), handle, async (round, index) => {
    const ms = await runBare(primitives, round.length)
    progress(`${names[kind]}: round ${index + 1}: ${handledAt}, bare ${perSecond(round.length, ms)}`)
    return ms
  })
}

/** The case's row, and that of the engine's own share: what it takes beyond the primitives, in parts of their cost. */
export const resultsOf = (kind: Kind, { subject, bare }: Pair) => [
  {
    case: names[kind],
    unit: 'messages/s',
    figure: 1 / subject,
    against: 'bare primitives (noble)',
    than: 1 / bare,
    limit: true,
  },
  {
    case: `${names[kind]}: engine share of primitives’ cost`,
    unit: 'ratio',
    figure: subject / bare - 1,
    against: 'bare primitives (noble), their cost as 1',
    than: 1,
    limit: true,
  },
]
