import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseEnv } from 'node:util'
import { builtInPlugins, generate } from '../../docs/generate.ts'
import { hostSettings } from '../../src/config.ts'
import { checkSettings } from '../../src/settings.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

for (const [path, text] of Object.entries(await generate()))
  test(`${path} says what the schemas say; npm run docs:settings writes it anew`, () => {
    assert.equal(read(path), text)
  })

/** The example as somebody would have it who takes every # away in front of a setting. */
const everything = parseEnv(read('.env.example').replace(/^#(?=[A-Z_]+=)/gm, ''))
const plugins = await builtInPlugins()

test('.env.example names every setting of the gateway and of the built-in plugins', () => {
  const known = [hostSettings, ...plugins.map(({ settings }) => settings)].flatMap((schema) => Object.keys(schema))
  assert.deepEqual(Object.keys(everything).sort(), [...new Set(known)].sort())
})

const worlds = [
  { what: 'as it stands', choice: {} },
  { what: 'with gorush', choice: { DELIVERY_PLUGINS: 'gorush' } },
  { what: 'with everything in memory', choice: { TRANSPORT_PLUGIN: 'memory', STORAGE_PLUGIN: 'memory' } },
]

for (const { what, choice } of worlds)
  test(`every value of .env.example is one that the gateway takes, ${what}`, async () => {
    const { problems, host } = await checkSettings({ ...everything, ...choice })
    assert.deepEqual(problems, [])
    for (const [name, { default: value }] of Object.entries(hostSettings))
      if (!(name in choice)) assert.equal(host[name as keyof typeof host], value, name)
  })

test('every setting has a description that is a sentence, and a plugin names its own under its prefix', () => {
  for (const { prefix, settings } of plugins)
    for (const [name, { description }] of Object.entries(settings)) {
      assert.ok(name.startsWith(prefix), name)
      assert.match(description, /\.$/, name)
    }
  for (const [name, { description }] of Object.entries(hostSettings)) assert.match(description, /\.$/, name)
})
