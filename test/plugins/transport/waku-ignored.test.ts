import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { createIgnored } from '../../../plugins/transport/waku/ignored.ts'

test('skips what was noted, until its topic is listened to, and again afterwards', () => {
  const listened = new Set<number>()
  const ignored = createIgnored(listened)
  const hash = randomBytes(32)
  assert.equal(ignored.skips(hash), false)
  ignored.note(hash, 7)
  assert.equal(ignored.skips(hash), true)
  listened.add(7)
  assert.equal(ignored.skips(hash), false)
  listened.delete(7)
  assert.equal(ignored.skips(hash), true)
})

test('skips for ever what can never be for us', () => {
  const ignored = createIgnored({ has: () => true })
  const hash = randomBytes(32)
  ignored.note(hash, undefined)
  assert.equal(ignored.skips(hash), true)
})

test('knows a hash by its bytes, wherever they lie in memory', () => {
  const ignored = createIgnored(new Set())
  const page = randomBytes(96)
  ignored.note(page.subarray(32, 64), 1)
  assert.equal(ignored.skips(new Uint8Array(page.subarray(32, 64))), true)
  assert.equal(ignored.skips(page.subarray(0, 32)), false)
})

test('keeps the newest half at least, and never more than its capacity', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 50 }), fc.integer({ min: 0, max: 200 }), (half, count) => {
      const ignored = createIgnored(new Set(), 2 * half)
      const hashes = Array.from({ length: count }, (_, index) =>
        Buffer.alloc(32)
          .fill(index % 251, 0, 16)
          .fill(index >> 4, 16),
      )
      for (const hash of hashes) ignored.note(hash, 1)
      assert.ok(ignored.size <= 2 * half)
      for (const hash of hashes.slice(-half)) assert.ok(ignored.skips(hash))
    }),
  )
})
