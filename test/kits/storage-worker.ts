import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Outbox, QueuedPush, Settlement } from '../../src/ports/index.ts'
import type { StorageKitOptions, Use } from './storage.ts'
import { drain } from './storage-outbox.ts'
import { hex, pushOf, until, within } from './storage-samples.ts'

const day = 86_400_000
const done: Settlement = { kind: 'done' }
const limits = { concurrency: 4, leaseMs: 60_000 }

const names = (pushes: readonly QueuedPush[], known: readonly string[]): (string | undefined)[] =>
  pushes.map(({ id }) => known.find((name) => hex(pushOf(name).id) === hex(id)))

/** Writes down every hand-out with its time and answers as the test says. */
const record = (
  now: () => number,
  answer: (push: QueuedPush, nth: number, signal: AbortSignal) => Settlement | Promise<Settlement>,
) => {
  const handed: { readonly push: QueuedPush; readonly at: number; readonly signal: AbortSignal }[] = []
  const handle: Parameters<Outbox['work']>[0] = async (push, signal) => {
    handed.push({ push, at: now(), signal })
    return answer(push, handed.length, signal)
  }
  return { handed, handle }
}

export const testWorker = (use: Use, { order = 'age' }: StorageKitOptions): void => {
  describe('handing out pushes', () => {
    test(
      {
        age: 'goes by age, whatever the order of acceptance',
        acceptance: 'goes by the order of acceptance',
        about: 'misses none',
      }[order],
      use(async ({ outbox }, { now }) => {
        const start = now() - 10_000
        const ages = [5, 1, 4, 2, 3]
        for (const age of ages) await outbox.accept([pushOf(`${age}`, start + age)], day)
        const { handed, handle } = record(now, () => done)
        const worker = outbox.work(handle, { concurrency: 1, leaseMs: 60_000 })
        await until('all are handed out', () => handed.length === 5)
        await worker.stop()
        const found = names(
          handed.map(({ push }) => push),
          ages.map(String),
        )
        assert.deepEqual(
          order === 'about' ? found.sort() : found,
          order === 'acceptance' ? ages.map(String) : ['1', '2', '3', '4', '5'],
        )
      }),
    )

    test(
      'starts at once when something is accepted',
      use(async ({ outbox }, { now, latenessMs }) => {
        const { handed, handle } = record(now, () => done)
        const worker = outbox.work(handle, limits)
        for (let i = 1; i <= 20; i++) {
          await outbox.accept([pushOf(`${i}`)], day)
          await until('it is handed out', () => handed.length === i, latenessMs)
        }
        await worker.stop()
      }),
    )

    test(
      'never has more in hand than the limit, and uses all of it',
      use(async ({ outbox }, { now }) => {
        let [inHand, most] = [0, 0]
        const { handed, handle } = record(now, async () => {
          most = Math.max(most, ++inHand)
          await new Promise(setImmediate)
          await until('the hands are full once', () => most === 4)
          inHand--
          return done
        })
        await outbox.accept(
          Array.from({ length: 100 }, (_, i) => pushOf(`${i}`)),
          day,
        )
        const worker = outbox.work(handle, limits)
        await until('all are handed out', () => handed.length === 100)
        await worker.stop()
        assert.equal(most, 4)
        assert.equal(new Set(handed.map(({ push }) => hex(push.id))).size, 100)
      }),
    )

    test(
      'repeats at the time asked for, never before it, and counts the attempts',
      use(async ({ outbox }, { now, latenessMs }) => {
        const retried = hex(pushOf('a').id)
        const { handed, handle } = record(now, ({ id, attempts }) =>
          hex(id) === retried && attempts < 2 ? { kind: 'retry', at: now() + 150 } : done,
        )
        await outbox.accept([pushOf('a')], day)
        const worker = outbox.work(handle, limits)
        const repeats = () => handed.filter(({ push }) => hex(push.id) === retried)
        let others = 0
        const isRepeated = async () => {
          // Traffic makes the worker look again and again, at times when the push is not due yet.
          await outbox.accept([pushOf(`other ${others++}`)], day)
          return repeats().length === 3
        }
        await until('it is repeated twice', isRepeated, 2 * (latenessMs + 150))
        await until('all are settled', async () => (await outbox.counts()).queued === 0)
        await worker.stop()
        const [first = 0, second = 0, third = 0] = repeats().map(({ at }) => at)
        assert.ok(second >= first + 150 && third >= second + 150, 'came early')
        assert.deepEqual(
          repeats().map(({ push }) => push.attempts),
          [0, 1, 2],
        )
      }),
    )

    test(
      'is not held up by pushes that wait for their time',
      use(async ({ outbox }, { now }) => {
        const waiting = Array.from({ length: 20 }, (_, i) => pushOf(`waiting ${i}`, now() - 10_000))
        await outbox.accept(waiting, day)
        const { handed, handle } = record(now, (push) =>
          push.acceptedAt < now() - 5000 ? { kind: 'retry', at: now() + 60_000 } : done,
        )
        const worker = outbox.work(handle, limits)
        await until('the old ones are put off', () => handed.length === 20)
        await outbox.accept([pushOf('new', now())], day)
        await until('the new one is handed out', () => handed.length === 21)
        await worker.stop()
        assert.deepEqual(
          names(
            handed.slice(20).map(({ push }) => push),
            ['new'],
          ),
          ['new'],
        )
        assert.equal((await outbox.counts()).queued, 20)
      }),
    )

    test(
      'repeats when the lease runs out and tells the handler of it',
      use(async ({ outbox }, { now, latenessMs }) => {
        const { handed, handle } = record(now, (_, nth) => (nth === 1 ? new Promise<never>(() => {}) : done))
        await outbox.accept([pushOf('a')], day)
        const worker = outbox.work(handle, { concurrency: 1, leaseMs: 300 })
        await until('it is handed out again', () => handed.length === 2, 300 + latenessMs)
        const [first, second] = handed
        assert.equal(first?.signal.aborted, true)
        assert.equal(second?.signal.aborted, false)
        assert.equal(second?.push.attempts, 1)
        assert.ok((second?.at ?? 0) >= (first?.at ?? 0) + 250, 'came before the lease was over')
        await worker.stop()
        assert.equal((await outbox.counts()).queued, 0)
      }),
    )

    test(
      'repeats after the lease what a handler rejects, and goes on with the others',
      use(async ({ outbox }, { now, latenessMs }) => {
        const rejected = hex(pushOf('bad').id)
        const { handed, handle } = record(now, (push) => {
          if (hex(push.id) === rejected && push.attempts === 0) throw new Error('not today')
          return done
        })
        await outbox.accept([pushOf('bad', now() - 1000), pushOf('good')], day)
        const worker = outbox.work(handle, { concurrency: 1, leaseMs: 300 })
        await until('it is handed out again', () => handed.length === 3, 300 + latenessMs)
        await worker.stop()
        const found = names(
          handed.map(({ push }) => push),
          ['bad', 'good'],
        )
        assert.deepEqual(
          order === 'about' ? found.sort() : found,
          order === 'about' ? ['bad', 'bad', 'good'] : ['bad', 'good', 'bad'],
        )
        const [first, second] = handed.filter(({ push }) => hex(push.id) === rejected)
        assert.ok((second?.at ?? 0) >= (first?.at ?? 0) + 250, 'came before the lease was over')
      }),
    )

    test(
      'repeats after the lease what a handler rejects while nothing else is there',
      use(async ({ outbox }, { now, latenessMs }) => {
        const { handed, handle } = record(now, (_, nth) => {
          if (nth === 1) throw new Error('not today')
          return done
        })
        await outbox.accept([pushOf('a')], day)
        const worker = outbox.work(handle, { concurrency: 4, leaseMs: 300 })
        await until('it is handed out again', () => handed.length === 2, 300 + latenessMs)
        await worker.stop()
        assert.equal(handed[1]?.push.attempts, 1)
      }),
    )

    test(
      'hands out each of many pushes once while all goes well',
      use(async ({ outbox }) => {
        const calls = Array.from({ length: 20 }, (_, call) =>
          outbox.accept(
            Array.from({ length: 25 }, (_, i) => pushOf(`${call} ${i}`)),
            day,
          ),
        )
        await Promise.all(calls)
        const handed = await drain(outbox, 500)
        assert.equal(handed.length, 500)
        assert.equal(new Set(handed.map(({ id }) => hex(id))).size, 500)
      }),
    )
  })

  describe('stopping the worker', () => {
    test(
      'waits for what is in hand and hands out nothing more',
      use(async ({ outbox }, { now }) => {
        const gate = Promise.withResolvers<void>()
        const { handed, handle } = record(now, async () => {
          await gate.promise
          return done
        })
        await outbox.accept(
          Array.from({ length: 5 }, (_, i) => pushOf(`${i}`)),
          day,
        )
        const worker = outbox.work(handle, { concurrency: 2, leaseMs: 60_000 })
        await until('two are in hand', () => handed.length === 2)
        let stopped = false
        const stopping = worker.stop().then(() => {
          stopped = true
        })
        await outbox.accept([pushOf('late')], day)
        assert.equal(stopped, false)
        gate.resolve()
        await within('the worker stops', stopping)
        assert.equal(handed.length, 2)
        assert.deepEqual(await outbox.counts().then(({ queued, inHand }) => ({ queued, inHand })), {
          queued: 4,
          inHand: 0,
        })
      }),
    )

    test(
      'lets another worker go on',
      use(async ({ outbox }) => {
        await outbox.accept([pushOf('a')], day)
        assert.equal((await drain(outbox, 1)).length, 1)
        await outbox.accept([pushOf('b')], day)
        assert.deepEqual(names(await drain(outbox, 1), ['a', 'b']), ['b'])
      }),
    )

    test(
      'right after the start loses nothing',
      use(async ({ outbox }) => {
        await outbox.accept([pushOf('a'), pushOf('b')], day)
        let handed = 0
        const worker = outbox.work(
          async () => {
            handed++
            return done
          },
          { concurrency: 1, leaseMs: 60_000 },
        )
        await within('the worker stops', worker.stop())
        const rest = await drain(outbox, 2 - handed)
        assert.equal(rest.length + handed, 2)
        assert.deepEqual(new Set(rest.map(({ attempts }) => attempts)), new Set(handed === 2 ? [] : [0]))
      }),
    )

    test(
      'happens by itself when the storage is closed',
      use(async (storage, { now }) => {
        const { handed, handle } = record(now, () => new Promise<never>(() => {}))
        await storage.outbox.accept([pushOf('a')], day)
        const worker = storage.outbox.work(handle, limits)
        await until('it is in hand', () => handed.length === 1)
        await within('the storage closes', storage.close())
        await within('the worker stops', worker.stop())
        assert.equal(handed[0]?.signal.aborted, true)
      }),
    )
  })
}
