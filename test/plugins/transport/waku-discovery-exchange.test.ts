import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { multiaddr } from '@multiformats/multiaddr'
import { lpStream } from 'it-length-prefixed-stream'
import { createDiscovery, type Discovery, type FoundPeer } from '../../../plugins/transport/waku/discovery/index.ts'
import { createRelayNode, type RelayNode } from '../../../plugins/transport/waku/relay/node.ts'
import { PeerExchangeRpc } from '../../../proto/generated/waku-services.js'
import { listedShards, makeRecord } from '../../fakes/enr-tree.ts'

const protocol = '/vac/waku/peer-exchange/2.0.0-alpha1'
const patienceMs = 10_000

const until = async (isTrue: () => boolean): Promise<void> => {
  const end = performance.now() + patienceMs
  while (!isTrue()) {
    assert.ok(performance.now() < end, 'waited in vain')
    await sleep(5)
  }
}

type Answer = (wanted: number) => Uint8Array | undefined

const startNode = async (listen: readonly string[] = []): Promise<RelayNode> => {
  const node = await createRelayNode({ pubsubTopics: [], listen, announce: [], privateKey: undefined })
  await node.start()
  return node
}

describe('peers that other peers know', { timeout: 60_000 }, () => {
  const closing: (() => unknown)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })

  /** A node that answers with what `answer` says; where that is nothing, it leaves the question open. */
  const startServer = async (answer: Answer): Promise<{ address: string; peerId: string; asked: number[] }> => {
    const node = await startNode(['/ip4/127.0.0.1/tcp/0'])
    const asked: number[] = []
    await node.handle(protocol, async ({ stream }) => {
      const messages = lpStream(stream)
      try {
        const { query } = PeerExchangeRpc.decode((await messages.read()).subarray())
        asked.push(Number(query?.numPeers))
        const bytes = answer(Number(query?.numPeers))
        if (bytes !== undefined) await messages.write(bytes)
      } catch {
        // Whoever asked has left.
      }
    })
    closing.push(() => node.stop())
    return { address: String(node.getMultiaddrs()[0]), peerId: node.peerId.toString(), asked }
  }

  const discover = async (
    servers: readonly { address: string }[],
  ): Promise<{ discovery: Discovery; found: FoundPeer[]; node: RelayNode }> => {
    const node = await startNode()
    closing.push(() => node.stop())
    for (const { address } of servers) await node.dial(multiaddr(address))
    const found: FoundPeer[] = []
    const discovery = createDiscovery({
      trees: [],
      servers: [],
      exchange: true,
      node: () => node,
      cluster: 16,
      shards: [32],
      onPeer: (peer) => void found.push(peer),
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      now: Date.now,
      signal: new AbortController().signal,
      times: { failingExchangeMs: 50, exchangeMs: 100 },
    })
    closing.push(() => discovery.close())
    return { discovery, found, node }
  }

  const encode = (records: readonly Uint8Array[], status?: number): Uint8Array =>
    PeerExchangeRpc.encode({
      response: { peers: records.map((enr) => ({ enr })), ...(status === undefined ? {} : { statusCode: status }) },
    }).finish()

  const rs = listedShards(16, [32])
  const address = { ip: Uint8Array.of(192, 0, 2, 1), tcp: Uint8Array.of(80) }

  for (const status of [undefined, 200])
    test(`are given, with status ${status ?? 'none'}, and asked for again`, async () => {
      const made = [makeRecord({ ...address, rs }), makeRecord(address)]
      const server = await startServer(() =>
        encode(
          made.map(({ bytes }) => bytes),
          status,
        ),
      )
      const { found } = await discover([server])
      await until(() => server.asked.length >= 3)
      assert.deepEqual(new Set(found.map(({ peerId }) => peerId)), new Set(made.map(({ peerId }) => peerId)))
      assert.ok(found.every(({ source }) => source === 'exchange'))
      assert.ok(server.asked.every((wanted) => wanted > 0 && wanted <= 100))
    })

  test('are not given where a record is bad, does not fit or is our own', async () => {
    const good = makeRecord({ ...address, rs })
    const others = [
      makeRecord({ ...address, rs: listedShards(1, [32]) }).bytes,
      Uint8Array.of(1, 2, 3),
      new Uint8Array(),
    ]
    const server = await startServer(() => encode([good.bytes, ...others, ...others]))
    const { discovery, found } = await discover([server])
    await until(() => found.length > 0)
    const { badRecords = 0, unfit = 0 } = discovery.stats()
    assert.deepEqual([found[0]?.peerId, badRecords % 2, unfit % 2], [good.peerId, 0, 0])
    assert.ok(badRecords >= 2 && unfit >= 2)
  })

  test('are read up to a hundred of an answer', async () => {
    const record = makeRecord(address).bytes
    const server = await startServer(() => encode(Array.from({ length: 300 }, () => record)))
    const { found, discovery } = await discover([server])
    await until(() => found.length > 0)
    assert.ok(found.length <= 100 * (discovery.stats()['exchanges'] ?? 0))
    assert.equal(found.length % 100, 0)
  })

  const record = makeRecord({ ...address, rs }).bytes
  const faults: readonly (readonly [what: string, answer: Answer])[] = [
    ['garbage', () => Uint8Array.of(255, 255, 255)],
    ['no response', () => PeerExchangeRpc.encode({ query: { numPeers: 1 } }).finish()],
    ['a status of failure', () => encode([record], 503)],
    ['more than 64 KiB', () => encode(Array.from({ length: 600 }, () => record))],
  ]
  for (const [what, answer] of faults)
    test(`are taken from another peer where one answers with ${what}`, async () => {
      const [faulty, sound] = [await startServer(answer), await startServer(() => encode([makeRecord(address).bytes]))]
      const { discovery, found } = await discover([faulty, sound])
      await until(() => found.length >= 2 && (discovery.stats()['exchangeFailures'] ?? 0) >= 2)
      assert.ok(faulty.asked.length >= 2)
    })

  test('are not waited for at the end, though a peer says nothing', async () => {
    const server = await startServer(() => undefined)
    const { discovery, node } = await discover([server])
    await until(() => server.asked.length === 1)
    const since = performance.now()
    discovery.close()
    await until(() =>
      node.getConnections().every(({ streams }) => streams.every(({ protocol: name }) => name !== protocol)),
    )
    assert.ok(performance.now() - since < 2_000)
  })

  test('are asked of nobody who does not speak the protocol', async () => {
    const plain = await startNode(['/ip4/127.0.0.1/tcp/0'])
    closing.push(() => plain.stop())
    const { discovery, node } = await discover([{ address: String(plain.getMultiaddrs()[0]) }])
    await until(() => node.getPeers().length === 1)
    await sleep(200)
    assert.equal(discovery.stats()['exchanges'], 0)
  })
})
