/** The plugin on the page for contributors, taken from the page. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { buildGateway } from '../../src/app.ts'
import {
  createClientNode,
  createParty,
  createRegisteringClient,
  createSendingClient,
  type Device,
} from '../../src/client/index.ts'
import { notificationTypes, StartError, tokenTypes } from '../../src/ports/index.ts'
import { markedCode, readPage } from './markdown.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readPage('CONTRIBUTING.md')
const folder = mkdtempSync(join(tmpdir(), 'reveille-contributing-'))
const plugin = join(folder, 'webhook.ts')
after(() => rmSync(folder, { recursive: true }))

// The link that the page tells to make.
mkdirSync(join(folder, 'node_modules'))
symlinkSync(root, join(folder, 'node_modules', 'reveille'))
writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
writeFileSync(plugin, markedCode(page, 'webhook.ts'))

const environment = (changes: Record<string, string>): Record<string, string> => ({
  TRANSPORT_PLUGIN: 'memory',
  MEMORY_BUS: randomUUID(),
  STORAGE_PLUGIN: 'memory',
  DELIVERY_PLUGINS: plugin,
  DATA_DIR: join(folder, randomUUID()),
  HTTP_PORT: '0',
  LOG_LEVEL: 'silent',
  ...changes,
})

/** A server that says yes, and what it heard. */
const startHook = async () => {
  const heard: { deviceToken: string; message: string }[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    heard.push(JSON.parse(text))
    response.end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard, close }
}

const until = async (what: string, holds: () => boolean): Promise<void> => {
  const deadline = performance.now() + 10_000
  while (!holds()) {
    if (performance.now() > deadline) assert.fail(`waited in vain for: ${what}`)
    await pause(5)
  }
}

const device: Device = {
  tokenType: tokenTypes.firebase,
  deviceToken: randomBytes(32).toString('hex'),
  installationId: randomUUID(),
  accessToken: randomUUID(),
}

test('a push goes through the plugin of the page, loaded by its path', async () => {
  const hook = await startHook()
  const env = environment({ WEBHOOK_URL: hook.url })
  const gateway = await buildGateway(env, { privateKey: new Uint8Array(randomBytes(32)) })
  const settings = { MEMORY_BUS: env['MEMORY_BUS'] ?? '' }
  const node = createClientNode(await createParty({ transport: 'memory', settings, dataDir: folder }))
  try {
    await gateway.start()
    await node.start()
    assert.equal(gateway.plugins['delivery/webhook'], 'webhook')
    const receiver = node.party.crypto.generateKeyPair()
    const registering = createRegisteringClient(node, receiver, gateway.app.crypto.identity.publicKey)
    assert.deepEqual(await registering.register(device, 1n), { kind: 'registered' })
    const sending = createSendingClient(node)
    const wake = {
      type: notificationTypes.message,
      messageId: new Uint8Array(32).fill(1),
      message: new TextEncoder().encode('wake up'),
      chatId: new Uint8Array(64).fill(2),
      author: new Uint8Array(64).fill(3),
    }
    const reports = await sending.request(await sending.query(receiver.publicKey), wake)
    assert.deepEqual(
      reports?.map(({ success }) => success),
      [true],
    )
    await until('the push is settled', () => gateway.engine.ledger.snapshot().pushes.delivered === 1)
    const told = hook.heard.map(({ deviceToken, message }) => [deviceToken, Buffer.from(message, 'base64').toString()])
    assert.deepEqual(told, [[device.deviceToken, 'wake up']])
  } finally {
    await node.close()
    await gateway.close()
    hook.close()
  }
})

const mistakes = [
  { setting: 'WEBHOOK_URL', value: 'nowhere', sentence: /^WEBHOOK_URL: it is not a URL; / },
  { setting: 'WEBHOOK_TIMEOUT_MS', value: '5', sentence: /^WEBHOOK_TIMEOUT_MS: .*from 10 to 60000\.$/ },
  { setting: 'WEBHOOK_TIMOUT_MS', value: '5000', sentence: /^WEBHOOK_TIMOUT_MS: .*did you mean WEBHOOK_TIMEOUT_MS\.$/ },
]

for (const { setting, value, sentence } of mistakes)
  test(`the plugin of the page refuses ${setting}=${value}, as the page says`, async () => {
    await assert.rejects(buildGateway(environment({ [setting]: value })), (error) => {
      assert.ok(error instanceof StartError)
      assert.match(error.message, sentence)
      return true
    })
  })

test('the plugin of the page passes the kit with the test of the page', async () => {
  const kit = new URL('../kits/delivery.ts', import.meta.url).href
  const file = join(folder, 'webhook.test.ts')
  const code = markedCode(page, 'webhook.test.ts')
  writeFileSync(file, code.replace('../../../plugins/delivery/', './').replace('../../kits/delivery.ts', kit))
  // Without the mark of the outer run, which would keep the inner one from running its tests.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(process.execPath, ['--test', '--test-reporter=tap', file], { env, cwd: folder, timeout: 60_000 })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
  const [exitCode] = await once(child, 'close')
  assert.equal(exitCode, 0, output)
  assert.match(output, /# pass 1[0-9]\n/)
})
