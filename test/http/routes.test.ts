import assert from 'node:assert/strict'
import { test } from 'node:test'
import { down, healthy } from '../../src/ports/index.ts'
import { query, register, request } from '../support/correspondent.ts'
import { createScriptedStorage } from '../support/scripted.ts'
import { createClock, createStage, onStage, type Stage, until } from '../support/stage.ts'

type Json = Readonly<Record<string, unknown>>

const ask = async (stage: Stage, path: string, init?: RequestInit): Promise<{ status: number; body: Json }> => {
  const response = await fetch(`${stage.gateway.httpUrl}${path}`, init)
  assert.match(response.headers.get('content-type') ?? '', /^application\/json/, path)
  return { status: response.status, body: (await response.json()) as Json }
}

const shapeOf = (value: unknown): unknown => {
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]))
}

test(
  '/health/live says that the process runs',
  onStage(async (stage) => {
    assert.deepEqual(await ask(stage, '/health/live'), { status: 200, body: { status: 'live' } })
  }),
)

test(
  '/health/ready names every part',
  onStage(async (stage) => {
    const { status, body } = await ask(stage, '/health/ready')
    const part = { status: 'string', sinceMs: 'number' }
    assert.equal(status, 200)
    assert.equal(body['status'], 'ready')
    assert.deepEqual(shapeOf(body['parts']), { transport: part, storage: part, 'delivery/scripted': part })
  }),
)

const parts = ['storage', 'delivery/scripted', 'transport'] as const
for (const name of parts)
  test(`/health/ready is 503 with the reason while ${name} is down, and 200 afterwards`, async () => {
    const storage = createScriptedStorage()
    await onStage(
      async (stage) => {
        const { transport } = stage.gateway.app
        const own = transport.health
        const say = (isDown: boolean) => {
          if (name === 'storage') isDown ? storage.failing.add('health') : storage.failing.clear()
          else if (name === 'transport') transport.health = isDown ? () => down('there is no room') : own
          else stage.delivery.health = isDown ? down('there is no room') : healthy
        }
        say(true)
        await stage.gateway.engine.health.check()
        const { status, body } = await ask(stage, '/health/ready')
        assert.equal(status, 503)
        assert.equal(body['status'], 'not ready')
        const [reason = '', ...more] = body['reasons'] as string[]
        assert.deepEqual(more, [])
        assert.match(reason, new RegExp(`^${name}: there is no room`))
        assert.equal((await ask(stage, '/health/live')).status, 200)
        say(false)
        await stage.gateway.engine.health.check()
        assert.equal((await ask(stage, '/health/ready')).status, 200)
      },
      { plugins: { storage: [storage.plugin] } },
    )()
  })

test(
  'health is asked again in the background',
  onStage(async (stage) => {
    stage.delivery.health = down('away')
    await until('not ready', async () => (await ask(stage, '/health/ready')).status === 503)
  }),
)

test(
  'a part whose health check throws is down',
  onStage(async (stage) => {
    stage.gateway.app.transport.health = () => {
      throw new Error('broken')
    }
    await stage.gateway.engine.health.check()
    assert.deepEqual((await ask(stage, '/health/ready')).body['reasons'], ['transport: broken'])
  }),
)

test('/health/ready tells since when', async () => {
  const clock = createClock()
  await onStage(
    async (stage) => {
      clock.advance(5_000)
      await stage.gateway.engine.health.check()
      const { parts } = (await ask(stage, '/health/ready')).body as { parts: Record<string, { sinceMs: number }> }
      assert.ok((parts['storage']?.sinceMs ?? 0) >= 5_000)
    },
    { now: clock.now },
  )()
})

test('before its start the gateway is not ready', async () => {
  const stage = await createStage({ start: false })
  const { statusCode, body } = await stage.gateway.app.inject('/health/ready')
  await stage.close()
  assert.equal(statusCode, 503)
  assert.deepEqual(JSON.parse(body).reasons, ['the gateway is starting'])
})

interface Stats {
  readonly envelopes: { readonly received: number; readonly open: number; readonly outcomes: Record<string, number> }
  readonly entries: Record<string, number>
  readonly pushes: Record<string, number>
  readonly queue: {
    readonly depth: number | null
    readonly inHand: number | null
    readonly oldestAgeMs: number | null
    readonly parked: number | null
  }
  readonly plugins: Record<string, string>
}

test('/stats counts by outcome, and tells depth and age of the queue', async () => {
  const clock = createClock()
  await onStage(
    async (stage) => {
      const bob = stage.person()
      await register(stage, bob)
      await query(stage, [bob.hashed])
      stage.delivery.answer = () => ({ kind: 'retry', reason: 'busy', afterMs: 60_000 })
      await request(stage, [bob.entry()])
      await until('an attempt', () => stage.ledger().other['push-retries'] === 1)
      clock.advance(4_000)
      await until('nothing in hand', async () => (await stage.gateway.engine.counts()).inHand === 0)
      const { status, body } = await ask(stage, '/stats')
      assert.equal(status, 200)
      const { envelopes, entries, pushes, queue, plugins } = body as unknown as Stats
      assert.deepEqual([envelopes.received, envelopes.open], [3, 0])
      assert.deepEqual(
        ['registered', 'query-answered', 'request-answered'].map((outcome) => envelopes.outcomes[outcome]),
        [1, 1, 1],
      )
      assert.equal(entries['accepted'], 1)
      assert.equal(pushes['delivered'], 0)
      assert.deepEqual(queue, { depth: 1, inHand: 0, oldestAgeMs: 4_000, parked: 0 })
      assert.deepEqual(plugins, {
        crypto: 'noble',
        storage: 'memory',
        transport: 'memory',
        'delivery/scripted': 'scripted',
      })
    },
    { now: clock.now },
  )()
})

test(
  '/stats of a gateway that has done nothing',
  onStage(async (stage) => {
    const { body } = await ask(stage, '/stats')
    assert.deepEqual((body as unknown as Stats).queue, { depth: 0, inHand: 0, oldestAgeMs: null, parked: 0 })
    assert.deepEqual(Object.keys(body).toSorted(), [
      'canary',
      'catchUp',
      'delivery',
      'entries',
      'envelopes',
      'health',
      'intake',
      'other',
      'peers',
      'plugins',
      'pushes',
      'queue',
      'replicas',
      'transport',
      'uptimeSeconds',
    ])
  }),
)

const silences = [
  { what: 'rejects', counts: () => Promise.reject(new Error('down')) },
  { what: 'does not answer', counts: () => new Promise<never>(() => undefined) },
] as const
for (const { what, counts } of silences)
  test(
    `/stats answers while the storage ${what}, with a queue of unknown depth`,
    onStage(async (stage) => {
      stage.gateway.engine.counts = counts
      const { status, body } = await ask(stage, '/stats')
      assert.equal(status, 200)
      assert.deepEqual((body as unknown as Stats).queue, { depth: null, inHand: null, oldestAgeMs: null, parked: null })
    }),
  )

const strange = [
  { what: 'an unknown route', path: '/nowhere', status: 404 },
  { what: 'the root', path: '/', status: 404 },
  { what: 'another method', path: '/stats', init: { method: 'POST', body: '{}' }, status: 404 },
  { what: 'a path that cannot be decoded', path: '/%zz', status: 400 },
] as const
for (const { what, path, status, ...rest } of strange)
  test(
    `${what} is answered ${status} in JSON`,
    onStage(async (stage) => {
      const answer = await ask(stage, path, 'init' in rest ? rest.init : {})
      assert.equal(answer.status, status)
      assert.equal(answer.body['statusCode'], status)
    }),
  )

test(
  'answers come in single milliseconds while the gateway is at rest',
  onStage(async (stage) => {
    for (const path of ['/health/live', '/health/ready', '/stats']) {
      const times: number[] = []
      for (let i = 0; i < 20; i++) {
        const from = performance.now()
        await stage.gateway.app.inject(path)
        times.push(performance.now() - from)
      }
      // The fastest: a machine that does other things as well must not fail this.
      assert.ok(Math.min(...times) < 10, `${path} took ${Math.min(...times)} ms`)
    }
  }),
)
