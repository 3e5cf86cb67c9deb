import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { listedShards, makeRecord } from '../../fakes/enr-tree.ts'
import type { Fault, RestNodeOptions } from '../../fakes/rest-node.ts'
import { until } from '../../kits/transport.ts'
import { createStagehand, type Scene } from './waku-rest-scene.ts'

const recordOn = (cluster: number): string => {
  const { bytes } = makeRecord({ rs: listedShards(cluster, [32, 64]) })
  return `enr:${Buffer.from(bytes).toString('base64url')}`
}

const { scene, clean } = createStagehand()
afterEach(clean)

const asksOf = ({ node }: Scene, wanted: string): number => node.asked.filter(({ route }) => route === wanted).length

/** A scene whose clock can be put forward. */
const timed = async (node: Partial<RestNodeOptions>): Promise<Scene & { later(ms: number): void }> => {
  let ahead = 0
  const made = await scene({ now: () => Date.now() + ahead }, node)
  await made.healthy()
  // What was asked before the node was subscribed is asked again.
  await look(made)
  return {
    ...made,
    later: (ms) => {
      ahead += ms
    },
  }
}

/** A publish has a look at the node. */
const look = (made: Scene): Promise<void> => made.publish('look')

/** Tries to publish until the transport is down for this reason: then nothing was published. */
const denied = async (made: Scene, reason: RegExp): Promise<void> => {
  const stop = new AbortController()
  const outcome = made.publish('lost', stop.signal).then(() => 'published', String)
  await until('it says so', () => reason.test(made.reason()))
  stop.abort(new Error('enough'))
  assert.match(await outcome, reason)
}

describe('waku-rest sees the peers of a node', () => {
  const hiccups: readonly (readonly [what: string, fault: Fault, reason: RegExp])[] = [
    ['fails', { kind: 'status', status: 500, text: 'busy' }, /answered 500: busy \(when asked for its peers\)/],
    ['is busy', { kind: 'status', status: 429 }, /answered 429/],
    ['answers in riddles', { kind: 'text', text: '<html>' }, /no JSON \(when asked for its peers\)/],
    ['answers something else', { kind: 'text', text: '{}' }, /no list of its peers/],
    ['answers with a bomb', { kind: 'text', text: '['.repeat(1_000_000) }, /lists in lists/],
    ['answers too many values', { kind: 'text', text: `[${'0,'.repeat(200_000)}0]` }, /more than 100000 values/],
    ['answers without end', { kind: 'endless' }, /more than 4194304 bytes/],
    ['breaks off', { kind: 'reset' }, /broke the connection off/],
    ['offers them no more for a moment', { kind: 'status', status: 404 }, /answered 404/],
  ]
  for (const [what, fault, reason] of hiccups)
    test(`also after the node ${what} when asked for them`, async () => {
      const made = await scene({}, { health: false })
      await made.healthy()
      made.node.fail('peers', fault)
      await denied(made, reason)
      made.node.fail('peers', undefined)
      await made.healthy()
      made.other.leave()
      await denied(made, /has no relay peer on shard 32/)
    })

  const beginnings: readonly (readonly [what: string, fault: Fault])[] = [
    ['failed', { kind: 'status', status: 500 }],
    ['answered in riddles', { kind: 'text', text: '<html>' }],
    [
      'was still starting',
      { kind: 'status', status: 404, text: '/admin endpoints are not available while initializing.' },
    ],
  ]
  for (const [what, fault] of beginnings)
    test(`of one that ${what} at first`, async () => {
      const made = await scene({ pollMs: 20 }, { health: false })
      made.node.fail('peers', fault, 3)
      await made.node.stop()
      await made.node.start()
      await until('it was asked often enough', () => asksOf(made, 'peers') >= 5)
      made.other.leave()
      await denied(made, /has no relay peer on shard 32/)
    })

  for (const status of [401, 403, 404, 405, 501])
    test(`by its health alone where it does not offer them and answers ${status}`, async () => {
      const made = await scene({}, { admin: 'off' })
      made.node.fail('peers', { kind: 'status', status })
      await made.healthy()
      made.other.leave()
      await denied(made, /has no relay peer/)
    })

  test('asks about once a minute for what is not offered', async () => {
    const made = await timed({ admin: 'off' })
    const before = asksOf(made, 'peers')
    for (let count = 0; count < 3; count += 1) await look(made)
    assert.equal(asksOf(made, 'peers'), before)
    made.later(61_000)
    await look(made)
    assert.equal(asksOf(made, 'peers'), before + 1)
  })

  test('believes after a minute that they are offered no more', async () => {
    const made = await timed({})
    made.node.fail('peers', { kind: 'status', status: 404 })
    await denied(made, /answered 404/)
    made.later(61_000)
    await made.healthy()
    made.other.leave()
    await denied(made, /has no relay peer/)
  })

  test('takes a health that fails for bad news', async () => {
    const made = await scene({}, { admin: 'off' })
    await made.healthy()
    made.node.fail('health', { kind: 'status', status: 503, text: 'Node is not ready' })
    await denied(made, /answered 503: Node is not ready \(when asked for its health\)/)
  })
})

describe('waku-rest notices another cluster', () => {
  const enrUri = recordOn(1)
  const moved: Fault = { kind: 'change', change: (answer) => ({ ...answer, enrUri }) }
  const foreign = /is on cluster 1, not on 16 as WAKU_CLUSTER says/

  test('of a node that came in place of another and knows nothing of us', async () => {
    const made = await scene({}, { record: recordOn(16) })
    await made.healthy()
    made.node.fail('info', moved)
    made.node.subscriptions.clear()
    await until('it says so', () => foreign.test(made.reason()))
    made.node.fail('info', undefined)
    await made.healthy()
  })

  test('of a node that came after another had gone', async () => {
    const made = await scene({}, { record: recordOn(16) })
    await made.healthy()
    await made.node.stop()
    await until('it is down', () => made.reason() !== '')
    made.node.fail('info', moved)
    await made.node.start()
    await until('it says so', () => foreign.test(made.reason()))
  })

  test('within a minute or so, even of a node that seems to be the same', async () => {
    const made = await timed({ record: recordOn(16) })
    await look(made)
    made.node.fail('info', moved)
    made.later(61_000)
    await denied(made, foreign)
  })

  test('and forgets nothing of it while the node does not say who it is', async () => {
    const made = await scene({}, { record: enrUri })
    await until('it says so', () => foreign.test(made.reason()))
    made.node.fail('info', { kind: 'status', status: 500 })
    await denied(made, foreign)
  })

  test('is not kept from working by a node that never says who it is', async () => {
    const made = await scene()
    made.node.fail('info', { kind: 'status', status: 500 })
    await look(made)
  })
})
