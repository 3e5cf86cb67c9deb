import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { contentTopicOf, type Topic, type Transport } from '../../src/ports/index.ts'
import { historyTests, noHistoryTests } from './transport-history.ts'
import { lifecycleTests, peerTests } from './transport-lifecycle.ts'
import { createCast, type Station, soon, startStation, type TransportWorld, until } from './transport-station.ts'

export { type Station, startStation, type TransportWorld, until } from './transport-station.ts'

/** What a transport can do and where its limits are. */
export interface TransportKitOptions {
  /** Whether `history` gives back what was sent. Without: it rejects. */
  readonly history: boolean
  /** Whether publishing and health depend on a peer being there. */
  readonly needsPeers: boolean
  /**
   * Whether messages on all topics come in, so that those on others are told as ignored. Without, others select for us: they do
   * not come at all.
   */
  readonly seesAll?: boolean
  /** Largest payload in bytes that surely passes, and smallest that surely does not. */
  readonly sizes?: { readonly passes: number; readonly tooLarge: number }
  /** How long the network may take for anything, milliseconds. */
  readonly patienceMs?: number
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const nanosecondsNow = () => BigInt(Date.now()) * 1_000_000n

function* million(): Generator<Topic> {
  for (let index = 0; index < 1_000_000; index += 1) yield (index * 4_099) >>> 0
}

/** The promises of the transport port, for every transport. `setup` makes a fresh network for each test. */
export const transportKit = (
  name: string,
  setup: () => TransportWorld | Promise<TransportWorld>,
  {
    history,
    needsPeers,
    seesAll = true,
    sizes = { passes: 800 * 1024, tooLarge: 1024 * 1024 + 1 },
    patienceMs = 20_000,
  }: TransportKitOptions,
): void => {
  describe(`transport: ${name}`, () => {
    const cast = createCast(setup, patienceMs)
    const { join, pair, say, received } = cast
    beforeEach(cast.begin)
    afterEach(cast.end)
    lifecycleTests(cast)
    if (needsPeers) peerTests(cast, patienceMs)

    test('delivers the exact message, version 1, not ephemeral, stamped with the time of publishing', async () => {
      const [a, b] = await pair([0xfedcba98])
      const payload = randomBytes(300)
      const before = nanosecondsNow()
      await say(a, 0xfedcba98, payload)
      await received(b, 1)
      const message = b.messages[0]
      assert.equal(message?.contentTopic, '/waku/1/0xfedcba98/rfc26')
      assert.equal(hex(message.payload), hex(payload))
      assert.equal(message.version, 1)
      assert.equal(message.ephemeral, false)
      assert.ok(message.timestamp >= before && message.timestamp <= nanosecondsNow() + 1_000_000_000n)
    })

    test('keeps a message apart from the bytes it was made of', async () => {
      const [a, b] = await pair([1])
      const payload = new Uint8Array([1, 2, 3])
      await say(a, 1, payload)
      payload.fill(9)
      await received(b, 1)
      assert.deepEqual([...(b.messages[0]?.payload ?? [])], [1, 2, 3])
    })

    test('does not give a node its own messages back', async () => {
      const [a, b] = await pair([7])
      const c = await join([7])
      await cast.healthy(c)
      await say(a, 7, Buffer.from('of a'))
      await received(b, 1)
      await received(c, 1)
      await say(b, 7, Buffer.from('of b'))
      await received(a, 1)
      assert.deepEqual(
        a.messages.map(({ payload }) => Buffer.from(payload).toString()),
        ['of b'],
      )
    })

    const ignored = async (station: Station, count: number): Promise<void> => {
      if (seesAll) await until(`${count} are ignored`, () => station.ignored.length === count, patienceMs)
    }

    test('does not pass on messages on other topics, and tells of those that come', async () => {
      const [a, b] = await pair([1])
      await say(a, 2, Buffer.from('for others'))
      await ignored(b, 1)
      await say(a, 1, Buffer.from('for us'))
      await received(b, 1)
      assert.deepEqual(b.ignored, seesAll ? ['topic'] : [])
      assert.equal(b.messages.length, 1)
    })

    for (const topic of [0, 1, 0x7fffffff, 0x80000000, 0xffffffff]) {
      test(`matches the topic ${contentTopicOf(topic)}`, async () => {
        const [a, b] = await pair([topic])
        await say(a, topic, Buffer.from('x'))
        await received(b, 1)
        assert.equal(b.messages[0]?.contentTopic, contentTopicOf(topic))
      })
    }

    test('listens after the start, and not after unlisten', async () => {
      const [a, b] = await pair([])
      b.transport.listen([1, 2])
      b.transport.listen([1])
      await say(a, 1, Buffer.from('one'))
      await received(b, 1)
      b.transport.unlisten([1, 3])
      await say(a, 1, Buffer.from('one again'))
      await ignored(b, 1)
      await say(a, 2, Buffer.from('two'))
      await received(b, 2)
      assert.deepEqual(
        b.messages.map(({ payload }) => Buffer.from(payload).toString()),
        ['one', 'two'],
      )
    })

    test('listens to a million topics, quickly, in little memory and selectively', async () => {
      const [a, b] = await pair([])
      const heapBefore = process.memoryUsage().heapUsed
      const since = performance.now()
      b.transport.listen(million())
      const tookMs = performance.now() - since
      const grownBytes = process.memoryUsage().heapUsed - heapBefore
      assert.ok(tookMs < 3_000, `listen took ${tookMs} ms`)
      assert.ok(grownBytes < 400 * 1024 * 1024, `listen took ${grownBytes} bytes`)
      await say(a, 5, Buffer.from('not listened to'))
      await say(a, 999_999 * 4_099, Buffer.from('the last of them'))
      await received(b, 1)
      await ignored(b, 1)
      assert.equal(b.messages.length, 1)
      b.transport.unlisten(million())
      await say(a, 999_999 * 4_099, Buffer.from('no more'))
      await ignored(b, 2)
    })

    test('loses none of 500 messages, equal ones included', async () => {
      const [a, b] = await pair([1])
      await Promise.all(
        Array.from({ length: 500 }, (_, index) => say(a, 1, Buffer.from(index % 2 === 0 ? 'same' : `n${index}`))),
      )
      await received(b, 500)
      const texts = b.messages.map(({ payload }) => Buffer.from(payload).toString())
      assert.equal(texts.length, 500)
      assert.equal(new Set(texts).size, 251)
    })

    for (const size of [0, 1, sizes.passes]) {
      test(`carries a payload of ${size} bytes`, async () => {
        const [a, b] = await pair([1])
        const payload = randomBytes(size)
        await say(a, 1, payload)
        await received(b, 1)
        assert.ok(payload.equals(b.messages[0]?.payload ?? Buffer.from('none')))
      })
    }

    test(`rejects a payload of ${sizes.tooLarge} bytes and carries on`, async () => {
      const [a, b] = await pair([1])
      await assert.rejects(say(a, 1, randomBytes(sizes.tooLarge)), Error)
      await say(a, 1, Buffer.from('small'))
      await received(b, 1)
      assert.equal(b.messages.length, 1)
    })

    test('rejects a publish whose signal is aborted', async () => {
      const [a, b] = await pair([1])
      await assert.rejects(a.transport.publish({ topic: 1, payload: Buffer.from('late') }, AbortSignal.abort()), Error)
      await say(a, 1, Buffer.from('in time'))
      await received(b, 1)
      assert.equal(Buffer.from(b.messages[0]?.payload ?? []).toString(), 'in time')
    })

    if (history) historyTests(cast, patienceMs)
    else noHistoryTests(cast)

    test('has a stranger that reaches it and is somebody else', async () => {
      const [a, b] = await pair([1])
      const stranger = await startStation(a.transport.stranger())
      try {
        await until('the stranger is healthy', () => stranger.transport.health().status === 'ok', patienceMs)
        await stranger.transport.publish({ topic: 1, payload: Buffer.from('hello') }, soon(patienceMs))
        await received(a, 1)
        await received(b, 1)
        stranger.transport.listen([2])
        await say(a, 2, Buffer.from('good day'))
        await received(stranger, 1)
      } finally {
        await stranger.transport.close()
      }
    })

    test('tells of its peers, before, during and after', async () => {
      const [a] = await pair([1])
      const check = (transport: Transport): void => {
        for (const { id, source, since, roles } of transport.peers()) {
          assert.ok(id.length > 0 && source.length > 0 && Number.isFinite(since))
          assert.ok(Array.isArray(roles))
        }
      }
      check(await cast.create())
      check(a.transport)
      await a.transport.close()
      check(a.transport)
    })
  })
}
