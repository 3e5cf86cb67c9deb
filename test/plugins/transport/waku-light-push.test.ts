import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ServiceNode } from '../../fakes/service-node.ts'
import { type Station, until } from '../../kits/transport.ts'
import { createStage, healthy, soon, stat, textsOf } from './waku-light/stage.ts'

const stage = createStage()

const say = ({ transport }: Station, text: string, signal = soon()) =>
  transport.publish({ topic: 1, payload: Buffer.from(text) }, signal)

/** The texts that a node was given by light push, in order. */
const given = (node: ServiceNode): string[] =>
  node.seen
    .filter(({ via, message }) => via === 'lightpush' && !message.ephemeral)
    .map(({ message }) => Buffer.from(message.payload).toString())

const hashes = (nodes: readonly ServiceNode[], text: string): Set<string> =>
  new Set(
    nodes.flatMap(({ seen }) =>
      seen
        .filter(({ message }) => Buffer.from(message.payload).toString() === text)
        .map(({ message }) => Buffer.from(message.hash).toString('hex')),
    ),
  )

const pair = async (): Promise<[ServiceNode, ServiceNode]> => {
  const [first, second] = await stage.network({}, {})
  assert.ok(first !== undefined && second !== undefined)
  return [first, second]
}

test('gives a message to one node, which passes it on', async () => {
  const [first, second] = await pair()
  const a = await stage.light([first.address, second.address])
  await healthy(a)
  await say(a, 'hello')
  await until('the other node has it', () =>
    second.seen.some(({ via, message }) => via === 'relay' && !message.ephemeral),
  )
  assert.deepEqual(given(first), ['hello'])
  assert.deepEqual(given(second), [])
})

test('gives it to the next node where the first does not answer, and it stays the same message', async () => {
  const [first, second] = await pair()
  const a = await stage.light([first.address, second.address])
  const reader = await stage.light([second.address], [1])
  await healthy(a)
  await healthy(reader)
  first.silence('lightpush', true)
  await say(a, 'one')
  first.silence('lightpush', false)
  await say(a, 'two')
  await until('both arrive', () => reader.messages.length === 2)
  assert.deepEqual(textsOf(reader), ['one', 'two'])
  assert.equal(hashes([first, second], 'one').size, 1)
  assert.deepEqual(given(second), ['one', 'two'])
})

test('does not make two messages of one whose answer was lost', async () => {
  const [first, second] = await pair()
  const a = await stage.light([first.address, second.address])
  const reader = await stage.light([second.address], [1])
  await healthy(a)
  await healthy(reader)
  // It takes the message, and its answer comes too late.
  first.delay('lightpush', 6_000)
  let taken = 0
  first.lightpush.answer = (_pubsubTopic, message) => {
    if (!message.ephemeral) taken += 1
    return undefined
  }
  await say(a, 'once')
  await until('both took it', () => taken === 1 && given(second).length === 1)
  first.delay('lightpush', 0)
  assert.equal(hashes([first, second], 'once').size, 1)
  assert.deepEqual(textsOf(reader), ['once'])
})

test('takes the refusal of a message that is on the network already for what it is', async () => {
  const node = await stage.node()
  node.lightpush.answer = () => ({ statusCode: 420, statusDesc: 'Dropping already-seen message' })
  const a = await stage.light([node.address])
  await say(a, 'seen')
  assert.equal(stat(a, 'pushFailures'), 0)
})

for (const [what, options] of [
  ['only the older protocol', { lightpush: false }],
  ['only the newer protocol', { legacyLightpush: false }],
] as const)
  test(`publishes by a node that speaks ${what}`, async () => {
    const node = await stage.node(options)
    const a = await stage.light([node.address])
    const b = await stage.light([node.address], [1])
    await healthy(a)
    await healthy(b)
    await say(a, 'hello')
    await until('it arrives', () => b.messages.length === 1)
  })

test('prefers a node that has somebody to pass a message on to', async () => {
  const lonely = await stage.node()
  const [first] = await pair()
  const a = await stage.light([lonely.address, first.address])
  await healthy(a)
  await until('both are there', () => stat(a, 'peers') === 2)
  await say(a, 'hello')
  assert.deepEqual(given(first), ['hello'])
})

test('tries again until a node takes it', async () => {
  const node = await stage.node()
  let refusals = 0
  node.lightpush.answer = () => (refusals++ < 3 ? { statusCode: 503, statusDesc: 'busy' } : undefined)
  const a = await stage.light([node.address])
  await say(a, 'patient')
  assert.deepEqual(given(node), ['patient'])
})

test('gives up when the signal aborts', async () => {
  const node = await stage.node()
  node.lightpush.answer = () => ({ statusCode: 503, statusDesc: 'busy' })
  const a = await stage.light([node.address])
  const since = performance.now()
  await assert.rejects(say(a, 'in vain', soon(300)))
  assert.ok(performance.now() - since < 2_000)
})

test('says at once that the network does not take a message that is too large for it', async () => {
  const node = await stage.node({ maxMessageBytes: 2_000 })
  const a = await stage.light([node.address])
  await assert.rejects(say(a, 'x'.repeat(3_000)), /does not take the message: 413/)
})

test('does not get its own messages back', async () => {
  const [first, second] = await pair()
  const a = await stage.light([first.address, second.address], [1])
  const b = await stage.light([second.address], [1])
  await healthy(a)
  await healthy(b)
  await say(a, 'mine')
  await until('it arrives', () => b.messages.length === 1)
  await say(b, 'yours')
  await until('it arrives', () => a.messages.length === 1)
  assert.deepEqual(textsOf(a), ['yours'])
  assert.deepEqual(a.ignored, [])
})

test('sends hundreds at once, none lost', async () => {
  const [first, second] = await pair()
  const a = await stage.light([first.address, second.address])
  const b = await stage.light([second.address], [1])
  await healthy(a)
  await healthy(b)
  await Promise.all(Array.from({ length: 300 }, (_, index) => say(a, `n${index}`)))
  await until('all arrive', () => b.messages.length === 300)
  assert.equal(new Set(textsOf(b)).size, 300)
})

test('does not believe one node that a message is too large', async () => {
  const [first, second] = await pair()
  first.lightpush.answer = () => ({ statusCode: 413, statusDesc: 'too large' })
  const a = await stage.light([first.address, second.address])
  await healthy(a)
  await until('both are there', () => stat(a, 'peers') === 2)
  await say(a, 'small')
  assert.deepEqual(given(second), ['small'])
})

for (const [what, options, text] of [
  ['the newer', {}, 'Request rejected due to too many requests'],
  ['the older', { lightpush: false }, 'exceeds the rate limit'],
] as const)
  test(`slows down for a node that takes one message a second, by ${what} protocol, and does not take it for broken`, async () => {
    const node = await stage.node(options)
    let next = 0
    node.lightpush.answer = () => {
      if (performance.now() < next) return { statusCode: what === 'the newer' ? 429 : 500, statusDesc: text }
      next = performance.now() + 1_000
      return undefined
    }
    const a = await stage.light([node.address])
    await healthy(a)
    await Promise.all(['one', 'two', 'three', 'four'].map((each) => say(a, each)))
    assert.deepEqual(given(node).sort(), ['four', 'one', 'three', 'two'])
    assert.equal(stat(a, 'pushFailures'), 0)
    assert.ok(stat(a, 'pushesRefused') < 12, `${stat(a, 'pushesRefused')} were refused`)
    assert.equal(a.transport.health().status, 'ok')
  })
