import assert from 'node:assert/strict'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import fc from 'fast-check'
import Fastify from 'fastify'
import memory from '../../../plugins/transport/memory.ts'
import { createStamper, decodeWakuMessage, encodeWakuMessage } from '../../../plugins/transport/waku/codec.ts'
import { loadPeerKey } from '../../../plugins/transport/waku/identity.ts'
import { delayAfter } from '../../../plugins/transport/waku/redial.ts'
import { createPacer } from '../../../plugins/transport/waku/relay/pace.ts'
import plugin, { createWakuRelay } from '../../../plugins/transport/waku/relay/relay.ts'
import { preflight, type RelaySettings, relayOptionsOf } from '../../../plugins/transport/waku/relay/settings.ts'
import { listOf, maxShard, shardOf } from '../../../plugins/transport/waku/shards.ts'
import { manifestKey, StartError } from '../../../src/ports/index.ts'
import { startStation } from '../../kits/transport.ts'

const peerId = '16Uiu2HAmUr259wBnxNhgnaVXP9EwduoTXpRTJU3kb1xio2QyW6pw'

const sound: RelaySettings = {
  WAKU_HOST: '127.0.0.1',
  WAKU_TCP_PORT: 0,
  WAKU_WS_PORT: undefined,
  WAKU_PEERS: '',
  WAKU_CLUSTER: 16,
  WAKU_SHARDS: '32,64',
  WAKU_PUBLISH_SHARD: 32,
  WAKU_MAX_MESSAGE_BYTES: 150 * 1024,
  WAKU_ANNOUNCE: '',
  WAKU_STORE_NODES: '',
  WAKU_DNS_DISCOVERY: '',
  WAKU_DNS_SERVERS: '',
  WAKU_PEER_EXCHANGE: false,
  WAKU_RELAY_FORWARD: true,
  WAKU_PEER_MESSAGES_PER_SECOND: 1000,
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const check = (changes: Partial<RelaySettings>) =>
  preflight({ settings: { ...sound, ...changes }, dataDir: tmpdir(), log: silent, now: Date.now })

describe('waku-relay settings', () => {
  const good: Partial<RelaySettings>[] = [
    {},
    { WAKU_WS_PORT: 0 },
    { WAKU_SHARDS: ' 0 , 1023', WAKU_PUBLISH_SHARD: 1023 },
    { WAKU_PEERS: `/ip4/127.0.0.1/tcp/60000/p2p/${peerId}, /dns4/node.example.org/tcp/443/wss/p2p/${peerId}` },
    { WAKU_ANNOUNCE: '/dns4/push.example.org/tcp/60000' },
    { WAKU_ANNOUNCE: `/dns4/push.example.org/tcp/443/wss/p2p/${peerId}` },
    { WAKU_PEERS: `/ip6/::1/tcp/65535/ws/p2p/${peerId}` },
    {
      WAKU_PEERS: `/dns4/a.example/tcp/443/tls/ws/p2p/${peerId},/dns/a.example/tcp/1/tls/sni/a.example/ws/p2p/${peerId}`,
    },
    { WAKU_HOST: '::1' },
  ]
  for (const changes of good) {
    test(`pass: ${JSON.stringify(changes)}`, async () => assert.deepEqual(await check(changes), []))
  }

  const bad: [Partial<RelaySettings>, setting: string, wrong: RegExp][] = [
    [{ WAKU_SHARDS: '32,x' }, 'WAKU_SHARDS', /"x" is no shard/],
    [{ WAKU_SHARDS: '32,1024' }, 'WAKU_SHARDS', /"1024" is no shard/],
    [{ WAKU_SHARDS: '32,-1' }, 'WAKU_SHARDS', /"-1" is no shard/],
    [{ WAKU_SHARDS: '32,6.4' }, 'WAKU_SHARDS', /"6.4" is no shard/],
    [{ WAKU_SHARDS: ',' }, 'WAKU_SHARDS', /names no shard/],
    [{ WAKU_SHARDS: '64' }, 'WAKU_PUBLISH_SHARD', /32 is not among WAKU_SHARDS \(64\)/],
    [{ WAKU_PEERS: '127.0.0.1:60000' }, 'WAKU_PEERS', /is no multiaddr/],
    [{ WAKU_PEERS: '/ip4/127.0.0.1/tcp/60000' }, 'WAKU_PEERS', /does not name its peer/],
    [{ WAKU_PEERS: `/ip4/127.0.0.1/udp/1/quic-v1/p2p/${peerId}` }, 'WAKU_PEERS', /no TCP or WebSocket/],
    [{ WAKU_PEERS: '/ip4/127.0.0.1/tcp/60000/p2p/nonsense' }, 'WAKU_PEERS', /does not name its peer/],
    [{ WAKU_STORE_NODES: '/ip4/127.0.0.1/tcp/60000' }, 'WAKU_STORE_NODES', /does not name its peer/],
    [{ WAKU_DNS_DISCOVERY: 'https://example.org' }, 'WAKU_DNS_DISCOVERY', /example\.org/],
    [{ WAKU_ANNOUNCE: 'push.example.org' }, 'WAKU_ANNOUNCE', /is no multiaddr/],
    [{ WAKU_ANNOUNCE: '/ip4/192.0.2.1/udp/1' }, 'WAKU_ANNOUNCE', /no TCP or WebSocket/],
    [{ WAKU_ANNOUNCE: '/ip4/192.0.2.1/tcp/0' }, 'WAKU_ANNOUNCE', /names port 0/],
    [{ WAKU_PEERS: `/ip4/192.0.2.1/tcp/0/p2p/${peerId}` }, 'WAKU_PEERS', /names port 0/],
    [{ WAKU_PEERS: `/ip4/192.0.2.1/tcp/99999/p2p/${peerId}` }, 'WAKU_PEERS', /is no multiaddr/],
    [{ WAKU_PEERS: `/ip4/192.0.2.1/tcp/1/p2p/${peerId}/p2p-circuit/p2p/${peerId}` }, 'WAKU_PEERS', /p2p-circuit/],
    [{ WAKU_PEERS: `/ip4/192.0.2.1/tcp/1/p2p/${peerId}/p2p/${peerId}` }, 'WAKU_PEERS', /nothing but \/p2p\//],
    [{ WAKU_PEERS: `/ip4/192.0.2.1/tcp/1/tls/p2p/${peerId}` }, 'WAKU_PEERS', /has \/tls without \/ws/],
    [{ WAKU_PEERS: `/ip4/192.0.2.1/tcp/1/http/p2p/${peerId}` }, 'WAKU_PEERS', /no TCP or WebSocket/],
    [{ WAKU_PEERS: `/ip4/192.0.2.1/tcp/1/wsx/p2p/${peerId}` }, 'WAKU_PEERS', /is no multiaddr/],
    [{ WAKU_STORE_NODES: `/ip4/192.0.2.1/tcp/0/p2p/${peerId}` }, 'WAKU_STORE_NODES', /names port 0/],
    [{ WAKU_HOST: 'localhost' }, 'WAKU_HOST', /"localhost" is no IP address/],
    [{ WAKU_HOST: '127.0.0.1/tcp/1' }, 'WAKU_HOST', /is no IP address/],
    [{ WAKU_HOST: 'fe80::1%lo' }, 'WAKU_HOST', /is no IP address/],
    [{ WAKU_HOST: '192.0.2.123' }, 'WAKU_HOST', /is no address of this machine/],
    [{ WAKU_TCP_PORT: 61234, WAKU_WS_PORT: 61234 }, 'WAKU_WS_PORT', /is also WAKU_TCP_PORT/],
  ]
  for (const [changes, setting, wrong] of bad) {
    test(`tell: ${JSON.stringify(changes)}`, async () => {
      const problems = await check(changes)
      assert.deepEqual(
        problems.map((problem) => problem.setting),
        [setting],
      )
      assert.match(problems[0]?.wrong ?? '', wrong)
      assert.ok((problems[0]?.mend ?? '').length > 5)
    })
  }

  test('tell all mistakes at once', async () => {
    const problems = await check({ WAKU_SHARDS: 'a,b', WAKU_PEERS: 'c', WAKU_ANNOUNCE: 'd' })
    assert.deepEqual(
      problems.map(({ setting }) => setting),
      ['WAKU_SHARDS', 'WAKU_SHARDS', 'WAKU_PEERS', 'WAKU_ANNOUNCE'],
    )
  })

  for (const setting of ['WAKU_TCP_PORT', 'WAKU_WS_PORT'] as const) {
    test(`tell a port in use: ${setting}`, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const bound = server.address()
      assert.ok(bound !== null && typeof bound === 'object')
      const problems = await check({ [setting]: bound.port })
      server.close()
      assert.deepEqual(problems, [
        { setting, wrong: `port ${bound.port} is in use`, mend: 'stop what uses it or name another port' },
      ])
    })
  }

  test('become the options of the relay', () => {
    const address = `/ip4/192.0.2.1/tcp/1/p2p/${peerId}`
    const options = relayOptionsOf({ ...sound, WAKU_HOST: '::1', WAKU_WS_PORT: 8000, WAKU_PEERS: ` ${address},` })
    assert.deepEqual(options.listen, ['/ip6/::1/tcp/0', '/ip6/::1/tcp/8000/ws'])
    assert.deepEqual(options.peers, [address])
    assert.deepEqual(options.shards, [32, 64])
    assert.deepEqual(relayOptionsOf({ ...sound, WAKU_SHARDS: '32,032,64,32' }).shards, [32, 64])
  })

  test('have a description each and the prefix of the plugin', () => {
    const { settings, prefix, name, kind } = plugin[manifestKey]
    assert.deepEqual({ prefix, name, kind }, { prefix: 'WAKU_', name: 'waku-relay', kind: 'transport' })
    for (const [key, { description }] of Object.entries(settings)) {
      assert.ok(key.startsWith('WAKU_'))
      assert.ok(description.length > 10)
    }
  })

  test('of shards: every number in the range is one, everything else is not', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: maxShard }), (shard) => shardOf(String(shard)) === shard))
    fc.assert(fc.property(fc.integer({ min: maxShard + 1 }), (number) => shardOf(String(number)) === undefined))
    assert.deepEqual(listOf(' a, ,b,'), ['a', 'b'])
  })
})

describe('transport plugins', () => {
  const plugins = [
    { name: 'memory', plugin: memory, settings: { MEMORY_BUS: 'registered' } },
    { name: 'waku-relay', plugin, settings: { ...sound } },
  ]
  for (const { name, plugin: chosen, settings } of plugins) {
    test(`${name} becomes the host's transport, which dials nobody, and closes with it`, async () => {
      const dataDir = await mkdtemp(join(tmpdir(), 'reveille-waku-'))
      const app = Fastify()
      await app.register(chosen, { context: { settings, dataDir, log: silent, now: Date.now } })
      assert.equal(app.transport.health().status, 'down')
      await startStation(app.transport)
      await app.close()
      await rm(dataDir, { recursive: true })
      assert.match(JSON.stringify(app.transport.health()), /is not open/)
    })
  }
})

describe('waku-relay peer key', () => {
  const folders: string[] = []
  const folder = async (): Promise<string> => {
    const made = await mkdtemp(join(tmpdir(), 'reveille-waku-'))
    folders.push(made)
    return made
  }
  after(() => Promise.all(folders.map((made) => rm(made, { recursive: true }))))

  test('is made once, for the owner alone, and stays', async () => {
    const dataDir = await folder()
    const first = await loadPeerKey(dataDir)
    const again = await loadPeerKey(dataDir)
    assert.equal(first.publicKey.toString(), again.publicKey.toString())
    assert.equal((await stat(join(dataDir, 'waku-peer.key'))).mode & 0o777, 0o600)
  })

  test('makes the peer id of our addresses', async () => {
    const privateKey = await loadPeerKey(await folder())
    const ids: string[] = []
    for (let round = 0; round < 2; round += 1) {
      const { transport } = await startStation(createWakuRelay({ listen: ['/ip4/127.0.0.1/tcp/0'], privateKey }))
      ids.push(String(transport.addresses()[0]?.split('/p2p/')[1]))
      await transport.close()
    }
    assert.equal(ids[0], privateKey.publicKey.toString())
    assert.equal(ids[1], ids[0])
  })

  test('is not guessed from a broken file', async () => {
    const dataDir = await folder()
    await writeFile(join(dataDir, 'waku-peer.key'), 'broken')
    await assert.rejects(loadPeerKey(dataDir), StartError)
  })
})

describe('waku-relay parts', () => {
  test('the codec keeps every field of every message', () => {
    const fields = {
      payload: fc.uint8Array({ maxLength: 300 }),
      contentTopic: fc.string({ unit: 'grapheme' }),
      version: fc.integer({ min: 0, max: 0xffffffff }),
      timestamp: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      ephemeral: fc.boolean(),
    }
    const message = fc.record(fields, { noNullPrototype: true })
    fc.assert(
      fc.property(message, (sent) => {
        const got = decodeWakuMessage('/waku/2/rs/16/32', encodeWakuMessage(sent))
        assert.equal(got?.hash.length, 32)
        assert.deepEqual(got && { ...got, payload: new Uint8Array(got.payload) }, { ...sent, hash: got?.hash })
      }),
    )
  })

  test('the codec survives every sequence of bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeWakuMessage('/waku/2/rs/16/32', bytes)),
    )
  })

  test('stamps grow even while the clock stands still or goes back', () => {
    let time = 1_000
    const stamp = createStamper(() => time)
    const stamps = [stamp(), stamp()]
    time = 500
    stamps.push(stamp())
    time = 1_001
    stamps.push(stamp())
    assert.deepEqual(stamps, [1_000_000_000n, 1_000_000_001n, 1_000_000_002n, 1_001_000_000n])
  })

  test('the pacer lets a burst through at once and the rest in its order', async () => {
    const pacer = createPacer(3, 1)
    const never = new AbortController().signal
    const order: number[] = []
    const turns = Array.from({ length: 10 }, (_, index) => pacer.turn(never).then(() => order.push(index)))
    await Promise.all(turns.slice(0, 3))
    assert.deepEqual(order, [0, 1, 2])
    await Promise.all(turns)
    assert.deepEqual(order, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('the pacer forgets who gives up', async () => {
    const pacer = createPacer(1, 1)
    await pacer.turn(new AbortController().signal)
    const impatient = new AbortController()
    const given = pacer.turn(impatient.signal)
    const next = pacer.turn(new AbortController().signal)
    impatient.abort(new Error('enough'))
    await assert.rejects(given, /enough/)
    await next
    await assert.rejects(pacer.turn(AbortSignal.abort(new Error('before'))), /before/)
  })

  test('delays start short, grow and never pass their limit', () => {
    assert.ok(delayAfter(0, 0.999) <= 100)
    assert.ok(delayAfter(6, 0, 5_000) >= 2_000)
    const failures = fc.nat()
    const chance = fc.double({ min: 0, max: 0.999, noNaN: true })
    const longest = fc.integer({ min: 100, max: 60_000 })
    fc.assert(
      fc.property(failures, chance, longest, (count, where, limit) => {
        const delay = delayAfter(count, where, limit)
        return delay >= 50 && delay <= limit && delayAfter(count, where) <= 800
      }),
    )
  })
})
