import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Member, ReplicasKitOptions, WithMembers } from './storage-replicas.ts'
import { besideReplica } from './storage-replicas-victim.ts'
import { bytesOf, collect, hex, keyOf, plain, pushOf, registrationOf, until } from './storage-samples.ts'

const minute = 60_000
const day = 86_400_000
const id = bytesOf('envelope', 32)

export const testReplicaWork = (withMembers: WithMembers, { victim }: ReplicasKitOptions): void => {
  describe('records', () => {
    test(
      'written through one are there for the other at once',
      withMembers(2, async ([a, b]) => {
        for (let i = 0; i < 20; i++) {
          const live = registrationOf({ owner: `${i}`, version: 5n, topics: [7, 1000 + i] })
          assert.equal(await a.registrations.put(live), 'stored')
          assert.deepEqual((await b.registrations.get([live])).map(plain), [plain(live)])
          assert.deepEqual((await b.registrations.listByOwners([live.owner])).map(plain), [plain(live)])
          assert.deepEqual((await b.registrations.ownersByTopic(1000 + i)).map(hex), [hex(live.owner)])
          assert.equal(await b.registrations.put(live), 'same')
          assert.equal(await b.registrations.unregister(live, 6n), 'stored')
          assert.deepEqual(await a.registrations.get([live]), [undefined])
          assert.equal(await a.registrations.put(live), 'stale')
        }
        assert.deepEqual(await collect(a.registrations.topics()), [])
      }),
    )

    test(
      'of one version are stored once, whoever comes first',
      withMembers(3, async (members) => {
        const offers = Array.from({ length: 30 }, (_, i) => registrationOf({ owner: 'a', content: `${i}` }))
        const results = await Promise.all(offers.map((offer, i) => (members[i % 3] as Member).registrations.put(offer)))
        const stored = results.flatMap((result, i) => (result === 'stored' ? [i] : []))
        assert.equal(stored.length, 1)
        const found = await Promise.all(members.map(({ registrations }) => registrations.get([keyOf('a')])))
        for (const [one] of found) assert.deepEqual(plain(one), plain(offers[stored[0] ?? 0]))
      }),
    )

    test(
      'of other kinds are shared as well',
      withMembers(2, async ([a, b]) => {
        await a.cursors.set('catch-up', 2n ** 60n + 1n)
        assert.equal(await b.cursors.get('catch-up'), 2n ** 60n + 1n)
        await a.topicKeys.set('topic', bytesOf('key', 32))
        assert.equal(hex((await b.topicKeys.get('topic')) ?? Buffer.of()), hex(bytesOf('key', 32)))
        assert.deepEqual(await a.outbox.accept([pushOf('a'), pushOf('b')], day), ['accepted', 'accepted'])
        assert.deepEqual(await b.outbox.accept([pushOf('b'), pushOf('c')], day), ['duplicate', 'accepted'])
        assert.equal((await b.outbox.counts()).queued, 3)
      }),
    )
  })

  describe('claims of several', () => {
    test(
      'go to one of all who ask at once',
      withMembers(3, async (members) => {
        for (let round = 0; round < 20; round++) {
          const message = bytesOf(`round ${round}`, 32)
          const results = await Promise.all(members.map(({ claims }) => claims.take(message, minute)))
          assert.deepEqual(results.sort(), ['mine', 'taken', 'taken'])
        }
      }),
    )

    test(
      'are seen by all: free, somebody’s, free again, done',
      withMembers(2, async ([a, b]) => {
        assert.deepEqual(await b.replicas.claimants([id]), [undefined])
        assert.equal(await a.claims.take(id, minute), 'mine')
        assert.deepEqual(await b.replicas.claimants([id]), [a.replicas.own])
        assert.equal(await b.claims.take(id, minute), 'taken')
        await b.claims.release(id)
        assert.equal(await b.claims.take(id, minute), 'taken', 'somebody else’s claim was given up')
        await a.claims.release(id)
        assert.deepEqual(await b.replicas.claimants([id]), [undefined])
        assert.equal(await b.claims.take(id, minute), 'mine')
        await b.claims.finish(id)
        assert.deepEqual(await a.replicas.claimants([id]), ['done'])
        assert.equal(await a.claims.take(id, minute), 'done')
      }),
    )

    test(
      'are asked for by the thousand, in their order',
      withMembers(2, async ([a, b]) => {
        assert.deepEqual(await a.replicas.claimants([]), [])
        const ids = Array.from({ length: 2_000 }, (_, i) => bytesOf(`message ${i}`, 32))
        await Promise.all(
          ids.map(async (message, i) => {
            if (i % 4 === 0) return
            await (i % 4 === 1 ? b : a).claims.take(message, minute)
            if (i % 4 === 3) await a.claims.finish(message)
          }),
        )
        const expected = [undefined, b.replicas.own, a.replicas.own, 'done']
        assert.deepEqual(
          await b.replicas.claimants(ids),
          ids.map((_, i) => expected[i % 4]),
        )
      }),
    )

    test(
      'end with their lease',
      withMembers(2, async ([a, b]) => {
        const from = performance.now()
        assert.equal(await a.claims.take(id, 300), 'mine')
        await until('the other has it', async () => (await b.claims.take(id, minute)) === 'mine')
        assert.ok(performance.now() - from >= 290, `after ${performance.now() - from} ms`)
        assert.equal(await a.claims.take(id, minute), 'taken')
      }),
    )

    test(
      'end with the close of their holder',
      withMembers(2, async ([a, b]) => {
        assert.equal(await a.claims.take(id, minute), 'mine')
        await a.close()
        await until('the other has it', async () => (await b.claims.take(id, minute)) === 'mine', 1_500)
      }),
    )
  })

  describe('an outbox of several', () => {
    test(
      'hands each push to one of them, and all have work',
      withMembers(3, async (members) => {
        const handed = members.map(() => [] as string[])
        const workers = members.map(({ outbox }, who) =>
          outbox.work(
            async ({ id: push }) => {
              handed[who]?.push(hex(push))
              await new Promise(setImmediate)
              return { kind: 'done' }
            },
            { concurrency: 4, leaseMs: minute },
          ),
        )
        const accept = (round: number) => {
          const pushes = Array.from({ length: 20 }, (_, i) => pushOf(`${round} ${i}`))
          return members[round % 3]?.outbox.accept(pushes, day)
        }
        await Promise.all(Array.from({ length: 45 }, (_, round) => accept(round)))
        await until('all are settled', async () => (await members[0].outbox.counts()).queued === 0)
        await Promise.all(workers.map((worker) => worker.stop()))
        const all = handed.flat()
        assert.equal(all.length, 900)
        assert.equal(new Set(all).size, 900)
        assert.ok(
          handed.every(({ length }) => length > 0),
          `${handed.map(({ length }) => length)}`,
        )
      }),
    )

    test(
      'hands what a killed one had in hand to another, within ten seconds',
      withMembers(1, async ([{ outbox }], { identity }) => {
        await outbox.accept(
          Array.from({ length: 50 }, (_, i) => pushOf(`${i}`)),
          day,
        )
        await besideReplica(victim, identity, async ({ inHand, kill }) => {
          await until('the victim has all of them', () => inHand() === 50)
          const handed: string[] = []
          const worker = outbox.work(
            async ({ id: push }) => {
              handed.push(hex(push))
              return { kind: 'done' }
            },
            { concurrency: 10, leaseMs: minute },
          )
          await kill('SIGKILL')
          await until('all are handed out', () => handed.length >= 50, 10_000)
          await worker.stop()
          assert.equal(new Set(handed).size, 50)
          assert.equal(handed.length, 50)
        })
      }),
    )
  })
}
