import { createSqliteStorage } from '../../../plugins/storage/sqlite/index.ts'
import { runVictim } from '../../kits/storage-victim.ts'

const [file = '', identity = ''] = process.argv.slice(2)
await runVictim(await createSqliteStorage({ file, identity: Buffer.from(identity, 'hex'), now: Date.now }))
