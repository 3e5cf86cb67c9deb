import { replicasKit } from '../../kits/storage-replicas.ts'
import { startRedis } from '../../support/redis-server.ts'
import { openAt, targetOf } from './redis-helpers.ts'

const server = await startRedis()
const target = targetOf({ REDIS_URL: server.url })

replicasKit('redis', {
  open: (context) => openAt(target, context),
  destroy: () => server.close(),
  victim: {
    module: new URL('./redis-replicas-victim.ts', import.meta.url),
    args: (identity) => [server.url, identity],
  },
})
