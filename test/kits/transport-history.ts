import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HistoryRange, Transport, WakuMessage } from '../../src/ports/index.ts'
import { type Cast, soon } from './transport-station.ts'

const hourMs = 3_600_000

const rangeUntilNow = (changes: Partial<HistoryRange> = {}): HistoryRange => ({
  from: new Date(Date.now() - hourMs),
  to: new Date(Date.now() + 1_000),
  signal: soon(),
  ...changes,
})

const collect = async (transport: Transport, range: HistoryRange): Promise<WakuMessage[]> => {
  const found: WakuMessage[] = []
  for await (const message of transport.history(range)) found.push(message)
  return found
}

const texts = (messages: readonly WakuMessage[]): string[] =>
  messages.map(({ payload }) => Buffer.from(payload).toString())

/** For transports whose network keeps messages. */
export const historyTests = ({ join, healthy, pair, say, received }: Cast, patienceMs: number): void => {
  /** A store may take a moment to keep what was just published. */
  const collected = async (transport: Transport, count: number, range: () => HistoryRange): Promise<WakuMessage[]> => {
    const end = performance.now() + patienceMs
    for (;;) {
      const found = await collect(transport, range()).catch((): WakuMessage[] => [])
      if (found.length >= count || performance.now() > end) return found
      await sleep(20)
    }
  }

  const sayAll = async (...said: readonly (readonly [topic: number, text: string])[]) => {
    const a = await join()
    const other = await join()
    await healthy(a, other)
    for (const [topic, text] of said) {
      await say(a, topic, Buffer.from(text))
      // Stamps are of milliseconds in some networks.
      await sleep(2)
    }
    return a
  }

  test('gives back what it missed, oldest first and on its topics', async () => {
    await sayAll([1, 'one'], [2, 'elsewhere'], [1, 'two'], [1, 'three'])
    const b = await join([1])
    await healthy(b)
    assert.deepEqual(texts(await collected(b.transport, 3, rangeUntilNow)), ['one', 'two', 'three'])
  })

  test('gives back nothing from outside of the range', async () => {
    const from = new Date()
    await sayAll([1, 'one'])
    const b = await join([1])
    await healthy(b)
    await collected(b.transport, 1, rangeUntilNow)
    const before = { from: new Date(from.getTime() - hourMs), to: new Date(from.getTime() - 1) }
    assert.deepEqual(await collect(b.transport, rangeUntilNow(before)), [])
  })

  test('names a message alike, whether it came at once or from the past', async () => {
    const [a, b] = await pair([1])
    await say(a, 1, Buffer.from('one'))
    await received(b, 1)
    const c = await join([1])
    await healthy(c)
    const [kept] = await collected(c.transport, 1, rangeUntilNow)
    assert.equal(kept?.hash.length, 32)
    assert.deepEqual(kept, b.messages[0])
  })

  test('leaves out what is known', async () => {
    await sayAll([1, 'one'], [1, 'two'])
    const b = await join([1])
    await healthy(b)
    const [one] = await collected(b.transport, 2, rangeUntilNow)
    const isKnown = (hash: Uint8Array): boolean => Buffer.from(hash).equals(one?.hash ?? Buffer.of())
    assert.deepEqual(texts(await collect(b.transport, rangeUntilNow({ isKnown }))), ['two'])
  })

  test('gives a message that came on no topic of ours once its topic is', async () => {
    const [a, b] = await pair([1])
    await say(a, 2, Buffer.from('early'))
    await say(a, 1, Buffer.from('now'))
    await received(b, 1)
    const isKnown = (hash: Uint8Array): boolean => Buffer.from(hash).equals(b.messages[0]?.hash ?? Buffer.of())
    assert.deepEqual(texts(await collect(b.transport, rangeUntilNow({ isKnown }))), [])
    b.transport.listen([2])
    assert.deepEqual(texts(await collected(b.transport, 1, () => rangeUntilNow({ isKnown }))), ['early'])
  })

  test('does not give a node its own messages back', async () => {
    const [a] = await pair([1])
    const c = await join([1])
    await healthy(c)
    await say(a, 1, Buffer.from('of a'))
    assert.deepEqual(texts(await collected(c.transport, 1, rangeUntilNow)), ['of a'])
    assert.deepEqual(await collect(a.transport, rangeUntilNow()), [])
  })

  test('stops when the signal is aborted', async () => {
    const a = await sayAll([1, 'one'])
    a.transport.listen([1])
    await assert.rejects(collect(a.transport, rangeUntilNow({ signal: AbortSignal.abort(new Error('enough')) })))
  })
}

/** For transports whose network keeps nothing that a test could reach. */
export const noHistoryTests = ({ pair, say, received }: Cast): void => {
  test('has no history to give, and says so', async () => {
    const [a, b] = await pair([1])
    await say(a, 1, Buffer.from('forgotten'))
    await received(b, 1)
    const outcome = await collect(b.transport, rangeUntilNow()).catch((error: unknown) => error)
    assert.ok(outcome instanceof Error && outcome.message.length > 10)
  })
}
