import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { createClaims } from '../../../plugins/storage/shared/claims.ts'
import { createHeap } from '../../../plugins/storage/shared/heap.ts'
import { createWorker, type PushSource } from '../../../plugins/storage/shared/worker.ts'
import { type QueuedPush, type Settlement, StorageError } from '../../../src/ports/index.ts'
import { bytesOf, pushOf, until, within } from '../../kits/storage-samples.ts'

/** A source with one push, whose calls fail as often as told before they work. */
const createFlakySource = (failures: { take?: number; settle?: number }) => {
  let pushes: readonly QueuedPush[] = [{ ...pushOf('a'), attempts: 0 }]
  let [takes, settles] = [failures.take ?? 0, failures.settle ?? 0]
  const settled: Settlement[] = []
  const fail = (): never => {
    throw new StorageError('full', 'The disk is full: free space.')
  }
  const source: PushSource = {
    async take() {
      if (takes-- > 0) fail()
      const taken = pushes
      pushes = []
      return { pushes: taken, nextDue: undefined }
    },
    async settle(_, settlement) {
      if (settles-- > 0) fail()
      settled.push(settlement)
    },
    async giveBack(back) {
      pushes = back
    },
  }
  return { source, settled }
}

describe('the worker on a store that fails', () => {
  const work = (source: PushSource, leaseMs = 60_000) =>
    createWorker({ source, now: Date.now, handle: async () => ({ kind: 'done' }), limits: { concurrency: 2, leaseMs } })

  for (const [name, failures] of [
    ['takes again', { take: 2 }],
    ['settles again', { settle: 2 }],
  ] as const)
    test(`${name} when it works again`, async () => {
      const { source, settled } = createFlakySource(failures)
      const worker = work(source)
      await until('it is settled', () => settled.length === 1)
      await within('the worker stops', worker.stop())
    })

  test('stops at the end of the lease though it cannot settle', async () => {
    const { source, settled } = createFlakySource({ settle: Number.POSITIVE_INFINITY })
    const worker = work(source, 200)
    await until('it is in hand', () => worker.inHand() === 1)
    await within('the worker stops', worker.stop(), 2000)
    assert.deepEqual(settled, [])
  })

  test('takes a late done for what it is', async () => {
    const { source, settled } = createFlakySource({})
    const gate = Promise.withResolvers<Settlement>()
    const worker = createWorker({
      source,
      now: Date.now,
      handle: () => gate.promise,
      limits: { concurrency: 1, leaseMs: 50 },
    })
    await until('it is in hand', () => worker.inHand() === 1)
    await until('the lease is over', () => worker.inHand() === 0)
    gate.resolve({ kind: 'done' })
    await until('it is settled', () => settled.length === 1)
    await within('the worker stops', worker.stop())
  })
})

test('a heap gives back what it was given in order', () => {
  const property = fc.property(fc.array(fc.integer()), (numbers) => {
    const heap = createHeap<number>((a, b) => a < b)
    for (const number of numbers) heap.push(number)
    assert.equal(heap.peek(), numbers.length === 0 ? undefined : Math.min(...numbers))
    const sorted = Array.from({ length: heap.size }, () => heap.pop())
    assert.deepEqual(
      sorted,
      [...numbers].sort((a, b) => a - b),
    )
    assert.equal(heap.pop(), undefined)
  })
  fc.assert(property)
})

test('claims forget the oldest beyond their bound', async () => {
  const claims = createClaims({ now: Date.now, limit: 3 })
  const ids = [0, 1, 2, 3].map((i) => bytesOf(`${i}`, 32))
  for (const id of ids) {
    assert.equal(await claims.take(id, 1000), 'mine')
    await claims.finish(id)
  }
  const results = await Promise.all(ids.map((id) => claims.take(id, 1000)))
  assert.deepEqual(results, ['mine', 'done', 'done', 'done'])
})
