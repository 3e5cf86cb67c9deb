import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { runTool } from '../support/tool.ts'

const timeout = 120_000

const bench = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runTool('bench', ['relay', ...args], { timeoutMs: timeout, env })

interface Row {
  readonly case: string
  readonly unit: string
  readonly figure: number
  readonly against: string
  readonly limit: boolean
  readonly ratio: number
}

const expected: readonly (readonly [name: string, unit: string])[] = [
  ['messages through the relay plugin', 'messages/CPU s'],
  ['memory per listened topic, of 1000', 'bytes'],
  ['memory per listened topic, of 2000', 'bytes'],
  ['time to ready with 1000 users', 's'],
  ['memory per registered user, of 1000', 'bytes'],
]

describe('bench relay', { timeout: 2 * timeout }, () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'reveille-bench-test-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  test('with --json it prints one line with all cases, and leaves no file behind', async () => {
    const { code, stdout, stderr } = await bench(['--json', '--messages', '300', '--users', '1000'], { TMPDIR: folder })
    assert.equal(code, 0, stderr)
    const lines = stdout.trimEnd().split('\n')
    assert.equal(lines.length, 1)
    const report: { bench: string; results: Row[] } = JSON.parse(lines[0] ?? '')
    assert.equal(report.bench, 'relay')
    assert.deepEqual(
      report.results.map((row) => [row.case, row.unit]),
      expected,
    )
    for (const { figure, ratio, limit } of report.results) {
      assert.ok(Number.isFinite(figure) && Number.isFinite(ratio), stdout)
      assert.equal(limit, true)
    }
    assert.match(stderr, /users: 1000 of 1000 written/)
    assert.match(stderr, /20 queries answered/)
    assert.deepEqual(readdirSync(folder), [])
  })

  const wrong: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [['--messages', '0'], /--messages must be a whole number from 100 to 10000000, not 0\./],
    [['--messages', 'many'], /--messages must be a whole number/],
    [['--users', '12.5'], /--users must be a whole number from 1000 to 10000000, not 12\.5\./],
    [['--users'], /the usage is: npm run bench -- relay/],
    [['--topics', '3'], /the usage is: npm run bench -- relay/],
  ]
  for (const [args, says] of wrong)
    test(`${args.join(' ')} gives a sentence and no figures`, async () => {
      const { code, stdout, stderr } = await bench(args)
      assert.equal(code, 1)
      assert.equal(stdout, '')
      assert.match(stderr, says)
      assert.doesNotMatch(stderr, /\n {4}at /)
    })
})
