import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runToolAlone } from '../support/tool.ts'

const bench = (args: readonly string[]) => runToolAlone('bench', ['client', ...args], { timeoutMs: 60_000 })

describe('bench client', { timeout: 90_000 }, () => {
  test('with --json it prints one line with all cases, and leaves no file behind', async () => {
    const { code, left, stdout, stderr } = await bench(['--json', '--rounds', '1'])
    assert.equal(code, 0, stderr)
    const { bench: name, results } = JSON.parse(stdout)
    assert.equal(name, 'client')
    assert.deepEqual(
      results.map(({ case: title, unit }: { case: string; unit: string }) => [title, unit]),
      [
        ['registered at three gateways', 'ms'],
        ['from the first message to the reports of five devices', 'ms'],
        ['from the next message to the reports of five devices', 'ms'],
      ],
    )
    for (const { figure } of results) assert.ok(figure > 0, stdout)
    assert.deepEqual(left, [])
  })

  for (const [args, says] of [
    [['--rounds', '0'], /--rounds must be a whole number from 1 to 10000, not 0\./],
    [['--pushes', '1'], /the usage is: npm run bench -- client/],
  ] as const)
    test(`${args.join(' ')} gives a sentence and no figures`, async () => {
      const { code, stdout, stderr } = await bench(args)
      assert.deepEqual([code, stdout], [1, ''])
      assert.match(stderr, says)
    })
})
