import { runReplica } from '../../kits/storage-replicas-victim.ts'
import { openAt, targetOf } from './redis-helpers.ts'

const [url = '', identity = ''] = process.argv.slice(2)
await runReplica(
  await openAt(targetOf({ REDIS_URL: url, REDIS_MODE: url.includes(',') ? 'cluster' : 'single' }), {
    identity: Buffer.from(identity, 'hex'),
    now: Date.now,
  }),
)
