import assert from 'node:assert/strict'
import { existsSync, rmSync } from 'node:fs'
import { test } from 'node:test'
import { down } from '../../src/ports/index.ts'
import { canaryEnv, canaryOf, type Fate, meddle, noteOf, quickCanary, ran, rowsOf } from '../support/canary-stage.ts'
import { register } from '../support/correspondent.ts'
import { createScriptedDelivery } from '../support/scripted.ts'
import {
  createClock,
  createStage,
  onStage,
  type Stage,
  type StageOptions,
  temporaryFolder,
  until,
} from '../support/stage.ts'

const withCanary = (run: (stage: Stage) => Promise<void>, options: StageOptions = {}) =>
  onStage(run, { ...options, env: { ...canaryEnv, CANARY_TIMEOUT_SECONDS: '4', ...options.env } })

test(
  'a run goes through every stage, and no user’s backend hears of it',
  withCanary(async (stage) => {
    await ran(stage.gateway.canary)
    const { enabled, runs, ok, last, hour, day } = canaryOf(stage)
    assert.deepEqual([enabled, runs, ok, last?.ok, last?.reason], [true, 1, 1, true, undefined])
    assert.deepEqual(Object.keys(last?.ms ?? {}).sort(), ['delivery', 'query', 'registration', 'report', 'request'])
    for (const summary of [hour, day]) {
      assert.deepEqual([summary.runs, summary.ok, summary.ratio], [1, 1, 1])
      for (const { p50, p90, p99 } of Object.values(summary.stages))
        assert.ok(p50 !== null && p90 === p50 && p99 === p50)
    }
    assert.equal(stage.delivery.handed.length, 0)
    const { entries, pushes, envelopes } = stage.ledger()
    assert.deepEqual([entries.canary, pushes.canary], [1, 1])
    assert.deepEqual([entries.accepted, pushes.delivered, envelopes.outcomes.registered], [0, 0, 0], 'users’ counts')
    assert.ok(envelopes.outcomes.canary >= 3)
  }),
)

test(
  'it needs no backend that serves its token type',
  withCanary(
    async (stage) => {
      await ran(stage.gateway.canary)
      assert.equal(canaryOf(stage).ok, 1)
      const bob = stage.person()
      assert.equal(await register(stage, bob, bob.registration({ tokenType: 2 })), 'unsupportedTokenType')
    },
    { delivery: createScriptedDelivery({ supports: [1] }) },
  ),
)

test(
  'where it is switched off nothing is sent, and the stats say so',
  onStage(async (stage) => {
    const { enabled, runs, last, hour } = canaryOf(stage)
    assert.deepEqual([enabled, runs, last, hour.ratio], [false, 0, null, null])
    assert.equal(stage.bus.members, 2)
  }),
)

const fates =
  (n: number, fate: ReturnType<Fate>): Fate =>
  (i) =>
    i === n ? fate : 'sent'

const failures: { what: string; gateway?: Fate; canary?: Fate; stage: string; reason: RegExp; reached: string[] }[] = [
  {
    what: 'the registration is lost',
    canary: fates(1, 'lost'),
    stage: 'registration',
    reason: /no answer within 1500 ms/,
    reached: [],
  },
  {
    what: 'the network takes no registration',
    canary: fates(1, 'refused'),
    stage: 'registration',
    reason: /the network did not take it: there is nobody/,
    reached: [],
  },
  { what: 'its answer is lost', gateway: fates(1, 'lost'), stage: 'registration', reason: /no answer/, reached: [] },
  {
    what: 'the query’s answer is lost',
    gateway: fates(2, 'lost'),
    stage: 'query',
    reason: /no answer/,
    reached: ['registration'],
  },
  {
    what: 'the request is lost',
    canary: fates(3, 'lost'),
    stage: 'request',
    reason: /neither a delivery nor an answer/,
    reached: ['query', 'registration'],
  },
  {
    what: 'the network takes no request',
    canary: fates(3, 'refused'),
    stage: 'request',
    reason: /did not take it/,
    reached: ['query', 'registration'],
  },
  {
    what: 'the report is lost',
    gateway: fates(3, 'lost'),
    stage: 'report',
    reason: /no answer/,
    reached: ['delivery', 'query', 'registration', 'request'],
  },
]

for (const { what, gateway, canary, stage: name, reason, reached } of failures)
  test(`${what}: the run fails at the ${name}, is cleaned up, and the next one works`, async () => {
    const folder = temporaryFolder()
    const stage = await createStage({ env: { STORAGE_PLUGIN: 'sqlite' }, dataDir: folder })
    const { transport } = stage.gateway.app
    if (gateway !== undefined) meddle(transport, gateway)
    const { stranger } = transport
    let strangers = 0
    transport.stranger = () => (strangers++ === 0 && canary !== undefined ? meddle(stranger(), canary) : stranger())
    const watched = quickCanary(stage, { stageMs: 1_500 })
    watched.start()
    try {
      await ran(watched)
      const { last } = watched.stats()
      if (watched.stats().runs === 1) {
        assert.equal(last?.stage, name)
        assert.match(last?.reason ?? '', reason)
        assert.deepEqual(Object.keys(last?.ms ?? {}).sort(), reached)
      }
      await until('a run that works', () => watched.stats().ok > 0)
      assert.equal(watched.stats().hour.runs - watched.stats().hour.ok, 1)
    } finally {
      await watched.stop()
      await watched.clean()
      await stage.close()
    }
    assert.deepEqual([rowsOf(folder), existsSync(noteOf(folder))], [{}, false])
    rmSync(folder, { recursive: true, force: true })
  })

test('without a network the run fails, and says what is missing; the gateway stays as ready as it is', async () => {
  const stage = await createStage({ env: canaryEnv, start: false })
  const { transport } = stage.gateway.app
  const own = transport.health
  transport.health = () => down('no peer since noon')
  try {
    await stage.gateway.start()
    await ran(stage.gateway.canary)
    const { last } = canaryOf(stage)
    assert.deepEqual([last?.stage, last?.ok], ['registration', false])
    assert.match(last?.reason ?? '', /the gateway is not on the network: no peer since noon/)
    transport.health = own
    await stage.gateway.engine.health.check()
    const { statusCode } = await stage.gateway.app.inject('/health/ready')
    assert.equal(statusCode, 200)
    await ran(stage.gateway.canary, 2)
    assert.equal(canaryOf(stage).ok, 1)
  } finally {
    await stage.close()
  }
})

test('a change is told once, not every run', async () => {
  let broken = true
  await onStage(
    async (stage) => {
      const { transport } = stage.gateway.app
      const { stranger } = transport
      transport.stranger = () => meddle(stranger(), () => (broken ? 'refused' : 'sent'))
      const canary = quickCanary(stage, { stageMs: 5_000 })
      canary.start()
      try {
        await ran(canary, 3)
        broken = false
        await until('it recovers', () => canary.stats().ok >= 3)
        broken = true
        await until('it breaks again', () => canary.stats().last?.ok === false)
      } finally {
        await canary.stop()
      }
      const told = stage.logged.map((line) => JSON.parse(line).event).filter((event) => event?.startsWith('canary'))
      assert.deepEqual(told, ['canary-failed', 'canary-recovered', 'canary-failed'])
    },
    { env: { LOG_LEVEL: 'info' } },
  )()
})

test('what is older than an hour or a day does not count any more', async () => {
  const clock = createClock()
  await withCanary(
    async (stage) => {
      await ran(stage.gateway.canary)
      const seen = () => [canaryOf(stage).hour.runs > 0, canaryOf(stage).day.runs > 0]
      assert.deepEqual(seen(), [true, true])
      clock.advance(3_599_000)
      assert.deepEqual(seen(), [true, true])
      clock.advance(2_000)
      assert.deepEqual(seen(), [false, true])
      clock.advance(82_800_000)
      assert.deepEqual(seen(), [false, false])
      assert.deepEqual([canaryOf(stage).day.ratio, canaryOf(stage).day.stages.query.p50], [null, null])
    },
    { now: clock.now, env: { CANARY_INTERVAL_SECONDS: '3600' } },
  )()
})
