import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { multiaddr } from '@multiformats/multiaddr'
import { encodeWakuMessage } from '../../../plugins/transport/waku/codec.ts'
import { createWakuRelay, type RelayOptions } from '../../../plugins/transport/waku/relay/relay.ts'
import { contentTopicOf, type PeerInfo, type WakuMessage } from '../../../src/ports/index.ts'
import { startDnsServer } from '../../fakes/dns-server.ts'
import { listedShards, type MadeRecord, makeRecord, makeTree } from '../../fakes/enr-tree.ts'
import { createRelayPeer, type RelayPeer } from '../../fakes/relay-peer.ts'
import { createServiceNode } from '../../fakes/service-node.ts'
import { createTcpProxy } from '../../fakes/tcp-proxy.ts'
import { type Station, startStation, until } from '../../kits/transport.ts'

const shard32 = '/waku/2/rs/16/32'
const loopback = '/ip4/127.0.0.1/tcp/0'
const cleanups: (() => Promise<unknown>)[] = []

const kept = <T extends { close(): Promise<unknown> }>(thing: T): T => {
  cleanups.unshift(() => thing.close())
  return thing
}

type PrivateKey = NonNullable<RelayOptions['privateKey']>

const startRelay = (options: RelayOptions): Promise<Station> => startStation(kept(createWakuRelay(options)))
const startServiceNode = async (...options: Parameters<typeof createServiceNode>) => {
  const node = await createServiceNode(...options)
  cleanups.unshift(() => node.stop())
  return node
}
const addressOf = ({ transport }: Station): string => String(transport.addresses()[0])
const idOf = (station: Station): string => addressOf(station).split('/p2p/')[1] ?? ''
const isUp = ({ transport }: Station): boolean => transport.health().status === 'ok'
const reasonOf = ({ transport }: Station): string => {
  const health = transport.health()
  return health.status === 'down' ? health.reason : ''
}
const find = ({ transport }: Station, id: string): PeerInfo | undefined =>
  transport.peers().find((one) => one.id === id)

/** A relay with a key of the kind that node records hold, and its record. */
const recorded = async (shards: readonly number[] = [32, 64]): Promise<{ relay: Station; record: MadeRecord }> => {
  const privateKey = (await generateKeyPair('secp256k1')) as PrivateKey
  const relay = await startRelay({ listen: [loopback], privateKey })
  const port = Number(/\/tcp\/(\d+)/.exec(addressOf(relay))?.[1])
  const fields = {
    ip: Uint8Array.of(127, 0, 0, 1),
    tcp: Uint8Array.of(port >> 8, port & 255),
    rs: listedShards(16, shards),
  }
  return { relay, record: makeRecord(fields, privateKey.raw) }
}

describe('waku-relay and its peers', () => {
  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean()
  })

  test('tells of a configured peer: roles, latency, score, since when', async () => {
    const before = Date.now()
    const peer = await startServiceNode()
    const gateway = await startRelay({ peers: [peer.address] })
    await until('it has measured', () => find(gateway, peer.peerId)?.latencyMs !== undefined)
    const info = find(gateway, peer.peerId)
    assert.deepEqual(info?.roles, ['relay', 'store', 'filter', 'lightpush'])
    assert.deepEqual([info.source, info.connected, info.address], ['static', true, peer.address])
    assert.ok(info.since >= before && info.since <= Date.now())
    assert.ok((info.score ?? -1) >= 0 && (info.latencyMs ?? -1) >= 0)
    assert.equal(info.failure, undefined)
  })

  test('tells of a configured peer that is not there, and why', async () => {
    const first = await startRelay({ listen: [loopback] })
    const [address, id] = [addressOf(first), idOf(first)]
    await first.transport.close()
    const gateway = await startRelay({ peers: [address] })
    await until('it says why', () => /ECONNREFUSED/.test(find(gateway, id)?.failure ?? ''))
    const { connected, source, roles, address: told } = find(gateway, id) ?? {}
    assert.deepEqual(
      { connected, source, roles, told },
      { connected: false, source: 'static', roles: [], told: address },
    )
  })

  test('tells of peers that called, and when they left', async () => {
    const hub = await startRelay({ listen: [loopback] })
    const caller = await startRelay({ listen: [loopback], peers: [addressOf(hub)] })
    await until('it is there', () => find(hub, idOf(caller))?.roles.includes('relay') === true)
    assert.equal(find(hub, idOf(caller))?.source, 'inbound')
    const id = idOf(caller)
    await caller.transport.close()
    await until('it is gone', () => find(hub, id) === undefined)
  })

  test('has no peers after its end', async () => {
    const peer = await startServiceNode()
    const gateway = await startRelay({ peers: [peer.address] })
    await until('it is up', () => isUp(gateway))
    await gateway.transport.close()
    assert.deepEqual(gateway.transport.peers(), [])
  })

  test('finds peers in a DNS tree, calls those that fit, and says where they are from', async () => {
    const [good, elsewhere, dns] = [await recorded(), await recorded([7]), kept(await startDnsServer())]
    const tree = makeTree({ domain: 'nodes.example.org', records: [good.record.text, elsewhere.record.text] })
    for (const [name, texts] of tree.texts) dns.texts.set(name, texts)
    const gateway = await startRelay({ trees: [tree.url], dnsServers: [dns.address] })
    await until('it is up', () => isUp(gateway))
    assert.equal(find(gateway, idOf(good.relay))?.source, 'dns')
    assert.equal(find(gateway, idOf(elsewhere.relay)), undefined)
  })

  test('goes back to a found peer soon after that restarts', async () => {
    const privateKey = (await generateKeyPair('secp256k1')) as PrivateKey
    const first = await startRelay({ listen: [loopback], privateKey })
    const address = addressOf(first)
    const port = Number(/\/tcp\/(\d+)/.exec(address)?.[1])
    const fields = { ip: Uint8Array.of(127, 0, 0, 1), tcp: Uint8Array.of(port >> 8, port & 255) }
    const dns = kept(await startDnsServer())
    const tree = makeTree({ domain: 'nodes.example.org', records: [makeRecord(fields, privateKey.raw).text] })
    for (const [name, texts] of tree.texts) dns.texts.set(name, texts)
    const gateway = await startRelay({ trees: [tree.url], dnsServers: [dns.address] })
    await until('it is up', () => isUp(gateway))
    await first.transport.close()
    await until('it says why', () => /ECONNREFUSED/.test(reasonOf(gateway)))
    await startRelay({ listen: [address.replace(/\/p2p\/.*/, '')], privateKey })
    await until('it is up again', () => isUp(gateway), 5_000)
  })

  test('is down, names the tree and goes on where a tree does not verify', async () => {
    const { record } = await recorded()
    const dns = kept(await startDnsServer())
    const tree = makeTree({ domain: 'nodes.example.org', records: [record.text] })
    const other = makeTree({ domain: 'nodes.example.org', records: [record.text] })
    for (const [name, texts] of other.texts) dns.texts.set(name, texts)
    const gateway = await startRelay({ trees: [tree.url], dnsServers: [dns.address] })
    await until('it says so', () => /nodes\.example\.org/.test(reasonOf(gateway)))
    assert.match(reasonOf(gateway), /^no peer on shard 32 of cluster 16 since 20/)
    assert.deepEqual(gateway.transport.peers(), [])
  })

  test('finds peers through others', async () => {
    const { relay, record } = await recorded()
    const teller = await startServiceNode({ records: [record.bytes] })
    const gateway = await startRelay({ peers: [teller.address], peerExchange: true })
    await until('it is there', () => find(gateway, idOf(relay))?.connected === true)
    assert.equal(find(gateway, idOf(relay))?.source, 'exchange')
  })

  test('reads what its store nodes kept, which are configured or among its peers', async () => {
    const store = await startServiceNode({ relay: false })
    const gateway = await startRelay({ stores: [store.address] })
    gateway.transport.listen([1])
    const timestamp = BigInt(Date.now()) * 1_000_000n
    const message = {
      payload: Buffer.from('kept'),
      contentTopic: contentTopicOf(1),
      version: 1,
      timestamp,
      ephemeral: false,
    }
    store.keep(shard32, message)
    const found: WakuMessage[] = []
    const range = { from: new Date(Date.now() - 60_000), to: new Date(), signal: AbortSignal.timeout(10_000) }
    for await (const one of gateway.transport.history(range)) found.push(one)
    assert.deepEqual(
      found.map(({ payload }) => Buffer.from(payload).toString()),
      ['kept'],
    )
    assert.deepEqual(find(gateway, store.peerId)?.roles.includes('store'), true)
  })

  describe('and a stranger', () => {
    test('that is somebody else, knows its peers and not itself', async () => {
      const hub = await startRelay({ listen: [loopback] })
      const gateway = await startRelay({ listen: [loopback], peers: [addressOf(hub)] })
      gateway.transport.listen([1])
      await until('it is up', () => isUp(gateway))
      const stranger = await startStation(kept(gateway.transport.stranger()))
      stranger.transport.listen([2])
      await until('the stranger is up', () => isUp(stranger))
      await stranger.transport.publish({ topic: 1, payload: Buffer.from('hello') }, AbortSignal.timeout(5_000))
      await until('it arrives', () => gateway.messages.length === 1)
      await gateway.transport.publish({ topic: 2, payload: Buffer.from('good day') }, AbortSignal.timeout(5_000))
      await until('the answer arrives', () => stranger.messages.length === 1)
      assert.deepEqual(stranger.transport.addresses(), [])
      assert.equal(find(stranger, idOf(gateway)), undefined)
      const known = new Set([idOf(hub)])
      assert.ok(gateway.transport.peers().every(({ id }) => known.has(id)))
    })

    test('that learns of peers which came later', async () => {
      const gateway = await startRelay({ listen: [loopback] })
      const stranger = await startStation(kept(gateway.transport.stranger()))
      assert.match(reasonOf(stranger), /tried none/)
      const caller = await startRelay({ listen: [loopback], peers: [addressOf(gateway)] })
      await until('the stranger is up', () => isUp(stranger))
      assert.deepEqual(
        stranger.transport.peers().map(({ id }) => id),
        [idOf(caller)],
      )
    })

    test('that may be made before the start and closed without one', async () => {
      const gateway = kept(createWakuRelay({}))
      await gateway.stranger().close()
    })
  })

  describe('and the room for those who call', () => {
    const dial = (peer: RelayPeer, hub: Station) =>
      peer.node.dial(multiaddr(addressOf(hub)), { force: true, signal: AbortSignal.timeout(5_000) })
    const connectionsOf = ({ transport }: Station) => Number(transport.stats()['connections'])

    test('keeps no more than two connections of each, and those over which it relays', async () => {
      const hub = await startRelay({ listen: [loopback] })
      const peer = kept(await createRelayPeer())
      await dial(peer, hub)
      await until('it relays', () => peer.takers(shard32) === 1 && hub.transport.stats()['peers'] === 1)
      for (let calls = 1; calls < 6; calls += 1) await dial(peer, hub)
      await until('two are left', () => peer.node.getConnections().length === 2 && connectionsOf(hub) === 2)
      assert.equal(hub.transport.stats()['connectionsSurplus'], 4)
      hub.transport.listen([1])
      const fields = { payload: Buffer.from('x'), contentTopic: contentTopicOf(1), version: 1, ephemeral: false }
      await peer.publish(shard32, encodeWakuMessage({ ...fields, timestamp: 1n }))
      await until('it is heard', () => hub.messages.length === 1)
    })

    test('shows out those who are of no use, and lets in whoever relays', async () => {
      const configured = await startServiceNode()
      const hub = await startRelay({ listen: [loopback], maxConnections: 8, peers: [configured.address] })
      const relaying = await startRelay({ peers: [addressOf(hub)] })
      await until('both are there', () => isUp(relaying) && hub.transport.stats()['peers'] === 2)
      for (let callers = 0; callers < 14; callers += 1)
        await dial(kept(await createRelayPeer({ pubsubTopics: ['/elsewhere'] })), hub)
      assert.ok(connectionsOf(hub) <= 7)
      const late = await startRelay({ peers: [addressOf(hub)] })
      await until('it is there', () => isUp(late) && hub.transport.stats()['peers'] === 3)
      assert.ok(Number(hub.transport.stats()['connectionsEvicted']) >= 9)
      assert.deepEqual([configured.libp2p.getConnections().length, relaying.transport.stats()['dials']], [1, 1])
    })

    test('lets somebody in where all who called relay', async () => {
      const hub = await startRelay({ listen: [loopback], maxConnections: 8 })
      for (let callers = 0; callers < 10; callers += 1) await dial(kept(await createRelayPeer()), hub)
      const late = kept(await createRelayPeer())
      await dial(late, hub)
      await until('it is there', () => late.takers(shard32) === 1)
      assert.ok(connectionsOf(hub) <= 7)
    })
  })

  test('hangs up on who leaves too much unread, and on nobody else', async () => {
    const hub = await startRelay({ listen: [loopback], maxUnsentBytes: 2_000_000 })
    const proxy = kept(await createTcpProxy(addressOf(hub)))
    const [silent, good] = [kept(await createRelayPeer()), kept(await createRelayPeer())]
    await silent.node.dial(multiaddr(proxy.address))
    await good.node.dial(multiaddr(addressOf(hub)))
    await until('both are there', () => hub.transport.stats()['peers'] === 2)
    proxy.cut('silence')
    const isHungUp = () => hub.transport.stats()['slowPeers'] === 1
    let sent = 0
    while (sent < 300 && !isHungUp()) {
      await hub.transport.publish({ topic: 1, payload: Buffer.alloc(100_000, sent) }, AbortSignal.timeout(5_000))
      sent += 1
      await until('the other has it', () => good.got.length === sent)
    }
    await until('it is hung up on', isHungUp)
    await until('nothing waits any more', () => hub.transport.stats()['unsentBytes'] === 0)
    assert.deepEqual([hub.transport.stats()['peers'], good.node.getConnections().length], [1, 1])
  })

  test('calls peers it was told of until eight are there, and no more', async () => {
    const hub = await startRelay({ listen: [loopback] })
    const callers = Array.from({ length: 14 }, () => startRelay({ listen: [loopback], peers: [addressOf(hub)] }))
    await Promise.all(callers)
    await until('all are there', () => hub.transport.stats()['peers'] === 14)
    const stranger = await startStation(kept(hub.transport.stranger()))
    await until('eight are there', () => stranger.transport.stats()['peers'] === 8)
    const { dials } = stranger.transport.stats()
    let beats = 0
    const timer = setInterval(() => {
      beats += 1
    }, 500)
    await until('some time passes', () => beats >= 6)
    clearInterval(timer)
    assert.equal(stranger.transport.stats()['dials'], dials)
    assert.equal(stranger.transport.stats()['peers'], 8)
  })
})
