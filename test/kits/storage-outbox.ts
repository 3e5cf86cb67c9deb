import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Outbox, QueuedPush } from '../../src/ports/index.ts'
import type { StorageKitOptions, Use } from './storage.ts'
import { hex, keyOf, pushOf, until } from './storage-samples.ts'

const day = 86_400_000

/** Hands out until as many were handed out, settles all as done, and stops. */
export const drain = async (outbox: Outbox, expected: number, limitMs = 10_000): Promise<QueuedPush[]> => {
  const handed: QueuedPush[] = []
  const worker = outbox.work(
    async (push) => {
      handed.push(push)
      return { kind: 'done' }
    },
    { concurrency: 10, leaseMs: 60_000 },
  )
  try {
    await until(`${expected} pushes handed out`, () => handed.length >= expected, limitMs)
  } finally {
    await worker.stop()
  }
  return handed
}

const plainPush = ({ id, owner, installation, acceptedAt, expiresAt, body }: Omit<QueuedPush, 'attempts'>) => ({
  id: hex(id),
  owner: hex(owner),
  installation,
  acceptedAt,
  expiresAt,
  body: hex(body),
})

export const testOutbox = (use: Use, { injectedClock = true }: StorageKitOptions): void => {
  describe('accepting pushes', () => {
    test(
      'hands out what was accepted, byte for byte',
      use(async ({ outbox }) => {
        const push = pushOf('a')
        const before = plainPush(push)
        assert.deepEqual(await outbox.accept([push], day), ['accepted'])
        for (const buffer of [push.id, push.owner, push.body]) buffer.fill(0)
        const handed = await drain(outbox, 1)
        assert.deepEqual(handed.map(plainPush), [before])
        assert.equal(handed[0]?.attempts, 0)
      }),
    )

    test(
      'tells duplicates within a call, in a later call and after the push is settled',
      use(async ({ outbox }) => {
        const [a, b] = [pushOf('a'), pushOf('b')]
        const [body, owner] = [pushOf('other').body, keyOf('other').owner]
        assert.deepEqual(await outbox.accept([a, b, { ...a, body, owner }], day), ['accepted', 'accepted', 'duplicate'])
        assert.deepEqual(await outbox.accept([pushOf('c'), b], day), ['accepted', 'duplicate'])
        const handed = await drain(outbox, 3)
        assert.deepEqual(
          handed.map(({ id }) => hex(id)).sort(),
          ['a', 'b', 'c'].map((name) => hex(pushOf(name).id)).sort(),
        )
        assert.equal(hex(handed.find(({ id }) => hex(id) === hex(a.id))?.body ?? body), hex(a.body))
        assert.deepEqual(await outbox.accept([a, b], day), ['duplicate', 'duplicate'])
        assert.equal((await outbox.counts()).queued, 0)
        assert.deepEqual(await outbox.accept([], day), [])
      }),
    )

    test(
      'accepts one of many equal pushes at once',
      use(async ({ outbox }) => {
        const results = await Promise.all(Array.from({ length: 50 }, () => outbox.accept([pushOf('a')], day)))
        assert.equal(results.flat().filter((result) => result === 'accepted').length, 1)
        assert.equal((await outbox.counts()).queued, 1)
      }),
    )

    test(
      'forgets an id when its time is over',
      use(async ({ outbox }, { advance }) => {
        const rememberMs = injectedClock ? day : 1000
        await outbox.accept([pushOf('a')], rememberMs)
        await drain(outbox, 1)
        await advance(rememberMs / 2)
        assert.deepEqual(await outbox.accept([pushOf('a')], rememberMs), ['duplicate'])
        await advance(rememberMs / 2 + 1)
        assert.deepEqual(await outbox.accept([pushOf('a')], rememberMs), ['accepted'])
        assert.equal((await drain(outbox, 1))[0]?.attempts, 0)
      }),
    )

    test(
      'remembers a push as long as it is queued',
      use(async ({ outbox }, { advance }) => {
        await outbox.accept([pushOf('a')], 100)
        await advance(200)
        assert.deepEqual(await outbox.accept([pushOf('a')], 100), ['duplicate'])
        assert.equal((await drain(outbox, 1)).length, 1)
      }),
    )

    test(
      'counts what is queued, what is in hand and how old the oldest is',
      use(async ({ outbox }, { now }) => {
        assert.deepEqual(await outbox.counts(), { queued: 0, inHand: 0, oldestAcceptedAt: undefined })
        const start = now()
        await outbox.accept([pushOf('young', start), pushOf('old', start - 5000), pushOf('middle', start - 1000)], day)
        assert.deepEqual(await outbox.counts(), { queued: 3, inHand: 0, oldestAcceptedAt: start - 5000 })
        const release = Promise.withResolvers<void>()
        const worker = outbox.work(async () => release.promise.then(() => ({ kind: 'done' })), {
          concurrency: 2,
          leaseMs: 60_000,
        })
        await until('two are in hand', async () => (await outbox.counts()).inHand === 2)
        assert.deepEqual(await outbox.counts(), { queued: 3, inHand: 2, oldestAcceptedAt: start - 5000 })
        release.resolve()
        await until('all are settled', async () => (await outbox.counts()).queued === 0)
        await worker.stop()
        assert.deepEqual(await outbox.counts(), { queued: 0, inHand: 0, oldestAcceptedAt: undefined })
      }),
    )
  })
}
