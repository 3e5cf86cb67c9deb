import assert from 'node:assert/strict'
import { test } from 'node:test'
import plugin from '../../../plugins/transport/waku-light.ts'
import { checkSettings } from '../../../src/settings.ts'

const node = '/ip4/192.0.2.1/tcp/60000/p2p/12D3KooWHTHTZ6MLczZeJ4xgombgeeAyuoQrEN4qqFrmxRkrjxWj'

const problemsOf = async (env: Record<string, string>): Promise<string[]> => {
  const { problems, plugins, settingsOf } = await checkSettings(
    { TRANSPORT_PLUGIN: 'waku-light', CRYPTO_PLUGIN: 'noble', STORAGE_PLUGIN: 'memory', ...env },
    { transport: [plugin] },
  )
  const light = plugins.find(({ manifest }) => manifest.name === 'waku-light')
  assert.ok(light !== undefined)
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  const more = await light.manifest.preflight({ settings: settingsOf(light), dataDir: '.', log, now: Date.now })
  return [...problems, ...more].map(({ setting, wrong }) => `${setting}: ${wrong}`)
}

test('takes good settings', async () => {
  assert.deepEqual(await problemsOf({ WAKU_LIGHT_NODES: `${node}, ${node.replace('tcp/60000', 'tcp/443/wss')}` }), [])
})

for (const [what, env, expected] of [
  ['no node', {}, /^WAKU_LIGHT_NODES: it names no service node/],
  ['commas alone', { WAKU_LIGHT_NODES: ' , ' }, /^WAKU_LIGHT_NODES: it names no service node/],
  ['a host name for an address', { WAKU_LIGHT_NODES: 'node.example.org:60000' }, /is no multiaddr/],
  ['an address without the peer', { WAKU_LIGHT_NODES: '/ip4/192.0.2.1/tcp/60000' }, /does not name its peer/],
  ['an address over UDP', { WAKU_LIGHT_NODES: node.replace('tcp', 'udp') }, /is no TCP or WebSocket address/],
  ['a wrong store', { WAKU_LIGHT_NODES: node, WAKU_STORE_NODES: 'here' }, /^WAKU_STORE_NODES: "here" is no multiaddr/],
  ['no shard', { WAKU_LIGHT_NODES: node, WAKU_SHARDS: ',' }, /^WAKU_SHARDS: it names no shard/],
  ['a shard out of range', { WAKU_LIGHT_NODES: node, WAKU_SHARDS: '32,1024' }, /^WAKU_SHARDS: "1024" is no shard/],
  ['another shard to publish on', { WAKU_LIGHT_NODES: node, WAKU_PUBLISH_SHARD: '64' }, /64 is not among WAKU_SHARDS/],
  ['a cluster out of range', { WAKU_LIGHT_NODES: node, WAKU_CLUSTER: '70000' }, /^WAKU_CLUSTER: /],
  ['a mistyped name', { WAKU_LIGHT_NODES: node, WAKU_LIGHT_NODE: node }, /^WAKU_LIGHT_NODE: there is no such setting/],
] as const)
  test(`says what is wrong with ${what}`, async () => {
    const problems = await problemsOf(env)
    assert.equal(problems.length, 1, problems.join('\n'))
    assert.match(problems[0] ?? '', expected)
  })
