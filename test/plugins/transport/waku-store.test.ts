import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { afterEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { contentTopicOf } from '../../../src/ports/index.ts'
import type { ServiceNodeOptions } from '../../fakes/service-node.ts'
import { until } from '../../kits/transport.ts'
import {
  createLibrary,
  messageAt,
  rangeOf,
  shard32,
  shard64,
  start,
  texts,
  textsOf,
} from '../../support/store-reader.ts'

const library = createLibrary()
const { store, reader } = library
afterEach(library.end)

const count = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)
const hourSeconds = 3_600
const protocols: [name: string, options: ServiceNodeOptions][] = [
  ['store v3', { legacyStore: false }],
  ['the older store', { store: false }],
]
const ranges: [name: string, seconds: number][] = [
  ['a short range', 600],
  ['a long range', hourSeconds],
]

for (const [protocol, options] of protocols) {
  for (const [length, seconds] of ranges) {
    describe(`${protocol}, ${length}`, () => {
      test('gives everything of many pages, in the order of time', async () => {
        const node = await store(options)
        for (const number of count(0, 250)) node.keep(shard32, messageAt(number))
        const { read } = await reader([node])
        const { messages, error } = await read(rangeOf(seconds))
        assert.equal(error, undefined)
        assert.deepEqual(textsOf(messages), texts(...count(0, 250)))
      })

      test('gives the very message, with its hash and all 64 bits of its time', async () => {
        const node = await store(options)
        const payload = new Uint8Array(randomBytes(140_000))
        const timestamp = BigInt(start) * 1_000_000n + 123_457n
        node.keep(shard32, messageAt(0, 0, { payload, timestamp }))
        const { read } = await reader([node])
        const { messages } = await read(rangeOf(seconds))
        assert.deepEqual(messages, [node.stored[0]?.message])
        assert.equal(messages[0]?.timestamp, timestamp)
      })

      test('both ends belong to the range, to the last nanosecond of a millisecond', async () => {
        const node = await store(options)
        const [first, last] = [BigInt(start), BigInt(start + seconds * 1000)].map((ms) => ms * 1_000_000n)
        assert.ok(first !== undefined && last !== undefined)
        const stamps = [first - 1n, first, last + 999_999n, last + 1_000_000n]
        for (const [number, timestamp] of stamps.entries()) node.keep(shard32, messageAt(0, number, { timestamp }))
        const { read } = await reader([node])
        assert.deepEqual(textsOf((await read(rangeOf(seconds))).messages), texts(1, 2))
      })

      test('leaves out what is known, of this node, on other topics or of another version', async () => {
        const node = await store(options)
        for (const number of count(0, 3)) node.keep(shard32, messageAt(number))
        node.keep(shard32, messageAt(3, 3, { contentTopic: contentTopicOf(2) }))
        node.keep(shard32, messageAt(4, 4, { contentTopic: '/other/1/topic/proto' }))
        node.keep(shard32, messageAt(5, 5, { version: 0 }))
        const hashes = node.stored.map(({ message }) => Buffer.from(message.hash))
        const is = (number: number) => (hash: Uint8Array) => hashes[number]?.equals(hash) === true
        const { read } = await reader([node], { isOwn: is(1) })
        const { messages, error } = await read(rangeOf(seconds, { isKnown: is(0) }))
        assert.equal(error, undefined)
        assert.deepEqual(textsOf(messages), texts(2))
      })

      test('gives a message without a time in whatever range it came', async () => {
        const arrival = start + 60_000
        const node = await store({ ...options, now: () => arrival })
        node.keep(shard32, messageAt(0, 7, { timestamp: 0n }))
        const { read } = await reader([node])
        assert.deepEqual(textsOf((await read(rangeOf(seconds))).messages), texts(7))
      })

      test('joins the shards', async () => {
        const node = await store(options)
        for (const number of count(0, 20)) node.keep(number % 3 === 0 ? shard64 : shard32, messageAt(number))
        const { read } = await reader([node])
        assert.deepEqual(textsOf((await read(rangeOf(seconds))).messages), texts(...count(0, 20)))
      })

      test('joins what several stores have, each message once', async () => {
        const nodes = [await store(options), await store(options), await store(options)]
        for (const number of count(0, 150))
          for (const [index, node] of nodes.entries())
            if (number % 3 === index || number % 5 === 0) node.keep(shard32, messageAt(number))
        const { read } = await reader(nodes)
        const { messages, error } = await read(rangeOf(seconds))
        assert.equal(error, undefined)
        assert.deepEqual(textsOf(messages), texts(...count(0, 150)))
      })

      test('names few topics to the store in place of reading everything', async () => {
        const node = await store(options)
        for (const number of count(0, 30))
          node.keep(shard32, messageAt(number, number, { contentTopic: contentTopicOf(number) }))
        const { read, listened, history } = await reader([node], { filterTopics: 100 })
        for (const topic of count(1, 25)) listened.add(topic)
        assert.deepEqual(textsOf((await read(rangeOf(seconds))).messages), texts(...count(1, 25)))
        assert.equal(history.stats()['historyIgnored'], 0)
      })

      test('stops with the reason of its signal, in the midst of an answer', async () => {
        const node = await store(options)
        node.silence('store', true)
        node.silence('legacyStore', true)
        const { read } = await reader([node])
        const aborter = new AbortController()
        const reading = read(rangeOf(seconds, { signal: aborter.signal }))
        await until('it is asked', () => node.requests.store + node.requests.legacyStore > 0)
        aborter.abort(new Error('enough'))
        assert.equal((await reading).error?.message, 'enough')
      })

      test('ends with an error when its node stops', async () => {
        const store32 = await store(options)
        store32.silence('store', true)
        store32.silence('legacyStore', true)
        const { read, node } = await reader([store32])
        const reading = read(rangeOf(seconds))
        await until('it is asked', () => store32.requests.store + store32.requests.legacyStore > 0)
        await node.stop()
        assert.match((await reading).error?.message ?? '', /No store node answered/)
      })
    })
  }
}

describe('reading by hash', () => {
  test('fetches only what is not known', async () => {
    const node = await store()
    for (const number of count(0, 120)) node.keep(shard32, messageAt(number))
    const missed = new Set(
      [3, 77].map((number) => Buffer.from(node.stored[number]?.message.hash ?? []).toString('hex')),
    )
    const fetched: number[] = []
    node.store.answer = ({ messageHashes, includeData }) => {
      if (includeData) fetched.push(messageHashes.length)
      return undefined
    }
    const { read } = await reader([node])
    const isKnown = (hash: Uint8Array) => !missed.has(Buffer.from(hash).toString('hex'))
    assert.deepEqual(textsOf((await read(rangeOf(600, { isKnown }))).messages), texts(3, 77))
    assert.deepEqual(fetched, [2])
  })

  test('does not fetch again what was on a topic of others, until it is one of ours', async () => {
    const node = await store()
    node.keep(shard32, messageAt(0, 0, { contentTopic: contentTopicOf(2) }))
    node.keep(shard32, messageAt(1, 1, { version: 0 }))
    const { read, listened } = await reader([node])
    const questions = async () => {
      const before = node.requests.store
      const { messages } = await read()
      return [node.requests.store - before, textsOf(messages)]
    }
    assert.deepEqual(await questions(), [3, []])
    assert.deepEqual(await questions(), [2, []])
    listened.add(2)
    assert.deepEqual(await questions(), [3, texts(0)])
  })

  test('reads smaller pages where a full one is more than 16 MiB', async () => {
    const node = await store()
    for (const number of count(0, 20))
      node.keep(shard32, messageAt(number, number, { payload: randomBytes(1_000_000) }))
    const { read } = await reader([node])
    for (const seconds of [600, hourSeconds]) {
      const { messages, error } = await read(rangeOf(seconds))
      assert.equal(error, undefined)
      assert.equal(messages.length, 20)
    }
  })
})

describe('which stores are asked', () => {
  test('connected peers that are stores, though nobody configured them', async () => {
    const node = await store()
    node.keep(shard32, messageAt(1))
    const { read, history } = await reader([node], { connected: true })
    let found = await read()
    for (const end = performance.now() + 10_000; found.error !== undefined && performance.now() < end; await sleep(20))
      found = await read()
    assert.deepEqual(textsOf(found.messages), texts(1))
    assert.deepEqual(
      history.peers().map(({ id, roles, connected }) => [id, roles, connected]),
      [[node.peerId, ['store'], true]],
    )
  })

  test('nobody: says so', async () => {
    const { read } = await reader([])
    assert.match((await read()).error?.message ?? '', /No store node is known/)
  })

  test('of configured ones eight at a time, all of them in turn', async () => {
    const nodes = await Promise.all(count(0, 10).map(() => store()))
    for (const [number, node] of nodes.entries()) node.keep(shard32, messageAt(number))
    const { read } = await reader(nodes)
    const first = await read()
    assert.equal(first.messages.length, 8)
    assert.equal(nodes.filter(({ requests }) => requests.store > 0).length, 8)
    const second = await read()
    const given = new Set([...textsOf(first.messages), ...textsOf(second.messages)])
    assert.deepEqual([...given].sort(), texts(...count(0, 10)).sort())
  })

  test('one that is away is done without, and asked again when it is back', async () => {
    const [away, other] = [await store(), await store()]
    away.keep(shard32, messageAt(1))
    other.keep(shard32, messageAt(2))
    await away.stop()
    const { read, history } = await reader([away, other])
    const first = await read()
    assert.equal(first.error, undefined)
    assert.deepEqual(textsOf(first.messages), texts(2))
    assert.ok(history.peers().some(({ id, failure }) => id === away.peerId && failure !== undefined))
    await away.restart()
    const second = await read(rangeOf())
    assert.deepEqual(textsOf(second.messages), texts(1, 2))
    assert.ok(history.peers().every(({ failure }) => failure === undefined))
  })

  test('none that answers: rejects with what each of them did', async () => {
    const [away, mute] = [await store(), await store({ store: false, legacyStore: false })]
    await away.stop()
    const { read } = await reader([away, mute])
    const message = (await read()).error?.message ?? ''
    assert.match(message, /2026-06-01T12:00:00.000Z/)
    assert.match(message, new RegExp(`${away.peerId.slice(-8)} failed`))
    assert.match(message, new RegExp(`${mute.peerId.slice(-8)} failed: it speaks no store protocol`))
  })
})

test('asks nobody while nothing is listened to', async () => {
  const node = await store()
  const { read, listened } = await reader([node])
  listened.clear()
  assert.deepEqual(await read(), { messages: [], error: undefined })
  assert.equal(node.requests.store, 0)
})

test('refuses a range of more than a day', async () => {
  const { read } = await reader([await store()])
  assert.ok((await read(rangeOf(24 * hourSeconds + 1))).error instanceof RangeError)
})
