import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { buildGateway } from '../../src/app.ts'
import { definePlugin } from '../../src/ports/index.ts'
import { unhex } from '../../src/protocol/index.ts'
import { run as runCommand } from '../commands/run.ts'
import { startFakeGorush } from '../fakes/gorush.ts'
import { query, register, request } from '../support/correspondent.ts'
import { goodbye, type Person } from '../support/person.ts'
import { createScriptedDelivery, createScriptedStorage } from '../support/scripted.ts'
import { createStage, type Stage, temporaryFolder, until } from '../support/stage.ts'

/** Everything that a secret could look like in a text. */
const formsOf = (secret: Uint8Array | string): string[] => {
  const bytes = Buffer.from(secret as Uint8Array)
  return [
    bytes.toString('latin1'),
    bytes.toString('hex'),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    JSON.stringify([...bytes]).slice(1, -1),
    JSON.stringify({ ...bytes }).slice(1, -1),
  ]
}

const assertAbsent = (secrets: Readonly<Record<string, Uint8Array | string>>, texts: readonly string[]): void => {
  const all = texts.join('\n').toLowerCase()
  assert.ok(all.length > 0, 'nothing was collected')
  for (const [name, secret] of Object.entries(secrets))
    for (const form of formsOf(secret)) assert.ok(!all.includes(form.toLowerCase()), `${name} appears`)
}

const paths = ['/health/live', '/health/ready', '/stats', '/nowhere', '/stats?token=x']

const httpAnswers = async ({ gateway }: Stage): Promise<string[]> => {
  const texts: string[] = []
  for (const path of paths) {
    const response = await fetch(`${gateway.httpUrl}${path}`)
    texts.push(JSON.stringify([...response.headers]), await response.text())
  }
  return texts
}

/** Registrations, good and bad, queries, requests and pushes that end in every way. */
const live = async (stage: Stage, fail: () => void): Promise<Record<string, string | Uint8Array>> => {
  const secrets: Record<string, string | Uint8Array> = {}
  const devices = [
    { tokenType: 1, apnTopic: 'im.example.app' },
    {
      tokenType: 2,
      apnTopic: '',
      deviceToken: `${randomBytes(12).toString('base64url')}:${randomBytes(60).toString('base64url')}`,
    },
  ]
  const people: Person[] = []
  for (const [i, device] of devices.entries()) {
    const person = stage.person()
    const registration = person.registration(device)
    secrets[`access token ${i}`] = person.accessToken
    secrets[`device token ${i}`] = registration.deviceToken
    await register(stage, person, { ...registration, grant: new Uint8Array(3) })
    assert.equal(await register(stage, person, registration), 'success')
    await register(stage, person, registration)
    await query(stage, [person.hashed])
    await request(stage, [person.entry(), person.entry({ accessToken: 'wrong' })])
    people.push(person)
  }
  await stage.drained()
  fail()
  for (const [i, person] of people.entries()) {
    await request(stage, [person.entry(), person.entry({ type: 2 })])
    await until('an attempt', () => stage.ledger().other['push-retries'] > i)
    await register(stage, person, goodbye(person, 9n))
  }
  return secrets
}

const privateKey = new Uint8Array(randomBytes(32))
const keySecret = { 'private key': privateKey }

const failures = [
  { what: 'answers 500', behave: { kind: 'status', status: 500, body: 'no' } },
  { what: 'answers half', behave: { kind: 'half' } },
  { what: 'answers no JSON', behave: { kind: 'not-json' } },
  { what: 'answers fewer counts', behave: { kind: 'fewer-counts' } },
] as const

for (const { what, behave } of failures)
  test(`no secret is logged at level trace or told over HTTP while gorush ${what}`, async () => {
    const gorush = await startFakeGorush({ hideToken: false })
    const stage = await createStage({
      privateKey,
      env: { LOG_LEVEL: 'trace', DELIVERY_PLUGINS: 'gorush', GORUSH_URL: gorush.url, GORUSH_TIMEOUT_MS: '500' },
      builtInDelivery: true,
    })
    try {
      const secrets = await live(stage, () => gorush.behave(behave))
      const texts = await httpAnswers(stage)
      await stage.stop()
      assert.ok(stage.logged.length > 3)
      assertAbsent({ ...secrets, ...keySecret }, [...texts, ...stage.logged])
    } finally {
      await stage.close()
      await gorush.close()
    }
  })

test('no secret is logged or told when gorush names the token in its refusal', async () => {
  const gorush = await startFakeGorush({ hideToken: false })
  const stage = await createStage({
    privateKey,
    env: { LOG_LEVEL: 'trace', DELIVERY_PLUGINS: 'gorush', GORUSH_URL: gorush.url },
    builtInDelivery: true,
  })
  try {
    const bob = stage.person()
    await register(stage, bob)
    for (const error of [`cannot push to ${bob.deviceToken}`, 'TopicDisallowed', 'Unregistered']) {
      gorush.verdict(bob.deviceToken, error)
      await request(stage, [bob.entry()])
      await gorush.waitFor(({ requests }) => requests.length > 0, 5_000)
    }
    await stage.drained()
    assertAbsent({ 'device token': bob.deviceToken, 'access token': bob.accessToken, ...keySecret }, [
      ...(await httpAnswers(stage)),
      ...stage.logged,
    ])
  } finally {
    await stage.close()
    await gorush.close()
  }
})

test('no secret is logged or told with the console backend', async () => {
  const stage = await createStage({
    privateKey,
    env: { LOG_LEVEL: 'trace', DELIVERY_PLUGINS: 'console' },
    builtInDelivery: true,
  })
  try {
    const bob = stage.person()
    await register(stage, bob)
    await request(stage, [bob.entry()])
    await stage.drained()
    assert.ok(stage.logged.some((line) => line.includes('"push"')))
    assertAbsent({ 'device token': bob.deviceToken, 'access token': bob.accessToken, ...keySecret }, [
      ...(await httpAnswers(stage)),
      ...stage.logged,
    ])
  } finally {
    await stage.close()
  }
})

test('no secret is logged or told while the storage fails or a backend throws', async () => {
  const storage = createScriptedStorage()
  const delivery = createScriptedDelivery()
  const stage = await createStage({
    privateKey,
    delivery,
    env: { LOG_LEVEL: 'trace' },
    plugins: { storage: [storage.plugin] },
  })
  try {
    const secrets = await live(stage, () => {
      delivery.answer = ({ deviceToken }) => {
        throw new Error(`could not push to ${deviceToken}`)
      }
    })
    const bob = stage.person()
    const calls = [
      'registrations.put',
      'registrations.get',
      'registrations.listByOwners',
      'outbox.accept',
      'outbox.counts',
      'health',
    ] as const
    for (const call of calls) storage.failing.add(call)
    await register(stage, bob)
    await request(stage, [bob.entry()])
    await stage.gateway.engine.health.check()
    const texts = await httpAnswers(stage)
    storage.failing.clear()
    assertAbsent({ ...secrets, 'access token': bob.accessToken, 'device token': bob.deviceToken, ...keySecret }, [
      ...texts,
      ...stage.logged,
    ])
  } finally {
    await stage.close()
  }
})

test('the command start prints neither the private key nor says it when it refuses', async () => {
  const folder = temporaryFolder()
  try {
    const env = {
      TRANSPORT_PLUGIN: 'memory',
      HTTP_PORT: '0',
      DATA_DIR: `${folder}/data`,
      LOG_LEVEL: 'trace',
    }
    const run = runCommand(['start'], { cwd: folder, env })
    await run.printed('ready ')
    run.child.kill('SIGTERM')
    const { code, stdout, stderr } = await run.ended
    assert.equal(code, 0)
    const key = unhex(readFileSync(`${folder}/data/identity.key`, 'utf8').trim())
    assert.equal(key.length, 32)
    assertAbsent({ 'private key': key }, [stdout, stderr])

    await assert.rejects(
      buildGateway({ ...env, IDENTITY_FILE: `${folder}/data/identity.key`, HTTP_PORT: 'x' }),
      (error: Error) => {
        assertAbsent({ 'private key': key }, [String(error.stack), JSON.stringify(error), error.message])
        return true
      },
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a wrong value is shown in a refusal, but not that of a setting which may hold a secret', async () => {
  const word = { type: 'string', description: 'letters', pattern: '^[a-z]+$' } as const
  const plugin = definePlugin({
    kind: 'delivery',
    name: 'vault',
    prefix: 'VAULT_',
    settings: { VAULT_PASSWORD: word, VAULT_NAME: word },
    create: () => {
      throw new Error('never made')
    },
  })
  const env = { TRANSPORT_PLUGIN: 'memory', STORAGE_PLUGIN: 'memory', HTTP_PORT: '0', LOG_LEVEL: 'silent' }
  const settings = { ...env, DATA_DIR: tmpdir(), VAULT_PASSWORD: 'hunter2', VAULT_NAME: 'user1' }
  await assert.rejects(buildGateway(settings, { privateKey, plugins: { delivery: [plugin] } }), (error: Error) => {
    assert.match(error.message, /^VAULT_PASSWORD: /m)
    assert.match(error.message, /^VAULT_NAME: "user1"/m)
    assert.ok(!error.message.includes('hunter2'))
    return true
  })
})
