import { type Bench, BenchError } from './bench.ts'
import { jsonReport, tableReport } from './report.ts'

/** Loaded when called for: a wrong name must not wait for the libraries of a right one. */
const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  apns: async () => (await import('./apns.ts')).apns,
  backends: async () => (await import('./backends.ts')).backends,
  client: async () => (await import('./client.ts')).client,
  fcm: async () => (await import('./fcm.ts')).fcm,
  gorush: async () => (await import('./gorush.ts')).gorush,
  outbox: async () => (await import('./outbox.ts')).outbox,
  pipeline: async () => (await import('./pipeline.ts')).pipeline,
  relay: async () => (await import('./relay.ts')).relay,
}

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const run = async (name: string | undefined, args: readonly string[]): Promise<number> => {
  const load = name !== undefined && Object.hasOwn(benches, name) ? benches[name] : undefined
  if (name === undefined || load === undefined) {
    const wrong = name === undefined ? 'no benchmark is named' : `there is no benchmark ${name}`
    say(`${wrong}; the known ones are: ${Object.keys(benches).join(', ')}.`)
    return 1
  }
  const json = args.includes('--json')
  const bench = await load()
  const results = await bench({
    args: args.filter((arg) => arg !== '--json'),
    progress: say,
    atExit: (work) => void process.once('exit', work),
  })
  const report = json ? jsonReport(name, results) : tableReport(name, results)
  process.stdout.write(`${report}\n`)
  return 0
}

for (const [i, signal] of (['SIGINT', 'SIGTERM'] as const).entries())
  process.on(signal, () => process.exit(i === 0 ? 130 : 143))

const [name, ...args] = process.argv.slice(2)
try {
  process.exitCode = await run(name, args)
} catch (error) {
  if (!(error instanceof BenchError)) throw error
  say(error.message)
  process.exitCode = 1
}
// What a library leaves open must not keep a finished benchmark from ending.
process.exit()
