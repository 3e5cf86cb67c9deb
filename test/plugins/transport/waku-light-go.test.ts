import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { multiaddr } from '@multiformats/multiaddr'
import { type GoNode, startGoNode } from '../../fakes/relay-go-node.ts'
import type { ServiceNode } from '../../fakes/service-node.ts'
import { until } from '../../kits/transport.ts'
import { createStage, healthy, isOk, letter, pubsubTopic, soon, stat, textsOf } from './waku-light/stage.ts'

const binary = process.env['WAKU_NODE_BIN'] ?? ''
const skip = binary === '' ? 'WAKU_NODE_BIN does not name a go-waku binary' : false
const shard64 = '/waku/2/rs/16/64'

describe('light mode by a real go-waku', { skip }, () => {
  const stage = createStage()
  let go: GoNode
  let other: ServiceNode

  const join = async (): Promise<void> => {
    await other.libp2p.dial(multiaddr(go.address), { signal: soon() })
    await until('the relays are joined', () => other.takers(pubsubTopic) > 0)
  }

  before(async () => {
    go = await startGoNode(binary, 16, [pubsubTopic, shard64], {
      filter: true,
      lightpush: true,
      store: true,
      alone: true,
    })
    other = await stage.node()
    await join()
  })
  beforeEach(() => until('the relays are joined', () => other.takers(pubsubTopic) > 0))
  // It takes few connections from one address.
  afterEach(() => stage.end())
  after(() => go.close())

  const texts = (via: 'relay') =>
    other.seen.filter((seen) => seen.via === via).map(({ message }) => Buffer.from(message.payload).toString())

  test('gets what others publish, bit for bit', async () => {
    const a = await stage.light([go.address], [1, 0xfedcba98])
    await healthy(a)
    const payload = randomBytes(20_000)
    const sent = { ...letter(0xfedcba98, ''), payload, timestamp: 1_795_568_708_123_456_789n }
    await other.publish(pubsubTopic, sent)
    await other.publish(pubsubTopic, letter(2, 'for others'))
    await until('it arrives', () => a.messages.length === 1)
    const [message] = a.messages
    assert.deepEqual(
      { ...message, payload: Buffer.from(message?.payload ?? []).toString('hex'), hash: message?.hash.length },
      { ...sent, payload: payload.toString('hex'), hash: 32 },
    )
  })

  test('publishes by the older light push, which is all that it has', async () => {
    const a = await stage.light([go.address], [1])
    await healthy(a)
    await a.transport.publish({ topic: 1, payload: Buffer.from('outwards') }, soon())
    await until('it arrives', () => texts('relay').includes('outwards'))
    assert.deepEqual(a.messages, [])
  })

  test('hears more messages over one connection than it may have streams', async () => {
    const a = await stage.light([go.address], [10])
    await healthy(a)
    for (let batch = 0; batch < 20; batch += 1) {
      for (let index = 0; index < 25; index += 1) await other.publish(pubsubTopic, letter(10, `${batch} ${index}`))
      await until('they arrive', () => a.messages.length === (batch + 1) * 25)
    }
    assert.equal(stat(a, 'dials'), 1)
  })

  test('has room for 999 topics, and no more', async () => {
    const topics = Array.from({ length: 1_100 }, (_, index) => 1_000 + index)
    const a = await stage.light([go.address], topics)
    await healthy(a)
    assert.equal(stat(a, 'topicsSubscribed'), 999)
    assert.equal(stat(a, 'topicsLeftToStore'), 101)
    assert.equal(stat(a, 'filterRefusals'), 0)
    for (const topic of [1_000, 1_998]) await other.publish(pubsubTopic, letter(topic, `to ${topic}`))
    await until('both arrive', () => a.messages.length === 2)
    // This one nobody pushes: it comes from the store.
    await other.publish(pubsubTopic, letter(2_099, 'to 2099'))
    await until('it arrives', () => textsOf(a).includes('to 2099'))
  })

  test('gets its probes back', async () => {
    const a = await stage.light([go.address], [77], { quietMs: 300, patienceMs: 2_000 })
    await healthy(a)
    await until('they came', () => stat(a, 'probesHeard') >= 3)
    assert.equal(stat(a, 'probesMissed'), 0)
    assert.deepEqual([...a.messages, ...a.ignored], [])
  })

  test('reads from its store what it missed', async () => {
    const said = letter(7, 'missed')
    await other.publish(pubsubTopic, said)
    const a = await stage.light([go.address], [7])
    await healthy(a)
    const from = new Date(Date.now() - 60_000)
    const read = async () => {
      for await (const message of a.transport.history({ from, to: new Date(Date.now() + 1_000), signal: soon() }))
        if (message.timestamp === said.timestamp) return true
      return false
    }
    let found = false
    for (let tries = 0; tries < 50 && !found; tries += 1) found = await read()
    assert.ok(found)
  })

  test('is back when the node is, with everything that it listens to', async () => {
    const a = await stage.light([go.address], [1, 2, 3])
    await healthy(a)
    await go.kill()
    await until('it is down', () => !isOk(a))
    await go.start()
    await join()
    await healthy(a)
    await other.publish(pubsubTopic, letter(3, 'after the restart'))
    await until('it arrives', () => textsOf(a).includes('after the restart'))
  })
})
