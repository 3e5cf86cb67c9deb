import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, test } from 'node:test'

const main = resolve(import.meta.dirname, '../../bench/main.ts')
const timeout = 60_000

const bench = async (args: readonly string[], folder: string) => {
  const child = spawn(process.execPath, [main, 'outbox', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TMPDIR: folder },
    timeout,
    killSignal: 'SIGKILL',
  })
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text
    })
  const [code] = await once(child, 'close')
  return { code, ...texts }
}

const inFolder = (work: (folder: string) => Promise<void>) => async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'reveille-bench-test-'))
  try {
    await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe('bench outbox', { timeout: 2 * timeout }, () => {
  test(
    'with --json it prints one line with all cases, and leaves no file behind',
    inFolder(async (folder) => {
      const { code, stdout, stderr } = await bench(['--json', '--calls', '16', '--seconds', '0.5'], folder)
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
      assert.deepEqual(readdirSync(folder), [])
    }),
  )

  for (const [args, says] of [
    [['--calls', '1'], /--calls must be a number from 8 to 1000000, not 1\./],
    [['--seconds', 'ten'], /--seconds must be a number/],
    [['--topics', '3'], /the usage is: npm run bench -- outbox/],
  ] as const)
    test(
      `${args.join(' ')} gives a sentence and no figures`,
      inFolder(async (folder) => {
        const { code, stdout, stderr } = await bench(args, folder)
        assert.deepEqual([code, stdout], [1, ''])
        assert.match(stderr, says)
      }),
    )
})
