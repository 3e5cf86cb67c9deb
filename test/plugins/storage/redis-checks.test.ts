/** What keeps a gateway from starting on a Redis that would lose its records, and what it is warned of. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import redis from '../../../plugins/storage/redis/index.ts'
import { manifestKey, type Problem } from '../../../src/ports/index.ts'
import { freePort, type RedisServer, startRedis, startRedisCluster } from '../../support/redis-server.ts'
import { openAt, settingsWith, targetOf } from './redis-helpers.ts'

const preflight = async (changes: Readonly<Record<string, string | boolean>>) => {
  const warnings: string[] = []
  const log = { debug() {}, info() {}, error() {}, warn: (_: object, message: string) => void warnings.push(message) }
  const settings = settingsWith(changes) as unknown as Readonly<Record<string, unknown>>
  const problems: Problem[] = await redis[manifestKey].preflight({ settings, dataDir: '.', log, now: Date.now })
  return {
    problems,
    warnings,
    text: problems.map(({ setting, wrong, mend }) => `${setting}: ${wrong}; ${mend}`).join(),
  }
}

const withRedis =
  (config: Readonly<Record<string, string>>, work: (server: RedisServer) => Promise<void>) =>
  async (): Promise<void> => {
    const server = await startRedis({ config })
    try {
      await work(server)
    } finally {
      await server.close()
    }
  }

describe('settings of redis', () => {
  const wrong: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
    ['no URL', { REDIS_URL: 'localhost:6379' }, /^REDIS_URL: it is no address of Redis; write redis:/],
    ['another scheme', { REDIS_URL: 'http://localhost' }, /^REDIS_URL: it is no address/],
    ['one of two is none', { REDIS_URL: 'redis://a,b', REDIS_MODE: 'cluster' }, /address 2 of 2 is no address/],
    [
      'several of one server',
      { REDIS_URL: 'redis://a,redis://b' },
      /there are 2 addresses; name one, or set REDIS_MODE/,
    ],
    ['half of them with TLS', { REDIS_URL: 'redis://a,rediss://b', REDIS_MODE: 'cluster' }, /some addresses are redis/],
    ['a database that is none', { REDIS_URL: 'redis://a/x' }, /no number of a database/],
    ['a database of a cluster', { REDIS_URL: 'redis://a/1', REDIS_MODE: 'cluster' }, /a cluster has database 0 only/],
    [
      'Sentinels without a name',
      { REDIS_URL: 'redis://a', REDIS_MODE: 'sentinel' },
      /^REDIS_SENTINEL_MASTER: it is missing/,
    ],
    ['a CA without TLS', { REDIS_URL: 'redis://a', REDIS_TLS_CA_FILE: 'x' }, /^REDIS_TLS_CA_FILE: .* does not use TLS/],
    [
      'a CA that is not there',
      { REDIS_URL: 'rediss://a', REDIS_TLS_CA_FILE: '/nowhere' },
      /\/nowhere cannot be read \(ENOENT\)/,
    ],
    ['a certificate without key', { REDIS_URL: 'rediss://a', REDIS_TLS_CERT_FILE: '/etc/hostname' }, /belong together/],
    [
      'two passwords',
      { REDIS_URL: 'redis://:x@a,redis://:y@b', REDIS_MODE: 'cluster' },
      /different users or passwords/,
    ],
  ]
  for (const [name, changes, expected] of wrong)
    test(`refused: ${name}`, async () => {
      const { text } = await preflight(changes)
      assert.match(text, expected)
    })
})

describe('a Redis that is refused', () => {
  test('nobody is there', async () => {
    const { text } = await preflight({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` })
    assert.match(text, /^REDIS_URL: Redis does not answer \(connection refused\); check that it runs/)
  })

  test(
    'a password that is wrong or missing, and is shown by nobody',
    withRedis({ requirepass: 'geheim-4711' }, async ({ port }) => {
      const missing = await preflight({ REDIS_URL: `redis://127.0.0.1:${port}` })
      assert.match(missing.text, /password/)
      const wrong = await preflight({ REDIS_URL: `redis://:falsch-4711@127.0.0.1:${port}` })
      assert.match(wrong.text, /refuses user or password/)
      assert.doesNotMatch(`${missing.text}${wrong.text}`, /4711/)
      const right = await preflight({ REDIS_URL: `redis://:geheim-4711@127.0.0.1:${port}` })
      assert.deepEqual(right.problems, [])
    }),
  )

  test(
    'one that keeps nothing on a disk, unless that is allowed',
    withRedis({ appendonly: 'no' }, async ({ url }) => {
      assert.match((await preflight({ REDIS_URL: url })).text, /keeps nothing on a disk.*CONFIG SET appendonly yes/)
      const allowed = await preflight({ REDIS_URL: url, REDIS_ALLOW_DATA_LOSS: true })
      assert.deepEqual(allowed.problems, [])
      assert.match(allowed.warnings.join(), /keeps nothing/)
    }),
  )

  test(
    'one that evicts',
    withRedis({ maxmemory: '100mb', 'maxmemory-policy': 'allkeys-lru' }, async ({ url }) => {
      assert.match(
        (await preflight({ REDIS_URL: url })).text,
        /evicts records.*allkeys-lru.*CONFIG SET maxmemory-policy noeviction/,
      )
    }),
  )

  test(
    'snapshots alone, and a log each second, are warned of',
    withRedis({ appendonly: 'no', save: '60 1' }, async (server) => {
      const { url } = server
      assert.match((await preflight({ REDIS_URL: url })).warnings.join(), /snapshots only/)
      await server.cli('CONFIG', 'SET', 'appendonly', 'yes')
      await server.cli('CONFIG', 'SET', 'appendfsync', 'everysec')
      assert.match((await preflight({ REDIS_URL: url })).warnings.join(), /each second.*appendfsync always/)
      await server.cli('CONFIG', 'SET', 'appendfsync', 'always')
      assert.deepEqual(await preflight({ REDIS_URL: url }), { problems: [], warnings: [], text: '' })
    }),
  )

  test(
    'a replica',
    withRedis({}, async (master) => {
      const replica = await startRedis({ config: { replicaof: `127.0.0.1 ${master.port}` } })
      try {
        assert.match(
          (await preflight({ REDIS_URL: replica.url })).text,
          /is a replica and takes no writes; name its master/,
        )
      } finally {
        await replica.close()
      }
    }),
  )

  test('a cluster that is taken for one server, and the other way round', async () => {
    const [cluster, server] = await Promise.all([startRedisCluster(), startRedis()])
    try {
      assert.match((await preflight({ REDIS_URL: cluster.urls[0] ?? '' })).text, /REDIS_MODE=cluster/)
      assert.match((await preflight({ REDIS_URL: server.url, REDIS_MODE: 'cluster' })).text, /REDIS_/)
      const urls = cluster.urls.join(',')
      assert.deepEqual((await preflight({ REDIS_URL: urls, REDIS_MODE: 'cluster' })).problems, [])
    } finally {
      await Promise.all([cluster.close(), server.close()])
    }
  })

  test(
    'a version that is too old',
    withRedis({}, async ({ port }) => {
      // A real server behind a proxy that makes it older.
      const proxy = createServer((client) => {
        const upstream = connect(port, '127.0.0.1')
        client.pipe(upstream)
        upstream.on('data', (chunk) =>
          client.write(chunk.toString('latin1').replace(/redis_version:7/, 'redis_version:6'), 'latin1'),
        )
        for (const end of [client, upstream])
          end.on('error', () => undefined).on('close', () => (end === client ? upstream : client).destroy())
      })
      const proxyPort = await freePort()
      await new Promise<void>((resolve) => proxy.listen(proxyPort, '127.0.0.1', resolve))
      try {
        assert.match(
          (await preflight({ REDIS_URL: `redis://127.0.0.1:${proxyPort}` })).text,
          /has version 6.*Redis 7 or newer/,
        )
      } finally {
        proxy.close()
      }
    }),
  )
})

/** As the operator's guide says. */
const minimalRules = [
  '~reveille:*',
  '~{reveille:*',
  '+@connection',
  '+@read',
  '+@write',
  '+@scripting',
  '+@blocking',
  '+info',
  '+time',
  '-@dangerous',
  '+info',
]

test(
  'a user with the rights of the operator’s guide is enough, and one without them is told which is missing',
  withRedis({}, async (server) => {
    await server.cli('ACL', 'SETUSER', 'gateway', 'on', '>secret', ...minimalRules)
    await server.cli('ACL', 'SETUSER', 'reader', 'on', '>secret', '~*', '+@read', '+@connection', '+info')
    const urlOf = (user: string): string => `redis://${user}:secret@127.0.0.1:${server.port}`
    const { problems, warnings } = await preflight({ REDIS_URL: urlOf('gateway') })
    assert.deepEqual(problems, [])
    assert.ok(warnings.length <= 1, warnings.join())
    assert.match(
      (await preflight({ REDIS_URL: urlOf('reader') })).text,
      /its user may not use SET on our keys; give it the rights/,
    )
    const storage = await openAt(
      targetOf({ REDIS_URL: urlOf('gateway') }),
      { identity: new Uint8Array(33), now: Date.now },
      'reveille',
    )
    try {
      assert.equal((await storage.health()).status, 'ok')
      const worker = storage.outbox.work(async () => ({ kind: 'done' }), { concurrency: 2, leaseMs: 1_000 })
      const push = { id: new Uint8Array(32), owner: new Uint8Array(64), installation: 'a', body: new Uint8Array(1) }
      await storage.outbox.accept([{ ...push, acceptedAt: Date.now(), expiresAt: Date.now() + 60_000 }], 60_000)
      while ((await storage.outbox.counts()).queued > 0) await new Promise(setImmediate)
      await worker.stop()
    } finally {
      await storage.close()
    }
  }),
)

test('TLS: a certificate of one’s own authority', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'reveille-tls-'))
  const file = (name: string): string => join(folder, name)
  const openssl = (...args: readonly string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' })
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=ca',
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.crt'),
  )
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=redis.example',
    '-addext',
    'subjectAltName=DNS:redis.example',
    '-keyout',
    file('key'),
    '-out',
    file('csr'),
  )
  openssl(
    'x509',
    '-req',
    '-in',
    file('csr'),
    '-CA',
    file('ca.crt'),
    '-CAkey',
    file('ca.key'),
    '-days',
    '2',
    '-copy_extensions',
    'copy',
    '-out',
    file('crt'),
  )
  const tlsPort = await freePort()
  const server = await startRedis({
    config: {
      'tls-port': `${tlsPort}`,
      'tls-cert-file': file('crt'),
      'tls-key-file': file('key'),
      'tls-ca-cert-file': file('ca.crt'),
      'tls-auth-clients': 'no',
    },
  })
  try {
    const REDIS_URL = `rediss://127.0.0.1:${tlsPort}`
    const named = { REDIS_URL, REDIS_TLS_CA_FILE: file('ca.crt'), REDIS_TLS_SERVERNAME: 'redis.example' }
    assert.deepEqual((await preflight(named)).problems, [])
    assert.match(
      (await preflight({ REDIS_URL, REDIS_TLS_SERVERNAME: 'redis.example' })).text,
      /certificate is not accepted/,
    )
  } finally {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
