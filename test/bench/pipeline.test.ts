import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { runTool } from '../support/tool.ts'

const root = resolve(import.meta.dirname, '../..')
const sample = join(root, 'test/fixtures/vectors/load-sample.json')
const timeout = 60_000

const bench = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runTool('bench', args, { timeoutMs: timeout, env })

const cases = ['registration', 'query', 'request to gorush and answer', 'somebody else’s message']

/** The shape of the report, its rows in their order, and figures that are figures. */
const checkReport = (stdout: string): void => {
  const lines = stdout.trimEnd().split('\n')
  assert.equal(lines.length, 1)
  const report = JSON.parse(lines[0] ?? '')
  assert.deepEqual(Object.keys(report), ['bench', 'machine', 'results'])
  assert.equal(report.bench, 'pipeline')
  assert.deepEqual(Object.keys(report.machine), ['node', 'cpu', 'cores'])
  const rows: Readonly<Record<string, unknown>>[] = report.results
  assert.deepEqual(
    rows.map((row) => row['case']),
    cases.flatMap((name) => [name, `${name}: engine share of primitives’ cost`]),
  )
  for (const row of rows) {
    assert.deepEqual(Object.keys(row), ['case', 'unit', 'figure', 'against', 'limit', 'ratio'])
    assert.ok(Number.isFinite(row['figure']) && Number.isFinite(row['ratio']))
    assert.equal(row['limit'], true)
  }
}

describe('bench pipeline', { timeout: 2 * timeout, concurrency: 2 }, () => {
  let folder = ''
  const write = (name: string, content: string | Uint8Array): string => {
    const file = join(folder, name)
    writeFileSync(file, content)
    return file
  }
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'reveille-bench-test-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  test('with --json it prints one line with all cases, and leaves no file behind', async () => {
    const temp = mkdtempSync(join(folder, 'temp-'))
    const { code, stdout, stderr } = await bench(['pipeline', '--json', '--seconds', '0.5'], { TMPDIR: temp })
    assert.equal(code, 0, stderr)
    checkReport(stdout)
    assert.deepEqual(readdirSync(temp), [])
    assert.match(stderr, /warming up/)
  })

  test('it takes a gzipped load file, and prints a table without --json', async () => {
    const file = write('load.json.gz', gzipSync(readFileSync(sample)))
    const { code, stdout, stderr } = await bench([
      'pipeline',
      '--load',
      file,
      '--seconds',
      '0.5',
      '--storage',
      'memory',
    ])
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^pipeline: Node /)
    for (const name of cases) assert.ok(stdout.includes(name))
  })

  test('messages that do not end as they should give a sentence and no figures', async () => {
    const load = JSON.parse(readFileSync(sample, 'utf8'))
    const registrations = load.registrations.slice(0, 19)
    // The last one asks for a device that is not registered.
    const requests = [...load.requests.slice(0, 18), load.requests[19]]
    const file = write('unknown-device.json', JSON.stringify({ ...load, registrations, requests }))
    const { code, stdout, stderr } = await bench(['pipeline', '--json', '--load', file, '--seconds', '0.5'])
    assert.equal(code, 1)
    assert.equal(stdout, '')
    assert.match(
      stderr,
      /^No figures, because request .*: of 19 messages the entries were 18 accepted, 1 not-registered\.$/m,
    )
  })

  describe('what cannot be run', () => {
    const key = '11'.repeat(32)
    const rows: readonly (readonly [
      what: string,
      args: (file: string) => string[],
      content: string | Uint8Array,
      says: RegExp,
    ])[] = [
      ['no name', () => [], '', /^no benchmark is named; the known ones are: [a-z, ]+, pipeline, relay\.$/],
      [
        'an unknown name',
        () => ['toString'],
        '',
        /^there is no benchmark toString; the known ones are: [a-z, ]+, pipeline, relay\.$/,
      ],
      ['an unknown option', () => ['pipeline', '--fast'], '', /usage is: npm run bench/],
      ['a wrong time', () => ['pipeline', '--seconds', '0'], '', /^--seconds must be/],
      ['an unknown storage', () => ['pipeline', '--storage', 'paper'], '', /^--storage must be/],
      ['a missing file', (file) => ['pipeline', '--load', `${file}-not`], '', /cannot be read \(ENOENT\)\.$/],
      [
        'half a gzip',
        (file) => ['pipeline', '--load', file],
        gzipSync('{}').subarray(0, 12),
        /cannot be read \(Z_BUF_ERROR\)\.$/,
      ],
      ['no JSON', (file) => ['pipeline', '--load', file], 'hello', /is not one: it is no JSON\.$/],
      ['no object', (file) => ['pipeline', '--load', file], 'null', /is not one: it holds no object\.$/],
      ['no key', (file) => ['pipeline', '--load', file], '{"serverPrivateKey":"00"}', /serverPrivateKey must/],
      [
        'no payloads',
        (file) => ['pipeline', '--load', file],
        JSON.stringify({ serverPrivateKey: key, registrations: ['xx'], requests: [] }),
        /registrations must be a list of payloads in hex\.$/,
      ],
      [
        'payloads for another server',
        (file) => ['pipeline', '--load', file, '--seconds', '0.5'],
        JSON.stringify({ ...JSON.parse(readFileSync(sample, 'utf8')), serverPrivateKey: key }),
        /registration 0 does not open with its serverPrivateKey\.$/,
      ],
    ]
    for (const [what, args, content, says] of rows) {
      test(`${what}: one sentence, exit code 1`, async () => {
        const { code, stdout, stderr } = await bench(args(write(`input ${what}`, content)))
        assert.equal(code, 1)
        assert.equal(stdout, '')
        assert.match(stderr.trimEnd().split('\n').at(-1) ?? '', says)
      })
    }
  })
})
