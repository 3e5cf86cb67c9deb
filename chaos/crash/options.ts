import { parseArgs } from 'node:util'
import { ChaosError } from '../scenario.ts'

export interface CrashOptions {
  /** How long processes are killed. */
  readonly seconds: number
  readonly seed: number
}

const [leastSeconds, mostSeconds] = [5, 3_600] as const

const parse = (name: string, args: readonly string[]): Readonly<Record<string, string | undefined>> => {
  const text = { type: 'string' } as const
  try {
    return parseArgs({ args: [...args], options: { seconds: text, seed: text } }).values
  } catch {
    const usage = `npm run chaos -- ${name} [--seconds N] [--seed N] [--json]`
    throw new ChaosError(`These arguments are not understood; the usage is: ${usage}`)
  }
}

export const crashOptions = (name: string, args: readonly string[], defaultSeconds: number): CrashOptions => {
  const { seconds: secondsText = String(defaultSeconds), seed: seedText } = parse(name, args)
  const seconds = Number(secondsText)
  if (!(seconds >= leastSeconds && seconds <= mostSeconds))
    throw new ChaosError(`--seconds must be a number from ${leastSeconds} to ${mostSeconds}, not ${secondsText}.`)
  const seed = seedText === undefined ? Math.floor(Math.random() * 1_000_000) : Number(seedText)
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32 || seedText === '')
    throw new ChaosError(`--seed must be a whole number from 0 to ${2 ** 32 - 1}, not ${seedText}.`)
  return { seconds, seed }
}
