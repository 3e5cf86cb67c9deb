/**
 * `npm run bench -- outbox`: accepting and settling pushes through the storage port, on SQLite beside bare grouped commits and
 * on Redis beside bare calls of BullMQ; and what a slow disk does to the event loop.
 */
import { parseArgs } from 'node:util'
import { type Bench, BenchError } from './bench.ts'
import { measureRedis } from './outbox/redis.ts'
import { measureDelay, measureSqlite } from './outbox/sqlite.ts'

const usage = 'npm run bench -- outbox [--json] [--calls N] [--seconds N]'

interface Options {
  /** Calls of 32 pushes each, for every case. */
  readonly calls: number
  /** How long the event loop is watched, twice. */
  readonly seconds: number
}

const numberOf = (name: string, text: string, least: number, most: number): number => {
  const value = Number(text)
  if (!(value >= least && value <= most))
    throw new BenchError(`--${name} must be a number from ${least} to ${most}, not ${text}.`)
  return value
}

const optionsOf = (args: readonly string[]): Options => {
  const text = { type: 'string' } as const
  const parse = (): { readonly calls?: string | undefined; readonly seconds?: string | undefined } => {
    try {
      return parseArgs({ args: [...args], options: { calls: text, seconds: text } }).values
    } catch {
      throw new BenchError(`These arguments are not understood; the usage is: ${usage}`)
    }
  }
  const { calls = '1600', seconds = '5' } = parse()
  return { calls: Math.floor(numberOf('calls', calls, 8, 1_000_000)), seconds: numberOf('seconds', seconds, 0.5, 600) }
}

export const outbox: Bench = async (context) => {
  const { calls, seconds } = optionsOf(context.args)
  const sqlite = await measureSqlite(context, calls)
  context.progress('goal: at least 0.7 of bare calls of BullMQ')
  const redis = await measureRedis(context, calls)
  context.progress('goal: an event loop delay p99 below 5 ms')
  return [sqlite, redis, await measureDelay(context, seconds)]
}
