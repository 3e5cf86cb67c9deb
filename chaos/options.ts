import { parseArgs } from 'node:util'
import { ChaosError } from './scenario.ts'

export interface ChaosOptions {
  /** How long the trouble lasts. */
  readonly seconds: number
  readonly seed: number
}

const mostSeconds = 3_600

const parse = (name: string, args: readonly string[]): Readonly<Record<string, string | undefined>> => {
  const text = { type: 'string' } as const
  try {
    return parseArgs({ args: [...args], options: { seconds: text, seed: text } }).values
  } catch {
    const usage = `npm run chaos -- ${name} [--seconds N] [--seed N] [--json]`
    throw new ChaosError(`These arguments are not understood; the usage is: ${usage}`)
  }
}

/** Reads `--seconds` and `--seed`; without a seed there is a random one. Throws a ChaosError that says what is wrong. */
export const chaosOptions = (
  name: string,
  args: readonly string[],
  { defaultSeconds, leastSeconds }: { readonly defaultSeconds: number; readonly leastSeconds: number },
): ChaosOptions => {
  const { seconds: secondsText = String(defaultSeconds), seed: seedText } = parse(name, args)
  const seconds = Number(secondsText)
  if (!(seconds >= leastSeconds && seconds <= mostSeconds))
    throw new ChaosError(`--seconds must be a number from ${leastSeconds} to ${mostSeconds}, not ${secondsText}.`)
  const seed = seedText === undefined ? Math.floor(Math.random() * 1_000_000) : Number(seedText)
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32 || seedText === '')
    throw new ChaosError(`--seed must be a whole number from 0 to ${2 ** 32 - 1}, not ${seedText}.`)
  return { seconds, seed }
}
