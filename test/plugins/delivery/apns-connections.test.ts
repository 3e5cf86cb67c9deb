import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type AddressInfo, connect as dial } from 'node:net'
import { describe, test } from 'node:test'
import { makeNotification } from '../../kits/delivery.ts'
import { until } from '../../support/stage.ts'
import { type ApnsWorld, kinds, never, withApns } from './apns-worlds.ts'

const many = (count: number, from = 0) => Array.from({ length: count }, (_, index) => makeNotification(from + index))

const appStats = ({ delivery }: ApnsWorld) =>
  (delivery.stats?.()['apps'] as readonly Readonly<Record<string, number>>[] | undefined)?.[0] ?? {}

const idsTwice = ({ fake }: ApnsWorld): number => [...fake.taken.values()].filter((times) => times > 1).length

describe('connections to Apple', () => {
  test('one is enough for few pushes; more are opened while pushes wait, four at most', () =>
    withApns(
      async (world) => {
        const { fake, delivery } = world
        await delivery.deliver(many(3), never())
        assert.equal(fake.server.opened, 1)
        fake.server.setDelay(20)
        const outcomes = await delivery.deliver(many(200, 10), never())
        assert.ok(outcomes.every(({ kind }) => kind === 'delivered'))
        assert.equal(fake.server.opened, 4)
        assert.equal(appStats(world)['connections'], 4)
      },
      {},
      { maxConcurrentStreams: 5 },
    ))

  test('never more streams at once than Apple allows, also when it allows less all of a sudden', async () => {
    let most = 0
    let now = 0
    await withApns(
      async ({ fake, delivery }) => {
        const watch = setInterval(() => undefined, 1_000)
        fake.server.setDelay(5)
        await delivery.deliver(many(50), never())
        most = now = 0
        fake.server.setMaxConcurrentStreams(2)
        await delivery.deliver(many(5, 100), never())
        const outcomes = await delivery.deliver(many(40, 200), never())
        clearInterval(watch)
        assert.ok(outcomes.every(({ kind }) => kind === 'delivered'))
        assert.ok(most <= 2, `${most} streams at once`)
      },
      { connections: 1 },
      {
        maxConcurrentStreams: 10,
        onRequest: () => {
          now++
          most = Math.max(most, now)
          return () => void now--
        },
      },
    )
  })

  test('a refused stream is sent again, and nobody hears of it', () =>
    withApns(async (world) => {
      const { fake, delivery } = world
      fake.server.behave({ kind: 'refuse', times: 10 })
      const outcomes = await delivery.deliver(many(20), never())
      assert.deepEqual(kinds(outcomes), Array(20).fill('delivered'))
      assert.equal(fake.pushes.length, 20)
      assert.equal(appStats(world)['resent'], 10)
    }))

  test('one that is refused again and again is to be tried later', () =>
    withApns(async ({ fake, delivery }) => {
      fake.server.behave({ kind: 'refuse' })
      assert.deepEqual(kinds(await delivery.deliver(many(1), never())), ['retry'])
      assert.equal(fake.pushes.length, 0)
    }))

  test('a stream that is reset may have been acted on: unknown, and not sent again', () =>
    withApns(async ({ fake, delivery }) => {
      fake.server.behave({ kind: 'reset', times: 1 })
      assert.deepEqual(kinds(await delivery.deliver(many(1), never())), ['unknown'])
      assert.equal(fake.pushes.length, 1)
      assert.deepEqual(kinds(await delivery.deliver(many(1), never())), ['delivered'])
      assert.deepEqual(new Set(fake.pushes.map(({ collapseId }) => collapseId)).size, 1)
    }))

  for (const abrupt of [false, true])
    test(`GOAWAY while pushes are under way${abrupt ? ', with an error and at once' : ''}: none lost, none doubled unless unknown`, () =>
      withApns(async (world) => {
        const { fake, delivery } = world
        fake.server.setDelay(10)
        const outcomes: string[] = []
        const loops = Array.from({ length: 50 }, async (_, lane) => {
          for (let n = 0; n < 20; n++) outcomes.push(...kinds(await delivery.deliver(many(1, lane * 100 + n), never())))
        })
        const goodbyes = (async () => {
          for (let n = 0; n < 5; n++) {
            const before = fake.server.heard
            await until('some pushes', () => fake.server.heard >= before + 100 || outcomes.length === 1_000)
            fake.server.goaway({ abrupt })
          }
        })()
        await Promise.all([...loops, goodbyes])
        const delivered = outcomes.filter((kind) => kind === 'delivered').length
        const unknown = outcomes.filter((kind) => kind === 'unknown').length
        assert.equal(delivered + unknown, 1_000, JSON.stringify([...new Set(outcomes)]))
        if (!abrupt) assert.equal(unknown, 0)
        assert.equal(idsTwice(world), 0)
        assert.ok(fake.taken.size >= delivered)
        assert.ok(fake.server.opened > 1)
      }))

  test('a path that is dead without a word is found by a PING; its pushes are unknown, and the next ones take another', () =>
    withApns(
      async ({ fake, delivery }) => {
        await delivery.deliver(many(1), never())
        fake.server.blackhole()
        const started = performance.now()
        assert.deepEqual(kinds(await delivery.deliver(many(2, 10), never())), ['unknown', 'unknown'])
        assert.ok(performance.now() - started < 5_000)
        await fake.server.heal()
        assert.deepEqual(kinds(await delivery.deliver(many(1, 20), never())), ['delivered'])
      },
      { timeoutMs: 20_000 },
    ))

  test('a quiet connection whose path has died is found before a push needs it', () =>
    withApns(
      async (world) => {
        const { fake, delivery } = world
        await delivery.deliver(many(1), never())
        fake.server.blackhole()
        await until('the dead path', () => appStats(world)['connections'] === 0)
        await fake.server.heal()
        assert.deepEqual(kinds(await delivery.deliver(many(1, 20), never())), ['delivered'])
      },
      { timeoutMs: 20_000, watchdog: { quietMs: 100, idleMs: 100, pingTimeoutMs: 100 } },
    ))

  test('connections that are all reset at once leave no push without an outcome', () =>
    withApns(async ({ fake, delivery }) => {
      fake.server.setDelay(50)
      const call = delivery.deliver(many(30), never())
      await fake.server.waitFor(() => fake.server.heard >= 30, 5_000)
      fake.server.cut()
      assert.deepEqual(new Set(kinds(await call)), new Set(['unknown']))
      fake.server.setDelay(0)
      assert.deepEqual(kinds(await delivery.deliver(many(1), never())), ['delivered'])
    }))
})

/** A proxy for CONNECT that leads to one port, or refuses. */
const withProxy = async (
  answer: 'tunnel' | 407 | 503,
  run: (url: string, asked: readonly (readonly [string, string | undefined])[]) => Promise<void>,
): Promise<void> => {
  const asked: (readonly [string, string | undefined])[] = []
  const server = createServer()
  server.on('connect', (request, socket) => {
    asked.push([request.url ?? '', request.headers['proxy-authorization']])
    socket.on('error', () => undefined)
    if (answer !== 'tunnel') return void socket.end(`HTTP/1.1 ${answer} No\r\n\r\n`)
    const far = dial(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      far.pipe(socket).pipe(far)
    })
    far.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await run(`127.0.0.1:${(server.address() as AddressInfo).port}`, asked)
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

describe('a proxy', () => {
  test('pushes go through it, with its password', () =>
    withProxy('tunnel', (host, asked) =>
      withApns(
        async ({ fake, delivery }) => {
          assert.deepEqual(kinds(await delivery.deliver(many(3), never())), Array(3).fill('delivered'))
          const credentials = `Basic ${Buffer.from('user:pass word').toString('base64')}`
          assert.deepEqual(asked, [[`127.0.0.1:${fake.server.port}`, credentials]])
        },
        { proxy: `http://user:pass%20word@${host}` },
      ),
    ))

  for (const status of [407, 503] as const)
    test(`one that refuses with ${status}: pushes are tried again, and the reason says so`, () =>
      withProxy(status, (host) =>
        withApns(
          async ({ fake, delivery }) => {
            assert.deepEqual(await delivery.deliver(many(1), never()), [
              { kind: 'retry', reason: `Apple was not reached: the proxy refused with ${status}` },
            ])
            const health = await delivery.health()
            assert.equal(health.status, 'down')
            assert.equal(fake.server.opened, 0)
          },
          { proxy: `http://secret:word@${host}` },
        ),
      ))

  test('one that is not there: the reason names the proxy, not its password', () =>
    withApns(
      async ({ delivery }) => {
        const [outcome] = await delivery.deliver(many(1), never())
        assert.deepEqual(outcome, {
          kind: 'retry',
          reason: 'Apple was not reached: the proxy could not be reached (ECONNREFUSED)',
        })
      },
      { proxy: 'http://secret:word@127.0.0.1:1' },
    ))
})

test('a certificate that nobody of ours has signed is not trusted', () =>
  withApns(
    async ({ delivery }) => {
      const [outcome] = await delivery.deliver(many(1), never())
      assert.match(JSON.stringify(outcome), /"kind":"retry".*its certificate is not trusted/)
    },
    { ca: undefined },
  ))
