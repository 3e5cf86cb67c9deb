import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createBreaker } from '../../src/gateway/breaker.ts'
import type { Outcome } from '../../src/ports/index.ts'
import { createClock } from '../support/stage.ts'

const failed: Outcome = { kind: 'retry', reason: 'busy' }
const delivered: Outcome = { kind: 'delivered' }

const withBreaker = () => {
  const clock = createClock()
  const breaker = createBreaker(clock.now)
  const fail = (times: number, outcome: Outcome = failed): boolean[] =>
    Array.from({ length: times }, () => breaker.note(outcome))
  return { clock, breaker, fail }
}

describe('a breaker', () => {
  for (const outcome of [failed, { kind: 'unknown', reason: 'no answer' }] as const)
    test(`opens after ten outcomes in a row that are ${outcome.kind}`, () => {
      const { breaker, fail } = withBreaker()
      assert.deepEqual(fail(10, outcome), [...Array(9).fill(false), true])
      assert.equal(breaker.state, 'open')
      assert.equal(breaker.admit(), 1_000)
    })

  for (const outcome of [
    delivered,
    { kind: 'dead-token', reason: 'Unregistered' },
    { kind: 'rejected', reason: 'too large' },
    { kind: 'parked', reason: 'SENDER_ID_MISMATCH' },
    { kind: 'retry', reason: 'TooManyRequests', isLocal: true },
  ] as const)
    test(`does not count failures across one that is ${outcome.kind}: the backend works`, () => {
      const { breaker, fail } = withBreaker()
      fail(9)
      breaker.note(outcome)
      assert.ok(fail(9).every((opened) => !opened))
      assert.equal(breaker.admit(), 0)
    })

  test('lets one push try after the pause, and closes when it works', () => {
    const { clock, breaker, fail } = withBreaker()
    fail(10)
    clock.advance(1_000)
    assert.equal(breaker.state, 'half-open')
    assert.equal(breaker.admit(), 0)
    assert.ok(breaker.admit() > 0, 'a second one waits for the first')
    breaker.note(delivered)
    assert.equal(breaker.state, 'closed')
    assert.equal(breaker.admit(), 0)
  })

  test('pauses twice as long each time that the try fails, up to half a minute', () => {
    const { clock, breaker, fail } = withBreaker()
    fail(10)
    for (const pauseMs of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      assert.equal(breaker.admit(), pauseMs)
      clock.advance(pauseMs)
      assert.equal(breaker.admit(), 0)
      breaker.note(failed)
    }
  })

  test('pauses as long as the backend asks, up to five minutes', () => {
    for (const [asked, pauseMs] of [
      [500, 1_000],
      [90_000, 90_000],
      [3_600_000, 300_000],
    ] as const) {
      const { breaker, fail } = withBreaker()
      fail(10, { ...failed, afterMs: asked })
      assert.equal(breaker.admit(), pauseMs)
    }
  })

  test('does not wait for ever for a try that never ends', () => {
    const { clock, breaker, fail } = withBreaker()
    fail(10)
    clock.advance(1_000)
    assert.equal(breaker.admit(), 0)
    clock.advance(60_000)
    assert.equal(breaker.admit(), 0)
  })

  test('a clock that is set back holds nothing up', () => {
    const { clock, breaker, fail } = withBreaker()
    fail(10)
    clock.advance(-3_600_000)
    assert.equal(breaker.admit(), 0)
  })

  test('failures that were under way when it opened do not lengthen the pause', () => {
    const { breaker, fail } = withBreaker()
    fail(30)
    assert.equal(breaker.admit(), 1_000)
  })
})
