import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { buildGateway, type Overrides } from '../../src/app.ts'
import { definePlugin, StartError, sentence } from '../../src/ports/index.ts'
import { runCommand } from '../support/process.ts'
import { createScriptedDelivery } from '../support/scripted.ts'
import { temporaryFolder } from '../support/stage.ts'

let folder: string
let taken: number
const server = createServer()

before(async () => {
  folder = temporaryFolder()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  taken = (server.address() as AddressInfo).port
})

after(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

let count = 0
/** A path below the test's folder at which nothing is. */
const fresh = (name = 'data'): string => join(folder, `${count++}-${name}`)

const file = (content: string | Uint8Array, name = 'file', mode = 0o600): string => {
  const path = fresh(name)
  writeFileSync(path, content, { mode })
  chmodSync(path, mode)
  return path
}

/** Settings with which a gateway starts. */
const good = () => ({
  TRANSPORT_PLUGIN: 'memory',
  STORAGE_PLUGIN: 'memory',
  DATA_DIR: fresh(),
  HTTP_PORT: '0',
  LOG_LEVEL: 'silent',
})

type Env = Readonly<Record<string, string>>

/** The sentences with which a start is refused. */
const refusalOf = async (env: Env, overrides: Overrides = {}): Promise<string[]> => {
  try {
    const gateway = await buildGateway(env, overrides)
    await gateway.close()
    return []
  } catch (error) {
    assert.ok(error instanceof StartError, `not a refusal but ${error}`)
    return error.problems.map(sentence)
  }
}

interface Row {
  readonly what: string
  readonly env: () => Env
  /** One pattern for each sentence, in order. */
  readonly sentences: readonly RegExp[]
}

const rows: Row[] = [
  {
    what: 'a value that is no number',
    env: () => ({ HTTP_PORT: 'eighty' }),
    sentences: [/^HTTP_PORT: "eighty" must be integer; choose a whole number from 0 to 65535\.$/],
  },
  {
    what: 'a number out of range',
    env: () => ({ HTTP_PORT: '70000' }),
    sentences: [/^HTTP_PORT: "70000" must be <= 65535; choose a whole number from 0 to 65535\.$/],
  },
  {
    what: 'half a number',
    env: () => ({ PUSH_TTL_SECONDS: '1.5' }),
    sentences: [/^PUSH_TTL_SECONDS: "1.5" must be integer; /],
  },
  {
    what: 'a word that is none of a list',
    env: () => ({ LOG_LEVEL: 'verbose' }),
    sentences: [/^LOG_LEVEL: "verbose" .*choose one of fatal, error, /],
  },
  {
    what: 'a mistyped word of a list',
    env: () => ({ LOG_LEVEL: 'debg' }),
    sentences: [/^LOG_LEVEL: "debg" .*did you mean debug; /],
  },
  {
    what: 'a wrong value of a plugin',
    env: () => ({ DELIVERY_PLUGINS: 'gorush', GORUSH_TIMEOUT_MS: '1' }),
    sentences: [/^GORUSH_TIMEOUT_MS: "1" must be >= 50; /],
  },
  {
    what: 'values of a plugin that its schema cannot see',
    env: () => ({ DELIVERY_PLUGINS: 'gorush', GORUSH_URL: 'nowhere' }),
    sentences: [/^GORUSH_URL: it is not a URL; /],
  },
  {
    what: 'an unknown setting with a prefix of ours',
    env: () => ({ HTTP_PROT: '80' }),
    sentences: [/^HTTP_PROT: there is no such setting; did you mean HTTP_PORT\.$/],
  },
  {
    what: 'an unknown setting with a prefix of a plugin',
    env: () => ({ DELIVERY_PLUGINS: 'gorush', GORUSH_ULR: 'http://127.0.0.1' }),
    sentences: [/^GORUSH_ULR: there is no such setting; did you mean GORUSH_URL\.$/],
  },
  {
    what: 'an unknown setting that is like none',
    env: () => ({ STORAGE_SOMETHING_ELSE_ALTOGETHER: '1' }),
    sentences: [/^STORAGE_SOMETHING_ELSE_ALTOGETHER: there is no such setting; remove it\.$/],
  },
  {
    what: 'a plugin that does not exist',
    env: () => ({ STORAGE_PLUGIN: 'postgres-of-mine' }),
    sentences: [
      /^STORAGE_PLUGIN: there is no storage plugin postgres-of-mine; use one of memory, sqlite, or install the package postgres-of-mine\.$/,
    ],
  },
  {
    what: 'a mistyped plugin',
    env: () => ({ STORAGE_PLUGIN: 'sqlit' }),
    sentences: [/^STORAGE_PLUGIN: there is no storage plugin sqlit; did you mean sqlite\.$/],
  },
  {
    what: 'a plugin file that does not exist',
    env: () => ({ DELIVERY_PLUGINS: './missing.ts' }),
    sentences: [/^DELIVERY_PLUGINS: there is no delivery plugin \.\/missing\.ts; check the path\.$/],
  },
  {
    what: 'a plugin of the wrong kind',
    env: () => ({ TRANSPORT_PLUGIN: join(import.meta.dirname, '../../plugins/storage/memory.ts') }),
    sentences: [
      /^TRANSPORT_PLUGIN: .*memory\.ts is a storage plugin; name a transport plugin: memory, waku-relay, a package or a file\.$/,
    ],
  },
  {
    what: 'a file that is no plugin',
    env: () => ({ DELIVERY_PLUGINS: file('export default 1\n', 'no-plugin.mjs') }),
    sentences: [
      /^DELIVERY_PLUGINS: .*no-plugin\.mjs is no plugin of this gateway; its default export must come from definePlugin\.$/,
    ],
  },
  {
    what: 'a file without a default export',
    env: () => ({ DELIVERY_PLUGINS: file('export const a = 1\n', 'no-default.mjs') }),
    sentences: [/is no plugin of this gateway/],
  },
  {
    what: 'a plugin file that does not parse',
    env: () => ({ DELIVERY_PLUGINS: file('export default {{\n', 'broken.mjs') }),
    sentences: [/^DELIVERY_PLUGINS: .*broken\.mjs fails to load \(.+\); mend the plugin\.$/],
  },
  {
    what: 'a plugin file that throws',
    env: () => ({ DELIVERY_PLUGINS: file('throw new Error("out of\\norder")\n', 'throws.mjs') }),
    sentences: [/^DELIVERY_PLUGINS: .*throws\.mjs fails to load \(out of\); mend the plugin\.$/],
  },
  {
    what: 'a plugin file that imports what is missing',
    env: () => ({ DELIVERY_PLUGINS: file('import "./not-there.mjs"\n', 'imports.mjs') }),
    sentences: [/^DELIVERY_PLUGINS: .*imports\.mjs fails to load \(.*not-there\.mjs.*\); mend the plugin\.$/],
  },
  {
    what: 'no backend at all',
    env: () => ({ DELIVERY_PLUGINS: ' , ' }),
    sentences: [/^DELIVERY_PLUGINS: it names no backend; /],
  },
  {
    what: 'two backends that claim one token type',
    env: () => ({ DELIVERY_PLUGINS: 'console,gorush' }),
    sentences: [
      /^DELIVERY_ROUTES: console and gorush both serve apn tokens; add a rule such as apn=console\.$/,
      /^DELIVERY_ROUTES: .* firebase tokens; /,
    ],
  },
  {
    what: 'a rule for one of two contested types',
    env: () => ({ DELIVERY_PLUGINS: 'console,gorush', DELIVERY_ROUTES: 'apn=gorush' }),
    sentences: [/both serve firebase tokens/],
  },
  {
    what: 'a rule that names no token type',
    env: () => ({ DELIVERY_ROUTES: 'ios=console' }),
    sentences: [/^DELIVERY_ROUTES: ios=console names no token type; write apn or firebase before the =\.$/],
  },
  {
    what: 'a rule that names no backend',
    env: () => ({ DELIVERY_ROUTES: 'apn=gorush' }),
    sentences: [/^DELIVERY_ROUTES: apn=gorush names no loaded backend; write one of console behind the =\.$/],
  },
  {
    what: 'a rule that names a backend that does not serve it',
    env: () => ({ DELIVERY_PLUGINS: 'gorush', GORUSH_TOKEN_TYPES: 'apn', DELIVERY_ROUTES: 'firebase=gorush' }),
    sentences: [/^DELIVERY_ROUTES: gorush does not serve firebase tokens; /],
  },
  {
    what: 'two rules for one token type',
    env: () => ({ DELIVERY_ROUTES: 'apn=console,apn=console' }),
    sentences: [/^DELIVERY_ROUTES: apn is routed twice; /],
  },
  {
    what: 'a port in use',
    env: () => ({ HTTP_PORT: String(taken) }),
    sentences: [/^HTTP_PORT: port \d+ of 127\.0\.0\.1 is in use; choose another port, /],
  },
  {
    what: 'an address that is not of this machine',
    env: () => ({ HTTP_HOST: '192.0.2.1' }),
    sentences: [/^HTTP_HOST: 192\.0\.2\.1 cannot be listened on \(EADDRNOTAVAIL\); /],
  },
  {
    what: 'a port of the transport in use',
    env: () => ({ TRANSPORT_PLUGIN: 'waku-relay', WAKU_HOST: '127.0.0.1', WAKU_TCP_PORT: String(taken) }),
    sentences: [/^WAKU_TCP_PORT: port \d+ is in use; /],
  },
  {
    what: 'an identity file that the world can read',
    env: () => ({ IDENTITY_FILE: file(`${'1'.repeat(64)}\n`, 'open.key', 0o644) }),
    sentences: [/^IDENTITY_FILE: .*open\.key can be read by others \(mode 644\); run chmod 600 .*open\.key\.$/],
  },
  {
    what: 'an identity file of something else',
    env: () => ({ IDENTITY_FILE: file('hello', 'garbage.key') }),
    sentences: [/^IDENTITY_FILE: .*garbage\.key does not hold a private key of 64 hex digits; /],
  },
  {
    what: 'an empty identity file',
    env: () => ({ IDENTITY_FILE: file('', 'empty.key') }),
    sentences: [/does not hold a private key/],
  },
  {
    what: 'an identity that is out of range',
    env: () => ({ IDENTITY_FILE: file('0'.repeat(64), 'zero.key') }),
    sentences: [/^(IDENTITY_FILE|CRYPTO)/],
  },
  {
    what: 'an identity file that is a folder',
    env: () => ({ IDENTITY_FILE: folder }),
    sentences: [/^IDENTITY_FILE: .* is no file; /],
  },
  {
    what: 'an identity file that cannot be read',
    env: () => ({ IDENTITY_FILE: join(file('', 'a-file'), 'identity.key') }),
    sentences: [/^IDENTITY_FILE: .* cannot be read \(ENOTDIR\); /],
  },
  {
    what: 'an identity file in a folder that is none',
    env: () => ({ IDENTITY_FILE: '/proc/no-such/identity.key' }),
    sentences: [/^IDENTITY_FILE: .* cannot be made \(ENOENT\); /],
  },
  {
    what: 'a data folder below a file',
    env: () => ({ STORAGE_PLUGIN: 'sqlite', DATA_DIR: join(file('', 'a-file'), 'data') }),
    sentences: [/^DATA_DIR: the folder .* cannot be made \(ENOTDIR\); name a folder that can be written to\.$/],
  },
  {
    what: 'a data folder that is a file',
    env: () => ({ STORAGE_PLUGIN: 'sqlite', DATA_DIR: file('', 'a-file') }),
    sentences: [/^DATA_DIR: the folder .* cannot be made \(EEXIST\); /],
  },
  {
    what: 'a data folder where none can be made',
    env: () => ({ STORAGE_PLUGIN: 'sqlite', DATA_DIR: '/proc/data' }),
    sentences: [/^DATA_DIR: the folder \/proc\/data cannot be made \(ENOENT\); /],
  },
  {
    what: 'a database that is none',
    env: () => ({
      STORAGE_PLUGIN: 'sqlite',
      SQLITE_FILE: file('this is no database, but a text that is long enough to be looked at'.repeat(30), 'text.db'),
    }),
    sentences: [/^SQLITE_FILE: .*text\.db is no SQLite database; /],
  },
  {
    what: 'a database of another application',
    env: () => {
      const SQLITE_FILE = fresh('other.db')
      const database = new DatabaseSync(SQLITE_FILE)
      database.exec('CREATE TABLE things (a)')
      database.close()
      return { STORAGE_PLUGIN: 'sqlite', SQLITE_FILE }
    },
    sentences: [/^SQLITE_FILE: .*other\.db is a database of another application; /],
  },
  {
    what: 'a database that is a folder',
    env: () => ({ STORAGE_PLUGIN: 'sqlite', SQLITE_FILE: folder }),
    sentences: [/^SQLITE_FILE: .* is no regular file; /],
  },
]

for (const { what, env, sentences } of rows)
  test(`refused: ${what}`, async () => {
    const settings: Env = { ...good(), ...env() }
    const told = await refusalOf(settings)
    assert.equal(told.length, sentences.length, told.join('\n') || 'it was not refused')
    for (const [i, pattern] of sentences.entries()) {
      assert.match(told[i] ?? '', pattern)
      assert.doesNotMatch(told[i] ?? '', /\n/)
    }
  })

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

test('a package with an entry for import alone is found from the working folder', async () => {
  const cwd = fresh('project')
  const home = join(cwd, 'node_modules', 'reveille-plugin-of-mine')
  mkdirSync(home, { recursive: true })
  writeFileSync(join(cwd, 'package.json'), '{}')
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name: 'reveille-plugin-of-mine', exports: './index.mjs' }))
  writeFileSync(join(home, 'index.mjs'), 'export default 7\n')
  const run = runCommand(['start'], { cwd, env: { ...good(), DELIVERY_PLUGINS: 'reveille-plugin-of-mine' } })
  assert.equal(await run.ended(), 1)
  assert.match(run.err(), /reveille-plugin-of-mine is no plugin of this gateway/)
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
  { what: 'a port in use', env: () => ({ HTTP_PORT: String(taken) }), lines: 1 },
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
    const run = runCommand(['start'], { cwd: folder, env: settings })
    assert.equal(await run.ended(), 1)
    assert.equal(run.out(), '')
    const told = run.err().trimEnd().split('\n')
    assert.equal(told.length, lines, run.err())
    for (const line of told) assert.match(line, /^[A-Z_]+: .+; .+\.$/)
    assert.doesNotMatch(run.err(), /\n\s+at |node:internal|Error:/)
    assert.equal(existsSync(settings.DATA_DIR), false)
  })

test('reveille start with a .env that cannot be read names it', async () => {
  const cwd = fresh('project')
  mkdirSync(join(cwd, '.env'), { recursive: true })
  const run = runCommand(['start'], { cwd, env: good() })
  assert.equal(await run.ended(), 1)
  assert.match(run.err(), /^\.env: it cannot be read \(EISDIR\); .+\.\n$/)
})
