import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { afterEach, describe, test } from 'node:test'
import Fastify from 'fastify'
import { createWakuRest } from '../../../plugins/transport/waku/rest/rest.ts'
import { preflight, type RestSettings } from '../../../plugins/transport/waku/rest/settings.ts'
import plugin from '../../../plugins/transport/waku-rest.ts'
import { manifestKey } from '../../../src/ports/index.ts'
import { createArchive, createRestNetwork, createRestNode } from '../../fakes/rest-node.ts'
import { startStation, until } from '../../kits/transport.ts'
import { messageOf } from './waku-rest-scene.ts'

const peer = '/ip4/192.0.2.1/tcp/60000/p2p/16Uiu2HAmUr259wBnxNhgnaVXP9EwduoTXpRTJU3kb1xio2QyW6pw'

const sound: RestSettings = {
  WAKU_REST_URL: 'http://127.0.0.1:8645',
  WAKU_REST_PUBLISH: 'relay',
  WAKU_REST_STORE_PEERS: '',
  WAKU_REST_POLL_MS: 500,
  WAKU_REST_TIMEOUT_MS: 8_000,
  WAKU_REST_CANARY_URL: undefined,
  WAKU_CLUSTER: 16,
  WAKU_SHARDS: '32,64',
  WAKU_PUBLISH_SHARD: 32,
  WAKU_MAX_MESSAGE_BYTES: 1024 * 1024,
}
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const contextOf = (settings: RestSettings) => ({ settings, dataDir: tmpdir(), log: silent, now: Date.now })
const check = (changes: Partial<RestSettings>) => preflight(contextOf({ ...sound, ...changes }))

describe('waku-rest settings', () => {
  const good: Partial<RestSettings>[] = [
    {},
    { WAKU_REST_URL: 'https://node.example.org/waku/' },
    { WAKU_REST_CANARY_URL: 'http://[::1]:8646' },
    { WAKU_REST_CANARY_URL: 'https://127.0.0.1:8645' },
    { WAKU_REST_CANARY_URL: 'http://127.0.0.1:8645/other' },
    { WAKU_REST_STORE_PEERS: ` ${peer} , /dns4/store.example.org/tcp/443/wss/p2p/${peer.split('/').at(-1)}` },
    { WAKU_SHARDS: '0', WAKU_PUBLISH_SHARD: 0 },
  ]
  for (const changes of good) test(`pass: ${JSON.stringify(changes)}`, () => assert.deepEqual(check(changes), []))

  const bad: [Partial<RestSettings>, setting: string, wrong: RegExp][] = [
    [{ WAKU_REST_URL: 'localhost:8645' }, 'WAKU_REST_URL', /no URL of http or https/],
    [{ WAKU_REST_URL: 'node' }, 'WAKU_REST_URL', /is no URL/],
    [{ WAKU_REST_URL: 'ftp://127.0.0.1' }, 'WAKU_REST_URL', /no URL of http or https/],
    [{ WAKU_REST_URL: 'http://127.0.0.1:8645/?a=b' }, 'WAKU_REST_URL', /something after its path/],
    [{ WAKU_REST_URL: 'http://user:hunter2@127.0.0.1' }, 'WAKU_REST_URL', /a user or a password/],
    [{ WAKU_REST_CANARY_URL: 'http://hunter2@127.0.0.1' }, 'WAKU_REST_CANARY_URL', /a user or a password/],
    ...[
      'http://127.0.0.1:8645',
      'http://127.0.0.1:8645/',
      'HTTP://127.0.0.1:8645//',
      'http://127.1:8645',
      'http://0x7f000001:08645',
    ].map((url): [Partial<RestSettings>, string, RegExp] => [
      { WAKU_REST_CANARY_URL: url },
      'WAKU_REST_CANARY_URL',
      /it is the node of WAKU_REST_URL/,
    ]),
    [
      { WAKU_REST_URL: 'https://Node.example.org/x/', WAKU_REST_CANARY_URL: 'https://node.example.org:443/x' },
      'WAKU_REST_CANARY_URL',
      /it is the node of WAKU_REST_URL/,
    ],
    [{ WAKU_REST_STORE_PEERS: '127.0.0.1:60000' }, 'WAKU_REST_STORE_PEERS', /is no multiaddr/],
    [{ WAKU_REST_STORE_PEERS: '/ip4/127.0.0.1/tcp/60000' }, 'WAKU_REST_STORE_PEERS', /does not name its peer/],
    [{ WAKU_SHARDS: '32,1024' }, 'WAKU_SHARDS', /"1024" is no shard/],
    [{ WAKU_SHARDS: ',' }, 'WAKU_SHARDS', /names no shard/],
    [{ WAKU_SHARDS: '64' }, 'WAKU_PUBLISH_SHARD', /32 is not among WAKU_SHARDS \(64\)/],
  ]
  for (const [changes, setting, wrong] of bad)
    test(`do not pass: ${JSON.stringify(changes)}`, () => {
      const problems = check(changes)
      assert.deepEqual(
        problems.map((problem) => problem.setting),
        [setting],
      )
      assert.match(problems[0]?.wrong ?? '', wrong)
      assert.ok(!JSON.stringify(problems).includes('hunter2'))
    })

  test('tell all that is wrong at once', () => {
    assert.equal(check({ WAKU_REST_URL: 'x', WAKU_REST_STORE_PEERS: 'y', WAKU_SHARDS: 'z' }).length, 3)
  })
})

describe('waku-rest as a plugin', () => {
  const cleanups: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean()
  })

  test('says what it is', () => {
    const { kind, name, prefix, settings } = plugin[manifestKey]
    assert.deepEqual([kind, name], ['transport', 'waku-rest'])
    assert.ok(Object.keys(settings).every((setting) => setting.startsWith(prefix)))
  })

  test('makes a transport that works, below a path too, and closes with its host', async () => {
    const network = createRestNetwork()
    const node = await createRestNode({ network })
    node.attach()
    network.join(() => {})
    cleanups.push(() => node.stop())
    const app = Fastify()
    await app.register(plugin, { context: contextOf({ ...sound, WAKU_REST_URL: `${node.url}/` }) })
    await startStation(app.transport)
    await until('it is healthy', () => app.transport.health().status === 'ok')
    await app.close()
    assert.equal(app.transport.health().status, 'down')
  })

  /** A transport with these settings on a node of its own, started, and what it asks of that node. */
  const running = async (changes: Partial<RestSettings>) => {
    const network = createRestNetwork()
    const node = await createRestNode({ network, stores: new Map([[peer, createArchive()]]) })
    node.attach()
    network.join(() => {})
    const app = Fastify()
    cleanups.push(
      () => node.stop(),
      () => app.close(),
    )
    await app.register(plugin, { context: contextOf({ ...sound, WAKU_REST_URL: node.url, ...changes }) })
    app.transport.listen([1])
    const { transport, ignored } = await startStation(app.transport)
    await until('it is healthy', () => transport.health().status === 'ok')
    const publish = (bytes: number) =>
      transport.publish({ topic: 1, payload: Buffer.alloc(bytes) }, AbortSignal.timeout(5_000))
    const asksOf = (wanted: string) => node.asked.filter(({ route }) => route === wanted)
    return { network, node, transport, ignored, publish, asksOf }
  }

  for (const [by, route] of [
    ['relay', 'publish'],
    ['lightpush', 'lightpush'],
  ] as const)
    test(`publishes by ${by} where WAKU_REST_PUBLISH says so`, async () => {
      const { publish, asksOf } = await running({ WAKU_REST_PUBLISH: by })
      await publish(3)
      assert.deepEqual([asksOf('publish').length, asksOf('lightpush').length], route === 'publish' ? [1, 0] : [0, 1])
    })

  test('asks the stores of WAKU_REST_STORE_PEERS', async () => {
    const { transport, asksOf } = await running({ WAKU_REST_STORE_PEERS: peer })
    const range = { from: new Date(Date.now() - 60_000), to: new Date(), signal: AbortSignal.timeout(5_000) }
    for await (const _message of transport.history(range)) assert.fail('there is none')
    assert.ok(asksOf('store').length > 0)
    assert.ok(asksOf('store').every(({ query }) => query.get('peerAddr') === peer))
  })

  test('reads as often as WAKU_REST_POLL_MS says', async () => {
    const { asksOf } = await running({ WAKU_REST_POLL_MS: 10 })
    const before = asksOf('poll').length
    const began = performance.now()
    await until('it has read', () => asksOf('poll').length >= before + 40)
    assert.ok(performance.now() - began < 5_000)
  })

  test('waits for a publish no longer than WAKU_REST_TIMEOUT_MS', async () => {
    const { node, publish, asksOf } = await running({ WAKU_REST_TIMEOUT_MS: 500 })
    node.fail('publish', { kind: 'silence' }, 1)
    await publish(3)
    assert.equal(asksOf('publish').length, 2)
  })

  test('subscribes WAKU_SHARDS of WAKU_CLUSTER, and publishes on WAKU_PUBLISH_SHARD', async () => {
    const shards = { WAKU_CLUSTER: 5, WAKU_SHARDS: '7, 64', WAKU_PUBLISH_SHARD: 64 }
    const { node, publish, network } = await running({ ...shards, WAKU_REST_PUBLISH: 'lightpush' })
    assert.deepEqual([...node.subscriptions], ['/waku/2/rs/5/7', '/waku/2/rs/5/64'])
    await publish(3)
    assert.deepEqual(
      network.archive.kept.map(({ pubsubTopic }) => pubsubTopic),
      ['/waku/2/rs/5/64'],
    )
  })

  test('neither takes nor gives more than WAKU_MAX_MESSAGE_BYTES', async () => {
    const { publish, network, ignored } = await running({ WAKU_MAX_MESSAGE_BYTES: 1_024 })
    await assert.rejects(publish(1_024), /the network takes 1024/)
    await publish(500)
    network.send('/waku/2/rs/16/32', messageOf('large', { payload: Buffer.alloc(1_025).toString('base64') }))
    await until('it is ignored', () => ignored.includes('oversized'))
  })

  test('gives its stranger the node of WAKU_REST_CANARY_URL', async () => {
    const other = await createRestNode({ network: createRestNetwork() })
    cleanups.push(() => other.stop())
    const { transport } = await running({ WAKU_REST_CANARY_URL: other.url })
    const stranger = transport.stranger()
    cleanups.push(() => stranger.close())
    await startStation(stranger)
    await until('it reads that node', () => other.subscriptions.size === 2)
  })

  test('refuses a shard to publish on that it does not listen to', () => {
    assert.throws(() => createWakuRest({ url: 'http://127.0.0.1:1', shards: [1] }), /Shard 32 is not among 1/)
  })

  test('lets its process end once it is closed, whatever the node does', async () => {
    const node = await createRestNode({ network: createRestNetwork() })
    for (const route of ['peers', 'store', 'poll'] as const) node.fail(route, { kind: 'silence' })
    cleanups.push(() => node.stop())
    const module = new URL('../../../plugins/transport/waku/rest/rest.ts', import.meta.url).href
    const script = `
      import { createWakuRest } from '${module}'
      const transport = createWakuRest({ url: '${node.url}' })
      await transport.start({ onMessage: () => {}, onIgnored: () => {} })
      transport.publish({ topic: 1, payload: new Uint8Array(3) }, new AbortController().signal).catch(() => {})
      const range = { from: new Date(0), to: new Date(), signal: new AbortController().signal }
      transport.history(range).next().catch(() => {})
      await transport.close()
    `
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'inherit' })
    cleanups.push(async () => child.kill('SIGKILL'))
    const [code] = await once(child, 'exit', { signal: AbortSignal.timeout(15_000) })
    assert.equal(code, 0)
  })
})
