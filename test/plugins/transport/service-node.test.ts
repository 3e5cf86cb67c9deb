import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { lpStream } from 'it-length-prefixed-stream'
import { toHalves } from '../../../plugins/transport/waku/codec.ts'
import {
  FilterPush,
  FilterSubscribeRequest,
  FilterSubscribeResponse,
  LegacyLightPushRpc,
  LightPushRequest,
  LightPushResponse,
  PeerExchangeRpc,
} from '../../../proto/generated/waku-services.js'
import { createHost } from '../../fakes/service-node/host.ts'
import { createServiceNode, type ServiceNode, type ServiceNodeOptions } from '../../fakes/service-node.ts'
import { until } from '../../kits/transport.ts'
import { messageAt, shard32 } from '../../support/store-reader.ts'

let open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(open.map((close) => close()))
  open = []
})

const create = async (options: ServiceNodeOptions = {}): Promise<ServiceNode> => {
  const node = await createServiceNode(options)
  open.push(() => node.stop())
  return node
}

/** A client that speaks bytes. */
const createClient = async (address: string) => {
  const privateKey = (await generateKeyPair('Ed25519')) as PrivateKey
  const { node } = await createHost({ privateKey, listen: [], relay: false, pubsubTopics: [] })
  const pushed: string[] = []
  await node.handle('/vac/waku/filter-push/2.0.0-beta1', async ({ stream }) => {
    const { message } = FilterPush.decode((await lpStream(stream).read()).slice())
    pushed.push(Buffer.from(message?.payload ?? []).toString())
  })
  await node.start()
  open.push(async () => node.stop())
  const ask = async (protocol: string, question: Uint8Array, signal = AbortSignal.timeout(5_000)) => {
    const stream = await node.dialProtocol(multiaddr(address), protocol, { signal })
    const messages = lpStream(stream)
    await messages.write(question, { signal })
    return (await messages.read({ signal })).slice()
  }
  const filter = async (request: FilterSubscribeRequest.$Properties): Promise<number> => {
    const question = FilterSubscribeRequest.encode({ requestId: '1', ...request }).finish()
    return FilterSubscribeResponse.decode(await ask('/vac/waku/filter-subscribe/2.0.0-beta1', question)).statusCode
  }
  return { ask, filter, pushed }
}

const topics = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `/a/1/${from + index}/proto`)
const wire = (seconds: number) => ({ ...messageAt(seconds), timestamp: toHalves(messageAt(seconds).timestamp) })
const subscription = { type: 1, pubsubTopic: shard32, contentTopics: [messageAt(1).contentTopic] }

describe('the service node of the tests', () => {
  test('limits filter subscriptions as go-waku does', async () => {
    const { filter } = await createClient((await create()).address)
    assert.equal(await filter({ type: 0 }), 404)
    assert.equal(await filter({ type: 1, pubsubTopic: shard32, contentTopics: topics(101) }), 400)
    for (let index = 0; index < 10; index += 1)
      assert.equal(await filter({ type: 1, pubsubTopic: shard32, contentTopics: topics(100, index * 100) }), 200)
    assert.equal(await filter({ type: 1, pubsubTopic: shard32, contentTopics: topics(1, 5_000) }), 503)
    assert.equal(await filter({ type: 0 }), 200)
    assert.equal(await filter({ type: 3 }), 200)
    assert.equal(await filter({ type: 2, pubsubTopic: shard32, contentTopics: topics(1) }), 404)
  })

  test('passes a light push to its store, its subscribers and the relays of others', async () => {
    const [node, other] = [await create(), await create()]
    await node.connect(other)
    await until('the relays are joined', () => node.takers(shard32) === 1)
    const { ask, filter, pushed } = await createClient(node.address)
    await filter(subscription)
    const question = LightPushRequest.encode({ requestId: '1', pubsubTopic: shard32, message: wire(1) }).finish()
    const answer = LightPushResponse.decode(await ask('/vac/waku/lightpush/3.0.0', question))
    assert.deepEqual([answer.statusCode, answer.relayPeerCount], [200, 1])
    await until('it is pushed', () => pushed.length === 1)
    await until('it is relayed', () => other.stored.length === 1)
    assert.deepEqual([node.stored.length, node.seen[0]?.via, other.seen[0]?.via], [1, 'lightpush', 'relay'])
  })

  test('refuses a light push for a shard that it is not on, in both protocols', async () => {
    const { ask } = await createClient((await create()).address)
    const request = { pubsubTopic: '/waku/2/rs/16/1', message: wire(1) }
    const v3 = await ask('/vac/waku/lightpush/3.0.0', LightPushRequest.encode({ requestId: '1', ...request }).finish())
    assert.equal(LightPushResponse.decode(v3).statusCode, 421)
    const question = LegacyLightPushRpc.encode({ requestId: '1', request }).finish()
    const v2 = LegacyLightPushRpc.decode(await ask('/vac/waku/lightpush/2.0.0-beta1', question))
    assert.equal(v2.response?.isSuccess, false)
  })

  test('forgets subscriptions, stalls pushes and falls silent when it is told to', async () => {
    const node = await create()
    const { ask, filter, pushed } = await createClient(node.address)
    await filter(subscription)
    node.filter.stallPushes(true)
    await node.publish(shard32, messageAt(1))
    node.filter.stallPushes(false)
    await node.publish(shard32, messageAt(2))
    await until('the second is pushed', () => pushed.length === 1)
    assert.deepEqual(pushed, ['message 2'])
    node.filter.dropSubscriptions()
    assert.equal(await filter({ type: 0 }), 404)
    node.silence('filter', true)
    await assert.rejects(ask('/vac/waku/filter-subscribe/2.0.0-beta1', new Uint8Array(), AbortSignal.timeout(200)))
    assert.equal(node.requests.filter, 3)
  })

  test('comes back with its address, its messages and its relays', async () => {
    const [node, other] = [await create({ ws: true }), await create()]
    await node.connect(other)
    await node.publish(shard32, messageAt(1))
    const { addresses } = node
    await node.restart()
    assert.deepEqual(node.libp2p.getMultiaddrs().map(String), addresses)
    assert.equal(node.stored.length, 1)
    await until('the relays are joined again', () => node.takers(shard32) === 1 && other.takers(shard32) === 1)
    await other.publish(shard32, messageAt(2))
    await until('it hears again', () => node.stored.length === 2)
  })

  test('hands out the records that it was given', async () => {
    const { ask } = await createClient((await create({ records: [Uint8Array.of(1), Uint8Array.of(2)] })).address)
    const question = PeerExchangeRpc.encode({ query: { numPeers: 1 } }).finish()
    const { response } = PeerExchangeRpc.decode(await ask('/vac/waku/peer-exchange/2.0.0-alpha1', question))
    assert.deepEqual([...(response?.peers?.[0]?.enr ?? [])], [1])
    assert.equal(response?.peers?.length, 1)
  })
})
