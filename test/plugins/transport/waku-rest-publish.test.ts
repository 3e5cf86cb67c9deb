import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import type { Fault } from '../../fakes/rest-node.ts'
import { until } from '../../kits/transport.ts'
import { createStagehand, type Scene } from './waku-rest-scene.ts'

const { scene, clean } = createStagehand()
afterEach(clean)

const timestampsOf = ({ node }: Scene, route: string): Set<string | undefined> =>
  new Set(node.asked.filter((call) => call.route === route).map(({ body }) => /"timestamp":(\d+)/.exec(body)?.[1]))

const passing: readonly (readonly [what: string, fault: Fault])[] = [
  ['breaks off', { kind: 'reset' }],
  ['says nothing', { kind: 'silence' }],
  ['answers by half', { kind: 'half' }],
  ['fails', { kind: 'status', status: 500, text: 'Failed to publish: timedout' }],
  ['is busy', { kind: 'status', status: 429, text: 'Too many requests' }],
  ['is still starting', { kind: 'status', status: 404, text: 'endpoints are not available while initializing.' }],
  ['hides behind a page of a proxy', { kind: 'text', text: '<html>Welcome</html>' }],
  ['answers something else', { kind: 'text', text: '["OK"]' }],
  ['took the message before it broke off', { kind: 'afterwards' }],
]

const refusing: readonly (readonly [status: number, text: string])[] = [
  [400, 'Failed to publish: invalid message'],
  [413, 'Request body is too large'],
]

for (const publishBy of ['relay', 'lightpush'] as const) {
  const route = publishBy === 'relay' ? 'publish' : 'lightpush'

  describe(`waku-rest publishes by ${publishBy}`, () => {
    test('with all 64 bits of the time', async () => {
      const { publish, carried } = await scene({ publishBy, now: () => 1_732_492_800_123 })
      await publish('one')
      await publish('two')
      assert.deepEqual(
        carried.map(({ timestamp }) => timestamp),
        [1732492800123000000n, 1732492800123000001n],
      )
    })

    for (const [what, fault] of passing)
      test(`again, the same message, to a node that ${what}`, async () => {
        const made = await scene({ publishBy, timeoutMs: 500 })
        await made.healthy()
        made.node.fail(route, fault, 2)
        await made.publish('patience')
        assert.equal(timestampsOf(made, route).size, 1)
        assert.ok(made.carried.length >= 1)
        assert.equal(new Set(made.carried.map(({ timestamp }) => timestamp)).size, 1)
      })

    for (const [status, text] of refusing)
      test(`nothing that the node refuses with ${status}`, async () => {
        const { node, publish, healthy } = await scene({ publishBy })
        await healthy()
        node.fail(route, { kind: 'status', status, text })
        await assert.rejects(publish('no'), (error: Error) => error.message.includes(`answered ${status}: ${text}`))
        node.fail(route, undefined)
        await publish('yes')
      })

    test('until the signal is aborted, and says what went wrong', async () => {
      const { node, publish, healthy } = await scene({ publishBy })
      await healthy()
      node.fail(route, { kind: 'status', status: 500, text: 'not enough peers to publish' })
      await assert.rejects(publish('never', AbortSignal.timeout(400)), /answered 500: not enough peers to publish/)
    })

    test('when a peer comes, not before', async () => {
      const { other, publish, carried, reason } = await scene({ publishBy })
      other.leave()
      await until('it knows', () => /no relay peer/.test(reason()))
      const published = publish('patience')
      await until('it goes on looking', () => reason().includes('times'))
      other.comeBack()
      await published
      assert.equal(carried.length, 1)
    })

    test('anew what a node took when its last peer had just left', async () => {
      const { other, node, publish, carried, healthy, reason } = await scene({ publishBy })
      await healthy()
      await publish('first')
      other.leave()
      let done = false
      const published = publish('second').then(() => {
        done = true
      })
      const tries = () => node.asked.filter((call) => call.route === route).length
      await until('the node took it', () => tries() >= 2)
      if (publishBy === 'relay') await until('it had a look', () => /no relay peer/.test(reason()))
      assert.equal(done, false)
      other.comeBack()
      await published
      assert.equal(carried.length, 2)
    })

    test('no more than a few at once', async () => {
      const { node, publish, healthy, carried } = await scene({ publishBy })
      await healthy()
      node.fail(route, { kind: 'silence' })
      const controller = new AbortController()
      const all = Promise.allSettled(Array.from({ length: 100 }, () => publish('x', controller.signal)))
      await until('some are there', () => node.asked.filter((call) => call.route === route).length >= 8)
      assert.equal(node.asked.filter((call) => call.route === route).length, 8)
      controller.abort(new Error('enough'))
      assert.ok((await all).every(({ status }) => status === 'rejected'))
      node.fail(route, undefined)
      await publish('after')
      assert.equal(carried.length, 1)
    })
  })
}

describe('waku-rest publishes', () => {
  for (const text of ['OK', '"OK"', 'true', '', 'OK\n'])
    test(`once, to a node that takes it with ${JSON.stringify(text)}`, async () => {
      const { node, publish, healthy } = await scene()
      await healthy()
      node.fail('publish', { kind: 'text', text })
      await publish('taken')
      assert.equal(node.asked.filter(({ route }) => route === 'publish').length, 1)
    })

  for (const text of ['<html>Welcome</html>', 'false', 'null', '{"error":"no"}'])
    test(`never to a node that goes on answering ${text}, and says so`, async () => {
      const { node, publish, healthy, station } = await scene()
      await healthy()
      node.fail('publish', { kind: 'text', text })
      const late = publish('lost', AbortSignal.timeout(400))
      await assert.rejects(late, (error: Error) => error.message.includes(`answered no OK: ${text}`))
      assert.equal(station.transport.stats()['published'], 0)
    })

  test('nothing through a node that is not there, and says so', async () => {
    const { node, publish, healthy } = await scene()
    await healthy()
    await node.stop()
    await assert.rejects(publish('lost', AbortSignal.timeout(1_000)), /Given up: the Waku node .*(refuses|broke)/)
  })

  test('after it subscribed a relay that says that it is not', async () => {
    const { node, publish, carried, healthy } = await scene({ pollMs: 5_000 })
    await healthy()
    node.subscriptions.clear()
    await publish('hello')
    assert.equal(carried.length, 1)
    assert.equal(node.subscriptions.size, 2)
  })

  test('once what a light push service has seen already', async () => {
    const { node, publish, healthy, station } = await scene({ publishBy: 'lightpush' })
    await healthy()
    node.fail('lightpush', { kind: 'status', status: 420, text: '{"statusDesc":"Dropping already-seen message"}' })
    await publish('seen')
    assert.equal(station.transport.stats()['published'], 1)
  })

  test('nothing that a light push service finds invalid', async () => {
    const { node, publish, healthy } = await scene({ publishBy: 'lightpush' })
    await healthy()
    node.fail('lightpush', { kind: 'status', status: 420, text: '{"statusDesc":"Invalid message"}' })
    await assert.rejects(publish('wrong'), /answered 420/)
  })

  test('again what a light push service pushed to nobody', async () => {
    const { node, publish, healthy, station } = await scene({ publishBy: 'lightpush' })
    await healthy()
    node.fail('lightpush', { kind: 'change', change: () => ({ relayPeerCount: 0 }) }, 2)
    await publish('third time')
    assert.equal(station.transport.stats()['publishRetries'], 2)
  })
})
