import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { processesWith, run } from './run.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reveille-demo-test-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** The demo's folder lies in `folder`, its gateway has that path in its settings. */
const leftBehind = async (): Promise<unknown[]> => [...(await readdir(folder)), ...processesWith(`DATA_DIR=${folder}`)]

/** A killed process is gone when the system says so, a moment later. */
const assertNothingLeft = async (): Promise<void> => {
  const end = performance.now() + 5_000
  while ((await leftBehind()).length > 0 && performance.now() < end) await sleep(10)
  assert.deepEqual(await leftBehind(), [])
}

describe('demo', () => {
  test('delivers two pushes, the second over a crash, and leaves nothing behind', async () => {
    const { code, stdout } = await run(['demo', '--json'], { cwd: folder }).ended
    assert.equal(code, 0)
    const { steps, ...figures } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
    assert.deepEqual(figures, { delivered: 2, lost: 0, duplicated: 0 })
    for (const { name, ms } of steps) assert.ok(typeof name === 'string' && typeof ms === 'number')
    const names = steps.map(({ name }: { name: string }) => name)
    for (const name of [
      'registration answered',
      'query answered',
      'request accepted',
      'gorush received',
      'report',
      'gateway killed with SIGKILL',
    ])
      assert.ok(names.includes(name), name)
    await assertNothingLeft()
  })

  for (const moment of [
    'gateway started',
    'two clients',
    'registration answered',
    'gorush went away',
    'SIGKILL',
    'new gateway',
  ])
    test(`stopped after "${moment}" it leaves no process and no file`, async () => {
      const running = run(['demo'], { cwd: folder })
      await running.printed(moment)
      running.child.kill('SIGINT')
      const { code, stdout } = await running.ended
      // The last step may have been told before the signal arrived.
      assert.ok(code === 130 || (code === 0 && stdout.includes('It held')), `exit code ${code}`)
      await assertNothingLeft()
    })

  for (const afterMs of [0, 150, 300, 450, 700])
    test(`stopped ${afterMs} ms after its start it leaves no process and no file`, async () => {
      const running = run(['demo'], { cwd: folder })
      await sleep(afterMs)
      running.child.kill('SIGINT')
      await running.ended
      await assertNothingLeft()
    })
})
