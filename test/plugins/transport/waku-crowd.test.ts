import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, mock, test } from 'node:test'
import { multiaddr } from '@multiformats/multiaddr'
import { createNames, nameIn } from '../../../plugins/transport/waku/names.ts'
import { createCrowd } from '../../../plugins/transport/waku/relay/crowd.ts'

const ids = [
  '16Uiu2HAmUr259wBnxNhgnaVXP9EwduoTXpRTJU3kb1xio2QyW6pw',
  '12D3KooWBvxmTh8vhnyvgqq9fZzQJ9x8uVmvD8WLKXT4JP28QmfW',
]

describe('a crowd of found peers', () => {
  let clock = 0
  beforeEach(() => {
    clock = 0
    mock.timers.enable({ apis: ['setInterval'] })
    mock.method(performance, 'now', () => clock)
    mock.method(Math, 'random', () => 0.999)
  })
  afterEach(() => {
    mock.timers.reset()
    mock.restoreAll()
  })

  /** Lets time pass in steps, and promises settle in between. */
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 100) {
      clock += 100
      mock.timers.tick(100)
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
    }
  }

  const scene = (answers: () => boolean) => {
    const closing = new AbortController()
    const connected = new Set<string>()
    const calls: { peer: string; at: number }[] = []
    let others = 0
    const crowd = createCrowd({
      call: async ([address]) => {
        const peer = address?.getPeerId() ?? ''
        calls.push({ peer, at: clock })
        if (!answers()) throw new Error('no answer')
        connected.add(peer)
      },
      isConnected: (peer) => connected.has(peer),
      isExcluded: () => false,
      takers: () => connected.size + others,
      signal: closing.signal,
    })
    const offer = (peerId = ids[0] ?? '', addresses = ['/ip4/192.0.2.1/tcp/60000']) =>
      crowd.offer({ peerId, addresses, source: 'dns' })
    const present = (count: number): void => {
      others = count
    }
    return { crowd, calls, connected, closing, offer, present }
  }

  test('calls a peer at its address with its id, once it is told of it', async () => {
    const { crowd, calls, offer } = scene(() => true)
    offer()
    offer()
    await pass(10_000)
    assert.deepEqual(
      calls.map(({ peer }) => peer),
      [ids[0]],
    )
    const [member] = crowd.members()
    assert.equal(member?.address, `/ip4/192.0.2.1/tcp/60000/p2p/${ids[0]}`)
    assert.deepEqual([member.source, member.failure], ['dns', undefined])
  })

  test('leaves a peer that does not answer ever longer alone, then forgets it', async () => {
    const { crowd, calls, offer, present } = scene(() => false)
    present(1)
    offer()
    await pass(120_000)
    assert.equal(calls.length, 5)
    const pauses = calls.slice(1).map(({ at }, index) => at - (calls[index]?.at ?? 0))
    assert.ok(pauses.every((pause, index) => index === 0 || pause > (pauses[index - 1] ?? 0)))
    assert.deepEqual(crowd.members(), [])
  })

  test('forgets nobody while nobody at all is there, and asks more often', async () => {
    const { crowd, calls, offer } = scene(() => false)
    offer()
    await pass(60_000)
    assert.ok(calls.length >= 11, `${calls.length} calls`)
    assert.equal(crowd.members()[0]?.failure, 'no answer')
  })

  test('returns within two seconds to a peer that was there, while nobody else is', async () => {
    let up = true
    const { calls, connected, offer } = scene(() => up)
    offer()
    await pass(10_000)
    up = false
    connected.clear()
    await pass(600_000)
    up = true
    const before = calls.length
    await pass(2_000)
    assert.ok(calls.length > before)
    assert.equal(connected.size, 1)
  })

  test('leaves a peer alone that was found wanting', async () => {
    const { crowd, calls, connected, offer } = scene(() => true)
    offer()
    await pass(5_000)
    crowd.blame(ids[0] ?? '', 'it is on cluster 1')
    connected.clear()
    await pass(300_000)
    assert.equal(calls.length, 1)
    assert.equal(crowd.members()[0]?.failure, 'it is on cluster 1')
  })

  test('calls nobody while enough are there', async () => {
    const { calls, offer, present } = scene(() => true)
    present(8)
    offer()
    await pass(10_000)
    assert.equal(calls.length, 0)
    present(7)
    offer(ids[1])
    await pass(10_000)
    assert.equal(calls.length, 1)
  })

  test('does not take what is no address', async () => {
    const { crowd, offer } = scene(() => true)
    offer(ids[0], ['192.0.2.1:60000', ''])
    offer(ids[1], [])
    assert.deepEqual(crowd.members(), [])
  })

  test('ends with its signal', async () => {
    const { calls, closing, offer } = scene(() => false)
    offer()
    closing.abort()
    await pass(10_000)
    offer(ids[1])
    await pass(10_000)
    assert.equal(calls.length, 0)
  })
})

describe('names of peers', () => {
  const rest = `/tcp/60000/p2p/${ids[0]}`

  for (const { address, name } of [
    { address: `/dns4/a.example.org${rest}`, name: { host: 'a.example.org', family: 4, rest } },
    { address: `/dns6/a.example.org${rest}`, name: { host: 'a.example.org', family: 6, rest } },
    { address: `/dns/a.example.org${rest}`, name: { host: 'a.example.org', family: 0, rest } },
    { address: `/ip4/192.0.2.1${rest}`, name: undefined },
  ]) {
    test(`are found in ${address.split('/tcp')[0]}`, () => assert.deepEqual(nameIn(address), name))
  }

  const textsOf = async (names: ReturnType<typeof createNames>, address: string): Promise<string[]> =>
    (await names.resolve(multiaddr(address))).map(String)

  test('become addresses, four at most, and WebSocket keeps its name', async () => {
    const found = Array.from({ length: 6 }, (_, index) => ({ address: `192.0.2.${index}`, family: 4 }))
    const names = createNames(async () => [{ address: '2001:db8::1', family: 6 }, ...found])
    assert.deepEqual(await textsOf(names, `/dns/a.example.org${rest}`), [
      `/ip6/2001:db8::1${rest}`,
      ...[0, 1, 2].map((index) => `/ip4/192.0.2.${index}${rest}`),
    ])
    const wss = `/dns4/a.example.org/tcp/443/wss/p2p/${ids[0]}`
    assert.deepEqual(await textsOf(names, wss), [wss])
    const ip = `/ip4/192.0.2.1${rest}`
    assert.deepEqual(await textsOf(names, ip), [ip])
  })

  test('keep their last addresses while no answer comes', async () => {
    let works = true
    const names = createNames(async () => {
      if (!works) throw new Error('EAI_AGAIN')
      return [{ address: '192.0.2.1', family: 4 }]
    })
    const first = await textsOf(names, `/dns4/a.example.org${rest}`)
    works = false
    assert.deepEqual(await textsOf(names, `/dns4/a.example.org${rest}`), first)
    await assert.rejects(textsOf(names, `/dns4/b.example.org${rest}`), /EAI_AGAIN/)
  })

  test('are asked for one question at a time, and not waited for long', async () => {
    let asked = 0
    const names = createNames(() => {
      asked += 1
      return new Promise(() => {})
    })
    const address = `/dns4/a.example.org${rest}`
    const outcomes = await Promise.allSettled([textsOf(names, address), textsOf(names, address)])
    assert.ok(outcomes.every(({ status }) => status === 'rejected'))
    await assert.rejects(textsOf(names, address), /no answer for the name a\.example\.org within 2000 ms/)
    assert.equal(asked, 1)
  })
})
