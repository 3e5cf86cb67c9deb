import { storageKit } from '../../kits/storage.ts'
import { startRedisCluster } from '../../support/redis-server.ts'
import { openAt, targetOf } from './redis-helpers.ts'

const cluster = await startRedisCluster()
const url = cluster.urls.join(',')
const target = targetOf({ REDIS_URL: url, REDIS_MODE: 'cluster' })

storageKit('redis, a cluster of three masters', {
  open: (context) => openAt(target, context),
  destroy: () => cluster.close(),
  durable: true,
  injectedClock: false,
  latenessMs: 8000,
  order: 'about',
  victim: { module: new URL('./redis-victim.ts', import.meta.url), args: (identity) => [url, identity] },
})
