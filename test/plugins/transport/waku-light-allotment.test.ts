import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { allot, type Seat } from '../../../plugins/transport/waku/light/allotment.ts'

const seatsOf = (...capacities: number[]): Seat[] =>
  capacities.map((capacity) => ({ topics: new Set<number>(), capacity }))
const range = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index)
const copies = (seats: readonly Seat[], topic: number) => seats.filter(({ topics }) => topics.has(topic)).length

const capacities = fc.array(fc.nat(12), { maxLength: 4 })
const rounds = fc.array(fc.record({ wanted: fc.uniqueArray(fc.nat(30), { maxLength: 30 }), capacities }), {
  minLength: 1,
  maxLength: 6,
})

test('never gives a seat more than it takes, or what nobody wants', () => {
  fc.assert(
    fc.property(rounds, (changes) => {
      const sets = range(4).map(() => new Set<number>())
      for (const { wanted, capacities } of changes) {
        for (const gone of sets.slice(capacities.length)) gone.clear()
        const seats = capacities.map((capacity, index) => ({ topics: sets[index] ?? new Set<number>(), capacity }))
        const { placed, twice } = allot(seats, new Set(wanted))
        for (const { topics, capacity } of seats) {
          assert.ok(topics.size <= capacity)
          assert.ok([...topics].every((topic) => wanted.includes(topic)))
        }
        assert.equal(placed, wanted.filter((topic) => copies(seats, topic) > 0).length)
        assert.equal(twice, wanted.filter((topic) => copies(seats, topic) > 1).length)
        assert.ok(wanted.every((topic) => copies(seats, topic) <= 2))
      }
    }),
  )
})

test('places every topic before it places one twice, as far as there is room', () => {
  fc.assert(
    fc.property(rounds, (changes) => {
      const sets = range(4).map(() => new Set<number>())
      for (const { wanted, capacities } of changes) {
        for (const gone of sets.slice(capacities.length)) gone.clear()
        const seats = capacities.map((capacity, index) => ({ topics: sets[index] ?? new Set<number>(), capacity }))
        const { placed, twice } = allot(seats, new Set(wanted))
        const room = capacities.reduce((a, b) => a + b, 0)
        if (placed < wanted.length) assert.equal(placed, room)
        if (twice > 0) assert.equal(placed, wanted.length)
      }
    }),
  )
})

test('leaves in place what has its place', () => {
  const seats = seatsOf(10, 10, 10)
  allot(seats, new Set(range(15)))
  const before = seats.map(({ topics }) => [...topics])
  allot(seats, new Set(range(14)))
  for (const [index, { topics }] of seats.entries())
    assert.deepEqual(
      [...topics],
      (before[index] ?? []).filter((topic) => topic !== 14),
    )
})

test('gives up second copies for topics that have no place yet', () => {
  const seats = seatsOf(10, 10)
  assert.deepEqual(allot(seats, new Set(range(10))), { placed: 10, twice: 10 })
  assert.deepEqual(allot(seats, new Set(range(20))), { placed: 20, twice: 0 })
})

test('prefers what was wanted first', () => {
  const seats = seatsOf(3)
  allot(seats, new Set([9, 8, 7, 6, 5]))
  assert.deepEqual([...(seats[0]?.topics ?? [])], [9, 8, 7])
})

test('takes no longer for a million topics than for those that have room', () => {
  const wanted = new Set(range(1_000_000))
  let looked = 0
  const counted = {
    size: wanted.size,
    has: (topic: number) => wanted.has(topic),
    *values() {
      for (const topic of wanted) {
        looked += 1
        yield topic
      }
    },
  }
  const seats = seatsOf(1_000, 1_000)
  assert.deepEqual(allot(seats, counted), { placed: 2_000, twice: 0 })
  assert.ok(looked < 10_000)
})
