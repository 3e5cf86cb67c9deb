import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { type Env, file, folder, fresh, good, refusalOf, takenPort } from '../support/refusal.ts'

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
      /^STORAGE_PLUGIN: there is no storage plugin postgres-of-mine; use one of memory, redis, sqlite, or install the package postgres-of-mine\.$/,
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
      /^TRANSPORT_PLUGIN: .*memory\.ts is a storage plugin; name a transport plugin: memory, waku-light, waku-relay, waku-rest, a package or a file\.$/,
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
    sentences: [/^DELIVERY_ROUTES: ios=console names no token type; write apn, firebase or web-push before the =\.$/],
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
    env: () => ({ HTTP_PORT: String(takenPort()) }),
    sentences: [/^HTTP_PORT: port \d+ of 127\.0\.0\.1 is in use; choose another port, /],
  },
  {
    what: 'an address that is not of this machine',
    env: () => ({ HTTP_HOST: '192.0.2.1' }),
    sentences: [/^HTTP_HOST: 192\.0\.2\.1 cannot be listened on \(EADDRNOTAVAIL\); /],
  },
  {
    what: 'a port of the transport in use',
    env: () => ({ TRANSPORT_PLUGIN: 'waku-relay', WAKU_HOST: '127.0.0.1', WAKU_TCP_PORT: String(takenPort()) }),
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
