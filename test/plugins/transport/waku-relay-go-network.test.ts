import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createWakuRelay } from '../../../plugins/transport/waku/relay/relay.ts'
import { type GoNode, startGoNode } from '../../fakes/relay-go-node.ts'
import { createTcpProxy, type TcpProxy } from '../../fakes/tcp-proxy.ts'
import { startThirdParty } from '../../fakes/third-party.ts'
import { type Station, startStation, until } from '../../kits/transport.ts'

const binary = process.env['WAKU_NODE_BIN'] ?? ''
const skip = binary === '' ? 'WAKU_NODE_BIN does not name a go-waku binary' : false
const cleanups: (() => Promise<unknown>)[] = []

const kept = <T extends { close(): Promise<unknown> }>(thing: T): T => {
  cleanups.unshift(() => thing.close())
  return thing
}

interface Stretch {
  readonly go: GoNode
  readonly proxy: TcpProxy
  readonly gateway: Station
}

/** A gateway that knows one go-waku, with a stretch of network between, and a third party there that keeps sending. */
const stretch = async (): Promise<Stretch> => {
  const go = kept(await startGoNode(binary, 16, ['/waku/2/rs/16/32', '/waku/2/rs/16/64']))
  const proxy = kept(await createTcpProxy(go.address))
  const gateway = await startStation(kept(createWakuRelay({ peers: [proxy.address] })))
  gateway.transport.listen([1])
  kept(await startThirdParty(go.address, 1))
  await until('messages flow', () => gateway.messages.length > 0)
  return { go, proxy, gateway }
}

const nextAfter = async ({ messages }: Station): Promise<number> => {
  const since = performance.now()
  const before = messages.length
  await until('a message comes', () => messages.length > before, 60_000)
  return performance.now() - since
}

describe('waku-relay with a real go-waku on a network that fails', { skip }, () => {
  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean()
  })

  const cuts = [
    { how: 'silence', forMs: 14_000 },
    { how: 'reset', forMs: 5_000 },
    { how: 'refuse', forMs: 5_000 },
  ] as const
  for (const { how, forMs } of cuts) {
    test(`hears a third party within 5 s after ${forMs / 1_000} s of ${how}`, async (t) => {
      const { gateway, proxy } = await stretch()
      proxy.cut(how)
      await sleep(forMs)
      await proxy.mend()
      const took = await nextAfter(gateway)
      t.diagnostic(`it took ${Math.round(took)} ms`)
      assert.ok(took < 5_000, `it took ${took} ms`)
    })
  }

  test('hears a third party again after the node restarts', async (t) => {
    const { go, gateway } = await stretch()
    await go.kill()
    await until('it is down', () => gateway.transport.health().status === 'down')
    await go.start()
    const took = await nextAfter(gateway)
    t.diagnostic(`it took ${Math.round(took)} ms`)
    assert.ok(took < 5_000, `it took ${took} ms`)
  })
})
