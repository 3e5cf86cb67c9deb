import { jsonReport, tableReport } from './report.ts'
import { ChaosError, type Scenario } from './scenario.ts'

/** Loaded when called for: a wrong name must not wait for the libraries of a right one. */
const scenarios: Readonly<Record<string, () => Promise<Scenario>>> = {
  delivery: async () => (await import('./delivery.ts')).delivery,
  network: async () => (await import('./network.ts')).network,
  replicas: async () => (await import('./replicas.ts')).replicas,
  single: async () => (await import('./single.ts')).single,
}

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const run = async (name: string | undefined, args: readonly string[]): Promise<number> => {
  const load = name !== undefined && Object.hasOwn(scenarios, name) ? scenarios[name] : undefined
  if (name === undefined || load === undefined) {
    const wrong = name === undefined ? 'no scenario is named' : `there is no scenario ${name}`
    say(`${wrong}; the known ones are: ${Object.keys(scenarios).join(', ')}.`)
    return 1
  }
  const json = args.includes('--json')
  const scenario = await load()
  const outcome = await scenario({
    args: args.filter((arg) => arg !== '--json'),
    progress: say,
    atExit: (work) => void process.once('exit', work),
  })
  const report = json ? jsonReport(name, outcome) : tableReport(name, outcome)
  process.stdout.write(`${report}\n`)
  for (const sentence of outcome.broken) say(sentence)
  return outcome.broken.length === 0 ? 0 : 1
}

for (const [i, signal] of (['SIGINT', 'SIGTERM'] as const).entries())
  process.on(signal, () => process.exit(i === 0 ? 130 : 143))

const [name, ...args] = process.argv.slice(2)
try {
  process.exitCode = await run(name, args)
} catch (error) {
  if (!(error instanceof ChaosError)) throw error
  say(error.message)
  process.exitCode = 1
}
// What a library leaves open must not keep a finished scenario from ending.
process.exit()
