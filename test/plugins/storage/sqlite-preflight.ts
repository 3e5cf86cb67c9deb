import { preflightOf } from './sqlite-helpers.ts'

// A process of its own, so that it may run as a user whom file modes bind.
const [dataDir = ''] = process.argv.slice(2)
process.stdout.write(JSON.stringify(await preflightOf(dataDir)))
