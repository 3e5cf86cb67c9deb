import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { processesWith } from '../commands/run.ts'

const root = resolve(import.meta.dirname, '../..')
const timeout = 100_000

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

const start = (args: readonly string[], temp: string): Running => {
  const child = spawn(process.execPath, [join(root, 'chaos/main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: temp },
    timeout,
    killSignal: 'SIGKILL',
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }))
  return { child, ended }
}

const chaos = (args: readonly string[], temp: string): Promise<Ended> => start(args, temp).ended

const figures = [
  'sent',
  'handled',
  'lost',
  'duplicated',
  'longestGapMs',
  'registrations',
  'questions',
  'requests',
  'pushes',
  'faults',
]

describe('chaos network', { timeout: 2 * timeout, concurrency: 2 }, () => {
  let temp = ''
  before(() => {
    temp = mkdtempSync(join(tmpdir(), 'reveille-chaos-test-'))
  })
  after(() => rmSync(temp, { recursive: true, force: true }))

  test('in a short storm nothing is lost and nothing comes twice; the last line tells it; no file is left', async () => {
    const folder = mkdtempSync(join(temp, 'storm-'))
    const { code, stdout, stderr } = await chaos(['network', '--json', '--seconds', '15', '--seed', '1'], folder)
    assert.equal(code, 0, `${stdout}${stderr}`)
    const report: Readonly<Record<string, unknown>> = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
    assert.equal(report['chaos'], 'network')
    assert.equal(report['seconds'], 15)
    assert.equal(report['seed'], 1)
    for (const name of figures) assert.ok(Number.isInteger(report[name]), name)
    assert.ok(Number(report['sent']) > 30)
    assert.ok(Number(report['pushes']) > 0)
    assert.ok(Number(report['faults']) > 3)
    assert.equal(report['lost'], 0)
    assert.equal(report['duplicated'], 0)
    assert.match(stderr, /^seed 1$/m)
    assert.match(stderr, /the weather is over/)
    assert.deepEqual(readdirSync(folder), [])
  })

  test('the first signal ends it, with its gateway and its files', async () => {
    const folder = mkdtempSync(join(temp, 'signal-'))
    const { child, ended } = start(['network', '--seconds', '60'], folder)
    let told = ''
    for await (const text of child.stderr ?? []) {
      told += text
      if (/, for \d/.test(told)) break
    }
    child.kill('SIGINT')
    assert.equal((await ended).code, 130)
    assert.deepEqual(readdirSync(folder), [])
    assert.deepEqual(processesWith(folder), [])
  })

  describe('what cannot be run', () => {
    const rows: readonly (readonly [what: string, args: readonly string[], says: RegExp])[] = [
      ['no name', [], /^no scenario is named; the known ones are: delivery, network, replicas, single\.$/],
      [
        'an unknown name',
        ['toString'],
        /^there is no scenario toString; the known ones are: delivery, network, replicas, single\.$/,
      ],
      ['an unknown option', ['network', '--hard'], /usage is: npm run chaos/],
      ['too short a time', ['network', '--seconds', '9'], /^--seconds must be a number from 10 to 3600, not 9\.$/],
      ['a time that is no number', ['network', '--seconds', 'ten'], /^--seconds must be .* not ten\.$/],
      ['a seed that is no number', ['network', '--seed', '1.5'], /^--seed must be .* not 1\.5\.$/],
      ['an empty seed', ['network', '--seed', ''], /^--seed must be .* not \.$/],
    ]
    for (const [what, args, says] of rows) {
      test(`${what}: one sentence, exit code 1`, async () => {
        const { code, stdout, stderr } = await chaos(args, temp)
        assert.equal(code, 1)
        assert.equal(stdout, '')
        assert.match(stderr.trimEnd(), says)
      })
    }
  })
})
