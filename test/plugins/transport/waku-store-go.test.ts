import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, afterEach, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { contentTopicOf } from '../../../src/ports/index.ts'
import { type GoMessage, type GoNode, startGoNode } from '../../fakes/relay-go-node.ts'
import { until } from '../../kits/transport.ts'
import { createLibrary, type Reader, rangeOf, shard32, shard64, start } from '../../support/store-reader.ts'

const binary = process.env['WAKU_NODE_BIN'] ?? ''
const skip = binary === '' ? 'WAKU_NODE_BIN does not name a go-waku binary' : false
const library = createLibrary()
const hourSeconds = 3_600

const messageOf = (number: number, timestamp: bigint, payload = Buffer.from(`message ${number}`)): GoMessage => ({
  payload: payload.toString('base64'),
  contentTopic: contentTopicOf(1),
  version: 1,
  timestamp: String(timestamp),
})

const nanosecondsAt = (seconds: number) => BigInt(start + seconds * 1000) * 1_000_000n + 123n

describe('history from a real go-waku', { skip }, () => {
  let go: GoNode
  before(async () => {
    go = await startGoNode(binary, 16, [shard32, shard64], { store: true, alone: true })
  })
  afterEach(library.end)
  after(() => go.close())

  /** The node keeps what it was sent a moment later. */
  const readUntil = async ({ read }: Reader, count: number, seconds: number, from = 0) => {
    const range = () =>
      rangeOf(seconds, { from: new Date(start + from * 1000), to: new Date(start + (from + seconds) * 1000) })
    let found = await read(range())
    for (
      const end = performance.now() + 20_000;
      found.messages.length < count && performance.now() < end;
      await sleep(50)
    )
      found = await read(range())
    return found
  }

  const reader = async () => library.readerAt([go.address])

  for (const [name, seconds, from] of [
    ['a short range', 600, 0],
    ['a long range', hourSeconds, 100_000],
  ] as const)
    test(`${name}: all pages of both shards, in order, with every bit`, async () => {
      const stamps = Array.from({ length: 250 }, (_, number) => nanosecondsAt(from + number))
      for (const [number, stamp] of stamps.entries())
        await go.send(number % 2 === 0 ? shard32 : shard64, messageOf(number, stamp))
      const { messages, error } = await readUntil(await reader(), 250, seconds, from)
      assert.equal(error, undefined)
      assert.deepEqual(
        messages.map(({ timestamp }) => timestamp),
        stamps,
      )
      assert.deepEqual(
        messages.map(({ payload }) => Buffer.from(payload).toString()),
        stamps.map((_, number) => `message ${number}`),
      )
    })

  test('a message of 140 kB', async () => {
    const payload = randomBytes(140_000)
    await go.send(shard32, messageOf(0, nanosecondsAt(200_000), payload))
    const { messages } = await readUntil(await reader(), 1, 600, 200_000)
    assert.deepEqual(Buffer.from(messages[0]?.payload ?? []), payload)
  })

  test('nothing is left out among more messages without a time than fit a page', async () => {
    const before = Date.now()
    for (let number = 0; number < 130; number += 1) await go.send(shard32, messageOf(number, 0n))
    await go.send(shard32, messageOf(130, BigInt(Date.now()) * 1_000_000n))
    const { read } = await reader()
    const range = () => rangeOf(0, { from: new Date(before), to: new Date(Date.now() + 1_000) })
    let found = await read(range())
    for (
      const end = performance.now() + 20_000;
      found.messages.length < 131 && performance.now() < end;
      await sleep(50)
    )
      found = await read(range())
    assert.equal(found.error, undefined)
    assert.equal(new Set(found.messages.map(({ payload }) => Buffer.from(payload).toString())).size, 131)
  })

  test('after its restart, over the address that we knew', async () => {
    await go.send(shard32, messageOf(9, nanosecondsAt(300_000)))
    const one = await reader()
    assert.equal((await readUntil(one, 1, 600, 300_000)).messages.length, 1)
    await go.kill()
    await until('the connection is gone', () => one.node.getConnections().length === 0)
    assert.match((await one.read()).error?.message ?? '', /No store node answered/)
    await go.start()
    assert.equal((await readUntil(one, 1, 600, 300_000)).messages.length, 1)
  })
})
