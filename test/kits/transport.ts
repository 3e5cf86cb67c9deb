import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  contentTopicOf,
  type IgnoredReason,
  type Topic,
  type Transport,
  type WakuMessage,
} from '../../src/ports/index.ts'

/** A network of its own for one test. */
export interface TransportWorld {
  /** A transport, not started, that will reach every one which this world made and which was started before. */
  create(): Transport | Promise<Transport>
  /** Everything else the world holds; the kit closes the transports. */
  close?(): Promise<void>
}

/** What a transport can do and where its limits are. */
export interface TransportKitOptions {
  /** Whether `history` gives back what was sent. Without: it is empty. */
  readonly history: boolean
  /** Whether publishing and health depend on a peer being there. */
  readonly needsPeers: boolean
  /** Largest payload in bytes that surely passes, and smallest that surely does not. */
  readonly sizes?: { readonly passes: number; readonly tooLarge: number }
  /** How long the network may take for anything, milliseconds. */
  readonly patienceMs?: number
}

/** A started transport with everything that came out of it. */
export interface Station {
  readonly transport: Transport
  readonly messages: WakuMessage[]
  readonly ignored: IgnoredReason[]
}

/** Resolves when the condition holds, checked every few milliseconds; fails after the deadline. */
export const until = async (what: string, condition: () => boolean, deadlineMs = 20_000): Promise<void> => {
  const end = performance.now() + deadlineMs
  while (!condition()) {
    if (performance.now() > end) assert.fail(`within ${deadlineMs} ms: ${what}`)
    await sleep(5)
  }
}

/** Starts a transport and records its events. */
export const startStation = async (transport: Transport): Promise<Station> => {
  const messages: WakuMessage[] = []
  const ignored: IgnoredReason[] = []
  await transport.start({
    onMessage: (message) => void messages.push(message),
    onIgnored: (reason) => void ignored.push(reason),
  })
  return { transport, messages, ignored }
}

const soon = (ms = 20_000) => AbortSignal.timeout(ms)
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const ok = (station: Station) => station.transport.health().status === 'ok'
const nanosecondsNow = () => BigInt(Date.now()) * 1_000_000n

const collect = async (transport: Transport, from: Date, to: Date): Promise<WakuMessage[]> => {
  const found: WakuMessage[] = []
  for await (const message of transport.history(from, to)) found.push(message)
  return found
}

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
    sizes = { passes: 140 * 1024, tooLarge: 150 * 1024 + 1 },
    patienceMs = 20_000,
  }: TransportKitOptions,
): void => {
  describe(`transport: ${name}`, () => {
    let world: TransportWorld
    let made: Transport[]

    const create = async (): Promise<Transport> => {
      const transport = await world.create()
      made.push(transport)
      return transport
    }
    const join = async (topics: Iterable<Topic> = []): Promise<Station> => {
      const transport = await create()
      transport.listen(topics)
      return startStation(transport)
    }
    /** Two that reach each other, both on these topics. */
    const pair = async (topics: Topic[]): Promise<[Station, Station]> => {
      const first = await join(topics)
      const second = await join(topics)
      await until('both are healthy', () => ok(first) && ok(second), patienceMs)
      return [first, second]
    }
    const say = (from: Station, topic: Topic, payload: Uint8Array) =>
      from.transport.publish({ topic, payload }, soon(patienceMs))
    const received = (station: Station, count: number) =>
      until(`${count} messages arrive`, () => station.messages.length >= count, patienceMs)

    beforeEach(async () => {
      world = await setup()
      made = []
    })
    afterEach(async () => {
      await Promise.all(made.map((transport) => transport.close()))
      await world.close?.()
    })

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
      await until('the third is healthy', () => ok(c), patienceMs)
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

    test('tells of messages on other topics as ignored', async () => {
      const [a, b] = await pair([1])
      await say(a, 2, Buffer.from('for others'))
      await until('it is ignored', () => b.ignored.length === 1, patienceMs)
      assert.deepEqual(b.ignored, ['topic'])
      assert.deepEqual(b.messages, [])
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
      await until('it is ignored', () => b.ignored.length === 1, patienceMs)
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
      await until('the other is ignored', () => b.ignored.length === 1, patienceMs)
      assert.equal(b.messages.length, 1)
      b.transport.unlisten(million())
      await say(a, 999_999 * 4_099, Buffer.from('no more'))
      await until('it is ignored', () => b.ignored.length === 2, patienceMs)
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

    test('rejects a publish before the start and after the close', async () => {
      const transport = await create()
      const message = { topic: 1, payload: Buffer.from('x') }
      await assert.rejects(transport.publish(message, soon(1_000)), Error)
      await startStation(transport)
      await transport.close()
      await assert.rejects(transport.publish(message, soon(1_000)), Error)
    })

    test('has plain numbers for stats, before, during and after', async () => {
      const transport = await create()
      const allNumbers = () => Object.values(transport.stats()).every(Number.isFinite)
      assert.ok(allNumbers())
      await startStation(transport)
      assert.ok(allNumbers())
      await transport.close()
      assert.ok(allNumbers())
    })

    test('is not healthy before the start and after the close', async () => {
      const transport = await create()
      assert.equal(transport.health().status, 'down')
      await startStation(transport)
      await transport.close()
      assert.equal(transport.health().status, 'down')
    })

    test('starts only once', async () => {
      const a = await join()
      await assert.rejects(startStation(a.transport), Error)
    })

    if (needsPeers) {
      test('rejects a publish when nobody is there until the signal aborts', async () => {
        const a = await join()
        await assert.rejects(a.transport.publish({ topic: 1, payload: Buffer.from('x') }, soon(200)), Error)
      })

      test('publishes as soon as somebody comes', async () => {
        const a = await join()
        const sent = say(a, 1, Buffer.from('patient'))
        const b = await join([1])
        await sent
        await received(b, 1)
      })

      test('is down with a reason while no peer is there, and recovers', async () => {
        const a = await join()
        const alone = a.transport.health()
        assert.ok(alone.status === 'down' && alone.reason.length > 10)
        const b = await join()
        await until('it is healthy with a peer', () => ok(a), patienceMs)
        await b.transport.close()
        await until('it is down again', () => !ok(a), patienceMs)
        await join()
        await until('it is healthy again', () => ok(a), patienceMs)
      })

      test('rejects what waits for a peer when it closes', async () => {
        const a = await join()
        const waiting = say(a, 1, Buffer.from('x'))
        const outcome = assert.rejects(waiting, Error)
        await a.transport.close()
        await outcome
      })
    }

    test('closes twice, at once and within 5 s', async () => {
      const [a] = await pair([1])
      const since = performance.now()
      await Promise.all([a.transport.close(), a.transport.close()])
      await a.transport.close()
      assert.ok(performance.now() - since < 5_000)
    })

    test('closes without having been started', async () => {
      const transport = await create()
      await transport.close()
      await assert.rejects(startStation(transport), Error)
    })

    test('closes while it starts, and gives no event', async () => {
      const transport = await create()
      const starting = startStation(transport).catch(() => undefined)
      const since = performance.now()
      await transport.close()
      assert.ok(performance.now() - since < 5_000)
      await starting
      assert.equal(transport.health().status, 'down')
      assert.deepEqual(transport.addresses(), [])
    })

    test('settles every publish when it closes in the middle of them', async () => {
      const [a] = await pair([1])
      const sent = Array.from({ length: 50 }, () => say(a, 1, randomBytes(2_000)))
      const outcomes = Promise.allSettled(sent)
      await a.transport.close()
      assert.equal((await outcomes).length, 50)
    })

    test('gives no event after the close', async () => {
      const [a, b] = await pair([1])
      const c = await join([1])
      await until('the third is healthy', () => ok(c), patienceMs)
      await say(a, 1, Buffer.from('before'))
      await received(b, 1)
      await received(c, 1)
      const closed = b.transport.close()
      const seen = b.messages.length + b.ignored.length
      await say(a, 1, Buffer.from('after'))
      await received(c, 2)
      await closed
      assert.equal(b.messages.length + b.ignored.length, seen)
    })

    if (history) {
      test('gives back what it missed, oldest first, on its topics and in the range', async () => {
        const a = await join()
        const from = new Date()
        for (const text of ['one', 'two']) await say(a, 1, Buffer.from(text))
        await say(a, 2, Buffer.from('elsewhere'))
        const to = new Date(Date.now() + 1)
        const b = await join([1])
        const found = await collect(b.transport, from, to)
        assert.deepEqual(
          found.map(({ payload }) => Buffer.from(payload).toString()),
          ['one', 'two'],
        )
        assert.deepEqual(await collect(b.transport, new Date(0), new Date(from.getTime() - 1)), [])
      })
    } else {
      test('has an empty history', async () => {
        const [a, b] = await pair([1])
        await say(a, 1, Buffer.from('forgotten'))
        await received(b, 1)
        assert.deepEqual(await collect(b.transport, new Date(0), new Date(Date.now() + 1_000)), [])
      })
    }
  })
}
