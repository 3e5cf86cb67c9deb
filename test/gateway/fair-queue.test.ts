import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createFairQueue } from '../../src/gateway/fair-queue.ts'

describe('the fair queue', () => {
  test('gives each source its turn, each in its own order', () => {
    const queue = createFairQueue<string>({ messages: 100, bytes: 1_000 })
    for (const item of ['a1', 'a2', 'a3', 'a4']) queue.add('a', item, 1)
    for (const item of ['b1', 'b2']) queue.add('b', item, 1)
    queue.add('c', 'c1', 1)
    assert.deepEqual(queue.take(5), ['a1', 'b1', 'c1', 'a2', 'b2'])
    assert.deepEqual(queue.take(5), ['a3', 'a4'])
    assert.deepEqual([queue.messages, queue.bytes], [0, 0])
  })

  test('who fills it has no room any more, others take his newest places', () => {
    const queue = createFairQueue<string>({ messages: 3, bytes: 1_000 })
    for (const item of ['a1', 'a2', 'a3']) queue.add('a', item, 1)
    assert.deepEqual(queue.add('a', 'a4', 1), { added: false, evicted: [] })
    assert.deepEqual(queue.add('b', 'b1', 1), { added: true, evicted: ['a3'] })
    assert.deepEqual(queue.take(9), ['a1', 'b1', 'a2'])
  })

  test('bytes count as messages do', () => {
    const queue = createFairQueue<string>({ messages: 100, bytes: 100 })
    queue.add('a', 'large', 60)
    queue.add('a', 'larger', 40)
    assert.equal(queue.hasRoom(1), false)
    assert.deepEqual(queue.add('b', 'small', 30), { added: true, evicted: ['larger'] })
    assert.deepEqual(queue.add('b', 'too large for all', 101), { added: false, evicted: [] })
  })

  test('what went in comes out once, or was evicted, or never got in; the bounds hold', () => {
    const limits = { messages: 8, bytes: 64 }
    const step = fc.record({ source: fc.constantFrom('a', 'b', 'c'), bytes: fc.nat(40), take: fc.nat(3) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const queue = createFairQueue<number>(limits)
        const gone: number[] = []
        for (const [item, { source, bytes, take }] of steps.entries()) {
          const { added, evicted } = queue.add(source, item, bytes)
          gone.push(...evicted, ...(added ? [] : [item]), ...queue.take(take))
          assert.ok(queue.messages <= limits.messages && queue.bytes <= limits.bytes)
        }
        gone.push(...queue.clear())
        assert.deepEqual(
          gone.toSorted((x, y) => x - y),
          steps.map((_, item) => item),
        )
      }),
    )
  })
})
