import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { GorushDelivery } from '../../../plugins/delivery/gorush/index.ts'
import { type FakeGorush, type FakeGorushOptions, startFakeGorush } from '../../fakes/gorush.ts'
import { makeNotification } from '../../kits/delivery.ts'
import { until } from '../../support/stage.ts'
import { gorushOn, kinds, never } from './gorush-worlds.ts'

interface World {
  readonly fakes: readonly [FakeGorush, FakeGorush]
  readonly delivery: GorushDelivery
}

const withTwo = async (check: (world: World) => Promise<void>, options: FakeGorushOptions = {}): Promise<void> => {
  const fakes = [await startFakeGorush(options), await startFakeGorush(options)] as const
  const { delivery } = gorushOn(fakes.map(({ url }) => url))
  try {
    await check({ fakes, delivery })
  } finally {
    await delivery.close()
    for (const fake of fakes) await fake.close()
  }
}

const send = async ({ delivery }: World, count: number, from = 0): Promise<string[]> => {
  const found: string[] = []
  for (let n = 0; n < count; n++) found.push(...kinds(await delivery.deliver([makeNotification(from + n)], never())))
  return found
}

const requests = ({ fakes }: World): number[] => fakes.map((fake) => fake.requests.length)

describe('several instances', () => {
  test('share the work', () =>
    withTwo(async (world) => {
      assert.deepEqual(new Set(await send(world, 10)), new Set(['delivered']))
      assert.deepEqual(requests(world), [5, 5])
    }))

  for (const [what, fail] of [
    ['is gone', (fake: FakeGorush) => fake.close()],
    ['answers 503', async (fake: FakeGorush) => fake.behave({ kind: 'status', status: 503 })],
    ['answers 429', async (fake: FakeGorush) => fake.behave({ kind: 'status', status: 429 })],
    ['has a full queue', async (fake: FakeGorush) => fake.behave({ kind: 'status', status: 500 })],
    ['is no gorush', async (fake: FakeGorush) => fake.behave({ kind: 'status', status: 404 })],
  ] as const)
    test(`one that ${what}: the other gets its pushes at once, and it is left alone for a while`, () =>
      withTwo(async (world) => {
        await fail(world.fakes[0])
        assert.deepEqual(new Set(await send(world, 10)), new Set(['delivered']))
        assert.equal(world.fakes[1].pushes.length, 10)
        assert.ok((requests(world)[0] ?? 0) <= 1)
        assert.deepEqual(await world.delivery.health(), { status: 'ok' })
        const { instances } = (world.delivery.stats?.() ?? {}) as { instances: { state: string }[] }
        assert.deepEqual(instances.map(({ state }) => state).toSorted(), ['ok', 'resting'])
      }))

  test('one whose answer does not come may have pushed: unknown, and the other is not asked', () =>
    withTwo(async (world) => {
      world.fakes[0].behave({ kind: 'half', times: 1 })
      world.fakes[1].behave({ kind: 'half', times: 1 })
      assert.deepEqual(await send(world, 1), ['unknown'])
      assert.equal(world.fakes[0].pushes.length + world.fakes[1].pushes.length, 1)
    }))

  for (const [what, behaviour] of [
    ['gives half an answer', { kind: 'half' }],
    ['answers with no JSON', { kind: 'not-json' }],
    ['answers 502', { kind: 'status', status: 502 }],
    ['answers 500 to several', { kind: 'status', status: 500 }],
  ] as const)
    test(`one that ${what} is left alone for a while: one call is unknown, the others are not`, () =>
      withTwo(async (world) => {
        world.fakes[0].behave(behaviour)
        const two = [makeNotification(1), makeNotification(2)]
        const outcomes: string[] = []
        for (let n = 0; n < 10; n++) outcomes.push(...kinds(await world.delivery.deliver(two, never())))
        assert.deepEqual(
          outcomes.filter((kind) => kind !== 'delivered'),
          ['unknown', 'unknown'],
        )
        assert.deepEqual(requests(world), [1, 9])
      }))

  test('a full queue of several pushes may have sent some: unknown, and the other is not asked', () =>
    withTwo(async (world) => {
      for (const fake of world.fakes) fake.behave({ kind: 'status', status: 500 })
      const outcomes = await world.delivery.deliver([makeNotification(1), makeNotification(2)], never())
      assert.deepEqual(kinds(outcomes), ['unknown', 'unknown'])
      assert.equal(
        requests(world).reduce((a, b) => a + b),
        1,
      )
    }))

  test('with all of them gone pushes are tried again, and health names each', () =>
    withTwo(async (world) => {
      for (const fake of world.fakes) await fake.close()
      assert.deepEqual(await send(world, 1), ['retry'])
      const health = await world.delivery.health()
      assert.ok(health.status === 'down')
      for (const { port } of world.fakes) assert.ok(health.reason.includes(`127.0.0.1:${port}`), health.reason)
    }))

  test('each failure counts once, of the one that was passed over as of the one that was asked last', () =>
    withTwo(async (world) => {
      for (const fake of world.fakes) fake.behave({ kind: 'status', status: 503 })
      assert.deepEqual(await send(world, 2), ['retry', 'retry'])
      assert.deepEqual(await world.delivery.health(), { status: 'ok' })
      await send(world, 1)
      const health = await world.delivery.health()
      assert.equal(health.status, 'down')
      assert.equal((health.reason.match(/failed the last 3 requests/g) ?? []).length, 2, health.reason)
    }))

  test('a password in an address is not shown', async () => {
    const { delivery } = gorushOn('http://user:hunter2@127.0.0.1:1/gorush')
    try {
      await delivery.deliver([makeNotification(1)], never())
      const text = JSON.stringify([delivery.stats?.(), await delivery.health()])
      assert.ok(text.includes('http://127.0.0.1:1/gorush'))
      assert.ok(!text.includes('hunter2'))
    } finally {
      await delivery.close()
    }
  })
})

describe('counters of gorush beside ours', () => {
  interface Stats {
    readonly ours: Record<'ios' | 'android', Record<string, number>>
    readonly difference: { readonly ios: number; readonly android: number } | null
    readonly instances: readonly { readonly gorush: Record<string, number> | null }[]
  }
  const statsOf = ({ delivery }: World): Stats => delivery.stats?.() as unknown as Stats

  test('agree where all is well, from the first push on', () =>
    withTwo(async (world) => {
      world.fakes[0].verdict(makeNotification(3).deviceToken, 'Unregistered')
      world.fakes[1].verdict(makeNotification(3).deviceToken, 'Unregistered')
      await send(world, 6)
      await until('a look at the counters', () => statsOf(world).difference !== null)
      assert.deepEqual(statsOf(world).difference, { ios: 0, android: 0 })
    }))

  test('agree with one that is started after its first push', async () => {
    const first = await startFakeGorush()
    const { port } = first
    await first.close()
    const { delivery } = gorushOn([first.url])
    try {
      assert.deepEqual(kinds(await delivery.deliver([makeNotification(1)], never())), ['retry'])
      const fake = await startFakeGorush({ port })
      try {
        // Its counters are looked at after this push for the first time.
        const world = { delivery } as unknown as World
        await until(
          'a push',
          async () => kinds(await delivery.deliver([makeNotification(2)], never()))[0] === 'delivered',
        )
        await until('a look at the counters', () => statsOf(world).difference !== null, 30_000)
        assert.deepEqual(statsOf(world).difference, { ios: 0, android: 0 })
      } finally {
        await fake.close()
      }
    } finally {
      await delivery.close()
    }
  })

  test('that were never reached are no difference', () =>
    withTwo(async (world) => {
      for (const fake of world.fakes) await fake.close()
      await send(world, 1)
      assert.equal(statsOf(world).difference, null)
      assert.deepEqual(
        statsOf(world).instances.map(({ gorush }) => gorush),
        [null, null],
      )
    }))
})
