import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { afterEach, describe, test } from 'node:test'
import { parseExactly } from '../../../plugins/transport/waku/rest/json.ts'
import { preflight } from '../../../plugins/transport/waku/rest/settings.ts'
import { listedShards, makeRecord } from '../../fakes/enr-tree.ts'
import type { Fault, RestNode } from '../../fakes/rest-node.ts'
import { until } from '../../kits/transport.ts'
import { createStagehand, type Scene } from './waku-rest-scene.ts'

const { scene, clean } = createStagehand()
afterEach(clean)

const recordOn = (cluster: number): string => {
  const { bytes } = makeRecord({ rs: listedShards(cluster, [32, 64]) })
  return `enr:${Buffer.from(bytes).toString('base64url')}`
}
const turnInto = (node: RestNode, cluster: number): void =>
  node.fail('info', { kind: 'change', change: () => ({ enrUri: recordOn(cluster) }) })
/** A publish does not wait for the next look. */
const hurry = ({ publish }: Scene): void => void publish('hurry', AbortSignal.timeout(3_000)).catch(() => undefined)
const page = '<html>Please sign in.</html>'

describe('waku-rest is not blinded', () => {
  const once: readonly Fault[] = [
    ...[404, 429, 500, 503].map((status) => ({ kind: 'status', status }) as const),
    { kind: 'text', text: page },
    { kind: 'text', text: '{}' },
  ]
  for (const fault of once)
    test(`by one answer without peers: ${JSON.stringify(fault)}`, async () => {
      const made = await scene({}, { health: false })
      const { node, other, publish, reason, healthy } = made
      await healthy()
      node.fail('peers', fault, 1)
      await publish('looks at the peers')
      other.leave()
      hurry(made)
      await until('it says that it has none', () => /has no relay peer on shard 32/.test(reason()))
    })

  test('by a node that never offered to tell of its peers until now', async () => {
    let ahead = 0
    const made = await scene({ now: () => Date.now() + ahead }, { health: false })
    const { node, other, reason, healthy } = made
    node.fail('peers', { kind: 'status', status: 404 })
    await healthy()
    node.fail('peers', undefined)
    other.leave()
    ahead = 61_000
    hurry(made)
    await until('it says that it has none', () => /has no relay peer on shard 32/.test(reason()))
  })
})

describe('waku-rest notices a node of another cluster', () => {
  const onOne = /is on cluster 1, not on 16/

  test('that knows nothing of its subscriptions', async () => {
    const { node, reason, healthy } = await scene({}, { record: recordOn(16) })
    await healthy()
    turnInto(node, 1)
    node.subscriptions.clear()
    await until('it says so', () => onOne.test(reason()))
  })

  test('that comes after the other one was away', async () => {
    const { node, reason, healthy } = await scene({}, { record: recordOn(16) })
    await healthy()
    await node.stop()
    await until('it is down', () => reason() !== '')
    turnInto(node, 1)
    await node.start()
    await until('it says so', () => onOne.test(reason()))
    turnInto(node, 16)
    await healthy()
  })

  test('within a minute where nothing else gives it away', async () => {
    let ahead = 0
    const made = await scene({ now: () => Date.now() + ahead }, { record: recordOn(16) })
    const { node, reason, healthy } = made
    await healthy()
    turnInto(node, 1)
    ahead = 61_000
    hurry(made)
    await until('it says so', () => onOne.test(reason()))
  })
})

describe('waku-rest reads without stopping all else', () => {
  const size = 8 * 1024 * 1024
  const short = 90_000
  const bombs: readonly (readonly [what: string, text: string, readable: boolean])[] = [
    ['numbers', `[${'0,'.repeat(size / 2)}0]`, false],
    ['objects', `[${'{},'.repeat(size / 3)}{}]`, false],
    ['lists in lists', '['.repeat(size), false],
    ['escapes', `"${'\\"'.repeat(size / 2)}"`, true],
    ['a text without end', `"${'\\"'.repeat(size / 2)}`, false],
    ['one long number', '1'.repeat(size), true],
    ['long numbers', `[${`${'1'.repeat(80)},`.repeat(short)}0]`, true],
    ['times', `[${'1732492800123456789,'.repeat(short)}0]`, true],
  ]
  for (const [what, text, readable] of bombs)
    test(what, () => {
      const began = performance.now()
      if (readable) parseExactly(text)
      else assert.throws(() => parseExactly(text))
      assert.ok(performance.now() - began < 2_000)
    })

  test('a text that looks like structure', () => {
    const text = '[{,'.repeat(200_000)
    assert.deepEqual(parseExactly(JSON.stringify([`"\\${text}`, { [text]: 1 }])), [`"\\${text}`, { [text]: 1 }])
  })

  test('and says what was wrong with a poll', async () => {
    const { node, reason, healthy } = await scene()
    await healthy()
    node.fail('poll', { kind: 'text', text: `[${'0,'.repeat(size / 4)}0]` })
    await until('it says so', () => /more than 100000 values/.test(reason()))
    node.fail('poll', undefined)
    await healthy()
  })
})

describe('waku-rest takes no other word than the node’s', () => {
  for (const text of [page, '{"login":"required"}', 'not OK'])
    test(`for a message that was published: ${text}`, async () => {
      const { node, publish, station, carried, healthy } = await scene()
      await healthy()
      node.fail('publish', { kind: 'text', text }, 2)
      await publish('through')
      assert.equal(carried.length, 1)
      assert.equal(station.transport.stats()['publishRetries'], 2)
    })

  for (const text of ['', 'OK', ' ok\n', '"OK"', 'true'])
    test(`and takes every one of its own: ${JSON.stringify(text)}`, async () => {
      const { node, publish, station, healthy } = await scene()
      await healthy()
      node.fail('publish', { kind: 'text', text })
      await publish('taken')
      assert.equal(station.transport.stats()['publishRetries'], 0)
    })
})

describe('waku-rest lets the canary read no node that is read already', () => {
  const problemsOf = (url: string, canary: string) =>
    preflight({
      settings: {
        WAKU_REST_URL: url,
        WAKU_REST_PUBLISH: 'relay',
        WAKU_REST_STORE_PEERS: '',
        WAKU_REST_POLL_MS: 500,
        WAKU_REST_TIMEOUT_MS: 8_000,
        WAKU_REST_CANARY_URL: canary,
        WAKU_CLUSTER: 16,
        WAKU_SHARDS: '32',
        WAKU_PUBLISH_SHARD: 32,
        WAKU_MAX_MESSAGE_BYTES: 1024 * 1024,
      },
      dataDir: tmpdir(),
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      now: Date.now,
    })

  for (const [url, canary] of [
    ['http://127.0.0.1:8645', 'http://127.0.0.1:8645'],
    ['http://127.0.0.1:8645', 'HTTP://127.1:8645/'],
    ['http://node.example/waku/', 'http://NODE.example:80/waku'],
  ] as const)
    test(`${url} and ${canary}`, () => {
      const [problem] = problemsOf(url, canary)
      assert.equal(problem?.setting, 'WAKU_REST_CANARY_URL')
      assert.match(problem?.wrong ?? '', /it is the node of WAKU_REST_URL/)
    })

  test('and lets it read another one', () => {
    assert.deepEqual(problemsOf('http://127.0.0.1:8645', 'http://127.0.0.1:8646'), [])
    assert.deepEqual(problemsOf('http://127.0.0.1/a', 'http://127.0.0.1/b'), [])
  })
})
