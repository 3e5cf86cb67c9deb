/** Sentinels that know the master, and a master that fails. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { identityOf, keyOf, pushOf, registrationOf, until } from '../../kits/storage-samples.ts'
import { freePort, startRedis } from '../../support/redis-server.ts'
import { openAt, targetOf } from './redis-helpers.ts'

const day = 86_400_000

/** A Sentinel of its own, which alone decides. */
const startSentinel = async (masterPort: number) => {
  const [folder, port] = [mkdtempSync(join(tmpdir(), 'reveille-sentinel-')), await freePort()]
  const file = join(folder, 'sentinel.conf')
  writeFileSync(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor ours 127.0.0.1 ${masterPort} 1`,
      'sentinel down-after-milliseconds ours 500',
      'sentinel failover-timeout ours 3000',
      '',
    ].join('\n'),
  )
  const child = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' })
  return {
    url: `redis://127.0.0.1:${port}`,
    close: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

test('redis, a failover by a Sentinel: found by itself, and what was replicated is there', {
  timeout: 60_000,
}, async () => {
  const master = await startRedis()
  const replica = await startRedis({ config: { replicaof: `127.0.0.1 ${master.port}` } })
  const sentinel = await startSentinel(master.port)
  try {
    await until('it replicates', async () =>
      (await replica.cli('INFO', 'replication')).includes('master_link_status:up'),
    )
    await until(
      'the Sentinel knows the replica',
      async () => {
        const info = await replica.cli('-p', new URL(sentinel.url).port, 'INFO', 'sentinel').catch(() => '')
        return info.includes('slaves=1')
      },
      20_000,
    )
    const target = targetOf({ REDIS_URL: sentinel.url, REDIS_MODE: 'sentinel', REDIS_SENTINEL_MASTER: 'ours' })
    const storage = await openAt(target, { identity: identityOf('failover'), now: Date.now })
    try {
      const handed: string[] = []
      storage.outbox.work(
        async ({ id }) => {
          handed.push(Buffer.from(id).toString('hex'))
          return { kind: 'done' }
        },
        { concurrency: 2, leaseMs: 60_000 },
      )
      assert.equal(await storage.registrations.put(registrationOf({ owner: 'before' })), 'stored')
      await until('it is replicated', async () => Number(await replica.cli('DBSIZE')) > 1)
      await master.kill('SIGKILL')
      await until('it is told', async () => (await storage.health()).status === 'down', 3_000)
      await until('the new master is found', async () => (await storage.health()).status === 'ok', 20_000)
      assert.equal((await storage.registrations.get([keyOf('before')]))[0]?.version, 1n)
      assert.deepEqual(await storage.outbox.accept([pushOf('after')], day), ['accepted'])
      await until('the worker goes on', () => handed.length === 1, 5_000)
    } finally {
      await storage.close()
    }
  } finally {
    await sentinel.close()
    await replica.close()
    await master.close()
  }
})
