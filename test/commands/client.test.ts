import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { hex } from '../../src/protocol/index.ts'
import { createStage, type Stage } from '../support/stage.ts'
import { run } from './run.ts'

let folder: string
let stage: Stage
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reveille-client-'))
  stage = await createStage({
    env: { TRANSPORT_PLUGIN: 'waku-relay', WAKU_HOST: '127.0.0.1', WAKU_TCP_PORT: '0' },
  })
})
after(async () => {
  await stage.close()
  await rm(folder, { recursive: true, force: true })
})

const client = async (dir: string, args: readonly string[]) => {
  const [address = ''] = stage.gateway.app.transport.addresses()
  const env = { WAKU_HOST: '127.0.0.1', WAKU_TCP_PORT: '0', WAKU_PEERS: address }
  const { ended } = run(['client', ...args, '--dir', dir, '--json'], { cwd: folder, env })
  const { code, stdout, stderr } = await ended
  return { code, stderr, value: stdout === '' ? undefined : JSON.parse(stdout) }
}

const gateway = (): string => `0x${hex(stage.crypto.identity.publicKey)}`
const token = 'ab'.repeat(32)
const absent = `02${'79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798'}`

describe('reveille client', { timeout: 120_000 }, () => {
  test('registers, is found, is woken, and leaves again', async () => {
    const registered = await client('bob', [
      'register',
      '--gateway',
      gateway(),
      '--token',
      token,
      '--app',
      'im.example.app',
    ])
    assert.equal(registered.code, 0, registered.stderr)
    assert.deepEqual(
      registered.value.gateways.map(({ gateway: key, kind }: { gateway: string; kind: string }) => [key, kind]),
      [[gateway(), 'registered']],
    )
    const { publicKey, installationId } = registered.value
    assert.equal((await stat(join(folder, 'bob/state.json'))).mode & 0o077, 0)

    const known = await client('bob', ['status'])
    assert.equal(known.code, 0, known.stderr)
    assert.deepEqual(known.value.found, [{ gateway: gateway(), installationId, version: known.value.version }])

    const found = await client('alice', ['query', '--to', publicKey])
    assert.deepEqual([found.code, found.value.found.length], [0, 1])
    const state = JSON.parse(await readFile(join(folder, 'bob/state.json'), 'utf8'))
    assert.ok(!JSON.stringify([registered, known, found]).includes(state.accessToken), 'no secret is printed')

    const sent = await client('alice', ['send', '--to', publicKey, '--wait'])
    assert.equal(sent.code, 0, sent.stderr)
    assert.deepEqual(sent.value.results, [{ installationId, kind: 'accepted' }])
    assert.deepEqual(
      sent.value.stages.map(({ stage: name }: { stage: string }) => name),
      ['query', 'report'],
    )
    await stage.drained()
    assert.deepEqual(
      stage.delivery.handed.map(({ deviceToken }) => deviceToken),
      [token],
    )

    assert.equal((await client('bob', ['advertise'])).code, 0)
    const gone = await client('bob', ['unregister'])
    assert.deepEqual([gone.code, gone.value.gateways[0].kind], [0, 'unregistered'])
    assert.equal((await client('alice', ['query', '--to', publicKey, '--timeout', '2'])).code, 3)
  })

  test('a gateway that refuses: exit code 2 and its reason', async () => {
    const { code, value } = await client('carol', ['register', '--gateway', gateway(), '--token', token])
    assert.equal(code, 2)
    assert.equal(value.gateways[0].kind, 'refused')
    assert.equal(value.gateways[0].reason, 'malformedMessage')
  })

  test('a gateway that is silent: exit code 3, once time is up', async () => {
    const args = ['register', '--gateway', absent, '--token', token, '--app', 'im.example.app', '--timeout', '2']
    const { code, value } = await client('dave', args)
    assert.equal(code, 3)
    assert.match(value.gateways[0].kind, /^(registering|unreachable)$/)
  })

  for (const [args, says] of [
    [[], /^usage: reveille client register/],
    [['wake'], /^usage: reveille client register/],
    [['send'], /^--to: it is missing; name the public key of who is to be woken\.$/m],
    [['query', '--to', 'abc'], /^--to: "abc"… is no public key; write 66 or 130 hexadecimal digits/m],
    [['register'], /^--token: it is missing; /m],
    [
      ['register', '--token', 'a', '--type', 'sms'],
      /^--type: there is no token type sms; choose apn, firebase, web-push\.$/m,
    ],
    [['status', '--timeout', 'soon'], /^--timeout: soon is no time; /m],
    [['register', '--token', 'a'], /^--gateway: it is missing; /m],
  ] as const)
    test(`client ${args.join(' ')} says what is wrong: exit code 1`, async () => {
      const { code, stderr, value } = await client('erin', args)
      assert.deepEqual([code, value], [1, undefined])
      assert.match(stderr, says)
    })

  test('before anybody registered, status says so: exit code 2', async () => {
    assert.equal((await client('frank', ['status'])).code, 2)
  })
})
