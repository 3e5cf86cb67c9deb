/** `reveille storage copy` by real processes. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { createSqliteStorage } from '../../plugins/storage/sqlite/index.ts'
import type { Storage } from '../../src/ports/index.ts'
import { bytesOf, hex, keyOf, pushOf, registrationOf, until } from '../kits/storage-samples.ts'
import { openAt, targetOf } from '../plugins/storage/redis-helpers.ts'
import { startRedis } from '../support/redis-server.ts'

const main = resolve(import.meta.dirname, '../../src/main.ts')
const day = 86_400_000
const server = await startRedis()
after(() => server.close())

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const run = async (folder: string, args: readonly string[], killAfter?: RegExp): Promise<Ended> => {
  const env = { PATH: process.env['PATH'] ?? '', DATA_DIR: join(folder, 'data') }
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text
      if (killAfter?.test(texts[name])) child.kill('SIGKILL')
    })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...texts }
}

const copy = (folder: string, from: string, to: string, ...more: readonly string[]): Promise<Ended> =>
  run(folder, ['storage', 'copy', '--from', from, '--to', to, '--json', ...more])

interface Result {
  readonly kinds: readonly {
    readonly kind: string
    readonly copied: number
    readonly checksum: string
    readonly verdict: string
  }[]
  readonly verified: boolean
  readonly final: boolean
}

const resultOf = ({ stdout, stderr }: Ended): Result => {
  assert.notEqual(stdout, '', stderr)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
}

/** A folder with an identity; its key, 33 bytes. */
const withFolder = (work: (folder: string, identity: Uint8Array) => Promise<void>) => async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'reveille-copy-'))
  try {
    const { stdout } = await run(folder, ['keys', 'make'])
    const compressed = /compressed\s+0x([0-9a-f]{66})/.exec(stdout)?.[1] ?? ''
    await work(folder, Buffer.from(compressed, 'hex'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const fill = async ({ registrations, outbox, cursors, topicKeys, claims }: Storage, count = 30): Promise<void> => {
  const live = (i: number) =>
    registrationOf({ owner: `live ${i}`, version: 2n ** 63n + BigInt(i), topics: [i, i + 1000] })
  await Promise.all(Array.from({ length: count }, (_, i) => registrations.put(live(i))))
  await registrations.unregister(keyOf('gone'), 2n ** 64n - 1n)
  await registrations.put(registrationOf({ owner: 'dead', version: 5n }))
  await registrations.retire(keyOf('dead'), 5n)
  await outbox.accept([pushOf('waits'), pushOf('later'), pushOf('settled')], day)
  const ends = new Map([
    [hex(pushOf('settled').id), 'done'],
    [hex(pushOf('later').id), 'retry'],
  ])
  let ended = 0
  const worker = outbox.work(
    async ({ id }) => {
      const end = ends.get(hex(id))
      if (end === undefined) return new Promise(() => undefined)
      ended++
      return end === 'done' ? { kind: 'done' } : { kind: 'retry', at: Date.now() + 3_600_000 }
    },
    { concurrency: 3, leaseMs: 600_000 },
  )
  await until('two pushes are handled', () => ended === 2)
  void worker
  await cursors.set('history', 2n ** 60n + 1n)
  await topicKeys.set('a topic', bytesOf('key', 32))
  await claims.finish(bytesOf('handled', 32))
}

/** Everything of it that a gateway would find. */
const check = async (storage: Storage, count = 30): Promise<void> => {
  const { registrations, outbox, cursors, topicKeys, claims } = storage
  const [first] = await registrations.get([keyOf(`live ${count - 1}`)])
  assert.equal(first?.version, 2n ** 63n + BigInt(count - 1))
  assert.deepEqual((await registrations.ownersByTopic(1_000 + 7)).map(hex), [hex(keyOf('live 7').owner)])
  assert.equal(await registrations.put(registrationOf({ owner: 'gone', version: 2n ** 64n - 1n })), 'stale')
  assert.equal(await registrations.put(registrationOf({ owner: 'dead', version: 5n })), 'stale')
  assert.equal(await cursors.get('history'), 2n ** 60n + 1n)
  assert.equal(hex((await topicKeys.get('a topic')) ?? new Uint8Array()), hex(bytesOf('key', 32)))
  assert.equal(await claims.take(bytesOf('handled', 32), 1_000), 'done')
  assert.equal((await outbox.counts()).queued, 2)
  assert.deepEqual(await outbox.accept([pushOf('settled'), pushOf('waits')], day), ['duplicate', 'duplicate'])
  const handed: string[] = []
  const worker = outbox.work(
    async ({ id }) => {
      handed.push(hex(id))
      return { kind: 'done' }
    },
    { concurrency: 3, leaseMs: 60_000 },
  )
  await until('what waits is handed out, what is put off is not', async () => (await outbox.counts()).queued === 1)
  await worker.stop()
  assert.deepEqual(handed, [hex(pushOf('waits').id)])
}

const redisUrl = (database: number): string => `${server.url}/${database}`

describe('reveille storage copy', () => {
  test(
    'moves everything to Redis and back: equal checksums, and a gateway finds all of it',
    withFolder(async (folder, identity) => {
      const file = join(folder, 'data', 'reveille.db')
      const source = await createSqliteStorage({ file, identity, now: Date.now })
      await fill(source)
      await source.close()
      const there = await copy(folder, 'sqlite:data/reveille.db', redisUrl(1))
      assert.equal(there.code, 0, there.stderr)
      const back = await copy(folder, redisUrl(1), 'sqlite:back.db')
      assert.equal(back.code, 0, back.stderr)
      assert.deepEqual(resultOf(back), resultOf(there))
      assert.ok(resultOf(there).kinds.every(({ verdict }) => verdict === 'verified'))
      assert.equal(resultOf(there).kinds.find(({ kind }) => kind === 'registrations')?.copied, 32)

      const again = await createSqliteStorage({ file: join(folder, 'back.db'), identity, now: Date.now })
      await check(again).finally(() => again.close())
      const redis = await openAt(targetOf({ REDIS_URL: redisUrl(1) }), { identity, now: Date.now }, 'reveille')
      await check(redis).finally(() => redis.close())
    }),
  )

  test(
    'while a gateway works on the source the pushes stay there; the next run takes them, and what has changed',
    withFolder(async (folder, identity) => {
      const file = join(folder, 'data', 'reveille.db')
      const source = await createSqliteStorage({ file, identity, now: Date.now })
      await fill(source)
      const first = await copy(folder, 'sqlite:data/reveille.db', redisUrl(2))
      assert.equal(first.code, 0, first.stderr)
      assert.equal(resultOf(first).final, false)
      assert.match(first.stderr, /A gateway works on the source: stop it/)
      assert.equal(resultOf(first).kinds.find(({ kind }) => kind === 'pushes')?.verdict, 'left for the last pass')
      assert.equal(
        await source.registrations.put(registrationOf({ owner: 'live 3', version: 2n ** 63n + 500n })),
        'stored',
      )
      await source.close()
      const last = await copy(folder, 'sqlite:data/reveille.db', redisUrl(2))
      assert.equal(last.code, 0, last.stderr)
      assert.deepEqual([resultOf(last).final, resultOf(last).verified], [true, true])
      const redis = await openAt(targetOf({ REDIS_URL: redisUrl(2) }), { identity, now: Date.now }, 'reveille')
      try {
        assert.equal((await redis.registrations.get([keyOf('live 3')]))[0]?.version, 2n ** 63n + 500n)
        await check(redis)
      } finally {
        await redis.close()
      }
    }),
  )

  test(
    'killed in the middle, and run again',
    withFolder(async (folder, identity) => {
      const file = join(folder, 'data', 'reveille.db')
      const source = await createSqliteStorage({ file, identity, now: Date.now })
      await fill(source, 3_000)
      await source.close()
      const args = ['storage', 'copy', '--from', 'sqlite:data/reveille.db', '--to', redisUrl(3), '--json']
      const child = spawn(process.execPath, [main, ...args], {
        cwd: folder,
        env: { PATH: process.env['PATH'] ?? '', DATA_DIR: join(folder, 'data') },
      })
      await until('something is there', async () => Number(await server.cli('-n', '3', 'DBSIZE')) > 100)
      child.kill('SIGKILL')
      await once(child, 'close')
      const whole = await copy(folder, 'sqlite:data/reveille.db', redisUrl(3))
      assert.equal(whole.code, 0, whole.stderr)
      assert.ok(resultOf(whole).kinds.every(({ verdict }) => verdict === 'verified'))
    }),
  )

  test(
    'what is missing or other at the destination is found',
    withFolder(async (folder, identity) => {
      const source = await createSqliteStorage({ file: join(folder, 'data', 'reveille.db'), identity, now: Date.now })
      await fill(source)
      await source.close()
      const target = join(folder, 'to.db')
      assert.equal((await copy(folder, 'sqlite:data/reveille.db', 'sqlite:to.db')).code, 0)
      const database = new DatabaseSync(target)
      // Whatever is written is spoilt at once.
      database.exec("CREATE TRIGGER spoil AFTER INSERT ON topic_keys BEGIN UPDATE topic_keys SET key = x'00'; END")
      database.exec(
        "CREATE TRIGGER spoil2 AFTER UPDATE ON topic_keys WHEN length(NEW.key) > 1 BEGIN UPDATE topic_keys SET key = x'00'; END",
      )
      database.close()
      const { code, stderr, ...rest } = await copy(folder, 'sqlite:data/reveille.db', 'sqlite:to.db')
      assert.equal(code, 1)
      assert.match(stderr, /does not hold what the source holds/)
      assert.equal(
        resultOf({ code, stderr, ...rest }).kinds.find(({ kind }) => kind === 'topic keys')?.verdict,
        'missing',
      )
    }),
  )

  test(
    'what a gateway has added at the destination since is no damage',
    withFolder(async (folder, identity) => {
      const source = await createSqliteStorage({ file: join(folder, 'data', 'reveille.db'), identity, now: Date.now })
      await fill(source)
      await source.close()
      assert.equal((await copy(folder, 'sqlite:data/reveille.db', redisUrl(4))).code, 0)
      const redis = await openAt(targetOf({ REDIS_URL: redisUrl(4) }), { identity, now: Date.now }, 'reveille')
      await redis.registrations.put(registrationOf({ owner: 'new', version: 1n }))
      await redis.registrations.put(registrationOf({ owner: 'live 1', version: 2n ** 63n + 900n }))
      const used = await copy(folder, 'sqlite:data/reveille.db', redisUrl(4))
      assert.equal(used.code, 1)
      assert.match(used.stderr, /--to: a gateway works on what this identity keeps there; stop it/)
      await redis.close()
      const again = await copy(folder, 'sqlite:data/reveille.db', redisUrl(4))
      assert.equal(again.code, 0, again.stderr)
      assert.equal(resultOf(again).kinds[0]?.verdict, 'verified, and the destination holds more')
    }),
  )

  const refusals: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['nothing said', [], /usage: reveille storage copy/],
    ['another action', ['move'], /usage: reveille storage copy/],
    ['no destination', ['copy', '--from', 'sqlite:a.db'], /usage/],
    ['an unknown argument', ['copy', '--form', 'x'], /usage/],
    ['the same place twice', ['copy', '--from', 'sqlite:a.db', '--to', 'sqlite:a.db'], /--to: it is the same place/],
    [
      'an unknown scheme',
      ['copy', '--from', 'mysql:a', '--to', 'sqlite:b.db'],
      /--from: nobody knows .* begin it with one of redis:, rediss:, sqlite:/,
    ],
    [
      'a source that is not there',
      ['copy', '--from', 'sqlite:nowhere.db', '--to', 'sqlite:b.db'],
      /--from: there is no file .*nowhere.db; name the database/,
    ],
    [
      'nobody there',
      ['copy', '--from', 'redis://127.0.0.1:1', '--to', 'sqlite:b.db'],
      /--from: Redis does not answer \(connection refused\)/,
    ],
  ]
  for (const [name, args, expected] of refusals)
    test(
      `refused: ${name}`,
      withFolder(async (folder) => {
        const { code, stdout, stderr } = await run(folder, ['storage', ...args])
        assert.equal(code, 1)
        assert.match(stderr, expected)
        assert.equal(stdout, '')
        assert.equal(existsSync(join(folder, 'nowhere.db')), false)
      }),
    )

  test('refused: no identity', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reveille-copy-'))
    const { code, stderr } = await copy(folder, 'sqlite:a.db', 'sqlite:b.db')
    rmSync(folder, { recursive: true })
    assert.equal(code, 1)
    assert.match(stderr, /IDENTITY_FILE: .* does not exist.*; set DATA_DIR or IDENTITY_FILE/)
  })
})
