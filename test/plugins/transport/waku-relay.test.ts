import assert from 'node:assert/strict'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, test } from 'node:test'
import { messageHash } from '../../../plugins/transport/shared/message-hash.ts'
import { encodeWakuMessage } from '../../../plugins/transport/waku/codec.ts'
import { createWakuRelay, type RelayOptions } from '../../../plugins/transport/waku/relay/relay.ts'
import { MetadataRequest, MetadataResponse, WakuMessage as Wire } from '../../../proto/generated/waku.js'
import { contentTopicOf, type Transport, type WakuMessage } from '../../../src/ports/index.ts'
import { createRelayPeer, type RelayPeer, type RelayPeerOptions } from '../../fakes/relay-peer.ts'
import { type Station, startStation, until } from '../../kits/transport.ts'

const shard32 = '/waku/2/rs/16/32'
const loopback = '/ip4/127.0.0.1/tcp/0'
const soon = () => AbortSignal.timeout(20_000)
const cleanups: (() => Promise<unknown>)[] = []

const startRelay = async (options: RelayOptions): Promise<Station> => {
  const relay = createWakuRelay(options)
  cleanups.push(() => relay.close())
  return startStation(relay)
}

const startPeer = async (options?: RelayPeerOptions): Promise<RelayPeer> => {
  const peer = await createRelayPeer(options)
  cleanups.push(() => peer.close())
  return peer
}

const isUp = (relay: Transport) => relay.health().status === 'ok'
const reasonOf = (relay: Transport) => {
  const health = relay.health()
  return health.status === 'down' ? health.reason : ''
}
const metadataOf = (clusterId: number | undefined, shards: number[]) =>
  MetadataResponse.encode(clusterId === undefined ? { shards } : { clusterId, shards }).finish()

/** A relay that listens to topic 1, and a raw peer that both sides know of. */
const withPeer = async (options: RelayPeerOptions = {}): Promise<[Station, RelayPeer]> => {
  const peer = await startPeer(options)
  const station = await startRelay({ listen: [loopback], peers: [peer.address] })
  station.transport.listen([1])
  await until('both have each other', () => isUp(station.transport) && peer.takers(shard32) === 1)
  return [station, peer]
}

type Sent = Omit<WakuMessage, 'hash'>

const message = (changes: Partial<Sent> = {}): Sent => ({
  payload: Buffer.from('payload'),
  contentTopic: contentTopicOf(1),
  version: 1,
  timestamp: 1_763_999_999_123_456_789n,
  ephemeral: false,
  ...changes,
})

describe('waku-relay', () => {
  afterEach(async () => {
    await Promise.all(cleanups.splice(0).map((clean) => clean()))
  })

  test('passes a message on with every bit of its timestamp', async () => {
    const [station, peer] = await withPeer()
    const sent = message({ ephemeral: true, timestamp: 9_223_372_036_854_775_807n })
    await peer.publish(shard32, encodeWakuMessage(sent))
    await until('it arrives', () => station.messages.length === 1)
    const hash = messageHash(shard32, sent)
    const via = peer.node.peerId.toString()
    assert.deepEqual(station.messages, [{ ...sent, payload: new Uint8Array(sent.payload), hash, via }])
  })

  const refused = [
    { what: 'of version 0', data: encodeWakuMessage(message({ version: 0 })), reason: 'version' },
    { what: 'of version 2', data: encodeWakuMessage(message({ version: 2 })), reason: 'version' },
    {
      what: 'of another topic',
      data: encodeWakuMessage(message({ contentTopic: contentTopicOf(2) })),
      reason: 'topic',
    },
    {
      what: 'of another kind of topic',
      data: encodeWakuMessage(message({ contentTopic: '/a/1/b/proto' })),
      reason: 'topic',
    },
    { what: 'of no topic', data: encodeWakuMessage(message({ contentTopic: '' })), reason: 'topic' },
    { what: 'that is text', data: Buffer.from('no protobuf at all'), reason: 'malformed' },
    { what: 'that is cut off', data: encodeWakuMessage(message()).subarray(0, 6), reason: 'malformed' },
    {
      what: 'that is over the limit',
      data: encodeWakuMessage(message({ payload: new Uint8Array(1024 * 1024) })),
      reason: 'oversized',
    },
  ] as const
  for (const { what, data, reason } of refused) {
    test(`ignores a message ${what} as ${reason}, and stays connected`, async () => {
      const [station, peer] = await withPeer()
      await peer.publish(shard32, data)
      await peer.publish(shard32, encodeWakuMessage(message()))
      await until('the good one arrives', () => station.messages.length === 1)
      assert.deepEqual(station.ignored, [reason])
      assert.equal(station.transport.stats()['ignored'], 1)
    })
  }

  test('hands on to third parties what is sound, and not what is malformed', async () => {
    const [station, peer] = await withPeer()
    const other = await startRelay({ peers: [String(station.transport.addresses()[0])] })
    other.transport.listen([1])
    await until('the third is there', () => isUp(other.transport) && station.transport.stats()['peers'] === 2)
    let tick = 0n
    const flowing = setInterval(() => {
      tick += 1n
      void peer.publish(shard32, encodeWakuMessage(message({ timestamp: tick })))
    }, 100)
    cleanups.push(async () => clearInterval(flowing))
    await until('the mesh is there', () => other.messages.length > 0)
    await peer.publish(shard32, Buffer.from('garbage'))
    const seen = tick
    await until('later ones arrive', () => other.messages.some(({ timestamp }) => timestamp > seen))
    assert.deepEqual([station.ignored, other.ignored], [['malformed'], []])
  })

  test('publishes on its shard: version 1, stamped, no meta, neither ephemeral nor signed', async () => {
    const [station, peer] = await withPeer()
    await station.transport.publish({ topic: 0x01020304, payload: Buffer.from('hello') }, soon())
    await until('the peer has it', () => peer.got.length === 1)
    assert.equal(peer.got[0]?.topic, shard32)
    const wire = Wire.decode(peer.got[0]?.data ?? new Uint8Array())
    const { payload, contentTopic, version, meta, ephemeral } = wire
    assert.equal(Buffer.from(payload).toString(), 'hello')
    assert.deepEqual(
      { contentTopic, version, meta: [...meta], ephemeral },
      { contentTopic: '/waku/1/0x01020304/rfc26', version: 1, meta: [], ephemeral: false },
    )
    assert.notEqual(Number(wire.timestamp), 0)
  })

  test('receives on every one of its shards', async () => {
    const [station, peer] = await withPeer()
    await until('the other shard is known', () => peer.takers('/waku/2/rs/16/64') === 1)
    await peer.publish('/waku/2/rs/16/64', encodeWakuMessage(message()))
    await until('it arrives', () => station.messages.length === 1)
  })

  test('answers a question for metadata in both fields of shards', async () => {
    const [station, peer] = await withPeer()
    const question = MetadataRequest.encode({ clusterId: 16, shards: [32] }).finish()
    const answer = await peer.askMetadata(String(station.transport.addresses()[0]), question)
    assert.equal(
      Buffer.from(answer).toString('hex'),
      Buffer.from([8, 16, 16, 32, 16, 64, 26, 2, 32, 64]).toString('hex'),
    )
  })

  test('asks for metadata and keeps a peer of its cluster', async () => {
    const [station, peer] = await withPeer({ metadata: metadataOf(16, [32]) })
    await until('it asks', () => peer.asked() > 0)
    await station.transport.publish({ topic: 1, payload: Buffer.from('x') }, soon())
    await until('the peer has it', () => peer.got.length === 1)
    assert.equal(station.transport.stats()['dials'], 1)
  })

  const strangers = [
    { what: 'is on another cluster', metadata: metadataOf(1, [32]), reason: /it is on cluster 1, we are on 16/ },
    { what: 'names no cluster', metadata: metadataOf(undefined, [32]), reason: /it names no cluster/ },
  ]
  for (const { what, metadata, reason } of strangers) {
    test(`hangs up on a peer that ${what}, and says so`, async () => {
      const peer = await startPeer({ metadata })
      const { transport } = await startRelay({ peers: [peer.address] })
      await until('it is told', () => reason.test(reasonOf(transport)))
      assert.match(
        reasonOf(transport),
        /^no peer on shard 32 of cluster 16 since 20[-0-9T:.]+Z, tried \/ip4\/127\.0\.0\.1/,
      )
    })
  }

  test('is down beside a peer that works on other shards', async () => {
    const peer = await startPeer({ pubsubTopics: ['/waku/2/rs/16/64'] })
    const { transport } = await startRelay({ peers: [peer.address] })
    await until('it is connected', () => transport.stats()['connections'] === 1)
    assert.match(reasonOf(transport), /no peer on shard 32/)
  })

  test('says what it tried when nobody is there', async () => {
    const gone = createWakuRelay({ listen: [loopback] })
    const { transport: first } = await startStation(gone)
    const address = String(first.addresses()[0])
    await first.close()
    const { transport } = await startRelay({ peers: [address] })
    await until('the dial failed', () => /ECONNREFUSED/.test(reasonOf(transport)))
    assert.ok(reasonOf(transport).includes(address))
  })

  test('finds its peer again after that restarts on the same port, twice', async () => {
    const { generateKeyPair } = await import('@libp2p/crypto/keys')
    const privateKey = (await generateKeyPair('Ed25519')) as NonNullable<RelayOptions['privateKey']>
    const first = await startRelay({ listen: [loopback], privateKey })
    const address = String(first.transport.addresses()[0])
    const station = await startRelay({ peers: [address] })
    await until('it is up', () => isUp(station.transport))
    let previous = first.transport
    for (let round = 0; round < 2; round += 1) {
      await previous.close()
      await until('it is down', () => !isUp(station.transport))
      const again = await startRelay({ listen: [address.replace(/\/p2p\/.*/, '')], privateKey })
      assert.deepEqual(again.transport.addresses(), [address])
      again.transport.listen([1])
      await station.transport.publish({ topic: 1, payload: Buffer.from(`round ${round}`) }, soon())
      // It may be offered the message of the round before as well: who restarts has forgotten what it had.
      const texts = () => again.messages.map(({ payload }) => Buffer.from(payload).toString())
      await until('it arrives', () => texts().includes(`round ${round}`))
      previous = again.transport
    }
  })

  test('calls again when the connection is cut', async () => {
    const [station, peer] = await withPeer()
    for (const connection of peer.node.getConnections()) connection.abort(new Error('cut'))
    await until('it called again', () => station.transport.stats()['dials'] === 2)
    await until('it is up', () => isUp(station.transport) && peer.takers(shard32) === 1)
    await peer.publish(shard32, encodeWakuMessage(message()))
    await until('a message arrives', () => station.messages.length === 1)
  })

  for (const whose of ['ours', 'theirs'] as const) {
    test(`makes a relay stream anew that has ended: ${whose}`, async () => {
      const [station, peer] = await withPeer()
      const streams = peer.node.getConnections().flatMap(({ streams }) => streams)
      const direction = whose === 'ours' ? 'inbound' : 'outbound'
      const ended = streams.filter((stream) => stream.direction === direction && stream.protocol?.includes('relay'))
      assert.equal(ended.length, 1)
      for (const stream of ended) stream.abort(new Error('reset'))
      await until('it is seen', () => (station.transport.stats()['lostStreams'] ?? 0) > 0)
      await station.transport.publish({ topic: 1, payload: Buffer.from('x') }, soon())
      await until('the peer has it', () => peer.got.length === 1)
      await peer.publish(shard32, encodeWakuMessage(message()))
      await until('a message comes back', () => station.messages.length === 1)
    })
  }

  test('speaks over WebSocket', async () => {
    const server = await startRelay({ listen: ['/ip4/127.0.0.1/tcp/0/ws'] })
    server.transport.listen([1])
    const client = await startRelay({ peers: server.transport.addresses() })
    await client.transport.publish({ topic: 1, payload: Buffer.from('over ws') }, soon())
    await until('it arrives', () => server.messages.length === 1)
    assert.match(String(server.transport.addresses()[0]), /\/ws\/p2p\//)
  })

  test('serves twenty clients of one address', async () => {
    const server = await startRelay({ listen: [loopback] })
    server.transport.listen([1])
    const peers = server.transport.addresses()
    const clients = await Promise.all(Array.from({ length: 20 }, () => startRelay({ peers })))
    await Promise.all(
      clients.map(({ transport }, index) => transport.publish({ topic: 1, payload: Buffer.from(`c${index}`) }, soon())),
    )
    await until('all arrive', () => server.messages.length === 20)
  })

  test('closes in time although a peer accepts and then says nothing', async () => {
    const sockets = new Set<Socket>()
    const server: Server = createServer((socket) => void sockets.add(socket.on('error', () => {})))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanups.push(async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    const bound = server.address()
    assert.ok(bound !== null && typeof bound === 'object')
    const id = (await startPeer()).node.peerId.toString()
    const { transport } = await startRelay({ peers: [`/ip4/127.0.0.1/tcp/${bound.port}/p2p/${id}`] })
    await until('it called', () => sockets.size > 0)
    const since = performance.now()
    await transport.close()
    assert.ok(performance.now() - since < 5_000)
  })

  test('does not start on a port in use, and says so', async () => {
    const first = await startRelay({ listen: [loopback] })
    const address = String(first.transport.addresses()[0]).replace(/\/p2p\/.*/, '')
    const second = createWakuRelay({ listen: [address] })
    await assert.rejects(startStation(second), /EADDRINUSE/)
    await second.close()
  })

  test('refuses a publish shard that it does not relay', () => {
    assert.throws(() => createWakuRelay({ shards: [64], publishShard: 32 }), RangeError)
  })
})
