import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceNode } from '../../fakes/service-node.ts'
import { until } from '../../kits/transport.ts'
import { createLog, createStage, criteriaAt, healthy, letter, pubsubTopic, stat, textsOf } from './waku-light/stage.ts'

const stage = createStage()
const holds = (node: ServiceNode, topic: number): boolean =>
  [...node.filter.subscribers().values()].some((criteria) =>
    [...criteria].some((each) => each.includes(`0x${topic.toString(16).padStart(8, '0')}`)),
  )
const range = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index)

test('asks for at most a hundred topics in one request', async () => {
  const node = await stage.node()
  const sizes: number[] = []
  node.filter.answer = ({ type, contentTopics }) => {
    if (type === 1) sizes.push(contentTopics.length)
    return undefined
  }
  const a = await stage.light([node.address], range(350))
  await healthy(a)
  assert.ok(sizes.every((size) => size <= 100))
  assert.equal(criteriaAt(node), 351)
  assert.equal(stat(a, 'topicsSubscribed'), 350)
})

test('learns from a refusal that a node takes fewer topics in one request', async () => {
  const node = await stage.node({ filter: { topicsPerRequest: 30 } })
  const a = await stage.light([node.address], range(60))
  await until('all are subscribed to', () => criteriaAt(node) === 61)
  await healthy(a)
})

test('learns how many a node has room for, leaves the rest to the stores, and says so once', async () => {
  const node = await stage.node({ filter: { criteriaPerPeer: 150 } })
  const log = createLog()
  const a = await stage.light([node.address], range(200), { log })
  await healthy(a)
  await until('the rest is counted', () => stat(a, 'topicsLeftToStore') > 0)
  const left = stat(a, 'topicsLeftToStore')
  assert.ok(left >= 51 && left < 60, `${left} are left`)
  assert.equal(criteriaAt(node), 201 - left)
  const warnings = () => log.lines.filter(({ message }) => message.includes('no room for all topics'))
  assert.equal(warnings().length, 1)
  for (const topic of [1, 200]) await node.publish(pubsubTopic, letter(topic, `to ${topic}`))
  await until('both arrive', () => a.messages.length === 2)
  assert.deepEqual(textsOf(a).sort(), ['to 1', 'to 200'])
  a.transport.unlisten(range(100))
  await until('all have room', () => stat(a, 'topicsLeftToStore') === 0)
  assert.equal(warnings().length, 1)
})

test('subscribes to each topic at two nodes, and passes each message on once', async () => {
  const nodes = await stage.network({}, {}, {})
  const a = await stage.light(
    nodes.map(({ address }) => address),
    range(90),
  )
  await healthy(a)
  await until('all stand twice', () => stat(a, 'topicsSubscribedTwice') === 90)
  await until('the nodes know', () => nodes.reduce((sum, node) => sum + criteriaAt(node), 0) === 183)
  await nodes[0]?.publish(pubsubTopic, letter(1, 'once'))
  await until('the second copy came', () => stat(a, 'duplicates') === 1)
  assert.deepEqual(textsOf(a), ['once'])
})

test('subscribes on every shard that is named', async () => {
  const node = await stage.node()
  const a = await stage.light([node.address], [1], { shards: [32, 64] })
  await healthy(a)
  assert.equal(criteriaAt(node), 4)
  await node.publish('/waku/2/rs/16/64', letter(1, 'on the other shard'))
  await until('it arrives', () => a.messages.length === 1)
})

test('follows changes of the topics, told together', async () => {
  const node = await stage.node()
  const a = await stage.light([node.address], [1])
  await healthy(a)
  const before = node.requests.filter
  for (const topic of range(50, 100)) a.transport.listen([topic])
  a.transport.unlisten([1])
  await until('they are subscribed to', () => criteriaAt(node) === 51)
  assert.ok(node.requests.filter - before <= 3)
})

test('gives what came between the wish to listen and the subscription', async () => {
  const node = await stage.node()
  const a = await stage.light([node.address], [1])
  await healthy(a)
  node.delay('filter', 300)
  a.transport.listen([2])
  await node.publish(pubsubTopic, letter(2, 'in between'))
  await until('it arrives', () => a.messages.length === 1)
  assert.deepEqual(textsOf(a), ['in between'])
})

test('leaves nothing of an earlier connection at a node, and nothing at all when it closes', async () => {
  const node = await stage.node()
  const a = await stage.light([node.address], range(20))
  await healthy(a)
  for (const connection of node.libp2p.getConnections()) connection.abort(new Error('test'))
  a.transport.unlisten(range(10))
  await until('the rest is subscribed to again', () => criteriaAt(node) === 11 && stat(a, 'dials') > 1)
  await a.transport.close()
  assert.equal(node.filter.subscribers().size, 0)
})

test('is no burden for a node that has no filter service', async () => {
  const [full, pushOnly] = await stage.network({}, { filter: false })
  assert.ok(full !== undefined && pushOnly !== undefined)
  const a = await stage.light([full.address, pushOnly.address], range(5))
  await healthy(a)
  await until('it is known', () => a.transport.peers().some(({ failure }) => failure === 'it has no filter service'))
  assert.equal(stat(a, 'peers'), 2)
  assert.equal(stat(a, 'topicsSubscribed'), 5)
  await full.publish(pubsubTopic, letter(1, 'still'))
  await until('it arrives', () => a.messages.length === 1)
})

test('leaves a node alone for a while that has too many requests', async () => {
  const node = await stage.node()
  let refusals = 0
  node.filter.answer = ({ type }) => {
    if (type !== 1 || refusals > 0) return undefined
    refusals += 1
    return { statusCode: 429, statusDesc: 'too many requests' }
  }
  const a = await stage.light([node.address], [1])
  await healthy(a)
  assert.equal(refusals, 1)
  assert.equal(stat(a, 'dials'), 1)
})

test('tells new topics before it takes back old ones, and one node at once where requests are scarce', async () => {
  const [first, second] = await stage.network({}, {})
  assert.ok(first !== undefined && second !== undefined)
  const a = await stage.light([first.address, second.address], [1])
  await healthy(a)
  let last = 0
  for (let topic = 100; topic < 124; topic += 1) {
    a.transport.listen([topic])
    if (last > 0) a.transport.unlisten([last])
    last = topic
    const subscribed = () => [first, second].some((node) => holds(node, topic))
    await until(`${topic} is subscribed to`, subscribed, 2_500)
  }
})

test('tells the nodes again what they should know, so that a part that was lost is mended', async () => {
  const node = await stage.node()
  const a = await stage.light([node.address], range(150), { shards: [32, 64], refreshMs: 200 })
  await healthy(a)
  await until('all are subscribed to', () => criteriaAt(node) === 302)
  for (const criteria of node.filter.subscribers().values())
    for (const each of [...criteria].slice(20, 200)) (criteria as Set<string>).delete(each)
  await until('all are there again', () => criteriaAt(node) === 302)
  assert.equal(stat(a, 'dials'), 1)
})

test('does not repeat itself to a node that counts a repetition twice', async () => {
  const node = await stage.node({ filter: { criteriaPerPeer: 60 } })
  const a = await stage.light([node.address], range(40), { refreshMs: 100 })
  await healthy(a)
  await until('it has refused one', () => node.requests.filter >= 3)
  const before = node.requests.filter
  await assert.rejects(until('it is asked again', () => node.requests.filter > before, 1_000))
  assert.equal(stat(a, 'filterRefusals'), 0)
  assert.equal(criteriaAt(node), 41)
})
