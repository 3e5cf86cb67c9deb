/** A Redis that fails while the gateway works on it: told within 3 s, nothing stored in secret, recovered within 3 s. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Storage, StorageError } from '../../../src/ports/index.ts'
import { identityOf, pushOf, registrationOf, until } from '../../kits/storage-samples.ts'
import { type RedisServer, startRedis, startRedisCluster } from '../../support/redis-server.ts'
import { openAt, targetOf } from './redis-helpers.ts'

const day = 86_400_000

interface Fault {
  readonly name: string
  readonly config?: Readonly<Record<string, string>>
  readonly strike: (server: RedisServer) => Promise<unknown>
  readonly mend: (server: RedisServer) => Promise<unknown>
  readonly reason: RegExp
}

const faults: readonly Fault[] = [
  {
    name: 'killed',
    strike: (server) => server.kill('SIGKILL'),
    mend: (server) => server.restart(),
    reason: /does not answer/,
  },
  {
    name: 'frozen',
    strike: (server) => server.kill('SIGSTOP'),
    mend: (server) => server.kill('SIGCONT'),
    reason: /does not answer in time/,
  },
  {
    name: 'a replica by now',
    strike: (server) => server.cli('REPLICAOF', '127.0.0.1', '1'),
    mend: (server) => server.cli('REPLICAOF', 'NO', 'ONE'),
    reason: /is a replica/,
  },
  {
    name: 'out of memory',
    strike: (server) => server.cli('CONFIG', 'SET', 'maxmemory', '1mb'),
    mend: (server) => server.cli('CONFIG', 'SET', 'maxmemory', '0'),
    reason: /used up its memory/,
  },
  {
    name: 'with another password',
    // Those who are in stay in, until they have to come again.
    strike: async (server) => {
      await server.cli('CONFIG', 'SET', 'requirepass', 'other')
      await server.cli('-a', 'other', '--no-auth-warning', 'CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    },
    mend: (server) => server.cli('-a', 'other', '--no-auth-warning', 'CONFIG', 'SET', 'requirepass', ''),
    reason: /password|does not answer/,
  },
  {
    name: 'without enough replicas',
    strike: (server) => server.cli('CONFIG', 'SET', 'min-replicas-to-write', '1'),
    mend: (server) => server.cli('CONFIG', 'SET', 'min-replicas-to-write', '0'),
    reason: /fewer replicas/,
  },
]

const healthOf = async (storage: Storage) => {
  const health = await storage.health()
  return health.status === 'ok' ? 'ok' : health.reason
}

for (const { name, strike, mend, reason } of faults)
  test(`redis, ${name}: told at once, nothing accepted meanwhile, and well again by itself`, async () => {
    const server = await startRedis()
    let storage: Storage | undefined
    try {
      storage = await openAt(targetOf({ REDIS_URL: server.url }), { identity: identityOf(name), now: Date.now })
      const { registrations, outbox, health } = storage
      const handed: string[] = []
      const worker = outbox.work(
        async ({ id }) => {
          handed.push(Buffer.from(id).toString('hex'))
          return { kind: 'done' }
        },
        { concurrency: 4, leaseMs: 60_000 },
      )
      await outbox.accept([pushOf('before')], day)
      await until('the first is handed out', () => handed.length === 1)

      await strike(server)
      const struck = performance.now()
      await until('it is told', async () => (await health()).status === 'down', 3_000)
      assert.match(await healthOf(storage), reason)
      for (const call of [
        () => registrations.put(registrationOf({ owner: 'meanwhile' })),
        () => outbox.accept([pushOf('meanwhile')], day),
      ]) {
        const from = performance.now()
        await assert.rejects(call(), (error) => error instanceof StorageError && /^Redis|^The /.test(error.message))
        assert.ok(performance.now() - from < 3_000)
      }
      assert.ok(performance.now() - struck < 10_000)

      await mend(server)
      const mended = performance.now()
      await until('it is well', async () => (await health()).status === 'ok', 3_000)
      assert.equal(await registrations.put(registrationOf({ owner: 'after' })), 'stored')
      await outbox.accept([pushOf('meanwhile'), pushOf('after')], day)
      await until('all are handed out', () => new Set(handed).size === 3, 3_000)
      assert.ok(performance.now() - mended < 6_000)
      await worker.stop()
    } finally {
      await server.kill('SIGCONT')
      await storage?.close()
      await server.close()
    }
  })

test('redis, a part of a cluster gone: told, and well again when it is back', async () => {
  const cluster = await startRedisCluster()
  let storage: Storage | undefined
  try {
    const target = targetOf({ REDIS_URL: cluster.urls.join(','), REDIS_MODE: 'cluster' })
    const opened = await openAt(target, { identity: identityOf('cluster'), now: Date.now })
    storage = opened
    const [, second] = cluster.servers
    await second?.kill('SIGKILL')
    await until('it is told', async () => (await opened.health()).status === 'down', 3_000)
    await second?.restart()
    await until('it is well', async () => (await opened.health()).status === 'ok', 6_000)
  } finally {
    await storage?.close()
    await cluster.close()
  }
})

test('redis, slots of a cluster that move under the gateway’s hands: nothing fails', async () => {
  const cluster = await startRedisCluster()
  let storage: Storage | undefined
  try {
    const target = targetOf({ REDIS_URL: cluster.urls.join(','), REDIS_MODE: 'cluster' })
    storage = await openAt(target, { identity: identityOf('moving'), now: Date.now })
    const { registrations } = storage
    for (let i = 0; i < 200; i++) await registrations.put(registrationOf({ owner: `before ${i}`, topics: [i] }))
    let moved = false
    const [first, second] = cluster.servers
    const id = (await second?.cli('CLUSTER', 'MYID')) ?? ''
    const source = (await first?.cli('CLUSTER', 'MYID')) ?? ''
    const moving = first
      ?.cli(
        '--cluster',
        'reshard',
        `127.0.0.1:${first.port}`,
        '--cluster-from',
        source,
        '--cluster-to',
        id,
        '--cluster-slots',
        '2000',
        '--cluster-yes',
      )
      .finally(() => {
        moved = true
      })
    let puts = 0
    for (; !moved; puts++)
      assert.equal(await registrations.put(registrationOf({ owner: `during ${puts}`, topics: [puts] })), 'stored')
    await moving
    assert.ok(puts > 0)
    for (const [owner, topic] of [
      ['before 7', 7],
      ['during 0', 0],
    ] as const)
      assert.ok((await registrations.ownersByTopic(topic)).length > 0, owner)
  } finally {
    await storage?.close()
    await cluster.close()
  }
})
