/** The container files against the settings and files that they name. There is no engine here to run them. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { builtInPlugins } from '../../docs/generate.ts'
import { hostSettings } from '../../src/config.ts'
import { checkSettings } from '../../src/settings.ts'
import { readPage } from './markdown.ts'

const compose = readPage('docker-compose.yml')
const dockerfile = readPage('Dockerfile')

/** The lines that stand deeper below a key, itself at a depth of so many spaces. */
const below = (text: string, key: string, depth: number): string => {
  const lines = text.split('\n')
  const start = lines.indexOf(`${' '.repeat(depth)}${key}:`)
  assert.ok(start >= 0, `there is no ${key}`)
  const inside = lines.slice(start + 1)
  const end = inside.findIndex((line) => line.trim() !== '' && !line.startsWith(' '.repeat(depth + 1)))
  return inside.slice(0, end < 0 ? undefined : end).join('\n')
}

/** What a service finds in its environment when nobody has set anything. */
const environmentOf = (service: string): Record<string, string> => {
  const text = below(below(compose, service, 2), 'environment', 4)
  const entries = [...text.matchAll(/^ {6}([A-Z_]+): (.*)$/gm)].map(([, name = '', value = '']): [string, string] => [
    name,
    value.replace(/^"(.*)"$/, '$1').replace(/^\$\{\w+:-(.*)\}$/, '$1'),
  ])
  return Object.fromEntries(entries)
}

test('the gateway of the compose file starts with settings that exist and hold', async () => {
  const environment = environmentOf('gateway')
  const plugins = await builtInPlugins()
  const known = new Set([hostSettings, ...plugins.map(({ settings }) => settings)].flatMap(Object.keys))
  assert.ok(Object.keys(environment).length > 5)
  assert.deepEqual(
    Object.keys(environment).filter((name) => !known.has(name)),
    [],
  )
  assert.deepEqual((await checkSettings(environment)).problems, [])
})

test('gateway and gorush of the compose file agree', () => {
  const gateway = environmentOf('gateway')
  const gorush = environmentOf('gorush')
  assert.equal(gateway['GORUSH_URL'], `http://gorush:${gorush['GORUSH_CORE_PORT']}`)
  assert.equal(gateway['GORUSH_MAX_NOTIFICATIONS'], gorush['GORUSH_CORE_MAX_NOTIFICATION'])
  assert.equal(gorush['GORUSH_CORE_SYNC'], 'true')
  assert.equal(gorush['GORUSH_LOG_HIDE_TOKEN'], 'true')
})

test('nothing of gorush is published, and health only to the machine itself', () => {
  assert.doesNotMatch(below(compose, 'gorush', 2), /^ {4}ports:/m)
  const ports = below(below(compose, 'gateway', 2), 'ports', 4)
  assert.match(ports, /"127\.0\.0\.1:8085:8085"/)
})

test('a volume that a service uses is declared', () => {
  const declared = [...below(compose, 'volumes', 0).matchAll(/^ {2}([\w-]+):/gm)].map(([, name]) => name)
  const used = [...compose.matchAll(/^ {6}- ([a-z][\w-]*):\//gm)].map(([, name]) => name)
  assert.deepEqual(used.sort(), declared.sort())
})

test('the compose file is indented by two spaces and has no tabs', () => {
  for (const [index, line] of compose.split('\n').entries())
    assert.match(line, /^(?: {2})*(?:\S.*\S|\S)?$/, `line ${index + 1}`)
})

test('the image is made of files that exist and runs as nobody special', async () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' '))
  assert.ok(copied.length >= 4)
  for (const path of copied) assert.ok(existsSync(new URL(`../../${path}`, import.meta.url)), path)
  assert.match(dockerfile, /^USER node$/m)
  assert.match(dockerfile, /^CMD \["node", "src\/main\.ts", "start"\]$/m)
  const environment = Object.fromEntries(
    [...dockerfile.matchAll(/\b([A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name, value]),
  )
  assert.deepEqual((await checkSettings(environment)).problems, [])
})
