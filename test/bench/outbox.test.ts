import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runToolAlone } from '../support/tool.ts'

const timeoutMs = 60_000

const bench = (args: readonly string[]) => runToolAlone('bench', ['outbox', ...args], { timeoutMs })

describe('bench outbox', { timeout: 2 * timeoutMs }, () => {
  test('with --json it prints one line with all cases, and leaves no file behind', async () => {
    const { code, left, stdout, stderr } = await bench(['--json', '--calls', '16', '--seconds', '0.5'])
    assert.equal(code, 0, stderr)
    const { bench: name, results } = JSON.parse(stdout)
    assert.equal(name, 'outbox')
    assert.deepEqual(
      results.map(({ case: title, unit }: { case: string; unit: string }) => [title, unit]),
      [
        ['sqlite: accept and settle', 'pushes/s'],
        ['redis: accept and settle', 'pushes/s'],
        ['sqlite: event loop delay p99, 5 ms a sync, 6400 rows/s', 'ms'],
      ],
    )
    for (const { figure, ratio } of results) assert.ok(figure >= 0 && ratio >= 0, stdout)
    assert.deepEqual(left, [])
  })

  for (const [args, says] of [
    [['--calls', '1'], /--calls must be a number from 8 to 1000000, not 1\./],
    [['--seconds', 'ten'], /--seconds must be a number/],
    [['--topics', '3'], /the usage is: npm run bench -- outbox/],
  ] as const)
    test(`${args.join(' ')} gives a sentence and no figures`, async () => {
      const { code, stdout, stderr } = await bench(args)
      assert.deepEqual([code, stdout], [1, ''])
      assert.match(stderr, says)
    })
})
