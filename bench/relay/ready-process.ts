/** A whole gateway on SQLite and the relay, in a process of its own: how long until it is ready, and what it holds then. */
import { setTimeout as pause } from 'node:timers/promises'
import { buildGateway } from '../../src/app.ts'
import { memoryInUse, serve } from '../child.ts'

export interface ReadyQuestion {
  readonly dataDir: string
  readonly privateKey: Uint8Array
  /** Multiaddr of the peer to be connected with. */
  readonly peer: string
}

export interface Ready {
  /** Since the start of the process. */
  readonly seconds: number
  /** Bytes on the heap and beside it. */
  readonly memory: number
  /** Bytes that the process holds of the machine. */
  readonly resident: number
  readonly topics: number
  readonly keysDerived: number
}

serve<ReadyQuestion>(async ({ dataDir, privateKey, peer }): Promise<Ready> => {
  const environment = {
    TRANSPORT_PLUGIN: 'waku-relay',
    WAKU_HOST: '127.0.0.1',
    WAKU_TCP_PORT: '0',
    WAKU_SHARDS: '32',
    WAKU_PEERS: peer,
    CRYPTO_PLUGIN: 'noble',
    STORAGE_PLUGIN: 'sqlite',
    DELIVERY_PLUGINS: 'console',
    DATA_DIR: dataDir,
    HTTP_PORT: '0',
    LOG_LEVEL: 'error',
  }
  const gateway = await buildGateway(environment, { privateKey, logStream: process.stderr })
  await gateway.start()
  while ((await gateway.app.inject('/health/ready')).statusCode !== 200) await pause(10)
  const seconds = performance.now() / 1000
  const { topics = 0 } = gateway.app.transport.stats()
  const keysDerived = gateway.engine.ledger.snapshot().other['topic-keys-derived'] ?? 0
  const memory = memoryInUse()
  return { seconds, memory, resident: process.memoryUsage.rss(), topics, keysDerived }
})
