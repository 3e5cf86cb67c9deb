import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { createWakuRelay, type RelayOptions } from '../../../plugins/transport/waku/relay/relay.ts'
import { createTcpProxy, type TcpProxy } from '../../fakes/tcp-proxy.ts'
import { startThirdParty } from '../../fakes/third-party.ts'
import { type Station, startStation, until } from '../../kits/transport.ts'

const loopback = '/ip4/127.0.0.1/tcp/0'
const cleanups: (() => Promise<unknown>)[] = []

/** Closed at the end of the test, the last first. */
const kept = <T extends { close(): Promise<unknown> }>(thing: T): T => {
  cleanups.unshift(() => thing.close())
  return thing
}

const startRelay = (options: RelayOptions): Promise<Station> => startStation(kept(createWakuRelay(options)))
const freshKey = async () => (await generateKeyPair('Ed25519')) as NonNullable<RelayOptions['privateKey']>
const addressOf = ({ transport }: Station): string => String(transport.addresses()[0])
const withoutPeer = (address: string): string => address.replace(/\/p2p\/.*/, '')
const isUp = ({ transport }: Station): boolean => transport.health().status === 'ok'
const reasonOf = ({ transport }: Station): string => {
  const health = transport.health()
  return health.status === 'down' ? health.reason : ''
}

interface Stretch {
  readonly gateway: Station
  readonly hub: Station
  readonly proxy: TcpProxy
}

/** A gateway that knows one peer, with a stretch of network between, and a third party at that peer that keeps sending. */
const stretch = async (): Promise<Stretch> => {
  const hub = await startRelay({ listen: [loopback] })
  const proxy = kept(await createTcpProxy(addressOf(hub)))
  const gateway = await startRelay({ peers: [proxy.address] })
  gateway.transport.listen([1])
  kept(await startThirdParty(addressOf(hub), 1))
  await until('messages flow', () => gateway.messages.length > 0)
  return { gateway, hub, proxy }
}

/** Milliseconds until the next message comes. */
const nextAfter = async ({ messages }: Station): Promise<number> => {
  const since = performance.now()
  const before = messages.length
  await until('a message comes', () => messages.length > before, 30_000)
  return performance.now() - since
}

describe('waku-relay on a network that fails', () => {
  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean()
  })

  const cuts = [
    { how: 'silence', back: 'resume', forMs: 2_000 },
    { how: 'silence', back: 'resume', forMs: 14_000 },
    { how: 'silence', back: 'forget', forMs: 14_000 },
    { how: 'reset', back: 'resume', forMs: 5_000 },
    { how: 'refuse', back: 'resume', forMs: 5_000 },
  ] as const
  for (const { how, back, forMs } of cuts) {
    test(`hears a third party within 5 s after ${forMs / 1_000} s of ${how} (${back})`, async () => {
      const { gateway, proxy } = await stretch()
      proxy.cut(how)
      await sleep(forMs)
      await proxy.mend(back)
      const took = await nextAfter(gateway)
      assert.ok(took < 5_000, `it took ${took} ms`)
    })
  }

  test('finds a connection whose packets vanish in 10 s, is down then, and says since when and why', async () => {
    const { gateway, proxy } = await stretch()
    const before = Date.now()
    proxy.cut('silence')
    await until('it is down', () => !isUp(gateway), 10_000)
    await until('it says why', () => /said nothing/.test(reasonOf(gateway)), 10_000)
    const since = /since (\S+Z), tried (\S+) \(it (said|took)/.exec(reasonOf(gateway))
    assert.equal(since?.[2], proxy.address)
    assert.ok(Date.parse(since?.[1] ?? '') >= before && Date.parse(since?.[1] ?? '') <= Date.now())
    assert.equal(gateway.transport.stats()['silentConnections'], 1)
  })

  test('tells of a peer that takes the call and says nothing, and hears it as soon as it speaks', async () => {
    const hub = await startRelay({ listen: [loopback] })
    const proxy = kept(await createTcpProxy(addressOf(hub)))
    proxy.cut('silence')
    const gateway = await startRelay({ peers: [proxy.address] })
    await until('it says so', () => /it took the call and then said nothing for 2500 ms/.test(reasonOf(gateway)))
    await proxy.mend()
    await until('it is up', () => isUp(gateway), 5_000)
  })

  test('keeps a peer on a slow line', async () => {
    const { gateway, proxy } = await stretch()
    proxy.cut('reset')
    await until('it is down', () => !isUp(gateway))
    proxy.delay(300)
    await proxy.mend()
    await until('it is up', () => isUp(gateway))
    await nextAfter(gateway)
    const { dials } = gateway.transport.stats()
    await sleep(10_000)
    assert.equal(gateway.transport.stats()['dials'], dials)
  })

  test('goes on calling a peer that restarts', async () => {
    const privateKey = await freshKey()
    const first = await startRelay({ listen: [loopback], privateKey })
    const address = addressOf(first)
    const gateway = await startRelay({ peers: [address] })
    await until('it is up', () => isUp(gateway))
    await first.transport.close()
    await until('it is down', () => !isUp(gateway))
    await until('it says why', () => /ECONNREFUSED/.test(reasonOf(gateway)))
    await startRelay({ listen: [withoutPeer(address)], privateKey })
    await until('it is up', () => isUp(gateway), 3_000)
  })

  test('tells of a peer that came back as another', async () => {
    const first = await startRelay({ listen: [loopback] })
    const address = addressOf(first)
    const gateway = await startRelay({ peers: [address] })
    await until('it is up', () => isUp(gateway))
    await first.transport.close()
    await startRelay({ listen: [withoutPeer(address)] })
    await until('it says so', () => /another peer answers there: its key is not the one/.test(reasonOf(gateway)))
  })

  test('calls a peer by its name', async () => {
    const hub = await startRelay({ listen: [loopback] })
    const gateway = await startRelay({ peers: [addressOf(hub).replace('/ip4/127.0.0.1', '/dns4/localhost')] })
    await until('it is up', () => isUp(gateway))
  })

  test('tells of a name that is none', async () => {
    const hub = await startRelay({ listen: [loopback] })
    const gateway = await startRelay({ peers: [addressOf(hub).replace('/ip4/127.0.0.1', '/dns4/nobody.invalid')] })
    await until('it says so', () => /nobody\.invalid \(.*|nobody\.invalid/.test(reasonOf(gateway)))
    await until('it says why', () => /ENOTFOUND|EAI_AGAIN|no answer for the name/.test(reasonOf(gateway)))
  })

  test('offers a peer that comes back what it published in the last seconds', async () => {
    const hub = await startRelay({ listen: [loopback] })
    const other = await startRelay({ listen: [loopback] })
    const proxy = kept(await createTcpProxy(addressOf(hub)))
    hub.transport.listen([1])
    const gateway = await startRelay({ peers: [proxy.address, addressOf(other)] })
    await until('both are there', () => gateway.transport.stats()['peers'] === 2)
    proxy.cut('reset')
    await until('one is gone', () => gateway.transport.stats()['peers'] === 1)
    await gateway.transport.publish({ topic: 1, payload: Buffer.from('late') }, AbortSignal.timeout(5_000))
    await proxy.mend()
    await until('it has it', () => hub.messages.length === 1, 5_000)
  })

  test('closes in time while the network is gone', async () => {
    const { gateway, proxy } = await stretch()
    proxy.cut('silence')
    const since = performance.now()
    await gateway.transport.close()
    assert.ok(performance.now() - since < 5_000)
  })
})
