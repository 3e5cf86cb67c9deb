import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { afterEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { multiaddr } from '@multiformats/multiaddr'
import { toBigint, toHalves } from '../../../plugins/transport/waku/codec.ts'
import type { ServiceNode } from '../../fakes/service-node.ts'
import { createLibrary, messageAt, type Reader, rangeOf, shard32, texts, textsOf } from '../../support/store-reader.ts'

const library = createLibrary()
const { store, reader } = library
afterEach(library.end)

const count = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index)
const hourSeconds = 3_600
const lengths = [600, hourSeconds]
const graceMs = 500

const failureOf = ({ history }: Reader, { peerId }: ServiceNode): string =>
  history.peers().find(({ id }) => id === peerId)?.failure ?? ''

/** The store gives one message a page. */
const drip = (node: ServiceNode): void => {
  node.store.answer = ({ messageHashes }, honest) => {
    const messages = (honest.messages ?? []).slice(0, 1)
    const cursor = messages[0]?.messageHash
    if (messageHashes.length > 0 || !cursor) return undefined
    const hasMore = (honest.messages?.length ?? 0) > 1
    const { paginationCursor: _, ...rest } = honest
    return { ...rest, messages, ...(hasMore ? { paginationCursor: cursor } : {}) }
  }
}

/** The store lists messages that nobody has, without an end, and takes its time when it is asked for them. */
const makeUp = (node: ServiceNode): { fetches: number } => {
  const told = { fetches: 0 }
  node.store.answer = ({ requestId, messageHashes, pubsubTopic }) => {
    if (messageHashes.length > 0) {
      told.fetches += 1
      return { requestId, statusCode: 200 }
    }
    if (pubsubTopic !== shard32) return undefined
    node.delay('store', 1_000)
    const messages = Array.from({ length: 100 }, () => ({ messageHash: randomBytes(32) }))
    return { requestId, statusCode: 200, messages, paginationCursor: randomBytes(32) }
  }
  return told
}

/** A peer that nobody configured; resolves once it is known to be a store. */
const meet = async ({ node, history }: Reader, stranger: ServiceNode): Promise<void> => {
  const connection = await node.dial(multiaddr(stranger.address))
  const protocols = async () => (await node.peerStore.get(connection.remotePeer)).protocols
  for (
    const end = performance.now() + 10_000;
    !(await protocols()).some((id) => id.includes('/store'));
    await sleep(20)
  )
    assert.ok(performance.now() < end, 'it says that it is a store')
  assert.ok(history.peers().every(({ id }) => id !== stranger.peerId))
}

for (const seconds of lengths)
  describe(`slow stores, ${seconds} s`, () => {
    test('one that drips is not waited for once another has answered everything', async () => {
      const [good, slow] = [await store(), await store()]
      for (const node of [good, slow]) for (const number of count(0, 40)) node.keep(shard32, messageAt(number))
      drip(slow)
      slow.delay('store', 300)
      const tools = await reader([slow, good], { graceMs })
      const answered: string[] = []
      const begun = performance.now()
      const { messages, error } = await tools.read(rangeOf(seconds, { onAnswered: (id) => answered.push(id) }))
      assert.equal(error, undefined)
      assert.ok(performance.now() - begun < 6_000)
      assert.deepEqual(textsOf(messages), texts(...count(0, 40)))
      assert.deepEqual(answered, [good.peerId])
      assert.match(failureOf(tools, slow), /slower than others/)
      assert.equal(tools.history.stats()['historyLies'], 0)
    })

    test('one that brings much is waited for, though another was done at once', async () => {
      const [empty, full] = [await store(), await store()]
      for (const number of count(0, 400)) full.keep(shard32, messageAt(number))
      full.delay('store', 150)
      const tools = await reader([empty, full], { graceMs: 200 })
      const { messages, error } = await tools.read(rangeOf(seconds))
      assert.equal(error, undefined)
      assert.deepEqual(textsOf(messages), texts(...count(0, 400)))
      assert.equal(failureOf(tools, full), '')
    })

    test('an older message of a slower store comes first', async () => {
      const [fast, slow] = [await store(), await store()]
      slow.keep(shard32, messageAt(1))
      fast.keep(shard32, messageAt(2))
      slow.delay('store', 600)
      const tools = await reader([fast, slow])
      assert.deepEqual(textsOf((await tools.read(rangeOf(seconds))).messages), texts(1, 2))
    })

    test('what a peer of unknown origin has completes nothing where a store is configured and away', async () => {
      const [real, stranger] = [await store(), await store()]
      stranger.keep(shard32, messageAt(7))
      const tools = await reader([real])
      await meet(tools, stranger)
      await real.stop()
      const answered: string[] = []
      const { messages, error } = await tools.read(rangeOf(seconds, { onAnswered: (id) => answered.push(id) }))
      assert.match(error?.message ?? '', /No store node answered/)
      assert.deepEqual(textsOf(messages), texts(7))
      assert.deepEqual(answered, [])
    })

    test('such a peer is left alone where a configured store answers', async () => {
      const [real, stranger] = [await store(), await store()]
      const tools = await reader([real])
      await meet(tools, stranger)
      assert.equal((await tools.read(rangeOf(seconds))).error, undefined)
      assert.equal(stranger.requests.store, 0)
    })

    test('an empty page with a cursor is not the end', async () => {
      const node = await store()
      for (const number of count(1, 4)) node.keep(shard32, messageAt(number))
      let empty = 0
      node.store.answer = ({ requestId, messageHashes, paginationCursor }, honest) => {
        if (messageHashes.length > 0) return undefined
        if (!paginationCursor?.length) empty = 0
        if (empty++ < 3) return { requestId, statusCode: 200, paginationCursor: randomBytes(32) }
        const { paginationCursor: _, ...rest } = honest
        return { ...rest, statusCode: 200, messages: everything(node, messageHashes.length === 0 && seconds > 600) }
      }
      const { read } = await reader([node], { pubsubTopics: [shard32] })
      const { messages, error } = await read(rangeOf(seconds))
      assert.equal(error, undefined)
      assert.deepEqual(textsOf(messages), texts(1, 2, 3))
    })

    test('empty pages without an end are a failure', async () => {
      const node = await store()
      node.store.answer = ({ requestId }) => ({ requestId, statusCode: 200, paginationCursor: randomBytes(32) })
      const tools = await reader([node])
      assert.match((await tools.read(rangeOf(seconds))).error?.message ?? '', /failed: nothing but empty pages/)
      assert.ok(node.requests.store < 20)
    })

    test('more than is read for one range: says so, and lays it to nobody’s charge', async () => {
      const node = await store()
      for (const number of count(0, 250)) node.keep(shard32, messageAt(number))
      const tools = await reader([node], { maxEntries: 150 })
      const { messages, error } = await tools.read(rangeOf(seconds))
      assert.equal(error?.name, 'RangeTooLarge')
      assert.deepEqual(textsOf(messages), texts(...count(0, 200)))
      assert.deepEqual([tools.history.stats()['historyFailures'], tools.history.stats()['historyLies']], [1, 0])
      assert.equal((await tools.read(rangeOf(100))).error, undefined)
    })
  })

const everything = (node: ServiceNode, withData: boolean) =>
  node.stored.map(({ message, pubsubTopic }) => ({
    messageHash: message.hash,
    ...(withData ? { message: { ...message, timestamp: toHalves(message.timestamp) }, pubsubTopic } : {}),
  }))

test('a store that makes up hashes is asked for them once, and holds nobody up', async () => {
  const [good, liar] = [await store(), await store()]
  for (const number of count(0, 300)) good.keep(shard32, messageAt(number))
  const told = makeUp(liar)
  const tools = await reader([liar, good], { graceMs })
  const begun = performance.now()
  const { messages, error } = await tools.read()
  assert.equal(error, undefined)
  assert.deepEqual(textsOf(messages).sort(), texts(...count(0, 300)).sort())
  assert.ok(performance.now() - begun < 8_000)
  assert.ok(told.fetches <= 3, `${told.fetches} fetches`)
})

test('a long range goes on without a store whose page is long in coming, and takes it up again', async () => {
  const [steady, slow] = [await store(), await store()]
  for (const number of count(10, 40)) steady.keep(shard32, messageAt(number))
  for (const number of count(1, 4)) slow.keep(shard32, messageAt(number))
  drip(steady)
  steady.delay('store', 80)
  slow.delay('store', 1_000)
  const tools = await reader([steady, slow], { graceMs: 300 })
  const { messages, error } = await tools.read(rangeOf(hourSeconds))
  assert.equal(error, undefined)
  const got = textsOf(messages)
  assert.equal(got[0], 'message 10')
  assert.deepEqual(got.toSorted(), texts(...count(1, 4), ...count(10, 40)).sort())
  assert.equal(failureOf(tools, slow), '')
})

test('pages grow again after large messages', async () => {
  const node = await store()
  for (const number of count(0, 20)) node.keep(shard32, messageAt(number, number, { payload: randomBytes(1_000_000) }))
  for (const number of count(20, 600)) node.keep(shard32, messageAt(number))
  const limits: bigint[] = []
  node.store.answer = ({ pubsubTopic, paginationLimit }) => {
    if (pubsubTopic === shard32) limits.push(toBigint(paginationLimit ?? 0))
    return undefined
  }
  const { read } = await reader([node])
  assert.equal((await read(rangeOf(hourSeconds))).messages.length, 600)
  assert.deepEqual([limits[0], limits[1], limits.at(-1)], [100n, 10n, 100n])
  assert.ok(limits.length < 20)
})

describe('a store of several addresses', () => {
  for (const first of ['the one that works', 'the one that does not'])
    test(`${first} named first: is reached`, async () => {
      const [node, gone] = [await store(), await store()]
      const other = `${gone.address.split('/p2p/')[0]}/p2p/${node.peerId}`
      await gone.stop()
      const addresses = first === 'the one that works' ? [node.address, other] : [other, node.address]
      const { read, history } = await library.readerAt(addresses)
      assert.equal((await read()).error, undefined)
      assert.deepEqual(
        history.peers().map(({ address }) => address),
        addresses.slice(0, 1),
      )
    })
})

test('a clock that is set back does not lengthen a penalty', async () => {
  const [good, liar] = [await store(), await store()]
  liar.store.answer = () => Uint8Array.of(0xff)
  let [wall, steady] = [Date.now(), 0]
  const { read } = await reader([good, liar], { now: () => wall, steady: () => steady })
  await read()
  const asked = liar.requests.store
  await read()
  assert.equal(liar.requests.store, asked)
  wall -= 24 * 60 * 60_000
  steady += 10 * 60_000
  await read()
  assert.ok(liar.requests.store > asked)
})
