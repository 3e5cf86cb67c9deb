import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import type { RestOptions } from '../../../plugins/transport/waku/rest/rest.ts'
import type { HistoryRange, WakuMessage } from '../../../src/ports/index.ts'
import { type Archive, createArchive, type Fault, hashOf, type RestMessage } from '../../fakes/rest-node.ts'
import { until } from '../../kits/transport.ts'
import { createStagehand, messageOf, pubsubTopic, type Scene } from './waku-rest-scene.ts'

const { scene, clean } = createStagehand()
afterEach(clean)

const end = 1_732_492_800_000
const minuteMs = 60_000

/** Whether a range is short, so that hashes come first, or long. */
const lengths = [
  { length: 'a short', minutes: 10 },
  { length: 'a long', minutes: 600 },
] as const

/** A message this many milliseconds before the end of the range, with nanoseconds of its own. */
const at = (msBefore: number, changes: Partial<RestMessage> = {}): RestMessage =>
  messageOf(`m${msBefore}`, { timestamp: BigInt(end - msBefore) * 1_000_000n + 123_457n, ...changes })

const fill = (archive: Archive, messages: readonly RestMessage[], topic = pubsubTopic): void => {
  for (const message of messages) archive.keep(topic, message)
}

const rangeOf = (minutes: number, changes: Partial<HistoryRange> = {}): HistoryRange => ({
  from: new Date(end - minutes * minuteMs),
  to: new Date(end),
  signal: AbortSignal.timeout(20_000),
  ...changes,
})

const read = async ({ station }: Scene, range: HistoryRange): Promise<WakuMessage[]> => {
  const found: WakuMessage[] = []
  for await (const message of station.transport.history(range)) found.push(message)
  return found
}

/** What was given, and why it ended. */
const attempt = async (made: Scene, range: HistoryRange) => {
  const found: WakuMessage[] = []
  try {
    for await (const message of made.station.transport.history(range)) found.push(message)
    return { found: textsOf(found), error: undefined }
  } catch (error) {
    return { found: textsOf(found), error: String(error) }
  }
}

const textsOf = (messages: readonly WakuMessage[]): string[] =>
  messages.map(({ payload }) => Buffer.from(payload).toString())

const descending = (count: number, step = 1): RestMessage[] =>
  Array.from({ length: count }, (_, index) => at((count - index) * step))

const stored = async (messages: readonly RestMessage[], options: Partial<RestOptions> = {}): Promise<Scene> => {
  const made = await scene(options)
  fill(made.network.archive, messages)
  return made
}

const asks = ({ node }: Scene): URLSearchParams[] =>
  node.asked.filter(({ route }) => route === 'store').map(({ query }) => query)

for (const { length, minutes } of lengths)
  describe(`waku-rest history of ${length} range`, () => {
    test('goes over many pages, to the nanosecond', async () => {
      const messages = descending(730)
      const made = await stored(messages)
      const found = await read(made, rangeOf(minutes))
      assert.deepEqual(
        found.map(({ timestamp }) => timestamp),
        messages.map(({ timestamp }) => timestamp),
      )
      assert.equal(found[0]?.hash.length, 32)
    })

    test('joins the shards in the order of time', async () => {
      const made = await scene()
      const messages = descending(250)
      for (const [index, message] of messages.entries())
        fill(made.network.archive, [message], index % 3 === 0 ? '/waku/2/rs/16/64' : pubsubTopic)
      assert.deepEqual(
        textsOf(await read(made, rangeOf(minutes))),
        messages.map(({ payload }) => Buffer.from(payload, 'base64').toString()),
      )
    })

    test('takes both of its ends, and nothing beyond', async () => {
      const from = BigInt(end - minutes * minuteMs) * 1_000_000n
      const to = BigInt(end) * 1_000_000n + 999_999n
      const times = [from - 1n, from, to, to + 1n]
      const made = await stored(times.map((timestamp) => messageOf(String(timestamp), { timestamp })))
      assert.deepEqual(textsOf(await read(made, rangeOf(minutes))), [String(from), String(to)])
    })

    test('gives only what is for us and unknown', async () => {
      const known = at(3)
      const made = await stored([
        known,
        at(5),
        at(4, { contentTopic: '/waku/1/0x00000009/rfc26' }),
        at(2, { version: 0 }),
        at(1, { contentTopic: '/chat/1/room/proto' }),
      ])
      const isKnown = (hash: Uint8Array) => Buffer.from(hash).toString('hex') === hashOf(pubsubTopic, known)
      assert.deepEqual(textsOf(await read(made, rangeOf(minutes, { isKnown }))), ['m5'])
    })

    test('survives a store that is busy for a moment', async () => {
      const made = await stored(descending(3))
      made.node.fail('store', { kind: 'status', status: 429, text: 'Request rate limit reached' }, 1)
      assert.equal((await read(made, rangeOf(minutes))).length, 3)
    })

    test('asks for smaller pages where an answer is too large', async () => {
      const payload = Buffer.alloc(1_500).toString('base64')
      const messages = Array.from({ length: 120 }, (_, index) => at(200 - index, { payload }))
      const made = await stored(messages, { maxAnswerBytes: 60_000 })
      assert.equal((await read(made, rangeOf(minutes))).length, 120)
    })

    const failures: readonly (readonly [what: string, fault: Fault, expected: RegExp])[] = [
      ['says nothing', { kind: 'silence' }, /did not answer within 700 ms/],
      ['breaks off', { kind: 'reset' }, /broke the connection off/],
      ['fails', { kind: 'status', status: 500, text: 'No history response' }, /answered 500: No history response/],
      [
        'has no store',
        { kind: 'status', status: 412, text: 'No suitable service peer' },
        /412: No suitable service peer/,
      ],
      ['answers garbage', { kind: 'text', text: '\u0000\u0001garbage' }, /no JSON/],
      ['answers a list', { kind: 'text', text: '[]' }, /no page of messages/],
      ['answers null', { kind: 'text', text: 'null' }, /no page of messages/],
      ['answers without end', { kind: 'endless' }, /more than 200000 bytes/],
      [
        'passes on a failure',
        { kind: 'change', change: (answer) => ({ ...answer, statusCode: 504, statusDesc: 'PEER_DIAL_FAILURE' }) },
        /answered 504: PEER_DIAL_FAILURE/,
      ],
      [
        'gives what has no hash',
        { kind: 'change', change: (answer) => ({ ...answer, messages: [{ message: {} }] }) },
        /a message without a hash/,
      ],
      [
        'gives more than was asked for',
        { kind: 'change', change: (answer) => ({ ...answer, messages: Array(101).fill({ messageHash: 'x' }) }) },
        /gave 101 messages on a page/,
      ],
      [
        'goes on for ever with one cursor',
        { kind: 'change', change: (answer) => ({ ...answer, paginationCursor: `0x${'ab'.repeat(32)}` }) },
        /goes on without giving anything new/,
      ],
    ]
    for (const [what, fault, expected] of failures)
      test(`rejects where the store ${what}, and says so`, async () => {
        const made = await stored(descending(3), { timeoutMs: 700, maxAnswerBytes: 200_000 })
        made.node.fail('store', fault)
        const { error } = await attempt(made, rangeOf(minutes))
        assert.match(error ?? '', expected)
        assert.match(
          error ?? '',
          /^Error: No store told all of 2024-11-2.*Z to 2024-11-25T00:00:00.000Z: the Waku node at/,
        )
        made.node.fail('store', undefined)
        assert.equal((await read(made, rangeOf(minutes))).length, 3)
      })

    test('rejects where the pages never end, although each is new', async () => {
      const made = await stored(descending(3))
      let counter = 0
      const change = (answer: Record<string, unknown>) => {
        counter += 1
        return { ...answer, paginationCursor: `0x${counter.toString(16).padStart(64, '0')}` }
      }
      made.node.fail('store', { kind: 'change', change })
      const { error } = await attempt(made, rangeOf(minutes))
      assert.match(error ?? '', /goes on without giving anything new/)
      assert.ok(counter < 10)
    })

    test('ends when its signal is aborted, even while a store says nothing', async () => {
      const made = await stored(descending(3))
      made.node.fail('store', { kind: 'silence' })
      const controller = new AbortController()
      const reading = attempt(made, rangeOf(minutes, { signal: controller.signal }))
      await until('it asks', () => asks(made).length > 0)
      controller.abort(new Error('enough'))
      assert.match((await reading).error ?? '', /enough/)
    })

    test('ends when the transport is closed', async () => {
      const made = await stored(descending(3))
      made.node.fail('store', { kind: 'silence' })
      const reading = attempt(made, rangeOf(minutes))
      await until('it asks', () => asks(made).length > 0)
      await made.station.transport.close()
      assert.match((await reading).error ?? '', /closed/)
    })
  })

type Named = { readonly messageHash: string; readonly message?: RestMessage }

/** Changes the messages of an answer. */
const altered = (alter: (messages: readonly Named[]) => readonly unknown[]): Fault => ({
  kind: 'change',
  change: (answer) => ({ ...answer, messages: alter(answer['messages'] as readonly Named[]) }),
})
const withData = (alter: (entry: Named & { message: RestMessage }) => unknown): Fault =>
  altered((entries) =>
    entries.map((entry) => (entry.message === undefined ? entry : alter({ message: entry.message, ...entry }))),
  )
const entryOf = (message: RestMessage) => ({ messageHash: `0x${hashOf(pubsubTopic, message)}`, message, pubsubTopic })

describe('waku-rest history and a store that lies', () => {
  const lies: readonly (readonly [what: string, minutes: number, fault: Fault, found: string[], expected: RegExp])[] = [
    [
      'about a hash',
      600,
      withData((entry) =>
        entry.message.payload === messageOf('m2').payload ? { ...entry, messageHash: `0x${'cd'.repeat(32)}` } : entry,
      ),
      ['m3', 'm1'],
      /a message that its hash does not belong to/,
    ],
    [
      'about the bytes of every message',
      10,
      withData((entry) => ({ ...entry, message: { ...entry.message, payload: 'AAAA' } })),
      [],
      /a message that its hash does not belong to/,
    ],
    [
      'about the range, with the future',
      600,
      altered((entries) => [...entries, entryOf(at(-365 * 86_400_000))]),
      ['m3', 'm2', 'm1'],
      /outside of the range/,
    ],
    [
      'about the range, with the past',
      600,
      altered((entries) => [entryOf(at(700 * minuteMs)), ...entries]),
      ['m3', 'm2', 'm1'],
      /outside of the range/,
    ],
    [
      'about the shard',
      600,
      altered((entries) => [...entries, { ...entryOf(at(1)), pubsubTopic: '/waku/2/rs/16/7' }]),
      ['m3', 'm2', 'm1'],
      /gave a message of \/waku\/2\/rs\/16\/7/,
    ],
    [
      'and keeps the messages',
      600,
      altered((entries) => entries.map(({ messageHash }) => ({ messageHash }))),
      [],
      /hash without its message/,
    ],
  ]
  for (const [what, minutes, fault, found, expected] of lies)
    test(`${what}: gives what is true, and rejects`, async () => {
      const made = await stored(descending(3))
      made.node.fail('store', fault)
      const outcome = await attempt(made, rangeOf(minutes))
      assert.deepEqual(outcome.found, found)
      assert.match(outcome.error ?? '', expected)
      assert.ok((made.station.transport.stats()['historyLies'] ?? 0) >= 1)
    })

  test('by naming hashes of what it does not give', async () => {
    const made = await stored(descending(3))
    const change = (answer: Record<string, unknown>) =>
      Object.assign(answer, {
        messages: (answer['messages'] as Named[]).filter(({ message }) => message?.payload !== messageOf('m2').payload),
      })
    made.node.fail('store', { kind: 'change', change })
    const outcome = await attempt(made, rangeOf(10))
    assert.deepEqual(outcome.found, ['m3', 'm1'])
    assert.match(outcome.error ?? '', /did not give 1 of the messages that it named/)
  })

  test('by naming a hash from outside of a short range', async () => {
    const made = await stored([at(1), at(20 * minuteMs)])
    const outside = { messageHash: `0x${hashOf(pubsubTopic, at(20 * minuteMs))}` }
    made.node.fail(
      'store',
      altered((entries) => (entries[0]?.message === undefined ? [...entries, outside] : entries)),
    )
    const outcome = await attempt(made, rangeOf(10))
    assert.deepEqual(outcome.found, ['m1'])
    assert.match(outcome.error ?? '', /outside of the range/)
  })
})

describe('waku-rest history asks for no more than it needs', () => {
  test('hashes of a short range, and data of the unknown ones', async () => {
    const messages = descending(210)
    const made = await stored(messages)
    const wanted = hashOf(pubsubTopic, messages[100] ?? assert.fail())
    const isKnown = (hash: Uint8Array) => Buffer.from(hash).toString('hex') !== wanted
    assert.deepEqual(textsOf(await read(made, rangeOf(10, { isKnown }))), ['m110'])
    const withDataAsked = asks(made).filter((query) => query.get('includeData') === 'true')
    assert.deepEqual(
      withDataAsked.map((query) => query.get('hashes')),
      [`0x${wanted}`],
    )
  })

  test('once of what is on no topic of ours, until it is', async () => {
    const made = await stored([at(2, { contentTopic: '/waku/1/0x00000009/rfc26' })])
    const dataAsks = () => asks(made).filter((query) => query.get('includeData') === 'true').length
    for (const _ of [1, 2, 3]) assert.deepEqual(await read(made, rangeOf(10)), [])
    assert.equal(dataAsks(), 1)
    made.station.transport.listen([9])
    assert.deepEqual(textsOf(await read(made, rangeOf(10))), ['m2'])
  })

  test('nothing of what came to it while it was on no topic of ours', async () => {
    const made = await scene()
    await made.healthy()
    made.say('for others', { contentTopic: '/waku/1/0x00000009/rfc26' })
    await until('it is ignored', () => made.station.ignored.length === 1)
    const now = Date.now()
    assert.deepEqual(await read(made, rangeOf(10, { from: new Date(now - minuteMs), to: new Date(now + 1_000) })), [])
    assert.deepEqual(
      asks(made).filter((query) => query.get('includeData') === 'true'),
      [],
    )
  })

  test('what the small memory of a node lost in a flood', async () => {
    const made = await scene({ pollMs: 200 })
    await made.healthy()
    const before = Date.now()
    const texts = Array.from({ length: 400 }, (_, index) => `flood ${index}`)
    for (const text of texts) made.say(text)
    await until('some arrive', () => made.station.messages.length >= 50)
    const known = new Set(made.station.messages.map(({ hash }) => Buffer.from(hash).toString('hex')))
    assert.ok(known.size < 400)
    const isKnown = (hash: Uint8Array) => known.has(Buffer.from(hash).toString('hex'))
    const range = rangeOf(10, { from: new Date(before - 1_000), to: new Date(Date.now() + 1_000), isKnown })
    const all = [...made.texts(), ...textsOf(await read(made, range))]
    assert.deepEqual(all.toSorted(), texts.toSorted())
  })
})

describe('waku-rest history of several stores', () => {
  const names = ['a', 'b', 'c', 'd'].map((name) => `/ip4/192.0.2.1/tcp/60000/p2p/16Uiu2HAm${name}`)
  const withStores = async (contents: readonly (readonly RestMessage[])[]) => {
    const archives = contents.map((messages) => {
      const archive = createArchive()
      fill(archive, messages)
      return archive
    })
    const stores = new Map(archives.map((archive, index) => [names[index] ?? '', archive]))
    return { stores, made: await scene({ storePeers: names.slice(0, contents.length) }, { stores }) }
  }

  for (const { length, minutes } of lengths) {
    test(`joins what they know of ${length} range, each message once`, async () => {
      const { made } = await withStores([[at(3), at(1)], [], [at(3), at(2)]])
      assert.deepEqual(textsOf(await read(made, rangeOf(minutes))), ['m3', 'm2', 'm1'])
    })

    test(`is content with one that answers for ${length} range`, async () => {
      const { made, stores } = await withStores([[at(3)], [at(3), at(2)]])
      stores.delete(names[0] ?? '')
      assert.deepEqual(textsOf(await read(made, rangeOf(minutes))), ['m3', 'm2'])
      const [first, second] = made.station.transport
        .peers()
        .filter(({ roles }) => roles.includes('store'))
        .slice(-2)
      assert.deepEqual([first?.connected, second?.connected], [false, true])
      assert.match(first?.failure ?? '', /PEER_DIAL_FAILURE/)
    })

    test(`names them all where none answers for ${length} range`, async () => {
      const { made, stores } = await withStores([[at(3)], [at(3), at(2)]])
      stores.clear()
      const { error } = await attempt(made, rangeOf(minutes))
      assert.match(error ?? '', /16Uiu2HAma answered 500: .*; \/ip4.*16Uiu2HAmb answered 500/)
    })
  }

  test('asks three at a time, and leaves out who failed lately', async () => {
    const { made, stores } = await withStores([[], [], [], [at(1)]])
    stores.delete(names[1] ?? '')
    const asked = () => new Set(asks(made).map((query) => query.get('peerAddr')))
    await read(made, rangeOf(600))
    assert.deepEqual(asked(), new Set(names.slice(0, 3)))
    assert.deepEqual(textsOf(await read(made, rangeOf(600))), ['m1'])
  })
})
