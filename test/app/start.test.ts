import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { buildGateway } from '../../src/app.ts'
import { definePlugin, StartError } from '../../src/ports/index.ts'
import { run as runCommand } from '../commands/run.ts'
import { type Env, file, folder, fresh, good, refusalOf, takenPort } from '../support/refusal.ts'
import { createScriptedDelivery } from '../support/scripted.ts'

test('refused: a database from a newer version', async () => {
  const SQLITE_FILE = fresh('newer.db')
  const settings = { ...good(), STORAGE_PLUGIN: 'sqlite', SQLITE_FILE }
  assert.deepEqual(await refusalOf(settings), [])
  const database = new DatabaseSync(SQLITE_FILE)
  database.exec('PRAGMA user_version = 999')
  database.close()
  const [told = '', ...more] = await refusalOf(settings)
  assert.deepEqual(more, [])
  assert.match(told, /^SQLITE_FILE: .*newer\.db was written by a newer gateway/)
})

test('refused: a database that another gateway has open', async () => {
  const SQLITE_FILE = fresh('shared.db')
  const settings = { ...good(), STORAGE_PLUGIN: 'sqlite', SQLITE_FILE }
  const gateway = await buildGateway(settings)
  const [told = '', ...more] = await refusalOf({ ...settings, DATA_DIR: fresh() })
  await gateway.close()
  assert.deepEqual(more, [])
  assert.match(told, /is in use by another gateway process/)
})

test('refused: one port for HTTP and for the relay', async () => {
  const probe = createServer()
  const port = await new Promise<number>((resolve) => {
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
  const relay = { TRANSPORT_PLUGIN: 'waku-relay', WAKU_HOST: '127.0.0.1', WAKU_TCP_PORT: String(port) }
  const told = await refusalOf({ ...good(), ...relay, HTTP_HOST: '127.0.0.1', HTTP_PORT: String(port) })
  assert.deepEqual(
    told.map((text) => text.split(' is in use')[0]),
    [`WAKU_TCP_PORT: port ${port}`],
  )
})

test('every mistake is told at once, each in one sentence', async () => {
  const settings = {
    ...good(),
    HTTP_PORT: 'eighty',
    LOG_LEVEL: 'loud',
    INTAKE_MESAGES: '5',
    STORAGE_PLUGIN: 'sqlit',
    TRANSPORT_PLUGIN: 'waku-relay',
    WAKU_TCP_PORT: '0',
    WAKU_PEERS: 'somewhere',
    DELIVERY_PLUGINS: 'console,gorush',
    IDENTITY_FILE: file('x', 'bad.key'),
  }
  const told = await refusalOf(settings)
  const named = told.map((text) => text.split(':')[0])
  assert.deepEqual(named.toSorted(), [
    'DELIVERY_ROUTES',
    'DELIVERY_ROUTES',
    'HTTP_PORT',
    'IDENTITY_FILE',
    'INTAKE_MESAGES',
    'LOG_LEVEL',
    'STORAGE_PLUGIN',
    'WAKU_PEERS',
  ])
})

test('a setting with a wrong value is not told of twice, because its default is in use', async () => {
  const settings = { ...good(), TRANSPORT_PLUGIN: 'waku-relay', WAKU_TCP_PORT: 'sixty', WAKU_HOST: '127.0.0.1' }
  const defaultPort = createServer()
  const listening = Promise.withResolvers<void>()
  defaultPort.once('error', () => listening.resolve())
  defaultPort.listen(60_000, '127.0.0.1', () => listening.resolve())
  await listening.promise
  const told = await refusalOf(settings)
  defaultPort.close()
  assert.equal(told.length, 1, told.join('\n'))
})

test('a preflight or creation that throws is a sentence as well', async () => {
  const broken = (when: 'preflight' | 'create') => {
    const fail = () => {
      throw new Error('it is\nbroken')
    }
    return definePlugin({
      kind: 'delivery',
      name: 'broken',
      prefix: 'BROKEN_',
      settings: {},
      ...(when === 'preflight' ? { preflight: fail } : {}),
      create: fail,
    })
  }
  for (const when of ['preflight', 'create'] as const) {
    const told = await refusalOf(good(), { plugins: { delivery: [broken(when)] } })
    assert.deepEqual(told, [
      'BROKEN_: the delivery plugin broken cannot be created (it is); mend the plugin or its settings.',
    ])
  }
})

test('a creation that fails is told beside the other mistakes', async () => {
  const plugin = definePlugin({
    kind: 'delivery',
    name: 'broken',
    prefix: 'BROKEN_',
    settings: {},
    create: () => {
      throw new StartError([{ setting: 'BROKEN_URL', wrong: 'it is wrong', mend: 'mend it' }])
    },
  })
  const told = await refusalOf({ ...good(), HTTP_PORT: '-1' }, { plugins: { delivery: [plugin] } })
  assert.deepEqual(
    told.map((text) => text.split(':')[0]),
    ['HTTP_PORT', 'BROKEN_URL'],
  )
})

const accepted: { what: string; env: Env }[] = [
  {
    what: 'two backends and a rule for each contested type',
    env: { DELIVERY_PLUGINS: 'console,gorush', DELIVERY_ROUTES: 'apn=gorush, firebase=console' },
  },
  {
    what: 'two backends that serve different types',
    env: { DELIVERY_PLUGINS: 'gorush,console', GORUSH_TOKEN_TYPES: 'apn', DELIVERY_ROUTES: 'apn=gorush' },
  },
  { what: 'settings of others that start like ours', env: { HTTP_PROXY: 'http://127.0.0.1:3128' } },
  {
    what: 'empty settings, which mean the default',
    env: { LOG_LEVEL: '', DELIVERY_PLUGINS: '', PUSH_TTL_SECONDS: '' },
  },
  {
    what: 'a plugin by its file',
    env: { DELIVERY_PLUGINS: join(import.meta.dirname, '../../plugins/delivery/console.ts') },
  },
]

for (const { what, env } of accepted)
  test(`not refused: ${what}`, async () => {
    assert.deepEqual(
      await refusalOf({ ...good(), LOG_LEVEL: 'silent', ...env }, { logStream: { write: () => undefined } }),
      [],
    )
  })

test('a package is found from the working folder', async () => {
  const cwd = fresh('project')
  const home = join(cwd, 'node_modules', 'reveille-plugin-of-mine')
  mkdirSync(home, { recursive: true })
  writeFileSync(join(cwd, 'package.json'), '{}')
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name: 'reveille-plugin-of-mine', exports: './index.mjs' }))
  writeFileSync(join(home, 'index.mjs'), 'export default 7\n')
  const env = { ...good(), DELIVERY_PLUGINS: 'reveille-plugin-of-mine' }
  const { code, stderr } = await runCommand(['start'], { cwd, env }).ended
  assert.equal(code, 1)
  assert.match(stderr, /reveille-plugin-of-mine is no plugin of this gateway/)
})

const nothingMade = [
  { what: 'a wrong setting', env: { HTTP_PORT: 'x' } },
  { what: 'two backends for one token type', env: { DELIVERY_PLUGINS: 'console,gorush' } },
  { what: 'a wrong plugin setting', env: { DELIVERY_PLUGINS: 'gorush', GORUSH_URL: 'x' } },
]
for (const { what, env } of nothingMade)
  test(`nothing is made on disk when ${what} refuses the start`, async () => {
    const outer = fresh('outer')
    const settings = { ...good(), STORAGE_PLUGIN: 'sqlite', DATA_DIR: join(outer, 'inner', 'data'), ...env }
    assert.ok((await refusalOf(settings)).length > 0)
    assert.equal(existsSync(outer), false)
  })

test('a folder that was there stays, with nothing new in it', async () => {
  const DATA_DIR = fresh()
  mkdirSync(DATA_DIR)
  assert.equal((await refusalOf({ ...good(), STORAGE_PLUGIN: 'sqlite', DATA_DIR, HTTP_PORT: 'x' })).length, 1)
  assert.deepEqual(readdirSync(DATA_DIR), [])
})

test('an identity is made with mode 0600 in a folder of mode 0700, and kept', async () => {
  const settings = { ...good(), STORAGE_PLUGIN: 'sqlite' }
  const first = await buildGateway(settings)
  await first.close()
  const path = join(settings.DATA_DIR, 'identity.key')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  assert.equal(statSync(settings.DATA_DIR).mode & 0o777, 0o700)
  for (const name of readdirSync(settings.DATA_DIR))
    assert.equal(statSync(join(settings.DATA_DIR, name)).mode & 0o077, 0, name)
  const second = await buildGateway(settings)
  await second.close()
  assert.deepEqual(second.app.crypto.identity.compressed, first.app.crypto.identity.compressed)
})

test('a private identity file that a link leads to is read', async () => {
  const link = fresh('link.key')
  symlinkSync(file(`${'2'.repeat(64)}\n`, 'real.key'), link)
  assert.deepEqual(await refusalOf({ ...good(), IDENTITY_FILE: link }), [])
})

test('a port that is taken between the look and the listening is a refusal', async () => {
  const gateway = await buildGateway(good())
  gateway.app.transport.start = () => Promise.reject(new Error('listen EADDRINUSE: address already in use'))
  await assert.rejects(gateway.start(), (error: unknown) => {
    assert.ok(error instanceof StartError)
    assert.match(error.message, /^TRANSPORT_PLUGIN: it cannot be started \(listen EADDRINUSE/)
    return true
  })
})

test('parts close in the reverse order of their making', async () => {
  const delivery = createScriptedDelivery()
  const closed: string[] = []
  const gateway = await buildGateway(good(), { plugins: { delivery: [delivery.plugin] } })
  const { transport, storage } = gateway.app
  for (const [name, part] of Object.entries({ transport, storage })) {
    const close = part.close
    part.close = async () => {
      closed.push(name)
      await close()
    }
  }
  await gateway.start()
  await gateway.close()
  await gateway.close()
  assert.deepEqual(closed, ['transport', 'storage'])
})

const spawned = [
  {
    what: 'several mistakes',
    env: () => ({ HTTP_PORT: 'eighty', LOG_LEVL: 'info', DELIVERY_PLUGINS: 'grush' }),
    lines: 3,
  },
  { what: 'a port in use', env: () => ({ HTTP_PORT: String(takenPort()) }), lines: 1 },
  { what: 'a data folder that cannot be made', env: () => ({ DATA_DIR: '/proc/data' }), lines: 1 },
  {
    what: 'a plugin file that throws',
    env: () => ({ DELIVERY_PLUGINS: file('throw new Error("no")', 'no.mjs') }),
    lines: 1,
  },
]
for (const { what, env, lines } of spawned)
  test(`reveille start with ${what}: one line each on standard error, exit code 1, no stack trace`, async () => {
    const settings = { ...good(), LOG_LEVEL: 'info', ...env() }
    const { code, stdout, stderr } = await runCommand(['start'], { cwd: folder, env: settings }).ended
    assert.equal(code, 1)
    assert.equal(stdout, '')
    const told = stderr.trimEnd().split('\n')
    assert.equal(told.length, lines, stderr)
    for (const line of told) assert.match(line, /^[A-Z_]+: .+; .+\.$/)
    assert.doesNotMatch(stderr, /\n\s+at |node:internal|Error:/)
    assert.equal(existsSync(settings.DATA_DIR), false)
  })

test('reveille start with a .env that cannot be read names it', async () => {
  const cwd = fresh('project')
  mkdirSync(join(cwd, '.env'), { recursive: true })
  const { code, stderr } = await runCommand(['start'], { cwd, env: good() }).ended
  assert.equal(code, 1)
  assert.match(stderr, /^\.env: it cannot be read \(EISDIR\); .+\.\n$/)
})
