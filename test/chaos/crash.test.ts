/** The scenarios that kill: their books, and short runs of the real thing. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createBalance } from '../../chaos/crash/balance.ts'
import type { Member } from '../../chaos/crash/fleet.ts'
import { createCrashLedger } from '../../chaos/crash/ledger.ts'
import { outcomeOf } from '../../chaos/crash/outcome.ts'
import { runToolAlone } from '../support/tool.ts'

describe('the ledger of a scenario that kills', () => {
  test('what was accepted and not delivered is lost', () => {
    const ledger = createCrashLedger()
    for (const mark of ['a', 'b']) ledger.accepted(mark)
    ledger.delivered('a', 0, 10, 20)
    assert.deepEqual([ledger.totals.accepted, ledger.totals.delivered, ledger.totals.lost], [2, 1, 1])
    assert.deepEqual(ledger.missing(), ['b'])
    assert.match(outcomeOf(ledger, {}).broken.join(), /1 accepted pushes were lost, for example b/)
  })

  test('a delivery of what nobody heard the acceptance of is neither', () => {
    const ledger = createCrashLedger()
    ledger.delivered('a', 0, 10, 20)
    assert.deepEqual([ledger.totals.accepted, ledger.totals.lost, ledger.totals.duplicated], [0, 0, 0])
    assert.match(outcomeOf(ledger, {}).broken.join(), /No push was accepted/)
  })

  test('repetitions need as many in flight at a kill', () => {
    const ledger = createCrashLedger()
    ledger.accepted('a')
    ledger.delivered('a', 0, 10, 20)
    ledger.delivered('a', 0, 5_000, 5_010)
    assert.match(outcomeOf(ledger, {}).broken.join(), /1 repetitions are more than the 0/)
    ledger.cut(0, 15, 16)
    assert.deepEqual(outcomeOf(ledger, {}).broken, [])
  })

  const cuts: readonly (readonly [string, number | undefined, number, number, number])[] = [
    ['before it came', 0, 1, 9, 0],
    ['while the stand-in had it', 0, 15, 16, 1],
    ['right after the answer', 0, 60, 61, 1],
    ['long after the answer', 0, 200, 201, 0],
    ['of another stand-in', 1, 15, 16, 0],
    ['of all', undefined, 15, 16, 1],
  ]
  for (const [name, standIn, from, to, expected] of cuts)
    test(`in flight at a kill ${name}: ${expected}`, () => {
      const ledger = createCrashLedger()
      ledger.delivered('a', 0, 10, 20)
      ledger.cut(standIn, from, to)
      ledger.cut(standIn, from, to)
      assert.equal(ledger.totals.inFlightAtKills, expected)
    })
})

describe('the balance of replicas', () => {
  const memberOf = (counts: readonly number[], living = 3): Member => {
    let n = 0
    const stats = async () => ({
      replicas: { living: Array.from({ length: living }, String) },
      envelopes: { outcomes: { registered: counts[n++] ?? 0, elsewhere: 1_000, duplicate: 5, 'ignored-topic': 9 } },
    })
    return { publicKey: '', isUp: true, start: async () => {}, kill: async () => {}, close: async () => {}, stats }
  }
  const play = async (members: readonly Member[]) => {
    const balance = createBalance(members)
    await balance.begin()
    await balance.end()
    return balance
  }

  test('equal shares are even', async () => {
    const balance = await play([memberOf([10, 50]), memberOf([0, 40]), memberOf([5, 45])])
    assert.deepEqual([balance.opened, balance.isEven], [[40, 40, 40], true])
  })

  test('one who opens more than twice its share is not', async () => {
    const balance = await play([memberOf([0, 100]), memberOf([0, 10]), memberOf([0, 10])])
    assert.equal(balance.isEven, false)
  })

  test('while not all are up nothing is counted', async () => {
    const balance = await play([memberOf([0, 100], 2), memberOf([0, 10]), memberOf([0, 10])])
    assert.deepEqual(balance.opened, [0, 0, 0])
  })
})

const chaos = (args: readonly string[]) => runToolAlone('chaos', args, { timeoutMs: 160_000 })

describe('scenarios that kill', { timeout: 170_000 }, () => {
  test('single: a gateway on SQLite', async () => {
    const { code, left, stdout, stderr } = await chaos(['single', '--json', '--seconds', '8'])
    assert.equal(code, 0, stderr)
    const figures = JSON.parse(stdout)
    assert.deepEqual(Object.keys(figures), [
      'chaos',
      'accepted',
      'delivered',
      'lost',
      'duplicated',
      'inFlightAtKills',
      'kills',
    ])
    assert.ok(figures.kills >= 2 && figures.accepted > 10, stdout)
    assert.equal(figures.lost, 0)
    assert.deepEqual(left, [])
  })

  test('replicas: three gateways on one Redis', async () => {
    const { code, left, stdout, stderr } = await chaos(['replicas', '--json', '--seconds', '10', '--seed', '5'])
    assert.equal(code, 0, stderr)
    const figures = JSON.parse(stdout)
    assert.deepEqual(Object.keys(figures).slice(6), ['kills', 'redisRestarts', 'balanced'])
    assert.ok(figures.kills + figures.redisRestarts >= 1 && figures.accepted > 10, stdout)
    assert.deepEqual([figures.lost, figures.balanced], [0, 1])
    assert.deepEqual(left, [])
  })

  for (const [args, says] of [
    [['single', '--seconds', '4'], /--seconds must be a number from 5 to 3600, not 4\./],
    [['replicas', '--seed', 'x'], /--seed must be a whole number/],
    [['replicas', '--minutes', '1'], /the usage is: npm run chaos -- replicas/],
  ] as const)
    test(`${args.join(' ')} gives a sentence and no figures`, async () => {
      const { code, stdout, stderr } = await chaos(args)
      assert.deepEqual([code, stdout], [1, ''])
      assert.match(stderr, says)
    })
})
