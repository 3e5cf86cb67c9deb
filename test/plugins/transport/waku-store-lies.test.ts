import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, describe, test } from 'node:test'
import { messageOf, toHalves } from '../../../plugins/transport/waku/codec.ts'
import { contentTopicOf, type WakuMessage } from '../../../src/ports/index.ts'
import type { LegacyResponse, ServiceNode, StoreRequest, StoreResponse, Unnamed } from '../../fakes/service-node.ts'
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

const hourSeconds = 3_600

type Entry = NonNullable<StoreResponse['messages']>[number]

/** A message as a liar makes it up, with the hash that its content has on `pubsubTopic`. */
const named = (message: Unnamed, pubsubTopic = shard32): WakuMessage =>
  messageOf(pubsubTopic, { ...message, timestamp: toHalves(message.timestamp), meta: new Uint8Array() })

const entryOf = (message: WakuMessage, changes: Entry = {}): Entry => ({
  messageHash: message.hash,
  message: { ...message, timestamp: toHalves(message.timestamp) },
  pubsubTopic: shard32,
  ...changes,
})

const madeUp = (seconds: number, changes: Partial<Unnamed> = {}) =>
  named(messageAt(seconds, seconds, { payload: randomBytes(20), ...changes }))

const samePage: StoreResponse = { statusCode: 200, messages: [entryOf(madeUp(5))] }

/** What a liar answers to a question about a range on shard 32. */
interface Lie {
  readonly name: string
  readonly told: RegExp
  readonly answer: (request: StoreRequest, honest: StoreResponse) => StoreResponse | Uint8Array
  /** Where only a range that is read with its data shows it. */
  readonly longOnly?: boolean
}

const lies: readonly Lie[] = [
  { name: 'bytes that are nothing', told: /cannot be read/, answer: () => Uint8Array.of(0xff, 0xff, 0xff) },
  { name: 'an empty answer', told: /another question/, answer: () => new Uint8Array() },
  { name: 'another request id', told: /another question/, answer: (_, honest) => ({ ...honest, requestId: 'x' }) },
  {
    name: 'the same page for ever, with the same cursor',
    told: /same page again/,
    answer: ({ requestId }) => ({ ...samePage, requestId, paginationCursor: new Uint8Array(32) }),
  },
  {
    name: 'the same page for ever, with ever new cursors',
    told: /same page again/,
    answer: ({ requestId }) => ({ ...samePage, requestId, paginationCursor: randomBytes(32) }),
  },
  {
    name: 'new pages with one cursor',
    told: /round in a circle/,
    answer: ({ requestId }) => ({
      requestId,
      statusCode: 200,
      messages: [entryOf(madeUp(5))],
      paginationCursor: new Uint8Array(32),
    }),
  },
  {
    name: 'more messages than were asked for',
    told: /101 messages on a page of 100/,
    answer: (_, honest) => ({
      ...honest,
      messages: Array.from({ length: 101 }, () => entryOf(madeUp(5))),
    }),
  },
  {
    name: 'a hash of another message',
    told: /hash of another/,
    answer: (_, honest) => ({ ...honest, messages: [entryOf(madeUp(5), { messageHash: randomBytes(32) })] }),
  },
  {
    name: 'a hash of three bytes',
    told: /without a hash/,
    answer: (_, honest) => ({ ...honest, messages: [{ messageHash: Uint8Array.of(1, 2, 3) }] }),
  },
  {
    name: 'another pubsub topic',
    told: /another pubsub topic/,
    answer: (_, honest) => ({ ...honest, messages: [entryOf(madeUp(5), { pubsubTopic: shard64 })] }),
  },
  {
    name: 'messages from the future',
    told: /outside of the range/,
    answer: (_, honest) => ({ ...honest, messages: [entryOf(madeUp(365 * 86_400))] }),
  },
  {
    name: 'messages from before the range',
    told: /outside of the range/,
    answer: (_, honest) => ({ ...honest, messages: [entryOf(madeUp(-1))] }),
  },
  {
    name: 'a cursor of two kilobytes',
    told: /a cursor of 2048 bytes/,
    answer: (_, honest) => ({ ...honest, paginationCursor: randomBytes(2048) }),
  },
  {
    name: 'a cursor of twenty megabytes',
    told: /an answer of more than/,
    answer: (_, honest) => ({ ...honest, paginationCursor: randomBytes(20 * 1024 * 1024) }),
  },
  {
    name: 'hashes without messages where those were asked for',
    told: /without its message/,
    answer: (_, honest) => ({ ...honest, messages: [{ messageHash: randomBytes(32) }] }),
    longOnly: true,
  },
]

const isAbout = (request: StoreRequest): boolean =>
  request.pubsubTopic === shard32 && request.messageHashes.length === 0

/** One honest store with two messages, and one that lies about shard 32. */
const withLiar = async (answer: Lie['answer']): Promise<[honest: ServiceNode, liar: ServiceNode]> => {
  const [honest, liar] = [await store(), await store()]
  honest.keep(shard32, messageAt(1))
  honest.keep(shard64, messageAt(3))
  for (const seconds of [2, 4]) liar.keep(shard32, messageAt(seconds))
  liar.store.answer = (request, truth) => (isAbout(request) ? answer(request, truth) : undefined)
  return [honest, liar]
}

const failureOf = (history: { peers(): readonly { id: string; failure?: string }[] }, { peerId }: ServiceNode) =>
  history.peers().find(({ id }) => id === peerId)?.failure ?? ''

for (const seconds of [600, hourSeconds]) {
  describe(`a store that lies about ${seconds} s`, () => {
    for (const { name, told, answer, longOnly = false } of lies) {
      if (longOnly && seconds < hourSeconds) continue

      test(`${name}: is counted and named, and the other store is used`, async () => {
        const [honest, liar] = await withLiar(answer)
        const { read, history } = await reader([liar, honest])
        const { messages, error } = await read(rangeOf(seconds))
        assert.equal(error, undefined)
        const got = textsOf(messages)
        for (const text of texts(1, 3)) assert.ok(got.includes(text), text)
        for (const { timestamp } of messages)
          assert.ok(timestamp >= BigInt(start) * 1_000_000n && timestamp <= BigInt(start + seconds * 1000) * 1_000_000n)
        assert.match(failureOf(history, liar), told)
        assert.equal(failureOf(history, honest), '')
        assert.equal(history.stats()['historyLies'], 1)
      })

      test(`${name}: alone, it does not make the range complete`, async () => {
        const [, liar] = await withLiar(answer)
        const { read, history } = await reader([liar])
        const { error } = await read(rangeOf(seconds))
        assert.match(error?.message ?? '', told)
        assert.match(error?.message ?? '', /lied/)
        assert.equal(history.stats()['historyIncomplete'], 1)
      })
    }

    test('what it gave before the lie is given', async () => {
      const [, liar] = await withLiar((_, honest) => ({
        ...honest,
        messages: [...(honest.messages ?? []), entryOf(madeUp(-1))],
      }))
      const { read } = await reader([liar])
      const { messages, error } = await read(rangeOf(seconds))
      assert.deepEqual(textsOf(messages), texts(2, 4))
      assert.ok(error !== undefined)
    })

    test('it is asked last, as long as others answer', async () => {
      const [honest, liar] = await withLiar(() => Uint8Array.of(0xff))
      const { read } = await reader([liar, honest])
      await read(rangeOf(seconds))
      const asked = liar.requests.store
      assert.equal((await read(rangeOf(seconds))).error, undefined)
      assert.equal(liar.requests.store, asked)
      await honest.stop()
      await read(rangeOf(seconds))
      assert.ok(liar.requests.store > asked)
    })
  })
}

describe('a store that lies about hashes', () => {
  test('names messages that it does not have', async () => {
    const [honest, liar] = await withLiar((_, truth) => ({
      ...truth,
      messages: [...(truth.messages ?? []), { messageHash: randomBytes(32) }],
    }))
    const { read, history } = await reader([liar, honest])
    const { messages, error } = await read()
    assert.equal(error, undefined)
    assert.deepEqual(textsOf(messages), texts(1, 2, 3, 4))
    assert.match(failureOf(history, liar), /does not have/)
  })

  test('gives another message than the one that it named', async () => {
    const [honest, liar] = [await store(), await store()]
    for (const node of [honest, liar]) node.keep(shard32, messageAt(1))
    liar.keep(shard32, messageAt(2))
    liar.store.answer = ({ messageHashes }, truth) =>
      messageHashes.length > 0 ? { ...truth, messages: [entryOf(madeUp(2))] } : undefined
    const { read, history } = await reader([liar, honest])
    const { messages, error } = await read()
    assert.equal(error, undefined)
    assert.deepEqual(textsOf(messages), texts(1))
    assert.match(failureOf(history, liar), /not asked for/)
  })
})

type Legacy = NonNullable<LegacyResponse['response']>

const legacyLies: readonly [name: string, told: RegExp, answer: () => Legacy | Uint8Array][] = [
  ['bytes that are nothing', /cannot be read/, () => Uint8Array.of(0xff)],
  ['messages from outside of the range', /outside/, () => ({ messages: [entryOf(madeUp(-1)).message ?? {}] })],
  [
    'the same page for ever',
    /same page again/,
    () => ({
      messages: samePage.messages?.map(({ message }) => message ?? {}) ?? [],
      paging: { cursor: { digest: randomBytes(32), pubsubTopic: shard32 } },
    }),
  ],
  [
    'messages without a time on pages without an end',
    /same page again|without an end/,
    () => ({
      messages: [{ contentTopic: contentTopicOf(1), version: 1, payload: Uint8Array.of(1) }],
      paging: { cursor: { digest: randomBytes(32), pubsubTopic: shard32 } },
    }),
  ],
]

describe('a store of the older protocol that lies', () => {
  for (const [name, told, answer] of legacyLies)
    for (const seconds of [600, hourSeconds])
      test(`${name}, about ${seconds} s: is counted, and the other store is used`, async () => {
        const [honest, liar] = [await store(), await store({ store: false })]
        honest.keep(shard32, messageAt(1))
        liar.keep(shard32, messageAt(2))
        liar.store.legacyAnswer = ({ requestId, query }) => {
          if (query?.pubsubTopic !== shard32) return undefined
          const lie = answer()
          return lie instanceof Uint8Array ? lie : { requestId, response: lie }
        }
        const { read, history } = await reader([liar, honest])
        const { messages, error } = await read(rangeOf(seconds))
        assert.equal(error, undefined)
        assert.ok(textsOf(messages).includes('message 1'))
        assert.match(failureOf(history, liar), told)
        assert.equal(history.stats()['historyLies'], 1)
      })
})

describe('a store that fails', () => {
  const failures: readonly [name: string, told: RegExp, answer: (honest: StoreResponse) => StoreResponse][] = [
    [
      'an error of its own',
      /status 500 it broke/,
      ({ requestId }) => ({ requestId: requestId ?? '', statusCode: 500, statusDesc: 'it broke\nINFO all is well' }),
    ],
    ['too much to do', /too much to do/, ({ requestId }) => ({ requestId: requestId ?? '', statusCode: 429 })],
  ]
  for (const [name, told, answer] of failures)
    test(`${name}: is counted as a failure, not as a lie`, async () => {
      const [honest, broken] = await withLiar((_, truth) => answer(truth))
      const { read, history } = await reader([broken, honest])
      assert.equal((await read()).error, undefined)
      assert.match(failureOf(history, broken), told)
      assert.deepEqual([history.stats()['historyFailures'], history.stats()['historyLies']], [1, 0])
    })

  test('too much to do for a moment: is asked again', async () => {
    const node = await store()
    node.keep(shard32, messageAt(1))
    let refused = 0
    node.store.answer = ({ requestId }) => (refused++ < 2 ? { requestId, statusCode: 429 } : undefined)
    const { read } = await reader([node])
    assert.deepEqual(textsOf((await read()).messages), texts(1))
  })

  test('an answer that never comes: is given up, and others are used', async () => {
    const [mute, honest] = [await store(), await store()]
    mute.silence('store', true)
    honest.keep(shard32, messageAt(1))
    const { read, history } = await reader([mute, honest])
    const begun = performance.now()
    const { messages, error } = await read()
    assert.equal(error, undefined)
    assert.deepEqual(textsOf(messages), texts(1))
    assert.match(failureOf(history, mute), /slower than others/)
    assert.ok(performance.now() - begun < 9_000)
  })
})

test('what one store has and another does not is given by the time the slow one is still at it', async () => {
  const [mute, honest] = [await store(), await store()]
  mute.silence('store', true)
  honest.keep(shard32, messageAt(1))
  const { history } = await reader([mute, honest])
  const begun = performance.now()
  const first = await history.read(rangeOf()).next()
  assert.equal(first.done, false)
  assert.ok(performance.now() - begun < 8_000)
})

test('a store that lists ever new messages, which nobody has, is stopped', async () => {
  const [honest, liar] = await withLiar(({ requestId }) => ({
    requestId,
    statusCode: 200,
    messages: Array.from({ length: 100 }, () => ({ messageHash: randomBytes(32) })),
    paginationCursor: randomBytes(32),
  }))
  const { read, history } = await reader([liar, honest])
  const { messages, error } = await read()
  assert.equal(error, undefined)
  assert.deepEqual(textsOf(messages).sort(), texts(1, 3))
  assert.match(failureOf(history, liar), /does not have/)
})

test('a store that makes up messages without an end holds a long range up for a moment only', async () => {
  let made = 0n
  const [honest, liar] = await withLiar(({ requestId }) => ({
    requestId,
    statusCode: 200,
    messages: Array.from({ length: 10 }, () => {
      made += 1n
      return entryOf(madeUp(0, { timestamp: BigInt(start) * 1_000_000n + made, contentTopic: contentTopicOf(2) }))
    }),
    paginationCursor: randomBytes(32),
  }))
  const { read, history } = await reader([liar, honest], { patienceMs: 200 })
  const { messages, error } = await read(rangeOf(hourSeconds))
  assert.equal(error, undefined)
  assert.deepEqual(textsOf(messages), texts(1, 3))
  assert.match(failureOf(history, liar), /too slowly/)
})

test('a store that accepts the connection and says nothing does not hold up the others', async () => {
  const server = createServer((socket) => void socket.on('error', () => socket.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const [honest, away] = [await store(), await store()]
  await away.stop()
  honest.keep(shard32, messageAt(1))
  const { history } = await library.readerAt([`/ip4/127.0.0.1/tcp/${port}/p2p/${away.peerId}`, honest.address])
  const begun = performance.now()
  const iterator = history.read(rangeOf())
  assert.equal((await iterator.next()).done, false)
  assert.ok(performance.now() - begun < 7_000)
  assert.equal((await iterator.next()).done, true)
  assert.match(failureOf(history, away), /no connection within 5 s/)
  server.close()
})
