/**
 * `npm run bench -- pipeline`: how many messages a second a gateway takes from the network to the sealed answer, and what of
 * that is the price of the cryptography alone. The gateway is a whole one (SQLite, relay replaced by a bus of this process,
 * gorush by a stand-in in another process); what its clients compute is done before and not counted.
 */
import { randomBytes } from 'node:crypto'
import { parseArgs } from 'node:util'
import { StartError } from '../src/ports/index.ts'
import { type Bench, type BenchContext, BenchError, type Result } from './bench.ts'
import { readLoad } from './pipeline/load-file.ts'
import { type Kind, measure, resultsOf } from './pipeline/measure.ts'
import { createStage, type Stage } from './pipeline/stage.ts'
import { createLoadSupply, createMadeSupply, type Supply } from './pipeline/supply.ts'
import type { Pair } from './rounds.ts'

const usage = 'npm run bench -- pipeline [--json] [--load FILE] [--seconds N] [--storage sqlite|memory]'
const defaultSeconds = 24
const mostSeconds = 3600
/** How the measured time is divided. */
const parts: Readonly<Record<Kind, number>> = { registration: 0.36, query: 0.25, request: 0.29, foreign: 0.1 }
const leastMessages = 20
const warmUp = { registration: 20, query: 20, request: 20, foreign: 100 } as const satisfies Record<Kind, number>

interface Options {
  readonly load: string | undefined
  /** How long is measured, the gateway and the bare loop together. */
  readonly seconds: number
  /** Whether a load file is used whole, however long it takes. */
  readonly whole: boolean
  readonly storage: string
}

const parse = (args: readonly string[]): Readonly<Record<string, string | undefined>> => {
  const text = { type: 'string' } as const
  try {
    return parseArgs({ args: [...args], options: { load: text, seconds: text, storage: text } }).values
  } catch {
    throw new BenchError(`These arguments are not understood; the usage is: ${usage}`)
  }
}

const optionsOf = (args: readonly string[]): Options => {
  const { load, seconds: given, storage = 'sqlite' } = parse(args)
  const text = given ?? String(defaultSeconds)
  const seconds = Number(text)
  if (!(seconds > 0 && seconds <= mostSeconds))
    throw new BenchError(`--seconds must be a number above 0 and up to ${mostSeconds}, not ${text}.`)
  if (storage !== 'sqlite' && storage !== 'memory')
    throw new BenchError(`--storage must be sqlite or memory, not ${storage}.`)
  return { load, seconds, whole: load !== undefined && given === undefined, storage }
}

/** How many messages of a kind, if there are so many. */
type Counts = (kind: Kind) => number

/** All four cases one after the other: what registers first is asked about and woken later. */
const runCases = async (
  stage: Stage,
  supply: Supply,
  countOf: Counts,
  progress: (line: string) => void,
): Promise<Record<Kind, Pair>> => {
  const { devices, jobs } = await supply.registrations(countOf('registration'))
  const registration = await measure(stage, 'registration', jobs, progress)
  const query = await measure(stage, 'query', await supply.queries(countOf('query'), devices), progress)
  const request = await measure(stage, 'request', await supply.requests(countOf('request'), devices), progress)
  const foreign = await measure(stage, 'foreign', await supply.foreign(countOf('foreign')), progress)
  return { registration, query, request, foreign }
}

const silent = (): void => undefined

/** Compiles what is hot, fills what is cached, and finds out what a message costs. */
const warm = async (stage: Stage, progress: (line: string) => void): Promise<Record<Kind, Pair>> => {
  progress('warming up')
  const supply = createMadeSupply(stage)
  const once = () => runCases(stage, supply, (kind) => warmUp[kind], silent)
  await once()
  return once()
}

const run = async (context: BenchContext, { load: file, seconds, whole, storage }: Options): Promise<Result[]> => {
  const load = file === undefined ? undefined : readLoad(file)
  const stage = await createStage(context, { privateKey: load?.serverPrivateKey ?? freshPrivateKey(), storage })
  try {
    const costs = await warm(stage, context.progress)
    const countOf = (kind: Kind): number =>
      whole && kind !== 'foreign'
        ? Number.POSITIVE_INFINITY
        : Math.max(leastMessages, Math.floor((seconds * parts[kind]) / (costs[kind].subject + costs[kind].bare)))
    const supply = load === undefined ? createMadeSupply(stage) : createLoadSupply(stage, load)
    const pairs = await runCases(stage, supply, countOf, context.progress)
    context.progress(`storage ${storage}; PBKDF2 is not counted: each topic’s key was derived once, before`)
    context.progress('goal: the engine’s share stays below 0.333')
    return (Object.keys(pairs) as Kind[]).flatMap((kind) => resultsOf(kind, pairs[kind]))
  } finally {
    await stage.close()
  }
}

/** Below 2^255 and above 0: always a key of the curve. */
const freshPrivateKey = (): Uint8Array => {
  const [first = 0, ...rest] = randomBytes(32)
  return Uint8Array.of((first & 0x7f) | 1, ...rest)
}

export const pipeline: Bench = async (context) => {
  try {
    return await run(context, optionsOf(context.args))
  } catch (error) {
    if (error instanceof StartError) throw new BenchError(error.message)
    throw error
  }
}
