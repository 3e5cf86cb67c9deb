import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { afterEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createWakuRelay } from '../../../plugins/transport/waku/relay/relay.ts'
import { contentTopicOf } from '../../../src/ports/index.ts'
import { type GoMessage, type GoNode, startGoNode } from '../../fakes/relay-go-node.ts'
import { type Station, startStation, until } from '../../kits/transport.ts'

const binary = process.env['WAKU_NODE_BIN'] ?? ''
const skip = binary === '' ? 'WAKU_NODE_BIN does not name a go-waku binary' : false
const pubsubTopic = '/waku/2/rs/16/32'
const cleanups: (() => Promise<unknown>)[] = []

const join = async (cluster = 16): Promise<[GoNode, Station]> => {
  const go = await startGoNode(binary, cluster, [`/waku/2/rs/${cluster}/32`])
  cleanups.push(() => go.close())
  const relay = createWakuRelay({ peers: [go.address] })
  cleanups.push(() => relay.close())
  relay.listen([1])
  return [go, await startStation(relay)]
}

const publish = ({ transport }: Station, payload: Uint8Array) =>
  transport.publish({ topic: 1, payload }, AbortSignal.timeout(20_000))

/** Reads at the node until it has so many messages. */
const readAll = async (go: GoNode, count: number): Promise<GoMessage[]> => {
  const found: GoMessage[] = []
  for (const end = performance.now() + 20_000; found.length < count && performance.now() < end; await sleep(20))
    found.push(...(await go.read(pubsubTopic)))
  return found
}

describe('waku-relay with a real go-waku', { skip }, () => {
  afterEach(async () => {
    await Promise.all(cleanups.splice(0).map((clean) => clean()))
  })

  test('publishes to it, up to 140 KB', async () => {
    const [go, station] = await join()
    const payloads = [Buffer.from('small'), randomBytes(140_000)]
    for (const payload of payloads) await publish(station, payload)
    const found = await readAll(go, 2)
    assert.deepEqual(new Set(found.map(({ payload }) => payload)), new Set(payloads.map((p) => p.toString('base64'))))
    for (const message of found) {
      assert.deepEqual(
        [message.contentTopic, message.version, message.ephemeral ?? false],
        [contentTopicOf(1), 1, false],
      )
      assert.match(message.timestamp ?? '', /^\d{19}$/)
    }
  })

  test('receives from it with the exact timestamp', async () => {
    const [go, station] = await join()
    await until('it is up', () => station.transport.health().status === 'ok')
    const timestamp = `${BigInt(Date.now()) * 1_000_000n + 123_457n}`
    const payload = Buffer.from('from go').toString('base64')
    await go.send(pubsubTopic, { payload, contentTopic: contentTopicOf(1), version: 1, timestamp })
    await until('it arrives', () => station.messages.length === 1)
    assert.equal(String(station.messages[0]?.timestamp), timestamp)
    assert.equal(Buffer.from(station.messages[0]?.payload ?? []).toString(), 'from go')
  })

  test('is still connected, over the first connection, after its checks of our metadata', async () => {
    const [go, station] = await join()
    await publish(station, Buffer.from('first'))
    const end = performance.now() + 17_000
    let sent = 1
    for (; performance.now() < end; sent += 1) {
      await publish(station, Buffer.from(`message ${sent}`))
      assert.equal(station.transport.stats()['dials'], 1)
      await sleep(500)
    }
    assert.equal((await readAll(go, sent)).length, sent)
  })

  test('parts from a node of another cluster', async () => {
    const [, station] = await join(17)
    const reason = () => {
      const health = station.transport.health()
      return health.status === 'down' ? health.reason : ''
    }
    await until('it says why', () => /cluster 17|connection ended|closed/.test(reason()))
  })
})
