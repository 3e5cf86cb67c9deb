import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Uint8ArrayList } from 'uint8arraylist'
import { type ConductLimits, conductLimits, createConduct } from '../../../plugins/transport/waku/conduct.ts'
import { frameByFrame } from '../../../plugins/transport/waku/relay/frames.ts'

/** A conduct on a clock that the test moves. */
const judged = (limits: ConductLimits = conductLimits(), configured: readonly string[] = []) => {
  const clock = { ms: 1_000_000 }
  const wall = { ms: 1_700_000_000_000 }
  const conduct = createConduct({
    limits,
    isConfigured: (peer) => configured.includes(peer),
    clock: () => clock.ms,
    now: () => wall.ms,
  })
  const send = (peer: string, count: number, bytes = 100): Record<string, number> => {
    const verdicts: Record<string, number> = { fine: 0, over: 0, end: 0 }
    for (let sent = 0; sent < count; sent += 1) {
      const verdict = conduct.take(peer, bytes)
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
    }
    return verdicts
  }
  const sendListened = (peer: string, count: number): Record<string, number> => {
    const verdicts: Record<string, number> = { fine: 0, over: 0, end: 0 }
    for (let sent = 0; sent < count; sent += 1) {
      const verdict = conduct.takeListened(peer)
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
    }
    return verdicts
  }
  return { clock, wall, conduct, send, sendListened }
}

describe('frames of a stream', () => {
  type Source = Parameters<typeof frameByFrame>[0]

  /** With its length before it, up to 16,383 bytes. */
  const framed = (data: Uint8Array): Uint8Array => {
    const { length } = data
    const prefix = length < 0x80 ? [length] : [0x80 | (length & 0x7f), length >> 7]
    return Buffer.concat([Uint8Array.from(prefix), data])
  }

  /** One after the other, as they come in. */
  async function* sourceOf(chunks: readonly Uint8Array[]): Source {
    for (const chunk of chunks) yield new Uint8ArrayList(chunk)
  }

  const chunksOf = (bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] => {
    const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
    return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
  }

  const collect = async (source: Source, maxBytes = 1_000_000): Promise<string[]> => {
    const found: string[] = []
    for await (const frame of frameByFrame(source, maxBytes, { onFrame: () => {}, onHandled: () => {} }))
      found.push(Buffer.from(frame.subarray()).toString('hex'))
    return found
  }

  test('are given one at a time, however they were cut on their way', async () => {
    const frames = fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 10 })
    await fc.assert(
      fc.asyncProperty(frames, fc.array(fc.nat(), { maxLength: 10 }), async (datas, cuts) => {
        const sent = datas.map((data) => framed(data))
        const found = await collect(sourceOf(chunksOf(Buffer.concat(sent), cuts)))
        assert.deepEqual(
          found,
          sent.map((frame) => Buffer.from(frame).toString('hex')),
        )
      }),
    )
  })

  test('end with an error where one is too large or has no length', async () => {
    const frame = framed(new Uint8Array(1_000))
    await assert.rejects(collect(sourceOf([frame.subarray(0, 500), frame.subarray(500)]), 999), /a frame of 1002 bytes/)
    await assert.rejects(collect(sourceOf([new Uint8Array(9).fill(0xff)])), /length that is none/)
  })

  test('tell before and after each', async () => {
    const told: string[] = []
    const bytes = Buffer.concat([1, 2].map((byte) => framed(Uint8Array.of(byte))))
    const events = { onFrame: () => void told.push('frame'), onHandled: () => void told.push('handled') }
    for await (const frame of frameByFrame(sourceOf([bytes]), 100, events)) told.push(`byte ${frame.get(1)}`)
    assert.deepEqual(told, ['frame', 'byte 1', 'handled', 'frame', 'byte 2', 'handled'])
  })
})

describe('conduct of peers', () => {
  test('lets a burst of 20,000 messages through at once, and no more', () => {
    const { send } = judged()
    assert.deepEqual(send('a', 20_000), { fine: 20_000, over: 0, end: 0 })
    assert.deepEqual(send('a', 500), { fine: 0, over: 500, end: 0 })
  })

  test('lets 1,000 messages a second through for ever', () => {
    const { clock, conduct, send } = judged()
    for (let second = 0; second < 300; second += 1) {
      assert.deepEqual(send('a', 1_000, 20_000), { fine: 1_000, over: 0, end: 0 })
      clock.ms += 1_000
    }
    assert.equal(conduct.penalty('a') + 0, 0)
  })

  test('drops what is a little too much, and no peer for it', () => {
    const { clock, conduct, send } = judged()
    send('a', 20_000)
    for (let second = 0; second < 100; second += 1) {
      clock.ms += 1_000
      const { fine, end } = send('a', 1_400)
      assert.deepEqual([fine, end], [1_000, 0])
    }
    assert.ok(conduct.penalty('a') < 0)
  })

  test('ends a peer that floods, refuses it for five minutes and begins anew', () => {
    const { clock, wall, conduct, send } = judged()
    const { fine, end, over } = send('a', 30_000)
    assert.deepEqual([fine, end], [20_000, 1])
    assert.equal(over, 9_999)
    assert.deepEqual([conduct.refuses('a'), conduct.refused, conduct.penalty('a')], [true, 1, -1_000])
    assert.equal(conduct.refusedUntil('a'), wall.ms + 300_000)
    clock.ms += 299_999
    assert.ok(conduct.refuses('a'))
    clock.ms += 1
    assert.deepEqual([conduct.refuses('a'), conduct.refused], [false, 0])
    assert.deepEqual(send('a', 100), { fine: 100, over: 0, end: 0 })
  })

  test('refuses a configured peer for half a minute only', () => {
    const { clock, conduct, send } = judged(conductLimits(), ['a'])
    send('a', 30_000)
    clock.ms += 29_999
    assert.ok(conduct.refuses('a'))
    clock.ms += 1
    assert.ok(!conduct.refuses('a'))
  })

  for (const hours of [-24, 24]) {
    test(`refuses a peer for no more and no less when the system's time is set by ${hours} h`, () => {
      const { clock, wall, conduct, send } = judged(conductLimits(), ['a'])
      send('a', 30_000)
      wall.ms += hours * 3_600_000
      clock.ms += 29_999
      assert.ok(conduct.refuses('a'))
      assert.equal(conduct.refusedUntil('a'), wall.ms + 1)
      clock.ms += 1
      assert.deepEqual([conduct.refuses('a'), conduct.refusedUntil('a')], [false, undefined])
    })
  }

  for (const { who, configured, rate } of [
    { who: 'a stranger', configured: [], rate: 100 },
    { who: 'a configured peer', configured: ['a'], rate: 1_000 },
  ]) {
    test(`lets ${who} send ${rate} messages a second for us, a burst of ${rate * 20}, and drops more`, () => {
      const { clock, conduct, sendListened } = judged(conductLimits(), configured)
      assert.deepEqual(sendListened('a', rate * 20), { fine: rate * 20, over: 0, end: 0 })
      for (let second = 0; second < 200; second += 1) {
        clock.ms += 1_000
        assert.deepEqual(sendListened('a', rate * 1.4), { fine: rate, over: rate * 0.4, end: 0 })
      }
      assert.ok(conduct.penalty('a') < 0)
    })

    test(`hangs up on ${who} that goes on with nine times as many`, () => {
      const { clock, conduct, sendListened } = judged(conductLimits(), configured)
      let seconds = 0
      for (; !conduct.refuses('a'); seconds += 1) {
        clock.ms += 1_000
        sendListened('a', rate * 9)
      }
      assert.ok(seconds > 6 && seconds < 15, `after ${seconds} s`)
    })
  }

  test('lets more pass for us where more is allowed of everything', () => {
    const { sendListened } = judged(conductLimits(10_000))
    assert.equal(sendListened('a', 30_000)['fine'], 20_000)
  })

  test('counts bytes: of the largest messages far fewer pass', () => {
    const { send } = judged()
    const { fine } = send('a', 200, 1024 * 1024)
    assert.equal(fine, 47)
  })

  test('lets a message of 4 MiB pass under the smallest limit', () => {
    const { send } = judged(conductLimits(10))
    assert.equal(send('a', 1, 4 * 1024 * 1024)['fine'], 1)
  })

  for (const { who, configured, limit } of [
    { who: 'a stranger', configured: [], limit: 100 },
    { who: 'a configured peer', configured: ['a'], limit: 1_000 },
  ]) {
    test(`ends ${who} after ${limit} pieces of garbage in a minute`, () => {
      const { conduct } = judged(conductLimits(), configured)
      for (let sent = 0; sent < limit; sent += 1) assert.equal(conduct.spoil('a'), 'fine')
      assert.ok(conduct.penalty('a') < -90)
      assert.equal(conduct.spoil('a'), 'end')
    })
  }

  test('forgives garbage with time', () => {
    const { clock, conduct } = judged()
    for (let minute = 0; minute < 20; minute += 1) {
      for (let sent = 0; sent < 90; sent += 1) assert.equal(conduct.spoil('a'), 'fine')
      clock.ms += 60_000
    }
    assert.equal(conduct.penalty('a') + 0, 0)
  })

  test('judges each peer by itself', () => {
    const { conduct, send } = judged()
    send('a', 30_000)
    assert.deepEqual(send('b', 1_000), { fine: 1_000, over: 0, end: 0 })
    assert.deepEqual([conduct.refuses('a'), conduct.refuses('b')], [true, false])
  })

  test('bounds what it remembers', () => {
    const { conduct, send } = judged(conductLimits(10))
    for (let peer = 0; peer < 12_000; peer += 1) send(`peer ${peer}`, 220)
    assert.ok(conduct.refused <= 10_000)
  })

  test('is not confused by a clock that goes back', () => {
    const { wall, conduct, send } = judged()
    send('a', 10)
    wall.ms -= 3_600_000
    assert.deepEqual(send('a', 10), { fine: 10, over: 0, end: 0 })
    assert.equal(conduct.refused, 0)
  })

  test('never lets more through than burst and rate allow, whatever comes when', () => {
    const step = fc.record({ waitMs: fc.nat(5_000), count: fc.nat(400), bytes: fc.nat(50_000) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { clock, send } = judged({ ...conductLimits(100), refusedMs: 3_600_000 })
        let passed = 0
        for (const { waitMs, count, bytes } of steps) {
          clock.ms += waitMs
          passed += send('a', count, bytes)['fine'] ?? 0
        }
        const elapsed = steps.reduce((sum, { waitMs }) => sum + waitMs, 0)
        return passed <= 2_000 + elapsed / 10
      }),
    )
  })
})
