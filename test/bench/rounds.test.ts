import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { alternate, split } from '../../bench/rounds.ts'

describe('rounds', () => {
  test('splitting keeps every piece, in order, in even rounds that are not too many and not too small', () => {
    const sizes = fc.record({ most: fc.integer({ min: 1, max: 20 }), least: fc.integer({ min: 1, max: 50 }) })
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 500 }), sizes, (work, { most, least }) => {
        const rounds = split(work, { most, least })
        assert.deepEqual(rounds.flat(), work)
        assert.ok(rounds.length <= most)
        const lengths = rounds.map(({ length }) => length)
        assert.ok(Math.max(...lengths) - Math.min(...lengths) <= 1)
        assert.ok(Math.min(...lengths) >= Math.min(least, work.length))
      }),
    )
  })

  test('the two take turns, and each median is of seconds for one piece', async () => {
    const turns: string[] = []
    const times = [1000, 9000, 4000]
    const pair = await alternate(
      [['a', 'b'], ['c'], ['d', 'e']],
      async (work, round) => {
        turns.push(`subject ${work.join('')}`)
        return times[round] ?? 0
      },
      async (work) => {
        turns.push(`bare ${work.join('')}`)
        return 500
      },
    )
    assert.deepEqual(turns, ['subject ab', 'bare ab', 'subject c', 'bare c', 'subject de', 'bare de'])
    assert.deepEqual(pair, { subject: 2, bare: 0.25 })
  })
})
