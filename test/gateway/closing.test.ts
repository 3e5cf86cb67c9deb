import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { register, registrationLetter, request } from '../support/correspondent.ts'
import { createStage, onStage, type Stage, temporaryFolder, until } from '../support/stage.ts'

const pushes = (stage: Stage) => stage.ledger().pushes
const handedOver = (stage: Stage, count: number): Promise<void> =>
  until(`${count} notifications handed over`, () => stage.delivery.handed.length >= count)

const hanging = [
  { what: 'obeys an abort', obeys: true, graceMs: 50 },
  { what: 'hangs whatever it is told', obeys: false, graceMs: 50 },
  { what: 'hangs, with the grace that the gateway gives by itself', obeys: false, graceMs: undefined },
] as const
for (const { what, obeys, graceMs } of hanging)
  test(`closing ends in time, and loses no push, while a backend ${what}`, async () => {
    const dataDir = temporaryFolder()
    const env = { STORAGE_PLUGIN: 'sqlite' }
    try {
      const first = await createStage({ dataDir, env })
      const bob = first.person()
      await register(first, bob)
      first.delivery.answer = (_, signal) =>
        new Promise((resolve) => {
          if (obeys) signal.addEventListener('abort', () => resolve({ kind: 'unknown', reason: 'stopped' }))
        })
      await request(first, [bob.entry()])
      await handedOver(first, 1)
      const from = performance.now()
      if (graceMs !== undefined) await first.gateway.engine.stop(graceMs)
      await first.close()
      assert.ok(performance.now() - from < (graceMs === undefined ? 9_500 : 2_000))

      const second = await createStage({ dataDir, env })
      await second.drained()
      assert.equal(pushes(second).delivered, 1)
      await second.close()
    } finally {
      rmSync(dataDir, { recursive: true, force: true })
    }
  })

test(
  'closing ends in time while the network does not take an answer',
  onStage(async (stage) => {
    stage.gateway.app.transport.publish = () => new Promise(() => undefined)
    const bob = stage.person()
    const { topic, payloads } = registrationLetter(stage, bob, bob.registration())
    for (const payload of payloads) stage.send(topic, payload)
    await until('the registration', () => stage.ledger().envelopes.outcomes.registered === 1)
    const from = performance.now()
    await stage.gateway.engine.stop(50)
    assert.ok(performance.now() - from < 2_000)
  }),
)
