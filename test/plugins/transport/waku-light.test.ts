import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { test } from 'node:test'
import type { Libp2p } from '@libp2p/interface'
import { lpStream } from 'it-length-prefixed-stream'
import { FilterPush } from '../../../proto/generated/waku-services.js'
import type { ServiceNode } from '../../fakes/service-node.ts'
import { createTcpProxy } from '../../fakes/tcp-proxy.ts'
import { type Station, startStation, until } from '../../kits/transport.ts'
import {
  createLog,
  createStage,
  criteriaAt,
  healthy,
  isOk,
  letter,
  pubsubTopic,
  soon,
  stat,
  textsOf,
} from './waku-light/stage.ts'

const stage = createStage()
const nobody = '/ip4/127.0.0.1/tcp/1/p2p/12D3KooWHTHTZ6MLczZeJ4xgombgeeAyuoQrEN4qqFrmxRkrjxWj'

const reasonOf = ({ transport }: Station): string => {
  const health = transport.health()
  return health.status === 'ok' ? 'ok' : health.reason
}

/** Pushes raw bytes to a subscriber, each in a frame of its own. */
const pushRaw = async (node: Libp2p, frames: readonly Uint8Array[]): Promise<void> => {
  const [connection] = node.getConnections()
  assert.ok(connection !== undefined)
  for (const frame of frames) {
    const stream = await connection.newStream('/vac/waku/filter-push/2.0.0-beta1', { maxOutboundStreams: 10_000 })
    await lpStream(stream).write(frame)
    await stream.close()
  }
}

test('says since when it is down and what it tried, while nobody can be reached', async () => {
  const before = Date.now()
  const a = await stage.light([nobody])
  await until('it has tried', () => /ECONNREFUSED/.test(reasonOf(a)))
  const [, since = ''] =
    /no live filter subscription on shard 32 of cluster 16 since (\S+), tried/.exec(reasonOf(a)) ?? []
  assert.ok(Math.abs(Date.parse(since) - before) < 5_000)
  assert.match(reasonOf(a), /tried \/ip4\/127\.0\.0\.1\/tcp\/1\//)
  const [peer] = a.transport.peers()
  assert.equal(peer?.connected, false)
  assert.equal(peer?.source, 'static')
})

test('is down where no node takes messages', async () => {
  const node = await stage.node({ lightpush: false, legacyLightpush: false })
  const a = await stage.light([node.address], [], { quietMs: 200, patienceMs: 200 })
  await until('it is known', () => /no node that takes messages by light push .* since \d{4}-/.test(reasonOf(a)))
})

test('is down where no node pushes messages', async () => {
  const node = await stage.node({ filter: false })
  const a = await stage.light([node.address])
  await until('it is known', () => /no live filter subscription .*it has no filter service/.test(reasonOf(a)))
})

test('is down while the filter of its node does not answer, and recovers', async () => {
  const node = await stage.node()
  node.silence('filter', true)
  const a = await stage.light([node.address])
  await until('it is known', () => /no live filter subscription .*no answer within 5000 ms/.test(reasonOf(a)))
  node.silence('filter', false)
  await until('it is healthy', () => isOk(a), 30_000)
})

test('hangs up on a node of another cluster, and says why', async () => {
  const node = await stage.node({ cluster: 1, shards: [32] })
  const log = createLog()
  const a = await stage.light([node.address], [], { log })
  await until('it is known', () => /it is on cluster 1, we are on 16/.test(reasonOf(a)))
  assert.ok(log.lines.some(({ level, message }) => level === 'warn' && message.includes('hung up on')))
})

test('knows its nodes with their quality', async () => {
  const node = await stage.node()
  const a = await stage.light([node.address])
  await healthy(a)
  await a.transport.publish({ topic: 1, payload: randomBytes(10) }, soon())
  await until('all is known', () => (a.transport.peers()[0]?.roles.length ?? 0) === 3)
  const [peer, ...others] = a.transport.peers()
  assert.deepEqual(others, [])
  assert.equal(peer?.id, node.peerId)
  assert.equal(peer.address, node.address)
  assert.deepEqual([...peer.roles].sort(), ['filter', 'lightpush', 'store'])
  assert.equal(peer.connected, true)
  assert.ok((peer.latencyMs ?? -1) >= 0)
  assert.ok((peer.score ?? 0) > 0)
})

test('works over WebSocket', async () => {
  const node = await stage.node({ ws: true })
  const [, address = ''] = node.addresses
  assert.ok(address.includes('/ws'))
  const a = await stage.light([address], [1])
  await healthy(a)
  await node.publish(pubsubTopic, letter(1, 'hello'))
  await until('it arrives', () => a.messages.length === 1)
})

test('counts pushes that are no messages, and goes on', async () => {
  const node = await stage.node()
  const a = await stage.light([node.address], [1])
  await healthy(a)
  const wire = { payload: Buffer.from('x'), contentTopic: '/waku/1/0x00000001/rfc26', version: 1 }
  await pushRaw(node.libp2p, [
    Uint8Array.of(255, 255),
    new Uint8Array(),
    FilterPush.encode({ pubsubTopic }).finish(),
    FilterPush.encode({ message: wire }).finish(),
    FilterPush.encode({ message: { ...wire, version: 0 }, pubsubTopic }).finish(),
    FilterPush.encode({ message: { ...wire, contentTopic: '/waku/1/0x00000009/rfc26' }, pubsubTopic }).finish(),
  ])
  await pushRaw(node.libp2p, [randomBytes(1024 * 1024 + 2_000)]).catch(() => undefined)
  await until('all are counted', () => a.ignored.length === 7)
  assert.deepEqual(a.ignored.toSorted(), [
    'malformed',
    'malformed',
    'malformed',
    'malformed',
    'oversized',
    'topic',
    'version',
  ])
  await node.publish(pubsubTopic, letter(1, 'hello'))
  await until('it arrives', () => a.messages.length === 1)
  assert.equal(stat(a, 'dials'), 1)
})

test('hangs up on a node that floods it with what is no message, and goes on by the other', async () => {
  const [first, second] = await stage.network({}, {})
  assert.ok(first !== undefined && second !== undefined)
  const a = await stage.light([first.address, second.address], [1])
  await healthy(a)
  await until('both push', () => criteriaAt(first) === 2 && criteriaAt(second) === 2)
  const [connection] = first.libp2p
    .getConnections()
    .filter(({ streams }) => streams.every(({ protocol }) => !protocol?.includes('relay')))
  assert.ok(connection !== undefined)
  const stream = await connection.newStream('/vac/waku/filter-push/2.0.0-beta1')
  const frames = Array.from({ length: 3_000 }, () => Uint8Array.of(255))
  await lpStream(stream)
    .writeV(frames)
    .catch(() => undefined)
  await until('it is refused', () =>
    a.transport
      .peers()
      .some(
        ({ id, connected, failure }) => id === first.peerId && !connected && failure === 'it sends what is no message',
      ),
  )
  assert.ok(a.ignored.length < 2_000)
  await second.publish(pubsubTopic, letter(1, 'hello'))
  await until('it arrives', () => a.messages.length === 1)
  assert.equal(isOk(a), true)
  assert.equal(stat(a, 'peers'), 1)
})

test('passes messages of strange times on as they are', async () => {
  const node = await stage.node()
  const a = await stage.light([node.address], [1])
  await healthy(a)
  const nextYear = BigInt(Date.now() + 366 * 86_400_000) * 1_000_000n
  for (const timestamp of [0n, 1n, nextYear])
    await node.publish(pubsubTopic, { ...letter(1, `at ${timestamp}`), timestamp })
  await until('they arrive', () => a.messages.length === 3)
  assert.deepEqual(new Set(a.messages.map(({ timestamp }) => timestamp)), new Set([0n, 1n, nextYear]))
})

test('has a stranger that uses the same nodes the other way round', async () => {
  const [first, second] = await stage.network({}, {})
  assert.ok(first !== undefined && second !== undefined)
  const a = await stage.light([first.address, second.address], [1])
  await healthy(a)
  const stranger = await startStation(a.transport.stranger())
  try {
    await healthy(stranger)
    await until('both nodes are there', () => stat(stranger, 'peers') === 2)
    await stranger.transport.publish({ topic: 1, payload: Buffer.from('hello') }, soon())
    await until('it arrives', () => a.messages.length === 1)
    assert.ok(second.seen.some(({ via, message }) => via === 'lightpush' && !message.ephemeral))
    assert.equal(new Set([...first.filter.subscribers().keys()]).size, 2)
  } finally {
    await stranger.transport.close()
  }
})

const closesSoon = async ({ transport }: Station): Promise<void> => {
  const since = performance.now()
  await transport.close()
  assert.ok(performance.now() - since < 5_000)
}

test('closes in time while its node says nothing', async () => {
  const node = await stage.node()
  const a = await stage.light([node.address], [1])
  await healthy(a)
  for (const service of ['filter', 'lightpush', 'store', 'metadata'] as const) node.silence(service, true)
  a.transport.listen([2])
  const sent = assert.rejects(a.transport.publish({ topic: 1, payload: randomBytes(10) }, soon()))
  await closesSoon(a)
  await sent
})

test('closes in time while the connection swallows everything', async () => {
  const node = await stage.node()
  const proxy = await createTcpProxy(node.address)
  try {
    const a = await stage.light([proxy.address], [1])
    await healthy(a)
    proxy.cut('silence')
    await closesSoon(a)
  } finally {
    await proxy.close()
  }
})

const program = (address: string): string => `
  import { createWakuLight } from ${JSON.stringify(new URL('../../../plugins/transport/waku/light/light.ts', import.meta.url).href)}
  const transport = createWakuLight({ nodes: [${JSON.stringify(address)}, ${JSON.stringify(nobody)}] })
  transport.listen([1, 2])
  await transport.start({ onMessage: () => {}, onIgnored: () => {} })
  while (transport.health().status !== 'ok') await new Promise((resolve) => setTimeout(resolve, 20))
  process.send('healthy')
  await new Promise((resolve) => process.once('message', resolve))
  process.disconnect()
  await transport.close()
`

const runs = async (node: ServiceNode, meanwhile: () => void): Promise<number | null> => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program(node.address)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  try {
    await once(child, 'message', { signal: soon(30_000) })
    meanwhile()
    child.send('close')
    const [code] = (await once(child, 'exit', { signal: soon(10_000) })) as [number | null]
    return code
  } finally {
    child.kill('SIGKILL')
  }
}

for (const [what, silent] of [
  ['answers', false],
  ['hangs', true],
] as const)
  test(`lets its process end after the close when the node ${what}`, async () => {
    const node = await stage.node()
    const code = await runs(node, () => node.silence('filter', silent))
    assert.equal(code, 0)
    if (!silent) await until('nothing is left', () => criteriaAt(node) === 0)
  })

test('does not hand on what arrives after the close', async () => {
  const node = await stage.node()
  const a = await stage.light([node.address], [1])
  await healthy(a)
  const closed = a.transport.close()
  await node.publish(pubsubTopic, letter(1, 'late'))
  await closed
  assert.deepEqual(textsOf(a), [])
})
