import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { afterEach, describe, test } from 'node:test'
import { multiaddr } from '@multiformats/multiaddr'
import { encodeWakuMessage } from '../../../plugins/transport/waku/codec.ts'
import { createWakuRelay, type RelayOptions } from '../../../plugins/transport/waku/relay/relay.ts'
import { contentTopicOf } from '../../../src/ports/index.ts'
import { createRelayPeer, type RelayPeer } from '../../fakes/relay-peer.ts'
import { type Station, startStation, until } from '../../kits/transport.ts'

const shard32 = '/waku/2/rs/16/32'
const loopback = '/ip4/127.0.0.1/tcp/0'
const cleanups: (() => Promise<unknown>)[] = []

const kept = <T extends { close(): Promise<unknown> }>(thing: T): T => {
  cleanups.unshift(() => thing.close())
  return thing
}

const startRelay = async (options: RelayOptions): Promise<Station> => {
  const station = await startStation(kept(createWakuRelay({ listen: [loopback], ...options })))
  station.transport.listen([1])
  return station
}

/** A raw peer that has called the relay, each in the other's mesh. */
const caller = async ({ transport }: Station): Promise<RelayPeer> => {
  const peer = kept(await createRelayPeer())
  await peer.node.dial(multiaddr(String(transport.addresses()[0])))
  const us = String(transport.addresses()[0]?.split('/p2p/')[1])
  await until('it is in the mesh', () => peer.node.services.pubsub.getMeshPeers(shard32).includes(us))
  return peer
}

let stamp = 0n
const message = (topic: number, text = 'x'): Uint8Array => {
  stamp += 1n
  const payload = Buffer.from(text)
  return encodeWakuMessage({
    payload,
    contentTopic: contentTopicOf(topic),
    version: 1,
    timestamp: stamp,
    ephemeral: false,
  })
}

const isGone = (peer: RelayPeer): boolean => peer.node.getConnections().length === 0

const flood = async (peer: RelayPeer, count: number, make: (index: number) => Uint8Array): Promise<void> => {
  for (let sent = 0; sent < count && !isGone(peer); sent += 1) await peer.publish(shard32, make(sent)).catch(() => {})
}

describe('waku-relay and the conduct of its peers', () => {
  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean()
  })

  const floods: { what: string; options: RelayOptions; make: (index: number) => Uint8Array }[] = [
    { what: 'more messages than it may', options: { peerMessagesPerSecond: 50 }, make: () => message(1) },
    { what: 'more messages for others than it may', options: { peerMessagesPerSecond: 50 }, make: () => message(2) },
    { what: 'garbage', options: {}, make: (index) => Buffer.from(`garbage ${index}`) },
    {
      what: 'larger messages than it may',
      options: { peerMessagesPerSecond: 10 },
      make: () => message(2, 'y'.repeat(500_000)),
    },
  ]
  for (const { what, options, make } of floods) {
    test(`hangs up on a peer that sends ${what}, refuses it, and hears the others`, async () => {
      const station = await startRelay(options)
      const [bad, good] = [await caller(station), await caller(station)]
      const flooding = flood(bad, 5_000, make)
      for (let sent = 0; sent < 50; sent += 1) await good.publish(shard32, message(1, `good ${sent}`))
      await flooding
      await until('the flooder is gone', () => isGone(bad))
      const texts = () => new Set(station.messages.map(({ payload }) => Buffer.from(payload).toString()))
      await until(
        'all of the other have come',
        () => [...texts()].filter((text) => text.startsWith('good')).length === 50,
      )
      const { peersEnded, peersRefused } = station.transport.stats()
      assert.deepEqual({ peersEnded, peersRefused }, { peersEnded: 1, peersRefused: 1 })
      await assert.rejects(async () => {
        await bad.node.dial(multiaddr(String(station.transport.addresses()[0])))
        await until('it is thrown out', () => isGone(bad))
        throw new Error('thrown out')
      })
      assert.ok(!isGone(good))
    })
  }

  test('hangs up on a peer that sends frames that are none', async () => {
    const station = await startRelay({})
    const [bad, good] = [await caller(station), await caller(station)]
    const [stream] = bad.node.services.pubsub.streamsOutbound.values()
    for (let sent = 0; sent < 200; sent += 1) stream?.push(Buffer.from([0xff, 0xff, sent]))
    await until('it is gone', () => isGone(bad))
    await good.publish(shard32, message(1))
    await until('the other is heard', () => station.messages.length === 1)
    assert.equal(station.transport.stats()['badFrames'], 101)
  })

  test('parts from a peer that sends a frame larger than any', async () => {
    const station = await startRelay({})
    const [bad, good] = [await caller(station), await caller(station)]
    const [stream] = bad.node.services.pubsub.streamsOutbound.values()
    stream?.push(Buffer.alloc(5 * 1024 * 1024))
    await until('it is gone', () => isGone(bad))
    await good.publish(shard32, message(1))
    await until('the other is heard', () => station.messages.length === 1)
  })

  test('drops what exceeds the budget before it is looked at', async () => {
    const station = await startRelay({ peerMessagesPerSecond: 50 })
    const peer = await caller(station)
    await flood(peer, 1_020, () => message(1))
    await until(
      'they have come',
      () => station.messages.length >= 1_000 && Number(station.transport.stats()['dropped']) > 0,
    )
    assert.ok(!isGone(peer))
    assert.equal(station.transport.stats()['peersEnded'], 0)
  })

  test('drops what is too much for us, lowers the score, and still takes the same from another', async () => {
    const station = await startRelay({})
    const [bad, good] = [await caller(station), await caller(station)]
    const scoreOf = ({ node }: RelayPeer) =>
      station.transport.peers().find(({ id }) => id === node.peerId.toString())?.score ?? 0
    const sent = Array.from({ length: 3_000 }, (_, index) => message(1, `text ${index}`))
    await flood(bad, sent.length, (index) => sent[index] ?? message(1))
    await until('its score is low', () => scoreOf(bad) < 0)
    await flood(bad, 200, () => message(2))
    await until('what is for others passes', () => station.ignored.length === 200)
    const texts = new Set(station.messages.map(({ payload }) => Buffer.from(payload).toString()))
    assert.ok(texts.size >= 2_000 && texts.size < 2_900, `${texts.size} came`)
    assert.equal(station.transport.stats()['droppedListened'], 3_000 - texts.size)
    const missed = sent.findIndex((_, index) => !texts.has(`text ${index}`))
    await good.publish(shard32, sent[missed] ?? message(1))
    await until('it comes from the other', () => station.messages.length === texts.size + 1)
    const last = station.messages.at(-1)
    assert.equal(Buffer.from(last?.payload ?? []).toString(), `text ${missed}`)
    assert.equal(last?.via, good.node.peerId.toString())
    assert.ok(!isGone(bad))
  })

  test('hangs up on a peer that goes on to send too much for us', async () => {
    const station = await startRelay({})
    const bad = await caller(station)
    await flood(bad, 12_000, () => message(1))
    await until('it is gone', () => isGone(bad))
    assert.equal(station.transport.stats()['peersEnded'], 1)
    assert.ok(Number(station.transport.stats()['droppedListened']) >= 6_000)
  })

  test('shows the score of a peer that misbehaves, and its end', async () => {
    const station = await startRelay({})
    const peer = await caller(station)
    const scoreOf = () => station.transport.peers().find(({ id }) => id === peer.node.peerId.toString())?.score ?? 0
    await flood(peer, 60, (index) => Buffer.from(`garbage ${index}`))
    await until('its score is low', () => scoreOf() < -10)
    await flood(peer, 60, (index) => Buffer.from(`more garbage ${index}`))
    await until('it is gone', () => isGone(peer))
  })

  test('bears garbage that a configured peer passes on, and says why it parts from it in the end', async () => {
    const peer = kept(await createRelayPeer())
    const station = await startRelay({ peers: [peer.address] })
    await until('it is there', () => station.transport.health().status === 'ok' && peer.takers(shard32) === 1)
    await flood(peer, 500, (index) => Buffer.from(`garbage ${index}`))
    await until('it is seen', () => station.transport.stats()['ignoredMalformed'] === 500)
    assert.ok(!isGone(peer))
    await flood(peer, 1_000, (index) => Buffer.from(`more garbage ${index}`))
    await until('it is gone', () => isGone(peer))
    const reason = () => JSON.stringify(station.transport.health())
    await until('it says why', () => /sends what is no message, refused until 20\d\d-/.test(reason()))
    assert.match(station.transport.peers()[0]?.failure ?? '', /sends what is no message/)
    assert.equal(station.transport.peers()[0]?.score, -1_000)
  })

  for (const forward of [true, false]) {
    test(forward ? 'passes on what others send' : 'passes on nothing of others where it is told so', async () => {
      const station = await startRelay({ forward })
      const [from, to] = [await caller(station), await caller(station)]
      const data = message(1, 'of another')
      const id = createHash('sha256').update(data).digest()
      let offers = 0
      let beats = 0
      const { pubsub } = to.node.services
      const handle = pubsub.handleReceivedRpc.bind(pubsub)
      pubsub.handleReceivedRpc = (peer, rpc) => {
        const ids = (rpc.control?.ihave ?? []).flatMap(({ messageIDs }) => messageIDs)
        offers += ids.filter((one) => id.equals(one)).length
        return handle(peer, rpc)
      }
      await from.publish(shard32, data)
      await until('it is received', () => station.messages.length === 1)
      // Whoever asks for it by its id gets it no more than the others.
      const [stream] = pubsub.streamsOutbound.values()
      stream?.push(Buffer.from([0x1a, 36, 0x12, 34, 0x0a, 32, ...id]))
      pubsub.addEventListener('gossipsub:heartbeat', () => {
        beats += 1
      })
      await station.transport.publish({ topic: 1, payload: Buffer.from('our own') }, AbortSignal.timeout(5_000))
      await until('ours arrives', () => to.got.length === (forward ? 2 : 1))
      await until('three heartbeats pass', () => beats >= 3)
      assert.equal(to.got.length, forward ? 2 : 1)
      if (!forward) assert.equal(offers, 0)
    })
  }
})
