/** A worker for tests that kill it: says what it is handed; dies of a push whose body begins with 0xff. */
import { createRedisStorage } from '../../../plugins/storage/redis/index.ts'
import { targetOf } from './redis-helpers.ts'

const [url = '', identity = '', handleMs = '5'] = process.argv.slice(2)
const storage = await createRedisStorage({
  target: targetOf({ REDIS_URL: url }),
  prefix: 'kit',
  identity: Buffer.from(identity, 'hex'),
  now: Date.now,
})
storage.outbox.work(
  async ({ id, body }) => {
    process.stdout.write(`handed ${Buffer.from(id).toString('hex')}\n`)
    if (body[0] === 0xff) process.exit(3)
    await new Promise((resolve) => setTimeout(resolve, Number(handleMs)))
    process.stdout.write(`done ${Buffer.from(id).toString('hex')}\n`)
    return { kind: 'done' }
  },
  { concurrency: 20, leaseMs: 60_000 },
)
process.stdout.write('ready now\n')
setTimeout(() => process.exit(1), 60_000)
