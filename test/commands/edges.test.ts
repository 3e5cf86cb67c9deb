import assert from 'node:assert/strict'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClientNode, createParty, createRegisteringClient, createSendingClient } from '../../src/client/index.ts'
import { hashOfChatId, unhex } from '../../src/protocol/index.ts'
import { newMessageId } from '../support/person.ts'
import { until } from '../support/stage.ts'
import { processesWith, type Running, run } from './run.ts'

const fixtures = join(import.meta.dirname, '../fixtures/vectors')
const quiet = { WAKU_HOST: '127.0.0.1', WAKU_TCP_PORT: '0', HTTP_PORT: '0' }

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reveille-edges-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const assertNothingLeft = async (): Promise<void> => {
  await until('no process is left', () => processesWith(`DATA_DIR=${folder}`).length === 0)
  assert.deepEqual(await readdir(folder), [])
}

describe('demo', () => {
  test('tells its story a line a step, with the time that each took', async () => {
    const { code, stdout } = await run(['demo'], { cwd: folder }).ended
    assert.equal(code, 0)
    const lines = stdout.trimEnd().split('\n')
    for (const line of lines.slice(0, -1)) assert.match(line, /^ +[\d.]+ ms {2}\S/)
    assert.match(lines.at(-1) ?? '', /2 delivered, 0 lost, 0 duplicated/)
    await assertNothingLeft()
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    test(`${signal} at random moments leaves no process and no file`, async () => {
      for (let i = 0; i < 3; i++) {
        const afterMs = 100 + Math.random() * 1_500
        const running = run(['demo'], { cwd: folder })
        await sleep(afterMs)
        running.child.kill(signal)
        const { stderr } = await running.ended
        assert.doesNotMatch(stderr, /^ +at /m, `after ${afterMs} ms`)
        await assertNothingLeft()
      }
    })

  test('a second signal ends it at once, and leaves nothing either', async () => {
    const running = run(['demo'], { cwd: folder })
    await running.printed('gateway started')
    const signals = setInterval(() => running.child.kill('SIGINT'), 50)
    const { code } = await running.ended
    clearInterval(signals)
    assert.equal(code, 130)
    await assertNothingLeft()
  })
})

describe('start', () => {
  const started = async (env: Readonly<Record<string, string>> = {}): Promise<Running> => {
    const running = run(['start'], { cwd: folder, env: { ...quiet, ...env } })
    await running.printed('ready ')
    return running
  }

  /** What stands behind a label of the banner. */
  const told = (running: Running, label: string): string =>
    new RegExp(`^${label} +(\\S+)$`, 'm').exec(running.stdout())?.[1] ?? ''

  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    test(`${signal} ends it in order, within 10 s`, async () => {
      const running = await started()
      const from = performance.now()
      running.child.kill(signal)
      assert.equal((await running.ended).code, 0)
      assert.ok(performance.now() - from < 10_000)
    })

  test('log lines go to standard error as JSON, standard output is for people', async () => {
    const running = await started({ LOG_LEVEL: 'debug' })
    running.child.kill('SIGTERM')
    const { stdout, stderr } = await running.ended
    for (const line of stderr.trimEnd().split('\n').filter(Boolean)) assert.doesNotThrow(() => JSON.parse(line), line)
    assert.doesNotMatch(stdout, /^\{/m)
  })

  test('after a SIGKILL it starts again on its files', async () => {
    const running = await started()
    running.child.kill('SIGKILL')
    assert.equal((await running.ended).signal, 'SIGKILL')
    const again = await started()
    assert.equal(told(again, 'compressed'), told(running, 'compressed'))
    again.child.kill('SIGTERM')
    assert.equal((await again.ended).code, 0)
  })

  test('a second gateway on the same files is refused', async () => {
    const running = await started()
    const { code, stderr } = await run(['start'], { cwd: folder, env: quiet }).ended
    assert.equal(code, 1)
    assert.match(stderr, /^SQLITE_FILE: .* is in use by another gateway process; .+\.\n$/)
    running.child.kill('SIGTERM')
    assert.equal((await running.ended).code, 0)
  })

  test('a signal waits for the push that is in hand, a second one does not', async () => {
    const received = Promise.withResolvers<void>()
    const silent = createServer((request, response) => {
      if (request.method === 'POST') received.resolve()
      else response.end('{}')
    })
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const GORUSH_URL = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const running = await started({ DELIVERY_PLUGINS: 'gorush', GORUSH_URL })
    const settings = { WAKU_HOST: '127.0.0.1', WAKU_TCP_PORT: 0, WAKU_PEERS: told(running, 'address') }
    const dataDir = join(folder, 'client')
    await mkdir(dataDir)
    const node = createClientNode(await createParty({ transport: 'waku-relay', settings, dataDir }))
    await node.start()
    await until('a peer', () => node.party.transport.health().status === 'ok')
    const { crypto } = node.party
    const device = {
      tokenType: 1,
      deviceToken: 'ab'.repeat(32),
      apnTopic: 'im.example.app',
      installationId: '8a3a4c0e-7e6b-4c59-9c5f-6b7a1f0f2d22',
      accessToken: '0d6c7f9a-3c35-4d0b-8f43-3c4d6a0f1b11',
    }
    const gateway = unhex(told(running, 'public key').slice(2))
    await createRegisteringClient(node, crypto.identity, gateway).register(device, 1n)
    const sending = createSendingClient(node)
    const hash = hashOfChatId(crypto, 'a chat')
    const wake = { type: 1, messageId: newMessageId(), message: hash, chatId: hash, author: hash } as const
    await sending.request(await sending.query(crypto.identity.publicKey), wake)
    await received.promise

    running.child.kill('SIGTERM')
    await running.printed('stopping ')
    await sleep(400)
    assert.equal(running.child.exitCode, null)
    running.child.kill('SIGTERM')
    assert.equal((await running.ended).code, 130)
    await node.close()
    silent.closeAllConnections()
    silent.close()
  })
})

describe('keys', () => {
  test('of several make at once one makes the identity', async () => {
    const ended = await Promise.all(Array.from({ length: 3 }, () => run(['keys', 'make'], { cwd: folder }).ended))
    const [winner, ...more] = ended.filter(({ code }) => code === 0)
    assert.equal(more.length, 0)
    const { stdout } = await run(['keys', 'show'], { cwd: folder }).ended
    assert.ok(winner?.stdout.endsWith(stdout))
    assert.deepEqual(await readdir(join(folder, 'data')), ['identity.key'])
  })

  const wrong = [
    { what: 'a folder that cannot be made', env: { DATA_DIR: '/proc/data' }, says: /^DATA_DIR: .* cannot be made/ },
    {
      what: 'a crypto plugin that does not exist',
      env: { CRYPTO_PLUGIN: 'nobel' },
      says: /^CRYPTO_PLUGIN: .*noble\.$/,
    },
    { what: 'a world-readable file', env: { IDENTITY_FILE: 'open.key' }, says: /^IDENTITY_FILE: .*run chmod 600/ },
  ]
  for (const { what, env, says } of wrong)
    test(`make with ${what}: one sentence, exit code 1, and nothing made`, async () => {
      await writeFile(join(folder, 'open.key'), '1'.repeat(64))
      await chmod(join(folder, 'open.key'), 0o644)
      const { code, stderr } = await run(['keys', 'make'], { cwd: folder, env }).ended
      assert.equal(code, 1)
      assert.equal(stderr.trimEnd().split('\n').length, 1)
      assert.match(stderr.trimEnd(), says)
      assert.deepEqual(await readdir(folder), ['open.key'])
    })
})

describe('vectors', () => {
  test('a failure of a message that goes through a gateway is told with what was expected and got', async () => {
    const name = 'conversation-apns.json'
    const conversation = JSON.parse(await readFile(join(fixtures, name), 'utf8'))
    conversation.gorush[0].notifications[0].message = 'something else'
    await writeFile(join(folder, name), JSON.stringify(conversation))
    const { code, stdout } = await run(['vectors', folder], { cwd: folder }).ended
    assert.equal(code, 1)
    assert.match(stdout, / {2}conversation-apns\.json: .+\n {4}expected .*something else.*\n {4}got .+You have a new/)
  })

  test('hex of a failure is shortened around the difference', async () => {
    const payloads = JSON.parse(await readFile(join(fixtures, 'payloads.json'), 'utf8'))
    const one = payloads.cases.find(({ data = '' }: { data?: string }) => data.length > 2_000)
    one.data = one.data.slice(0, -2) + (one.data.endsWith('00') ? '01' : '00')
    await writeFile(join(folder, 'payloads.json'), JSON.stringify(payloads))
    const { code, stdout } = await run(['vectors', folder], { cwd: folder }).ended
    assert.equal(code, 1)
    const [, expected = '', got = ''] = /expected (.+)\n +got +(.+)\n/.exec(stdout) ?? []
    assert.notEqual(expected, got)
    for (const line of stdout.split('\n')) assert.ok(line.length < 300)
  })

  const shapes = ['{', 'null', '[]', '{"cases": 5}', '{"cases": [null, 5, {}]}', '{"cases": []}']
  for (const content of shapes)
    test(`files of the shape ${content} are failures, not stack traces`, async () => {
      const names = [
        'keys.json',
        'payloads.json',
        'registrations.json',
        'queries.json',
        'requests.json',
        'conversation-x.json',
      ]
      for (const name of names) await writeFile(join(folder, name), content)
      const { code, stdout, stderr } = await run(['vectors', folder], { cwd: folder }).ended
      assert.equal(code, 1)
      assert.match(stdout, /\n0 passed, \d+ failed\n$/)
      assert.doesNotMatch(stdout + stderr, /^ +at /m)
    })

  test('what lies beside the vectors is skipped by name', async () => {
    for (const name of ['keys.json', 'load-sample.json']) await copyFile(join(fixtures, name), join(folder, name))
    await writeFile(join(folder, 'README.md'), 'hello')
    const { code, stdout } = await run(['vectors', folder], { cwd: folder }).ended
    assert.equal(code, 0)
    assert.match(stdout, /^load-sample skipped: /m)
  })
})
