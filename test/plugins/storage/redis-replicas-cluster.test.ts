import { replicasKit } from '../../kits/storage-replicas.ts'
import { startRedisCluster } from '../../support/redis-server.ts'
import { openAt, targetOf } from './redis-helpers.ts'

const cluster = await startRedisCluster()
const url = cluster.urls.join(',')
const target = targetOf({ REDIS_URL: url, REDIS_MODE: 'cluster' })

replicasKit('redis, a cluster of three masters', {
  open: (context) => openAt(target, context),
  destroy: () => cluster.close(),
  victim: { module: new URL('./redis-replicas-victim.ts', import.meta.url), args: (identity) => [url, identity] },
})
