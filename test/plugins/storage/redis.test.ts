import { storageKit } from '../../kits/storage.ts'
import { startRedis } from '../../support/redis-server.ts'
import { openAt, targetOf } from './redis-helpers.ts'

const server = await startRedis()
const target = targetOf({ REDIS_URL: server.url })

storageKit('redis', {
  open: (context) => openAt(target, context),
  destroy: () => server.close(),
  durable: true,
  injectedClock: false,
  latenessMs: 8000,
  order: 'acceptance',
  victim: { module: new URL('./redis-victim.ts', import.meta.url), args: (identity) => [server.url, identity] },
})
