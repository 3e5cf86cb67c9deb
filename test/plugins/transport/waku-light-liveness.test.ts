import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTcpProxy } from '../../fakes/tcp-proxy.ts'
import { until } from '../../kits/transport.ts'
import { createStage, criteriaAt, healthy, isOk, letter, pubsubTopic, soon, stat, textsOf } from './waku-light/stage.ts'

const stage = createStage()
/** Everything that takes seconds in the field, in a fraction of them. */
const hasty = { quietMs: 300, patienceMs: 400 }

const pair = async () => {
  const [first, second] = await stage.network({}, {})
  assert.ok(first !== undefined && second !== undefined)
  return { first, second, addresses: [first.address, second.address] }
}

test('probes a quiet subscription with a message that nobody else sees the like of', async () => {
  const { first, second, addresses } = await pair()
  const a = await stage.light(addresses, [1], hasty)
  const b = await stage.light(addresses, [1], { quietMs: 60_000 })
  await healthy(a)
  await healthy(b)
  await until('probes came back', () => stat(a, 'probesHeard') >= 4)
  assert.equal(stat(a, 'probesMissed'), 0)
  const probes = [...first.seen, ...second.seen].map(({ message }) => message)
  assert.ok(probes.length > 0)
  for (const { ephemeral, version, contentTopic, payload } of probes) {
    assert.equal(ephemeral, true)
    assert.equal(version, 1)
    assert.match(contentTopic, /^\/waku\/1\/0x[0-9a-f]{8}\/rfc26$/)
    assert.ok(payload.length >= 300 && payload.length < 1_500)
  }
  assert.equal(first.stored.length + second.stored.length, 0)
  for (const { messages, ignored } of [a, b]) assert.deepEqual([...messages, ...ignored], [])
})

test('does not probe where messages come', async () => {
  const { first, addresses } = await pair()
  const a = await stage.light(addresses, [1], { quietMs: 1_500, patienceMs: 500 })
  await healthy(a)
  for (let sent = 0; sent < 12; sent += 1) {
    await first.publish(pubsubTopic, letter(1, `n${sent}`))
    await sleep(250)
  }
  assert.equal(stat(a, 'probesSent'), 0)
})

for (const count of [1, 2])
  test(`finds that one of ${count} nodes has forgotten the subscription, and renews it`, async () => {
    const { first, second, addresses } = await pair()
    const a = await stage.light(addresses.slice(0, count), [1, 2], hasty)
    await healthy(a)
    await until('it is subscribed', () => criteriaAt(first) === 3)
    first.filter.dropSubscriptions()
    second.filter.stallPushes(true)
    await first.publish(pubsubTopic, letter(1, 'meanwhile'))
    await until('it is subscribed again', () => criteriaAt(first) === 3)
    assert.ok(stat(a, 'subscriptionsForgotten') >= 1)
    assert.equal(stat(a, 'dials'), count)
    await first.publish(pubsubTopic, letter(2, 'afterwards'))
    await until('both arrive', () => a.messages.length === 2)
    assert.deepEqual(textsOf(a).sort(), ['afterwards', 'meanwhile'])
  })

test('makes the connection anew by which no pushes come any more', async () => {
  const { first, second, addresses } = await pair()
  const a = await stage.light(addresses, [1], hasty)
  await healthy(a)
  first.filter.stallPushes(true)
  second.filter.stallPushes(true)
  await until('both are mended', () => stat(a, 'subscriptionsMended') >= 2)
  first.filter.stallPushes(false)
  await first.publish(pubsubTopic, letter(1, 'hello'))
  await until('it arrives', () => a.messages.length === 1)
  await until('it is healthy', () => isOk(a))
})

test('moves the topics away from a node that pushes nothing', async () => {
  const [first, second, third] = await stage.network({}, {}, {})
  assert.ok(first !== undefined && second !== undefined && third !== undefined)
  const addresses = [first.address, second.address, third.address]
  const a = await stage.light(addresses, [1, 2, 3, 4, 5, 6], hasty)
  await healthy(a)
  first.filter.stallPushes(true)
  await until('the others have them all', () => criteriaAt(second) === 7 && criteriaAt(third) === 7)
  first.filter.stallPushes(false)
  await second.stop()
  await until('it is trusted again', () => criteriaAt(first) === 7, 40_000)
})

test('does not take a node that hears itself alone for one that hears the network', async () => {
  const [second, third] = await stage.network({}, {})
  const lonely = await stage.node()
  assert.ok(second !== undefined && third !== undefined)
  const a = await stage.light([lonely.address, second.address, third.address], [1, 2, 3], hasty)
  await healthy(a)
  await until('the others have all topics', () => criteriaAt(second) === 4 && criteriaAt(third) === 4, 40_000)
  await until('it is told', () =>
    a.transport
      .peers()
      .some(({ id, failure }) => id === lonely.peerId && failure === 'it does not hear the other nodes'),
  )
})

test('finds a node that takes messages and passes none of them on', async () => {
  const { first, second, addresses } = await pair()
  const a = await stage.light(addresses, [], hasty)
  await healthy(a)
  first.lightpush.answer = () => ({ statusCode: 200, relayPeerCount: 3 })
  await until('probes were lost', () => stat(a, 'probesMissed') >= 1)
  await until('probes come back', () => stat(a, 'probesHeard') >= 6)
  await a.transport.publish({ topic: 1, payload: Buffer.from('hello') }, soon())
  assert.ok(second.seen.some(({ message }) => Buffer.from(message.payload).toString() === 'hello'))
})

test('finds a half-open connection, and calls again', async () => {
  const node = await stage.node()
  const proxy = await createTcpProxy(node.address)
  const a = await stage.light([proxy.address], [1], hasty)
  try {
    await healthy(a)
    proxy.cut('silence')
    await until('it is not healthy', () => !isOk(a), 60_000)
    await proxy.mend('forget')
    await healthy(a)
    await node.publish(pubsubTopic, letter(1, 'hello'))
    await until('it arrives', () => a.messages.length === 1)
  } finally {
    await a.transport.close()
    await proxy.close()
  }
})

test('goes on by the other node when one stops, and uses it again when it is back', async () => {
  const { first, second, addresses } = await pair()
  const a = await stage.light(addresses, [1], hasty)
  await healthy(a)
  await until('both push', () => criteriaAt(first) === 2 && criteriaAt(second) === 2)
  await first.stop()
  await second.publish(pubsubTopic, letter(1, 'one'))
  await until('it arrives', () => a.messages.length === 1)
  assert.equal(isOk(a), true)
  await a.transport.publish({ topic: 2, payload: Buffer.from('out') }, soon())
  await first.restart()
  await until('it pushes again', () => criteriaAt(first) === 2)
  await second.stop()
  await first.publish(pubsubTopic, letter(1, 'two'))
  await until('it arrives', () => a.messages.length === 2)
  assert.deepEqual(textsOf(a), ['one', 'two'])
})

test('hears thousands of messages over one connection', async () => {
  const node = await stage.node()
  const a = await stage.light([node.address], [1])
  await healthy(a)
  for (let batch = 0; batch < 20; batch += 1) {
    for (let index = 0; index < 100; index += 1) await node.publish(pubsubTopic, letter(1, `${batch} ${index}`))
    await until('they arrive', () => a.messages.length === (batch + 1) * 100)
  }
  const [connection] = node.libp2p.getConnections()
  await until('no streams are left', () => (connection?.streams.length ?? 0) < 10)
  assert.equal(stat(a, 'dials'), 1)
})

test('finds and mends a dead subscription within 30 s in the field, right after a sign of life, while another node fails too', async () => {
  const nodes = await stage.network({}, {}, {})
  const [first, second, third] = nodes
  assert.ok(first !== undefined && second !== undefined && third !== undefined)
  const a = await stage.light(
    nodes.map(({ address }) => address),
    [1],
  )
  await healthy(a)
  await until('all push', () => stat(a, 'subscriptions') === 3)
  await second.publish(pubsubTopic, letter(1, 'alive'))
  await until('it arrives', () => a.messages.length === 1)
  const since = performance.now()
  first.filter.stallPushes(true)
  second.silence('lightpush', true)
  await until('it is mended', () => stat(a, 'subscriptionsMended') === 1 && stat(a, 'subscriptions') === 3, 30_000)
  assert.ok(performance.now() - since < 30_000)
})

test('finds out that one shard alone is silent, though messages come on the other', async () => {
  const node = await stage.node({ shards: [32, 64] })
  const other = await stage.node({ shards: [32, 64] })
  await node.connect(other)
  await until(
    'the relays are joined',
    () => node.takers('/waku/2/rs/16/64') > 0 && other.takers('/waku/2/rs/16/64') > 0,
  )
  const a = await stage.light([node.address, other.address], [1], { ...hasty, shards: [32, 64], refreshMs: 60_000 })
  await healthy(a)
  await until('both push', () => criteriaAt(node) === 4 && criteriaAt(other) === 4)
  for (const criteria of node.filter.subscribers().values())
    for (const each of [...criteria]) if (each.startsWith('/waku/2/rs/16/64')) (criteria as Set<string>).delete(each)
  let sent = 0
  await until(
    'all is there again',
    () => {
      sent += 1
      if (sent % 10 === 0) void other.publish(pubsubTopic, letter(1, `n${sent}`))
      return criteriaAt(node) === 4
    },
    20_000,
  )
  assert.ok(stat(a, 'subscriptionsMended') >= 1)
})
