/** The lines of the page for app developers, run as they stand there. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { dataOf } from '../../plugins/delivery/shared/wording.ts'
import { hex } from '../../src/protocol/index.ts'
import { createStage, temporaryFolder } from '../support/stage.ts'
import { markedCode, readPage } from './markdown.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readPage('docs/client.md')
const folder = temporaryFolder()
after(() => rmSync(folder, { recursive: true, force: true }))

// As an app has it among its packages.
mkdirSync(join(folder, 'node_modules'))
symlinkSync(root, join(folder, 'node_modules', 'reveille'))
writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
for (const name of ['receiver.ts', 'sender.ts', 'device.ts']) writeFileSync(join(folder, name), markedCode(page, name))

const start = (name: string, env: Readonly<Record<string, string>>) => {
  const child = spawn(process.execPath, [join(folder, name)], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: string[] = []
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
  })
  /** The first line of this form. */
  const line = async (form: RegExp): Promise<string> => {
    for (;;) {
      const found = lines.find((one) => form.test(one))
      if (found !== undefined) return found
      if (child.exitCode !== null) assert.fail(`${name} ended and printed ${lines.join(' ')}`)
      await Promise.race([once(child.stdout, 'data'), once(child, 'close')])
    }
  }
  return { child, lines, line }
}

test('a receiver registers, a sender wakes it, the device opens the push', { timeout: 60_000 }, async () => {
  const stage = await createStage({
    env: { TRANSPORT_PLUGIN: 'waku-relay', WAKU_HOST: '127.0.0.1', WAKU_TCP_PORT: '0' },
  })
  const children: ReturnType<typeof start>[] = []
  try {
    const [PEER = ''] = stage.gateway.app.transport.addresses()
    const common = { PEER, WAKU_TCP_PORT: '0' }
    const receiver = start('receiver.ts', {
      ...common,
      GATEWAY: hex(stage.crypto.identity.publicKey),
      DEVICE_TOKEN: 'ab'.repeat(32),
    })
    children.push(receiver)
    const key = await receiver.line(/^04[0-9a-f]{128}$/)
    assert.ok(receiver.lines.includes('registered'))
    const sender = start('sender.ts', { ...common, RECEIVER: key })
    children.push(sender)
    const results = JSON.parse(await sender.line(/^\[/))
    assert.deepEqual(
      results.map(({ kind }: { kind: string }) => kind),
      ['accepted'],
    )
    await stage.drained()
    const [notification = assert.fail('no push')] = stage.delivery.handed
    assert.equal(notification.deviceToken, 'ab'.repeat(32))
    const { onPush } = await import(pathToFileURL(join(folder, 'device.ts')).href)
    assert.equal(onPush({ aps: {}, ...dataOf(notification, 'installed') }), 'ciphertext for the app')
    assert.equal(onPush({ aps: {} }), 'not one of ours')
  } finally {
    for (const { child } of children) child.kill('SIGKILL')
    await stage.close()
  }
})
