import { parseArgs } from 'node:util'
import { BenchError } from '../bench.ts'

/** Reads `--pushes`: how many each client sends in each case, `least` at least. */
export const pushesOf = (name: string, args: readonly string[], usual: number, least = 100): number => {
  const usage = `npm run bench -- ${name} [--json] [--pushes N]`
  let text: string | undefined
  try {
    text = parseArgs({ args: [...args], options: { pushes: { type: 'string' } } }).values.pushes
  } catch {
    throw new BenchError(`These arguments are not understood; the usage is: ${usage}`)
  }
  const pushes = Number(text ?? usual)
  if (!(Number.isInteger(pushes) && pushes >= least && pushes <= 1_000_000))
    throw new BenchError(`--pushes must be a whole number from ${least} to 1000000, not ${text}.`)
  return pushes
}
