import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Answer, createAnswerReader } from '../../chaos/network/answers.ts'
import { type Account, createBooks } from '../../chaos/network/books.ts'
import { createDice } from '../../chaos/network/dice.ts'
import { createLetters, type Letter } from '../../chaos/network/letters.ts'
import { createReach } from '../../chaos/network/reach.ts'
import { draw } from '../../chaos/network/tally.ts'
import { troubles } from '../../chaos/network/trouble.ts'
import { createNobleCrypto } from '../../plugins/crypto/noble.ts'
import { hex } from '../../src/protocol/index.ts'

const crypto = createNobleCrypto(new Uint8Array(32).fill(3))
const letters = createLetters(crypto, crypto.identity.publicKey)

/** A world of which only the clock moves. */
const createStage = () => {
  let clock = 0
  let hashes = 0
  const books = createBooks()
  const reach = createReach(['north', 'south'], () => clock)
  const kills: number[] = []
  reach.note('gateway', true)
  const send = (account: Account, letter: Letter): Uint8Array => {
    const hash = Uint8Array.of(++hashes)
    books.sent(account, letter, hash)
    return hash
  }
  return {
    books,
    reach,
    kills,
    send,
    at: (time: number): number => {
      clock = time
      return time
    },
    figures: (): Readonly<Record<string, number>> => {
      const world = { books, reach, gateway: { kills, restarts: 0 } }
      const { figures } = draw({ seconds: 1, seed: 1, world, faults: 0, now: clock })
      return Object.fromEntries(figures.map(({ name, value }) => [name, value]))
    },
  }
}

type Stage = ReturnType<typeof createStage>

const answerTo = (letter: Letter, changes: Partial<Answer> = {}): Answer => ({
  answerId: letter.answerId,
  reader: hex(letter.reader.compressed),
  verdict: 'success',
  versions: new Map(),
  ...changes,
})

const registration = ({ books, send }: Stage, version = 1n, person = letters.person()) => {
  const account = books.open({ kind: 'registration', person, version, counted: true })
  const letter = letters.registration(person, version)
  return { account, person, letter, hash: send(account, letter) }
}

const request = ({ books, send }: Stage) => {
  const person = letters.person()
  const account = books.open({ kind: 'request', person, mark: 'aa', counted: true })
  return send(account, letters.request(person, Uint8Array.of(1), new Uint8Array(32)))
}

const check = (stage: Stage, expected: Readonly<Record<string, number>>): void => {
  const figures = stage.figures()
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, figures[name]])), expected)
}

describe('what the outside parties count', () => {
  test('what no station kept was not sent; what was kept and not answered is lost', () => {
    const stage = createStage()
    registration(stage)
    check(stage, { sent: 0, lost: 0, neverKept: 1 })
    const { hash } = registration(stage)
    stage.books.kept('north', hash, 0)
    check(stage, { sent: 1, handled: 0, lost: 1 })
  })

  test('a registration is handled by its own answer, and a second one is a duplicate', () => {
    const stage = createStage()
    const { letter, hash } = registration(stage)
    stage.books.kept('north', hash, 0)
    stage.books.answered(answerTo(letter), 10)
    check(stage, { handled: 1, lost: 0, duplicated: 0 })
    stage.books.answered(answerTo(letter), 20)
    check(stage, { handled: 1, duplicated: 1, inFlightAtKills: 0 })
  })

  test('an answer to somebody else’s letter counts for nobody', () => {
    const stage = createStage()
    const { hash } = registration(stage)
    stage.books.kept('north', hash, 0)
    stage.books.answered(answerTo(letters.registration(letters.person(), 1n)), 10)
    check(stage, { handled: 0, lost: 1 })
  })

  test('a refused registration is lost, but for one that a newer version overtook', () => {
    const stage = createStage()
    const first = registration(stage)
    stage.books.kept('north', first.hash, 0)
    const second = registration(stage, 2n, first.person)
    stage.books.kept('north', second.hash, 0)
    stage.books.answered(answerTo(second.letter), 10)
    stage.books.answered(answerTo(first.letter, { verdict: 'version-mismatch' }), 20)
    check(stage, { handled: 2, lost: 0, superseded: 1, refused: 0 })
    const third = registration(stage, 3n, first.person)
    stage.books.kept('north', third.hash, 30)
    stage.books.answered(answerTo(third.letter, { verdict: 'version-mismatch' }), 40)
    check(stage, { handled: 2, lost: 1, refused: 1 })
  })

  test('an answer that got lost is made good by a question that finds the version, not by one that finds an older one', async () => {
    const stage = createStage()
    const { person, hash } = registration(stage, 2n)
    stage.books.kept('north', hash, 0)
    const inquiry = stage.books.open({ kind: 'question', person, counted: false })
    const letter = await letters.question(person)
    stage.books.kept('north', stage.send(inquiry, letter), 20)
    stage.books.answered(answerTo(letter, { versions: new Map([[person.installation, 1n]]) }), 30)
    check(stage, { sent: 1, lost: 1 })
    stage.books.answered(answerTo(letter, { versions: new Map([[person.installation, 2n]]) }), 40)
    check(stage, { sent: 1, handled: 1, indirect: 1 })
  })

  test('a request is handled by its push, and a second push is a duplicate, unless a kill came just when the first one was seen, or right after it', () => {
    for (const [kills, duplicated] of [
      [[], 1],
      [[1_500], 0],
      [[900], 0],
      [[400], 1],
      [[10_000], 1],
    ] as const) {
      const stage = createStage()
      stage.books.kept('north', request(stage), 0)
      stage.kills.push(...kills)
      for (const at of [1_000, 9_000]) stage.books.pushed('aa', at)
      check(stage, { handled: 1, duplicated, inFlightAtKills: 1 - duplicated, pushes: 2 })
    }
  })

  test('a gap is the longest time in one piece in which the gateway could have had it', () => {
    const stage = createStage()
    const { hash, letter } = registration(stage)
    stage.books.kept('north', hash, stage.at(1_000))
    stage.at(3_000)
    for (const way of ['way north', 'way south'] as const) stage.reach.note(way, false)
    stage.at(50_000)
    for (const way of ['way north', 'way south'] as const) stage.reach.note(way, true)
    stage.books.answered(answerTo(letter), stage.at(54_500))
    check(stage, { longestGapMs: 4_500, longestReturnMs: 4_500 })
  })

  test('a message waits for a station that has it, whatever the others can do', () => {
    const stage = createStage()
    const { hash, letter } = registration(stage)
    stage.books.kept('north', hash, 0)
    stage.reach.note('store north', false)
    stage.books.answered(answerTo(letter), stage.at(90_000))
    check(stage, { longestGapMs: 0 })
  })

  test('who waits for more than a minute, or nothing at all, breaks the promise', () => {
    const stage = createStage()
    const world = { books: stage.books, reach: stage.reach, gateway: { kills: [], restarts: 0 } }
    const broken = () => draw({ seconds: 1, seed: 1, world, faults: 0, now: 61_000 }).broken
    assert.deepEqual(broken(), ['Nothing was sent, so nothing is shown.'])
    const { hash, letter } = registration(stage)
    stage.books.kept('south', hash, 0)
    stage.books.answered(answerTo(letter), stage.at(60_500))
    assert.deepEqual(broken(), ['One waited for 60500 ms; 60000 are promised.'])
  })
})

test('answers are read by whom they are for, and only if the gateway wrote them', () => {
  const stranger = createNobleCrypto(new Uint8Array(32).fill(4))
  const reader = createAnswerReader(crypto, stranger.identity.publicKey)
  const letter = letters.registration(letters.person(), 1n)
  reader.expect(letter.topic, crypto.identity)
  const message = { payload: letter.payload, contentTopic: '', version: 1, timestamp: 0n, ephemeral: false }
  assert.equal(reader.read({ ...message, hash: new Uint8Array(32) }), undefined)
})

test('the same seed throws the same, and no share is out of bounds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
      const [one, other] = [createDice(seed), createDice(seed)]
      for (let i = 0; i < 20; i++) {
        const roll = one.roll()
        assert.equal(roll, other.roll())
        assert.ok(roll >= 0 && roll < 1)
      }
      const list = [1, 2, 3, 4]
      assert.deepEqual(one.shuffled(list).sort(), list)
      assert.ok(list.includes(one.pick(list)))
    }),
  )
})

test('what was lost or came twice is told with its times', () => {
  const stage = createStage()
  stage.books.kept('north', request(stage), 2_000)
  const { hash, letter } = registration(stage)
  for (const [station, at] of [
    ['north', 2_000],
    ['south', 2_500],
  ] as const)
    stage.books.kept(station, hash, at)
  for (const at of [3_000, 4_000]) stage.books.answered(answerTo(letter), at)
  assert.deepEqual(troubles(stage.books, 1_000), [
    'request; kept by north at 1.0, answered never; pushed never',
    'registration; kept by north at 1.0, by south at 1.5, answered 2.0 and 3.0',
  ])
})
