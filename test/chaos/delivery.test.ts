/** The scenario in which providers break: its books, and a short run of the real thing. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createDeliveryBooks, type DeliveryBooks, deliveryOutcome } from '../../chaos/delivery/books.ts'
import { runToolAlone } from '../support/tool.ts'

describe('the books of a scenario in which providers break', () => {
  const judge = (write: (books: DeliveryBooks) => void, unknownOutcomes = 0) => {
    const books = createDeliveryBooks()
    write(books)
    const counted = { unknownOutcomes, troubles: 1, clockJumps: 1, seconds: 10, seed: 1 }
    return { totals: books.totals, broken: deliveryOutcome(books, counted).broken.join(' ') }
  }

  const rows: readonly (readonly [what: string, (books: DeliveryBooks) => void, unknown: number, says: RegExp])[] = [
    ['nothing was accepted', () => undefined, 0, /^No push was accepted/],
    ['a push is accepted and delivered', (books) => deliver(books, 'a', 'x'), 0, /^$/],
    ['one is never delivered', (books) => books.accepted('a'), 0, /^1 accepted pushes were lost, for example a\.$/],
    ['one comes twice after an unknown outcome', (books) => deliver(books, 'a', 'x', 'x'), 1, /^$/],
    ['one comes twice without one', (books) => deliver(books, 'a', 'x', 'x'), 0, /^1 repetitions are more than the 0/],
    [
      'one comes twice under another collapse id',
      (books) => deliver(books, 'a', 'x', 'y'),
      1,
      /^1 pushes were repeated under another collapse id, for example a\.$/,
    ],
  ]
  const deliver = (books: DeliveryBooks, mark: string, ...ids: string[]): void => {
    books.accepted(mark)
    for (const id of ids) books.delivered(mark, id)
  }
  for (const [what, write, unknown, says] of rows) test(what, () => assert.match(judge(write, unknown).broken, says))

  test('a delivery of what nobody heard the acceptance of is neither lost nor delivered', () => {
    const { totals } = judge((books) => books.delivered('a', 'x'))
    assert.deepEqual(totals, { accepted: 0, delivered: 0, lost: 0, duplicated: 0 })
  })
})

describe('chaos delivery', { timeout: 170_000 }, () => {
  test('in a short run nothing is lost, and nothing comes twice but what had an unknown outcome', async () => {
    const args = ['delivery', '--json', '--seconds', '10', '--seed', '1']
    const { code, left, stdout, stderr } = await runToolAlone('chaos', args, { timeoutMs: 150_000 })
    assert.equal(code, 0, `${stdout}${stderr}`)
    const figures = JSON.parse(stdout)
    assert.deepEqual(Object.keys(figures), [
      'chaos',
      'accepted',
      'delivered',
      'lost',
      'duplicated',
      'unknownOutcomes',
      'troubles',
      'clockJumps',
      'seconds',
      'seed',
    ])
    assert.ok(figures.accepted > 50 && figures.troubles > 5 && figures.clockJumps > 0, stdout)
    assert.equal(figures.lost, 0)
    assert.ok(figures.duplicated <= figures.unknownOutcomes, stdout)
    assert.deepEqual(left, [])
  })
})
