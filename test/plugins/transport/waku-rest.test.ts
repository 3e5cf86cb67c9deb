import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { createWakuRest } from '../../../plugins/transport/waku/rest/rest.ts'
import { listedShards, makeRecord } from '../../fakes/enr-tree.ts'
import { createRestNode, type Fault, type RestNodeOptions } from '../../fakes/rest-node.ts'
import { startStation, until } from '../../kits/transport.ts'
import { createStagehand, messageOf, pubsubTopic } from './waku-rest-scene.ts'

const recordOn = (cluster: number): string => {
  const { bytes } = makeRecord({ rs: listedShards(cluster, [32, 64]) })
  return `enr:${Buffer.from(bytes).toString('base64url')}`
}

const { scene, keep, clean } = createStagehand()
afterEach(clean)

describe('waku-rest reads', () => {
  test('all shards, from the start on', async () => {
    const { node, network, station, healthy } = await scene()
    await healthy()
    assert.deepEqual([...node.subscriptions], [pubsubTopic, '/waku/2/rs/16/64'])
    network.send('/waku/2/rs/16/64', messageOf('there'))
    network.send(pubsubTopic, messageOf('here'))
    await until('both arrive', () => station.messages.length === 2)
  })

  test('64 bits of a timestamp', async () => {
    const { say, station, healthy } = await scene()
    await healthy()
    const { timestamp } = say('exact', { timestamp: 1732492800123456789n })
    await until('it arrives', () => station.messages.length === 1)
    assert.equal(station.messages[0]?.timestamp, timestamp)
  })

  test('a message with a timestamp of 0 or of next year like any other', async () => {
    const { say, texts, healthy } = await scene()
    await healthy()
    say('zero', { timestamp: 0n })
    say('future', { timestamp: BigInt(Date.now() + 365 * 86_400_000) * 1_000_000n })
    await until('both arrive', () => texts().length === 2)
  })

  const unfit = [
    ['version', { version: 0 }],
    ['topic', { contentTopic: '/chat/1/room/proto' }],
    ['topic', { contentTopic: '/waku/1/0x00000002/rfc26' }],
    ['oversized', { payload: Buffer.alloc(2_000).toString('base64') }],
  ] as const
  for (const [reason, changes] of unfit)
    test(`and ignores what it should: ${JSON.stringify(changes).slice(0, 60)}`, async () => {
      const { say, station, texts, healthy } = await scene({ maxMessageBytes: 1_500 })
      await healthy()
      say('unfit', changes)
      say('fit')
      await until('the fit one arrives', () => texts().includes('fit'))
      assert.deepEqual(station.ignored, [reason])
      assert.deepEqual(texts(), ['fit'])
    })

  test('the good ones among nonsense', async () => {
    const { node, say, station, texts, healthy } = await scene()
    await healthy()
    const change = (answer: Record<string, unknown>) => [null, { payload: 5 }, ...Object.values(answer), 'x']
    node.fail('poll', { kind: 'change', change }, 1)
    say('good')
    await until('it arrives', () => texts().length === 1)
    assert.ok(station.ignored.length >= 3 && station.ignored.every((reason) => reason === 'malformed'))
  })

  test('once what a node gives twice', async () => {
    const { node, say, station, texts, healthy } = await scene()
    await healthy()
    const twice = (answer: Record<string, unknown>) => [...Object.values(answer), ...Object.values(answer)]
    node.fail('poll', { kind: 'change', change: twice })
    say('once')
    await until('it arrives', () => texts().length > 0)
    await until('the other copy is counted', () => station.transport.stats()['repeated'] === 1)
    assert.deepEqual(texts(), ['once'])
  })

  test('nothing of its own', async () => {
    const { publish, say, station, texts } = await scene()
    await publish('mine')
    say('theirs')
    await until('theirs arrives', () => texts().length === 1)
    assert.deepEqual(texts(), ['theirs'])
    assert.deepEqual(station.ignored, [])
    assert.equal(station.transport.stats()['own'], 1)
  })
})

describe('waku-rest survives a node', () => {
  const restarts: Partial<RestNodeOptions>[] = [{}, { lenient: true }, { admin: 'go' }, { admin: 'off' }]
  for (const options of restarts)
    test(`that restarts and has forgotten everything: ${JSON.stringify(options)}`, async () => {
      const { node, say, texts, reason, healthy } = await scene({}, options)
      await healthy()
      await node.stop()
      await until('it is down', () => reason() !== '')
      assert.match(
        reason(),
        /^the Waku node at http:\/\/127.*(refuses connections|broke).*, since 20\d\d-.*Z, tried (once|\d+ times)$/,
      )
      await node.start()
      await healthy()
      say('hello again')
      await until('it arrives', () => texts().includes('hello again'))
    })

  test('that forgets its subscriptions and says so', async () => {
    const { node, say, texts, healthy } = await scene()
    await healthy()
    node.subscriptions.clear()
    await until('it is subscribed again', () => node.subscriptions.size === 2)
    say('after')
    await until('it arrives', () => texts().includes('after'))
  })

  test('that forgets its subscriptions and says nothing', async () => {
    let ahead = 0
    const { node, healthy } = await scene({ now: () => Date.now() + ahead }, { lenient: true })
    await healthy()
    node.subscriptions.clear()
    ahead = 31_000
    await until('it is subscribed again', () => node.subscriptions.size === 2)
  })

  test('where subscriptions pile up, by not repeating them', async () => {
    let ahead = 0
    const { node, station, healthy } = await scene({ now: () => Date.now() + ahead }, { admin: 'go' })
    await healthy()
    const polls = () => station.transport.stats()['polls'] ?? 0
    await until('it has read an empty list', () => polls() > 2)
    ahead = 31_000
    const before = polls()
    await until('it reads on', () => polls() > before + 6)
    assert.equal(node.asked.filter(({ route }) => route === 'subscribe').length, 1)
  })

  test('that refuses the subscription, and says why', async () => {
    const { node, reason, healthy } = await scene()
    await healthy()
    node.fail('subscribe', { kind: 'status', status: 400, text: 'Invalid pubsub topic(s): rs/16/32' })
    node.subscriptions.clear()
    await until('it says why', () => /answered 400: Invalid pubsub topic\(s\)/.test(reason()))
    node.fail('subscribe', undefined)
    await healthy()
  })

  const faults: readonly (readonly [what: string, fault: Fault, reason: RegExp])[] = [
    ['says nothing', { kind: 'silence' }, /did not answer within 3000 ms/],
    ['breaks off', { kind: 'reset' }, /broke the connection off/],
    ['answers by half', { kind: 'half' }, /did not answer within 3000 ms/],
    ['fails', { kind: 'status', status: 500, text: 'oh\ndear' }, /answered 500: oh dear/],
    ['is somebody else', { kind: 'text', text: '<html>It works!</html>' }, /no JSON/],
    ['answers something else', { kind: 'text', text: '{"messages":[]}' }, /no list of messages/],
    ['answers without end', { kind: 'endless' }, /more than 100000 bytes/],
    ['moves away', { kind: 'status', status: 302 }, /answered 302|redirect/],
  ]
  for (const [what, fault, expected] of faults)
    test(`that ${what}`, async () => {
      const { node, say, texts, reason, healthy } = await scene({ maxAnswerBytes: 100_000 })
      await healthy()
      node.fail('poll', fault)
      await until('it says so', () => expected.test(reason()))
      node.fail('poll', undefined)
      await healthy()
      say('better')
      await until('it arrives', () => texts().includes('better'))
    })

  test('that is not there at the start, and comes later', async () => {
    const { node } = await scene()
    await node.stop()
    const transport = createWakuRest({ url: node.url, pollMs: 30, watchMs: 30 })
    keep(transport)
    await startStation(transport)
    const refused = (): boolean => {
      const health = transport.health()
      return health.status === 'down' && /refuses connections/.test(health.reason)
    }
    await until('it says why', refused)
    await node.start()
    await until('it is healthy', () => transport.health().status === 'ok')
  })

  test('that says nothing at all, when it starts and when it closes', async () => {
    const { node } = await scene()
    for (const route of ['subscribe', 'poll', 'peers', 'health'] as const) node.fail(route, { kind: 'silence' })
    const transport = createWakuRest({ url: node.url })
    const began = performance.now()
    await startStation(transport)
    await transport.close()
    assert.ok(performance.now() - began < 5_000)
  })
})

describe('waku-rest tells of the node', () => {
  const telling: readonly Partial<RestNodeOptions>[] = [{}, { admin: 'old' }, { admin: 'go' }, { admin: 'off' }]
  for (const options of telling)
    test(`that has no peer: ${JSON.stringify(options)}`, async () => {
      const { other, reason, healthy, station } = await scene({}, options)
      await healthy()
      other.leave()
      await until('it says so', () => /has no relay peer/.test(reason()))
      assert.equal(station.transport.stats()['peers'], 0)
      other.comeBack()
      await healthy()
      assert.equal(station.transport.stats()['peers'], 1)
    })

  test('that is on another cluster', async () => {
    const { reason, station } = await scene({}, { record: recordOn(1) })
    await until('it says so', () => /is on cluster 1, not on 16 as WAKU_CLUSTER says/.test(reason()))
    const late = station.transport.publish({ topic: 1, payload: Buffer.from('x') }, AbortSignal.timeout(300))
    await assert.rejects(late)
  })

  for (const record of [recordOn(16), 'enr:nonsense', 'enr:', 'none'])
    test(`that is, as far as it says, on ours: ${record.slice(0, 12)}`, async () => {
      const { healthy } = await scene({}, { record })
      await healthy()
    })

  test('nothing bad where the node does not tell', async () => {
    const { other, healthy, station } = await scene({}, { admin: 'off', health: false })
    await healthy()
    other.leave()
    await until('it looked again', () => (station.transport.stats()['polls'] ?? 0) > 20)
    await healthy()
  })

  test('and of the node’s peers', async () => {
    const { node, station, healthy } = await scene({ storePeers: ['/ip4/192.0.2.9/tcp/1/p2p/16Uiu2HAmStore'] })
    await healthy()
    const [self, peer, store] = station.transport.peers()
    assert.deepEqual(
      [self?.id, self?.source, self?.roles, self?.connected, self?.failure],
      [node.url, 'static', ['relay'], true, undefined],
    )
    assert.ok((self?.latencyMs ?? -1) >= 0)
    assert.deepEqual(
      [peer?.id, peer?.source, peer?.roles, peer?.connected, peer?.score],
      ['16Uiu2HAmPeer0', 'static', ['relay', 'store'], true, 1.5],
    )
    assert.deepEqual([store?.id, store?.roles], ['16Uiu2HAmStore', ['store']])
  })

  test('and names no more than 200 of them, the connected ones first', async () => {
    const { node, station } = await scene()
    const peer = (index: number, connected: string) => ({
      multiaddr: `/ip4/192.0.2.1/tcp/1/p2p/peer${index}`,
      protocols: ['/vac/waku/relay/2.0.0'],
      connected,
    })
    const change = () => [...Array.from({ length: 400 }, (_, i) => peer(i, 'CanConnect')), peer(400, 'Connected')]
    node.fail('peers', { kind: 'change', change })
    await station.transport.publish({ topic: 1, payload: Buffer.from('look') }, AbortSignal.timeout(10_000))
    assert.equal(station.transport.peers().length, 200)
    assert.equal(station.transport.peers()[1]?.id, 'peer400')
  })
})

describe('waku-rest shares a node', () => {
  test('with its stranger, also when it closes first', async () => {
    const { station, say, healthy } = await scene()
    const transport = station.transport.stranger()
    keep(transport)
    transport.listen([1])
    const stranger = await startStation(transport)
    await healthy()
    say('to both')
    await until('both have it', () => station.messages.length === 1 && stranger.messages.length === 1)
    await station.transport.close()
    say('to one')
    await until('it arrives', () => stranger.messages.length === 2)
    assert.equal(station.messages.length, 1)
  })

  test('or not, where its stranger has another', async () => {
    const first = await scene()
    const second = await createRestNode({ network: first.network })
    second.attach()
    const transport = createWakuRest({ url: first.node.url, pollMs: 30, watchMs: 30, canaryUrl: second.url })
    const stranger = transport.stranger()
    keep(transport)
    keep(stranger)
    await startStation(stranger)
    await stranger.publish({ topic: 1, payload: Buffer.from('through another') }, AbortSignal.timeout(10_000))
    await until('it arrives', () => first.texts().includes('through another'))
    assert.ok(second.asked.some(({ route }) => route === 'publish'))
    assert.ok(!first.node.asked.some(({ route }) => route === 'publish'))
    await Promise.all([transport.close(), stranger.close(), second.stop()])
  })
})
