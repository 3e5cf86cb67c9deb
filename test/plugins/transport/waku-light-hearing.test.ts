import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  createHearing,
  echo,
  isDeaf,
  isDoubtful,
  isForSelfTest,
  isUrgent,
  mend,
  miss,
  recover,
} from '../../../plugins/transport/waku/light/hearing.ts'

type Step = 'given' | 'askable' | 'mute' | 'echo' | 'heard'

/** What each step leads to. */
const play = (steps: readonly Step[]) => {
  const hearing = createHearing()
  const outcomes = steps.map((step) => {
    if (step === 'heard') return recover(hearing)
    return step === 'echo' ? echo(hearing) : miss(hearing, step)
  })
  return { hearing, outcomes }
}

for (const [what, steps, last] of [
  ['a first miss calls for a ping', ['askable'], 'ping'],
  ['a second one for a probe by itself', ['askable', 'askable'], 'doubt'],
  ['one that it was given itself for a new connection', ['askable', 'askable', 'given'], 'mend'],
  ['as it does where it had not given back one before', ['given', 'askable'], 'mend'],
  ['or where it takes none', ['mute', 'mute'], 'mend'],
  ['one that it gives back shows that it is cut off', ['askable', 'askable', 'echo'], true],
  ['then a new connection does not help', ['askable', 'askable', 'echo', 'askable'], 'none'],
  ['unless it falls silent altogether', ['askable', 'askable', 'echo', 'given'], 'mend'],
  ['one that it gives back before any miss shows nothing', ['echo'], false],
  ['what it hears of others makes up for all', ['askable', 'askable', 'heard', 'askable'], 'ping'],
] as const)
  test(what, () => assert.equal(play(steps).outcomes.at(-1), last))

test('a node that hears others again is as good as new', () => {
  const steps = fc.array(fc.constantFrom<Step>('given', 'askable', 'mute', 'echo', 'heard'))
  fc.assert(
    fc.property(steps, (before) => {
      const { hearing } = play([...before, 'heard'])
      assert.ok(!isDeaf(hearing) && !isDoubtful(hearing) && !isUrgent(hearing) && !isForSelfTest(hearing))
    }),
  )
})

test('makes a connection anew twice at once, then seldom', () => {
  const hearing = createHearing()
  assert.deepEqual([mend(hearing), mend(hearing), mend(hearing)], [true, true, false])
  assert.ok(isDeaf(hearing))
  recover(hearing)
  assert.equal(mend(hearing), true)
})
