/**
 * `npm run bench -- relay`: what the relay plugin takes of the machine beside a bare gossipsub subscriber, and what a million
 * registered users cost: memory per topic, time until a gateway on SQLite is ready, memory per user.
 */
import { parseArgs } from 'node:util'
import { StartError } from '../src/ports/index.ts'
import { type Bench, BenchError } from './bench.ts'
import { withChildren } from './child.ts'
import { measureReady } from './relay/ready.ts'
import { measureThroughput } from './relay/throughput.ts'
import { measureTopics } from './relay/topics.ts'

const usage = 'npm run bench -- relay [--json] [--messages N] [--users N]'

interface Options {
  /** For the plugin, and as many for the bare subscriber. */
  readonly messages: number
  readonly users: number
}

const numberOf = (name: string, text: string, least: number, most: number): number => {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least || value > most)
    throw new BenchError(`--${name} must be a whole number from ${least} to ${most}, not ${text}.`)
  return value
}

const optionsOf = (args: readonly string[]): Options => {
  const text = { type: 'string' } as const
  const parse = (): { readonly messages?: string | undefined; readonly users?: string | undefined } => {
    try {
      return parseArgs({ args: [...args], options: { messages: text, users: text } }).values
    } catch {
      throw new BenchError(`These arguments are not understood; the usage is: ${usage}`)
    }
  }
  const { messages = '60000', users = '1000000' } = parse()
  return {
    messages: numberOf('messages', messages, 100, 10_000_000),
    users: numberOf('users', users, 1_000, 10_000_000),
  }
}

export const relay: Bench = async (bench) => {
  const context = withChildren(bench)
  const { messages, users } = optionsOf(context.args)
  try {
    const throughput = await measureThroughput(context, messages)
    context.progress('goal: at least two thirds of a bare subscriber’s messages per CPU second')
    const topics = await measureTopics(context, [users, 2 * users])
    return [throughput, ...topics, ...(await measureReady(context, users))]
  } catch (error) {
    if (error instanceof StartError) throw new BenchError(error.message)
    throw error
  }
}
