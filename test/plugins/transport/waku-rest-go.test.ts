import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { afterEach, describe, test } from 'node:test'
import { createWakuRelay } from '../../../plugins/transport/waku/relay/relay.ts'
import { createWakuRest } from '../../../plugins/transport/waku/rest/rest.ts'
import type { Transport } from '../../../src/ports/index.ts'
import { freePort, startGoRestNode } from '../../fakes/rest-node/go.ts'
import { type Station, startStation, until } from '../../kits/transport.ts'

const binary = process.env['WAKU_NODE_BIN'] ?? ''
const skip = binary === '' ? 'WAKU_NODE_BIN does not name a go-waku binary' : false
const cleanups: (() => Promise<unknown>)[] = []

const started = (transport: Transport): Promise<Station> => {
  cleanups.push(() => transport.close())
  transport.listen([1])
  return startStation(transport)
}
const say = ({ transport }: Station, payload: Uint8Array) =>
  transport.publish({ topic: 1, payload }, AbortSignal.timeout(20_000))
const textsOf = ({ messages }: Station) => messages.map(({ payload }) => Buffer.from(payload).toString('hex'))

/** A relay of ours that the Go node calls, and a transport through the Go node's REST API. */
const join = async (flags: string[] = []) => {
  const relay = await started(createWakuRelay({ listen: ['/ip4/127.0.0.1/tcp/0'], shards: [32] }))
  const restPort = await freePort()
  const run = async () => {
    const go = await startGoRestNode(binary, restPort, [`--staticnode=${relay.transport.addresses()[0]}`, ...flags])
    cleanups.push(() => go.close())
    return go
  }
  const go = await run()
  const rest = await started(createWakuRest({ url: go.url, shards: [32], pollMs: 100, watchMs: 200 }))
  await until('both are up', () => [relay, rest].every(({ transport }) => transport.health().status === 'ok'))
  return { relay, rest, go, run }
}

describe('waku-rest with a real go-waku', { skip }, () => {
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean()
  })

  for (const admin of [true, false])
    test(`carries messages both ways, up to 100 KB, ${admin ? 'with' : 'without'} its admin API`, async () => {
      const { relay, rest } = await join([`--rest-admin=${admin}`])
      const payloads = [Buffer.from('small'), randomBytes(100_000)]
      for (const payload of payloads) await say(rest, payload)
      await until('they arrive', () => relay.messages.length === 2)
      for (const payload of payloads) await say(relay, payload)
      await until('the others arrive', () => rest.messages.length === 2)
      const expected = payloads.map((payload) => payload.toString('hex')).toSorted()
      assert.deepEqual(textsOf(relay).toSorted(), expected)
      assert.deepEqual(textsOf(rest).toSorted(), expected)
      assert.ok(relay.messages.every(({ timestamp }) => timestamp > 1_700_000_000_000_000_000n))
    })

  test('names a message as the relay does, to the nanosecond', async () => {
    const { relay, rest } = await join()
    const third = await started(createWakuRelay({ peers: relay.transport.addresses(), shards: [32] }))
    await until('the third is up', () => third.transport.health().status === 'ok')
    await say(third, Buffer.from('to both'))
    await until('both have it', () => relay.messages.length === 1 && rest.messages.length === 1)
    // Only the relay knows who handed it over.
    const heard = relay.messages.map(({ via: _via, ...message }) => message)
    assert.deepEqual(rest.messages, heard)
  })

  test('goes on after it was killed and started again', async () => {
    const { relay, rest, go, run } = await join(['--rest-admin=true'])
    await go.close()
    await until('it is down', () => rest.transport.health().status === 'down')
    await run()
    await until('it is up', () => rest.transport.health().status === 'ok')
    await say(rest, Buffer.from('again'))
    await until('it arrives', () => relay.messages.length === 1)
    await say(relay, Buffer.from('and back'))
    await until('it arrives as well', () => rest.messages.length === 1)
  })

  test('is without a peer when its only one goes, and does not pretend to publish', async () => {
    const { relay, rest } = await join(['--rest-admin=true'])
    await relay.transport.close()
    await until('it is down', () => rest.transport.health().status === 'down')
    const health = rest.transport.health()
    assert.match(health.status === 'down' ? health.reason : '', /has no relay peer on shard 32, since 20/)
    await assert.rejects(rest.transport.publish({ topic: 1, payload: Buffer.from('x') }, AbortSignal.timeout(500)))
  })

  test('says that it has no store to ask', async () => {
    const { rest } = await join()
    const range = { from: new Date(Date.now() - 60_000), to: new Date(), signal: AbortSignal.timeout(20_000) }
    await assert.rejects(
      rest.transport.history(range)[Symbol.asyncIterator]().next(),
      /No store told all of .*answered \d+/,
    )
  })
})
