import assert from 'node:assert/strict'
import { cpSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
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
  try {
    await ran(stage.gateway.canary)
    assert.equal(existsSync(noteOf(folder)), false)
    assert.deepEqual(rowsOf(folder), {})
    assert.equal(stage.gateway.app.transport.stats()['topics'], 2, 'those of the gateway itself')
  } finally {
    await stage.close()
  }
  assert.deepEqual(rowsOf(folder), {})
  rmSync(folder, { recursive: true, force: true })
})

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

const discarded = (stage: Stage): number => stage.ledger().envelopes.outcomes['registration-discarded'] ?? 0

test('messages of a run that come again after it, also after a restart, store nothing', async () => {
  const folder = temporaryFolder()
  const env = { STORAGE_PLUGIN: 'sqlite' }
  const first = await createStage({ env, dataDir: folder })
  const sent = listenTo(first)
  const canary = quickCanary(first)
  canary.start()
  await ran(canary)
  await canary.stop()
  await canary.clean()
  assert.equal(sent.length, 3)
  await first.settled()
  // A second run may have been cut short, its registration then discarded as well.
  const before = discarded(first)
  again(first, sent, 1n)
  await first.settled()
  assert.equal(discarded(first), before + 1)
  assert.deepEqual(rowsOf(folder), {})
  await first.close()

  const second = await createStage({ env, dataDir: folder })
  again(second, sent, 2n)
  await second.settled()
  assert.equal(discarded(second), 1)
  await second.close()
  assert.deepEqual(rowsOf(folder), {})
  rmSync(folder, { recursive: true, force: true })
})

for (const [n, moment] of ['the registration', 'the query', 'the request'].entries())
  test(`a crash while ${moment} is answered: the next start erases what is left, the canary on or off`, async () => {
    const [folder, copy] = [temporaryFolder(), temporaryFolder()]
    const stage = await createStage({ env: { STORAGE_PLUGIN: 'sqlite' }, dataDir: folder })
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
    const canary = quickCanary(stage)
    canary.start()
    await until('the moment of the crash', () => copied)
    await canary.stop()
    await stage.close()
    assert.ok(existsSync(noteOf(copy)))
    assert.equal(rowsOf(copy)['registrations'], 1)

    const next = await createStage({ env: { STORAGE_PLUGIN: 'sqlite' }, dataDir: copy })
    await until('the note is gone', () => !existsSync(noteOf(copy)))
    assert.deepEqual(rowsOf(copy), {})
    assert.equal(next.gateway.app.transport.stats()['topics'], 2)
    await next.close()
    assert.equal(next.delivery.handed.length, 0)
    for (const used of [folder, copy]) rmSync(used, { recursive: true, force: true })
  })

test('the gateway closes in the middle of a run, soon and clean', async () => {
  const folder = temporaryFolder()
  const env = { ...canaryEnv, CANARY_TIMEOUT_SECONDS: '60', STORAGE_PLUGIN: 'sqlite' }
  const stage = await createStage({ env, dataDir: folder, start: false })
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
  rmSync(folder, { recursive: true, force: true })
})

test('a note that makes no sense is told of, and does not keep the canary from its runs', async () => {
  const folder = temporaryFolder()
  writeFileSync(noteOf(folder), '{"owner": 5')
  const stage = await createStage({ env: canaryEnv, dataDir: folder })
  await ran(stage.gateway.canary)
  assert.equal(canaryOf(stage).ok, 1)
  assert.ok(stage.logged.some((line) => JSON.parse(line).event === 'canary-note'))
  await stage.close()
  rmSync(folder, { recursive: true, force: true })
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
