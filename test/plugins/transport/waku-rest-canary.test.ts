import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { createWakuRest, type RestOptions } from '../../../plugins/transport/waku/rest/rest.ts'
import type { Log } from '../../../src/ports/index.ts'
import { createRestNode, type RestNode } from '../../fakes/rest-node.ts'
import { startStation, until } from '../../kits/transport.ts'
import { createStagehand, type Scene } from './waku-rest-scene.ts'

const { scene, keep, clean } = createStagehand()
const nodes: RestNode[] = []
afterEach(async () => {
  await clean()
  await Promise.all(nodes.splice(0).map((node) => node.stop()))
})

/** The stranger of another transport on the scene's node; it listens to topic 1 like that. */
const strangerOf = async ({ node }: Scene, canaryUrl: string, more: Partial<RestOptions> = {}) => {
  const warnings: string[] = []
  const log: Log = { debug: () => {}, info: () => {}, warn: (_data, text) => warnings.push(text), error: () => {} }
  const transport = createWakuRest({ url: node.url, pollMs: 30, watchMs: 30, log, ...more, canaryUrl })
  const stranger = transport.stranger()
  keep(transport)
  keep(stranger)
  stranger.listen([1])
  const station = await startStation(stranger)
  const reason = (): string => {
    const health = stranger.health()
    return health.status === 'down' ? health.reason : ''
  }
  const publish = (timeoutMs: number) =>
    stranger.publish({ topic: 1, payload: Buffer.from('canary') }, AbortSignal.timeout(timeoutMs))
  return { transport, stranger, station, warnings, reason, publish }
}

const second = async (made: Scene, peerId?: string | null): Promise<RestNode> => {
  const node = await createRestNode({ network: made.network, ...(peerId === undefined ? {} : { peerId }) })
  node.attach()
  nodes.push(node)
  return node
}

describe('waku-rest with a node for the canary', () => {
  test('takes nothing from its own node where that is the same under another name', async () => {
    const made = await scene({}, { capacity: 1_000 })
    await made.healthy()
    const { stranger, station, warnings, reason, publish } = await strangerOf(
      made,
      made.node.url.replace('127.0.0.1', 'localhost'),
    )
    await until('it says why', () => /is the same as the one at http:\/\/127.*WAKU_REST_CANARY_URL/.test(reason()))
    for (let count = 0; count < 50; count += 1) made.say(`m${count}`)
    await until('all arrive', () => made.texts().length === 50)
    assert.equal(station.messages.length, 0)
    assert.equal(stranger.stats()['polls'], 0)
    await assert.rejects(publish(300), /Given up: .*is the same as/)
    assert.equal(warnings.filter((text) => /the same Waku node/.test(text)).length, 1)
  })

  for (const [what, change] of [
    ['the very address', (url: string) => url],
    ['another writing of the address', (url: string) => `${url.replace('http', 'HTTP')}//`],
  ] as const)
    test(`shares the reading where it is given ${what} of its own`, async () => {
      const made = await scene()
      await made.station.transport.close()
      const { transport, station } = await strangerOf(made, change(made.node.url))
      transport.listen([1])
      const own = await startStation(transport)
      await until('it is healthy', () => transport.health().status === 'ok')
      for (let count = 0; count < 20; count += 1) made.say(`m${count}`)
      await until('both have all', () => own.messages.length === 20 && station.messages.length === 20)
    })

  test('reads another one', async () => {
    const made = await scene()
    const { station, stranger, warnings, publish } = await strangerOf(made, (await second(made)).url)
    await until('it is healthy', () => stranger.health().status === 'ok')
    await made.healthy()
    made.say('to both')
    await until('both have it', () => station.messages.length === 1 && made.texts().length === 1)
    await publish(5_000)
    assert.deepEqual(warnings, [])
  })

  test('reads one that does not say who it is, and warns', async () => {
    const made = await scene()
    const { stranger, warnings } = await strangerOf(made, (await second(made, null)).url)
    await until('it is healthy', () => stranger.health().status === 'ok')
    assert.ok(warnings.some((text) => /does not say who it is/.test(text)))
  })

  test('waits while its own node cannot be asked whether it is the same', async () => {
    const made = await scene()
    const other = await second(made)
    await made.node.stop()
    const { stranger, reason } = await strangerOf(made, other.url)
    await until('it says why', () => /cannot be told from the one at .*refuses connections/.test(reason()))
    assert.equal(stranger.stats()['polls'], 0)
    await made.node.start()
    await until('it is healthy', () => stranger.health().status === 'ok')
  })

  test('stops reading where the address leads to its own node one day', async () => {
    let ahead = 0
    const made = await scene()
    const other = await second(made)
    const { stranger, reason } = await strangerOf(made, other.url, { now: () => Date.now() + ahead })
    await until('it is healthy', () => stranger.health().status === 'ok')
    const text = await (await fetch(`${made.node.url}/debug/v1/info`)).text()
    other.fail('info', { kind: 'text', text })
    ahead = 61_000
    await until('it says why', () => /is the same as/.test(reason()))
  })
})
