import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { parseEnv } from 'node:util'
import apns from '../../plugins/delivery/apns/index.ts'
import fcm from '../../plugins/delivery/fcm/index.ts'
import gorush from '../../plugins/delivery/gorush/index.ts'
import webPush from '../../plugins/delivery/web-push/index.ts'
import { tokenTypes } from '../../src/ports/index.ts'
import { register, request } from '../support/correspondent.ts'
import { onStage, until } from '../support/stage.ts'
import { type Running, run } from './run.ts'

let folder: string
let running: Running | undefined
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reveille-fakes-'))
})
afterEach(async () => {
  running?.child.kill('SIGKILL')
  await running?.ended
  running = undefined
  await rm(folder, { recursive: true, force: true })
})

test('reveille/fakes is published', async () => {
  const published = await import('reveille/fakes')
  for (const start of ['startFakeApns', 'startFakeFcm', 'startFakeGorush', 'startFakeWebPush'] as const)
    assert.equal(typeof published[start], 'function')
})

describe('fakes', () => {
  test('a gateway with the settings that it prints pushes to all of them, and each push is a line', async () => {
    const fakes = run(['fakes', '--json', '--dir', 'keys'], { cwd: folder })
    running = fakes
    await fakes.printed('\n')
    const { settings, subscription } = JSON.parse(fakes.stdout().split('\n')[0] ?? '')
    const file = await readFile(join(folder, 'keys', 'fakes.env'), 'utf8')
    assert.deepEqual({ ...parseEnv(file) }, settings)
    const devices = [
      { tokenType: tokenTypes.apn, deviceToken: 'ab'.repeat(32), apnTopic: 'im.example.app' },
      // An app that apns has no key for.
      { tokenType: tokenTypes.apn, deviceToken: 'cd'.repeat(32), apnTopic: 'im.another.app' },
      { tokenType: tokenTypes.firebase, deviceToken: 'd:APA91bX', apnTopic: '' },
      { tokenType: tokenTypes['web-push'], deviceToken: subscription, apnTopic: '' },
    ]
    await onStage(
      async (stage) => {
        for (const device of devices) {
          const person = stage.person()
          assert.equal(await register(stage, person, person.registration(device)), 'success')
          assert.deepEqual(await request(stage, [person.entry()]), ['success'])
        }
        await until('four pushes', () => fakes.stdout().split('\n').length > 5)
      },
      { plugins: { delivery: [apns, fcm, gorush, webPush] }, env: settings },
    )()
    const told = fakes
      .stdout()
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line))
    assert.deepEqual(told.map(({ fake, token }) => [fake, token]).toSorted(), [
      ['apns', devices[0]?.deviceToken],
      ['fcm', devices[2]?.deviceToken],
      ['gorush', devices[1]?.deviceToken],
      ['web-push', subscription],
    ])
    fakes.child.kill('SIGINT')
    const { code, stderr } = await fakes.ended
    assert.deepEqual([code, stderr], [0, ''])
  })

  test('its keys are for its owner’s eyes, and go away with it where no folder is named', async () => {
    const fakes = run(['fakes'], { cwd: folder })
    running = fakes
    await fakes.printed('# What they get:')
    const [name = assert.fail()] = await readdir(folder)
    for (const file of await readdir(join(folder, name)))
      assert.equal((await stat(join(folder, name, file))).mode & 0o077, 0, file)
    fakes.child.kill('SIGTERM')
    assert.equal((await fakes.ended).code, 0)
    assert.deepEqual(await readdir(folder), [])
  })

  test('a port that is taken: one sentence', async () => {
    const other = createServer()
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
    const { port } = other.address() as { port: number }
    try {
      const fakes = run(['fakes', '--port', String(Math.min(port, 65_532))], { cwd: folder })
      running = fakes
      const { code, stderr } = await fakes.ended
      assert.equal(code, 1)
      assert.match(stderr, /^--port: one of the ports \d+ to \d+ cannot be opened \(EADDRINUSE\); name another one\.$/m)
      assert.deepEqual(await readdir(folder), [])
    } finally {
      other.close()
    }
  })
})
