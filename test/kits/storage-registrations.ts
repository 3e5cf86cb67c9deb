import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Use } from './storage.ts'
import { bytesOf, collect, hex, keyOf, plain, registrationOf } from './storage-samples.ts'

const top = 2n ** 64n - 1n
const beyond = 2n ** 53n

const shuffled = (length: number): number[] =>
  Array.from({ length }, (_, i) => ({ i, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ i }) => i)

export const testRegistrations = (use: Use): void => {
  describe('writers at once', () => {
    test(
      'of a hundred writers at once the highest version stays, and what is stored only rises',
      use(async ({ registrations }) => {
        const stored: bigint[] = []
        const write = async (version: bigint): Promise<void> => {
          if ((await registrations.put(registrationOf({ owner: 'a', version }))) === 'stored') stored.push(version)
        }
        await Promise.all(shuffled(100).map((i) => write(beyond + BigInt(i))))
        assert.deepEqual(
          stored,
          [...stored].sort((a, b) => (a < b ? -1 : 1)),
        )
        assert.equal(stored.at(-1), beyond + 99n)
        assert.equal((await registrations.get([keyOf('a')]))[0]?.version, beyond + 99n)
      }),
    )

    test(
      'of a hundred writers of one version one stores',
      use(async ({ registrations }) => {
        const results = await Promise.all(
          Array.from({ length: 100 }, () => registrations.put(registrationOf({ owner: 'a' }))),
        )
        assert.equal(results.filter((result) => result === 'stored').length, 1)
        assert.equal(results.filter((result) => result === 'same').length, 99)
      }),
    )
  })

  describe('reading registrations', () => {
    test(
      'gives back what was put',
      use(async ({ registrations }) => {
        const put = registrationOf({ owner: 'a', version: top, topics: [0, 1, 0x80000000, 0xffffffff] })
        await registrations.put(put)
        assert.deepEqual((await registrations.get([put])).map(plain), [plain(put)])
      }),
    )

    test(
      'keeps empty records and no topics',
      use(async ({ registrations }) => {
        const put = { ...registrationOf({ owner: 'a', topics: [] }), record: new Uint8Array(0) }
        assert.equal(await registrations.put(put), 'stored')
        assert.equal(await registrations.put(put), 'same')
        assert.deepEqual((await registrations.get([put])).map(plain), [plain(put)])
      }),
    )

    test(
      'answers keys in their order, with gaps and repetitions',
      use(async ({ registrations }) => {
        for (const owner of ['a', 'b', 'gone']) await registrations.put(registrationOf({ owner }))
        await registrations.unregister(keyOf('gone'), 2n)
        const found = await registrations.get(['b', 'unknown', 'a', 'gone', 'b'].map((owner) => keyOf(owner)))
        const owners = found.map((registration) => registration && hex(registration.owner))
        const [a, b] = [hex(keyOf('a').owner), hex(keyOf('b').owner)]
        assert.deepEqual(owners, [b, undefined, a, undefined, b])
        assert.deepEqual(await registrations.get([]), [])
      }),
    )

    test(
      'lists the live installations of owners',
      use(async ({ registrations }) => {
        for (const installation of ['phone', 'tablet', 'sold'])
          await registrations.put(registrationOf({ owner: 'a', installation }))
        await registrations.put(registrationOf({ owner: 'b' }))
        await registrations.put(registrationOf({ owner: 'c' }))
        await registrations.retire(keyOf('a', 'sold'), 1n)
        const listed = await registrations.listByOwners(['a', 'unknown', 'b'].map((owner) => keyOf(owner).owner))
        const names = (keys: readonly { owner: Uint8Array; installation: string }[]) =>
          keys.map((key) => hex(key.owner) + key.installation).sort()
        assert.deepEqual(names(listed), names([keyOf('a', 'phone'), keyOf('a', 'tablet'), keyOf('b')]))
        assert.deepEqual(await registrations.listByOwners([]), [])
      }),
    )

    test(
      'keeps no hold of the buffers given and gives none of its own away',
      use(async ({ registrations }) => {
        const put = registrationOf({ owner: 'a' })
        const before = plain(put)
        await registrations.put(put)
        for (const buffer of [put.owner, put.digest, put.record]) buffer.fill(0)
        const [first] = await registrations.get([keyOf('a')])
        assert.deepEqual(plain(first), before)
        for (const buffer of [first?.owner, first?.digest, first?.record]) buffer?.fill(0)
        assert.deepEqual((await registrations.get([keyOf('a')])).map(plain), [before])
      }),
    )
  })

  describe('topics', () => {
    test(
      'finds every owner of a topic, while live and under the topics of the newest version',
      use(async ({ registrations }) => {
        const ownersOf = async (topic: number) => (await registrations.ownersByTopic(topic)).map(hex).sort()
        const owners = (...names: string[]) => names.map((name) => hex(keyOf(name).owner)).sort()
        await registrations.put(registrationOf({ owner: 'a', topics: [7, 0xfffffff0, 7] }))
        await registrations.put(registrationOf({ owner: 'b', topics: [7] }))
        await registrations.put(registrationOf({ owner: 'b', installation: 'tablet', topics: [7] }))
        assert.deepEqual(await ownersOf(7), owners('a', 'b'))
        assert.deepEqual(await ownersOf(0xfffffff0), owners('a'))
        assert.deepEqual(await ownersOf(8), [])
        await registrations.put(registrationOf({ owner: 'a', version: 2n, topics: [8] }))
        await registrations.unregister(keyOf('b'), 2n)
        assert.deepEqual(await ownersOf(7), owners('b'))
        assert.deepEqual(await ownersOf(8), owners('a'))
        await registrations.retire(keyOf('b', 'tablet'), 1n)
        assert.deepEqual(await ownersOf(7), [])
        assert.deepEqual(new Set(await collect(registrations.topics())), new Set([8]))
      }),
    )

    test(
      'streams the topics in chunks while others write',
      use(async ({ registrations }) => {
        const put = (i: number) =>
          registrations.put(
            registrationOf({ owner: `${i}`, topics: Array.from({ length: 100 }, (_, t) => (i * 100 + t) * 40_000) }),
          )
        await Promise.all(Array.from({ length: 250 }, (_, i) => put(i)))
        const seen = new Set<number>()
        let writer = 0
        for await (const chunk of registrations.topics()) {
          assert.ok(chunk.length <= 10_000)
          for (const topic of chunk) seen.add(topic)
          await registrations.put(registrationOf({ owner: `late ${writer}`, topics: [writer++] }))
          await registrations.unregister(keyOf(`late ${writer - 1}`), 2n)
        }
        assert.ok(writer > 1, 'came in one chunk')
        for (let topic = 0; topic < 25_000; topic++)
          assert.ok(seen.has(topic * 40_000), `topic ${topic * 40_000} is missing`)
      }),
    )

    test(
      'has none at first',
      use(async ({ registrations }) => {
        assert.deepEqual(await collect(registrations.topics()), [])
        assert.deepEqual(await registrations.ownersByTopic(bytesOf('any', 1)[0] ?? 0), [])
      }),
    )
  })
}
