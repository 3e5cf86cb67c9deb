import { parseArgs } from 'node:util'
import { createDice } from './network/dice.ts'
import { play } from './network/play.ts'
import { forecast } from './network/weather.ts'
import { createWorld } from './network/world.ts'
import { ChaosError, type Scenario } from './scenario.ts'

const usage = 'npm run chaos -- network [--seconds N] [--seed N] [--json]'
const defaultSeconds = 180
const [leastSeconds, mostSeconds] = [10, 3600] as const

interface Options {
  /** How long the weather lasts. */
  readonly seconds: number
  readonly seed: number
}

const parse = (args: readonly string[]): Readonly<Record<string, string | undefined>> => {
  const text = { type: 'string' } as const
  try {
    return parseArgs({ args: [...args], options: { seconds: text, seed: text } }).values
  } catch {
    throw new ChaosError(`These arguments are not understood; the usage is: ${usage}`)
  }
}

const optionsOf = (args: readonly string[]): Options => {
  const { seconds: secondsText = String(defaultSeconds), seed: seedText } = parse(args)
  const seconds = Number(secondsText)
  if (!(seconds >= leastSeconds && seconds <= mostSeconds))
    throw new ChaosError(`--seconds must be a number from ${leastSeconds} to ${mostSeconds}, not ${secondsText}.`)
  const seed = seedText === undefined ? Math.floor(Math.random() * 1_000_000) : Number(seedText)
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32 || seedText === '')
    throw new ChaosError(`--seed must be a whole number from 0 to ${2 ** 32 - 1}, not ${seedText}.`)
  return { seconds, seed }
}

/** A real gateway among stations, senders and faults; what became of every message is counted by those outside. */
export const network: Scenario = async (context) => {
  const { seconds, seed } = optionsOf(context.args)
  context.progress(`seed ${seed}`)
  const world = await createWorld(context, createDice(seed))
  try {
    const weather = forecast(world, seconds)
    const outcome = await play(world, { seconds, seed, weather, progress: context.progress })
    if (outcome.broken.length > 0)
      context.progress(`the gateway of itself: ${await world.gateway.stats().catch(String)}`)
    return outcome
  } finally {
    await world.close()
  }
}
