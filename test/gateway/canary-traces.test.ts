import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { createDetour } from '../../src/canary/detour.ts'
import { createNote } from '../../src/canary/note.ts'
import { createParty } from '../../src/client/index.ts'
import type { Transport, WakuMessage } from '../../src/ports/index.ts'
import { canaryEnv, canaryOf, meddle, noteOf, quickCanary, ran, rowsOf } from '../support/canary-stage.ts'
import { createStage, type Stage, temporaryFolder, until } from '../support/stage.ts'

test('it leaves nothing behind: no row, no topic, no file', async () => {
  const folder = temporaryFolder()
  const stage = await createStage({ env: { ...canaryEnv, STORAGE_PLUGIN: 'sqlite' }, dataDir: folder })
  let rows: unknown
  try {
    await ran(stage.gateway.canary)
    assert.equal(existsSync(noteOf(folder)), false)
    assert.deepEqual(rowsOf(folder), {})
    assert.equal(stage.gateway.app.transport.stats()['topics'], 2, 'those of the gateway itself')
  } finally {
    await stage.close()
    rows = rowsOf(folder)
    rmSync(folder, { recursive: true, force: true })
  }
  assert.deepEqual(rows, {})
})

/** For runs that are to work. */
const patient = { stageMs: 10_000 }

/** The messages that a canary sends, in order: registration, query, request. */
const listenTo = (stage: Stage): WakuMessage[] => {
  const sent: WakuMessage[] = []
  const { transport } = stage.gateway.app
  const { stranger } = transport
  transport.stranger = (): Transport => {
    const node = stranger()
    const { publish } = node
    node.publish = (message, signal) => {
      stage.bus.join(hear)
      return publish(message, signal).finally(() => stage.bus.leave(hear))
    }
    return node
  }
  const hear = (message: WakuMessage): void => void (sent.length < 3 && sent.push(message))
  return sent
}

/** As a forgetful network gives them again: under another time, so that nothing but the content tells what they are. */
const again = (stage: Stage, messages: readonly WakuMessage[], later: bigint): void => {
  for (const message of messages) stage.carry({ ...message, timestamp: message.timestamp + later })
}

const discarded = (stage: Stage): number => stage.ledger().envelopes.outcomes['registration-discarded']

/** Registrations that come too late are discarded, requests are known for the canary's. */
const inVain = (stage: Stage): number => discarded(stage) + stage.ledger().envelopes.outcomes.canary

test('messages of a run that come again after it, also after a restart, store nothing', async (t) => {
  const folder = temporaryFolder()
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const env = { STORAGE_PLUGIN: 'sqlite' }
  const first = await createStage({ env, dataDir: folder })
  t.after(() => first.close())
  const sent = listenTo(first)
  const canary = quickCanary(first, patient)
  t.after(() => canary.stop())
  canary.start()
  await ran(canary)
  await canary.stop()
  await first.settled()
  await canary.clean()
  assert.equal(canary.stats().ok, canary.stats().runs)
  assert.equal(sent.length, 3)
  // A second run may have been cut short, its registration then discarded as well.
  const before = inVain(first)
  again(first, sent, 1n)
  await first.settled()
  assert.equal(inVain(first), before + 2)
  assert.deepEqual(rowsOf(folder), {})
  await first.close()

  const second = await createStage({ env, dataDir: folder })
  t.after(() => second.close())
  again(second, sent, 2n)
  await second.settled()
  assert.equal(discarded(second), 1)
  await second.close()
  assert.deepEqual(rowsOf(folder), {})
})

for (const [n, moment] of ['the registration', 'the query', 'the request'].entries())
  test(`a crash while ${moment} is answered: the next start erases what is left, the canary on or off`, async (t) => {
    const [folder, copy] = [temporaryFolder(), temporaryFolder()]
    t.after(() => {
      for (const used of [folder, copy]) rmSync(used, { recursive: true, force: true })
    })
    const stage = await createStage({ env: { STORAGE_PLUGIN: 'sqlite' }, dataDir: folder })
    t.after(() => stage.close())
    let copied = false
    meddle(
      stage.gateway.app.transport,
      () => 'sent',
      (answer) => {
        if (answer !== n + 1) return
        cpSync(folder, copy, { recursive: true })
        copied = true
      },
    )
    const canary = quickCanary(stage, patient)
    t.after(() => canary.stop())
    canary.start()
    await until('the moment of the crash', () => copied)
    await canary.stop()
    await stage.close()
    assert.ok(existsSync(noteOf(copy)))
    assert.equal(rowsOf(copy)['registrations'], 1)

    const next = await createStage({ env: { STORAGE_PLUGIN: 'sqlite' }, dataDir: copy })
    t.after(() => next.close())
    await until('the note is gone', () => !existsSync(noteOf(copy)))
    assert.deepEqual(rowsOf(copy), {})
    assert.equal(next.gateway.app.transport.stats()['topics'], 2)
    await next.close()
    assert.equal(next.delivery.handed.length, 0)
  })

test('the gateway closes in the middle of a run, soon and clean', async (t) => {
  const folder = temporaryFolder()
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const env = { ...canaryEnv, CANARY_TIMEOUT_SECONDS: '60', STORAGE_PLUGIN: 'sqlite' }
  const stage = await createStage({ env, dataDir: folder, start: false })
  t.after(() => stage.close())
  let answers = 0
  meddle(
    stage.gateway.app.transport,
    (n) => (n === 2 ? 'lost' : 'sent'),
    (n) => (answers = n),
  )
  await stage.gateway.start()
  await until('a run that waits for its second answer', () => answers === 2)
  const from = performance.now()
  await stage.close()
  assert.ok(performance.now() - from < 3_000)
  assert.deepEqual([rowsOf(folder), existsSync(noteOf(folder))], [{}, false])
})

test('a note that makes no sense is told of, and does not keep the canary from its runs', async (t) => {
  const folder = temporaryFolder()
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(noteOf(folder), '{"owner": 5')
  const stage = await createStage({ env: { ...canaryEnv, CANARY_TIMEOUT_SECONDS: '4' }, dataDir: folder })
  t.after(() => stage.close())
  await ran(stage.gateway.canary)
  assert.equal(canaryOf(stage).ok, 1)
  assert.ok(stage.logged.some((line) => JSON.parse(line).event === 'canary-note'))
})

test('the note is private, holds what it was given, and is gone without entries', async () => {
  const folder = temporaryFolder()
  const note = createNote(noteOf(folder))
  const trace = { owner: new Uint8Array(64).fill(7), push: new Uint8Array(32).fill(8) }
  assert.deepEqual(await note.read(), [])
  await note.write([trace])
  assert.equal(statSync(noteOf(folder)).mode & 0o777, 0o600)
  assert.deepEqual(await note.read(), [trace])
  await note.write([])
  assert.deepEqual([await note.read(), existsSync(noteOf(folder))], [[], false])
  rmSync(folder, { recursive: true, force: true })
})

test('what a crash left of a note that was being written is removed at the start, the canary on or off', async () => {
  for (const env of [{}, canaryEnv]) {
    const folder = temporaryFolder()
    const draft = `${noteOf(folder)}.new`
    writeFileSync(draft, '[{"owner": "07')
    const stage = await createStage({ env, dataDir: folder })
    try {
      assert.equal(existsSync(draft), false)
      assert.ok(!stage.logged.some((line) => JSON.parse(line).event === 'canary-note'))
    } finally {
      await stage.close()
      rmSync(folder, { recursive: true, force: true })
    }
  }
})

test('a note that cannot be written leaves no draft of it', async () => {
  const folder = temporaryFolder()
  mkdirSync(noteOf(folder))
  const trace = { owner: new Uint8Array(64).fill(7), push: new Uint8Array(32).fill(8) }
  await assert.rejects(createNote(noteOf(folder)).write([trace]))
  assert.equal(existsSync(`${noteOf(folder)}.new`), false)
  rmSync(folder, { recursive: true, force: true })
})

test('only the gateway’s own key makes the device tokens that lead away from the providers', async () => {
  const folder = temporaryFolder()
  const [a, b] = await Promise.all([0, 1].map(() => createParty({ transport: 'memory', dataDir: folder })))
  assert.ok(a !== undefined && b !== undefined)
  const owner = new Uint8Array(64).fill(7)
  const [own, same, other] = [createDetour(a.crypto), createDetour(a.crypto), createDetour(b.crypto)]
  const token = own.tokenOf(owner)
  assert.equal(same.isOwn(owner, token), true, 'after a restart as well')
  assert.equal(other.isOwn(owner, token), false)
  assert.equal(own.isOwn(new Uint8Array(64).fill(8), token), false)
  for (const forged of ['', 'canary:', `${token}0`, token.slice(0, -1)]) assert.equal(own.isOwn(owner, forged), false)
  await Promise.all([a.close(), b.close()])
  rmSync(folder, { recursive: true, force: true })
})
