import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Replicas } from '../../src/ports/index.ts'
import { knowEachOther, type ReplicasKitOptions, type WithMembers } from './storage-replicas.ts'
import { besideReplica, victimClaim, victimLead } from './storage-replicas-victim.ts'
import { bytesOf, hex, identityOf, until } from './storage-samples.ts'

const minute = 60_000

/** Writes down what a replica hears. */
const listen = ({ hear }: Replicas) => {
  const heard: string[] = []
  let missed = 0
  hear(
    (notice) => void heard.push(notice),
    () => void missed++,
  )
  return { heard, missed: () => missed }
}

export const testReplicaLife = (withMembers: WithMembers, { victim }: ReplicasKitOptions): void => {
  describe('signs of life', () => {
    test(
      'a replica has a name of its own, new at each opening',
      withMembers(2, async ([a, b], { join }) => {
        await b.close()
        const again = await join()
        const names = [a, b, again].map(({ replicas }) => replicas.own)
        for (const name of names) assert.match(name, /^[0-9a-f]{16}$/)
        assert.equal(new Set(names).size, 3)
      }),
    )

    test(
      'all see all, sorted, whoever joins and whoever leaves, at once',
      withMembers(3, async ([a, b, c], { join }) => {
        assert.deepEqual(a.replicas.living(), [...a.replicas.living()].sort())
        const late = await join()
        await until('all know the new one', () => knowEachOther([a, b, c, late]), 1_500)
        await b.close()
        await until('all know who left', () => knowEachOther([a, c, late]), 1_500)
      }),
    )

    test(
      'a replica hears of every change, and of nothing else',
      withMembers(1, async ([a], { join }) => {
        const heard: (readonly string[])[] = []
        a.replicas.onChange((living) => void heard.push(living))
        const { own } = a.replicas
        const b = await join()
        await until('it hears of the newcomer', () => heard.length === 1)
        await b.close()
        await until('it hears of who left', () => heard.length === 2)
        assert.deepEqual(heard, [[own, b.replicas.own].sort(), [own]])
        assert.deepEqual(a.replicas.living(), [own])
      }),
    )

    test(
      'another identity is nobody’s replica',
      withMembers(2, async ([a, b], { identity, join }) => {
        const other = await join(identityOf(`other ${hex(identity)}`))
        const { heard } = listen(other.replicas)
        const own = listen(b.replicas)
        assert.equal(await a.replicas.lead('x', minute), true)
        assert.equal(await other.replicas.lead('x', minute), true)
        await a.replicas.tell('for ours')
        await until('ours hears', () => own.heard.length === 1)
        assert.ok(knowEachOther([a, b]))
        assert.deepEqual(other.replicas.living(), [other.replicas.own])
        assert.deepEqual(heard, [])
      }),
    )

    test(
      'a replica that is killed is gone within seconds, and with it its lead and its claims',
      withMembers(2, async ([a, b], { identity }) => {
        await besideReplica(victim, identity, async ({ own, has, kill }) => {
          assert.equal(has, 'mine true')
          await until('it is known', () => [a, b].every(({ replicas }) => replicas.living().includes(own)))
          assert.deepEqual(await a.replicas.claimants([victimClaim]), [own])
          assert.equal(await a.claims.take(victimClaim, minute), 'taken')
          assert.equal(await a.replicas.lead(victimLead, minute), false)
          await kill('SIGKILL')
          const killed = performance.now()
          await until('it is gone', () => [a, b].every(({ replicas }) => !replicas.living().includes(own)), 5_000)
          await until('its claim is taken over', async () => (await a.claims.take(victimClaim, minute)) === 'mine')
          await until('its lead is taken over', () => b.replicas.lead(victimLead, minute))
          assert.ok(performance.now() - killed < 5_000, `after ${performance.now() - killed} ms`)
          assert.equal(await b.claims.take(victimClaim, minute), 'taken')
          assert.equal(await a.replicas.lead(victimLead, minute), false)
        })
      }),
    )

    test(
      'a replica that stood still for a while is gone, and back when it goes on',
      withMembers(1, async ([a], { identity }) => {
        await besideReplica(victim, identity, async ({ own, kill }) => {
          const isThere = (): boolean => a.replicas.living().includes(own)
          await until('it is known', isThere)
          await kill('SIGSTOP')
          await until('it is gone', () => !isThere(), 5_000)
          assert.equal(await a.replicas.lead(victimLead, minute), true)
          await kill('SIGCONT')
          await until('it is back', isThere, 3_000)
          assert.equal(await a.replicas.lead(victimLead, minute), true)
        })
      }),
    )

    test(
      'after closing, what is asked rejects',
      withMembers(1, async ([{ replicas, close }]) => {
        await close()
        const closed = { name: 'StorageError', code: 'closed' }
        const key = bytesOf('message', 32)
        await assert.rejects(replicas.tell('x'), closed)
        await assert.rejects(replicas.claimants([key]), closed)
        await assert.rejects(replicas.reports(), closed)
        await assert.rejects(replicas.abdicate('x'), closed)
        await assert.rejects(replicas.parts.add(key, { label: '0', bytes: key }, minute), closed)
        await assert.rejects(replicas.parts.list(key), closed)
        await assert.rejects(replicas.parts.remove(key), closed)
        assert.equal(await replicas.lead('x', minute), false)
        replicas.report('x')
      }),
    )
  })

  describe('leads', () => {
    test(
      'go to one of all who ask at once, who keeps them; each name is another',
      withMembers(3, async (members) => {
        const ask = (name: string) => Promise.all(members.map(({ replicas }) => replicas.lead(name, minute)))
        const first = await ask('one')
        assert.equal(first.filter(Boolean).length, 1)
        for (let i = 0; i < 5; i++) assert.deepEqual(await ask('one'), first)
        assert.equal((await ask('two')).filter(Boolean).length, 1)
      }),
    )

    test(
      'end with their time, unless they are kept',
      withMembers(2, async ([a, b]) => {
        const from = performance.now()
        assert.equal(await a.replicas.lead('x', 300), true)
        assert.equal(await a.replicas.lead('x', 900), true)
        await until('the other has it', () => b.replicas.lead('x', minute))
        assert.ok(performance.now() - from >= 890, `after ${performance.now() - from} ms`)
        assert.equal(await a.replicas.lead('x', minute), false)
      }),
    )

    test(
      'can be given up, by their holder alone',
      withMembers(2, async ([a, b]) => {
        assert.equal(await a.replicas.lead('x', minute), true)
        await b.replicas.abdicate('x')
        assert.equal(await b.replicas.lead('x', minute), false)
        await a.replicas.abdicate('x')
        assert.equal(await b.replicas.lead('x', minute), true)
      }),
    )

    test(
      'end with the close of their holder, at once',
      withMembers(2, async ([a, b]) => {
        assert.equal(await a.replicas.lead('x', minute), true)
        await a.close()
        assert.equal(await b.replicas.lead('x', minute), true)
      }),
    )
  })

  describe('notices', () => {
    test(
      'are heard by all others in the order of each, and not by their teller',
      withMembers(3, async (members) => {
        const ears = members.map(({ replicas }) => listen(replicas))
        const each = 300
        await Promise.all(
          members.flatMap(({ replicas }, who) =>
            Array.from({ length: each }, (_, i) => replicas.tell(JSON.stringify({ who, i }))),
          ),
        )
        await until('all are heard', () => ears.every(({ heard }) => heard.length >= 2 * each))
        for (const [own, { heard, missed }] of ears.entries()) {
          const said = heard.map((text) => JSON.parse(text) as { who: number; i: number })
          for (const who of members.keys()) {
            const numbers = said.filter((notice) => notice.who === who).map(({ i }) => i)
            assert.deepEqual(numbers, who === own ? [] : Array.from({ length: each }, (_, i) => i))
          }
          assert.equal(missed(), 0)
        }
      }),
    )

    test(
      'may be 64 KiB of any text',
      withMembers(2, async ([a, b]) => {
        const { heard } = listen(b.replicas)
        const notice = 'ü'.repeat(32 * 1024)
        await a.replicas.tell(notice)
        await until('it is heard', () => heard.length === 1)
        assert.equal(heard[0], notice)
      }),
    )

    test(
      'of before are not heard by a newcomer, those from its opening on are',
      withMembers(2, async ([a, b], { join }) => {
        const own = listen(b.replicas)
        await a.replicas.tell('before')
        await until('it is heard', () => own.heard.length === 1)
        const late = await join()
        await a.replicas.tell('after')
        await until('it is heard', () => own.heard.length === 2)
        const { heard, missed } = listen(late.replicas)
        await until('it is heard by the newcomer', () => heard.length === 1)
        assert.deepEqual(heard, ['after'])
        assert.equal(missed(), 0)
      }),
    )

    test(
      'whose listener throws do not keep the next from being heard, and count as missed',
      withMembers(2, async ([a, b]) => {
        const heard: string[] = []
        let missed = 0
        b.replicas.hear(
          (notice) => {
            if (notice === 'bad') throw new Error('not today')
            heard.push(notice)
          },
          () => void missed++,
        )
        for (const notice of ['one', 'bad', 'two']) await a.replicas.tell(notice)
        await until('the next is heard', () => heard.length === 2)
        assert.deepEqual([heard, missed], [['one', 'two'], 1])
      }),
    )
  })

  describe('reports', () => {
    test(
      'are seen by all, the newest of each, also of those who are gone',
      withMembers(2, async ([a, b]) => {
        const texts = async ({ replicas }: typeof a) =>
          (await replicas.reports()).map(({ replica, alive, text }) => `${replica} ${alive} ${text}`).sort()
        a.replicas.report('old')
        a.replicas.report('{"ü": 1}')
        b.replicas.report('two\nlines')
        const expected = [`${a.replicas.own} true {"ü": 1}`, `${b.replicas.own} true two\nlines`].sort()
        await until('both are there', async () => `${await texts(a)}` === `${expected}`, 3_000)
        assert.deepEqual(await texts(b), expected)
        b.replicas.report('last words')
        await b.close()
        await until('it is gone', () => knowEachOther([a]))
        const last = [`${a.replicas.own} true {"ü": 1}`, `${b.replicas.own} false last words`].sort()
        assert.deepEqual(await texts(a), last)
      }),
    )
  })
}
