import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Part, Replicas } from '../../src/ports/index.ts'
import type { WithMembers } from './storage-replicas.ts'
import { bytesOf, hex, until } from './storage-samples.ts'

const minute = 60_000
const keyOf = (name: string): Uint8Array => bytesOf(`message ${name}`, 32)
const partOf = (label: string, length = 100): Part => ({ label, bytes: bytesOf(`part ${label}`, length) })

const count = async (added: ReturnType<Replicas['parts']['add']>): Promise<number> => (await added).count

const plain = (parts: readonly Part[]): string[] => parts.map(({ label, bytes }) => `${label} ${hex(bytes)}`).sort()

export const testReplicaParts = (withMembers: WithMembers): void => {
  describe('parts of messages', () => {
    test(
      'are counted over all replicas, each of them once, and kept apart by message',
      withMembers(2, async ([{ replicas: a }, { replicas: b }]) => {
        const key = keyOf('a')
        assert.deepEqual(await a.parts.list(key), [])
        assert.equal(await count(a.parts.add(key, partOf('0'), minute)), 1)
        assert.equal(await count(b.parts.add(key, partOf('p1'), minute)), 2)
        assert.equal(await count(b.parts.add(key, { label: '0', bytes: bytesOf('other', 50) }, minute)), 2)
        assert.equal(await count(a.parts.add(keyOf('b'), partOf('2'), minute)), 1)
        assert.deepEqual(plain(await b.parts.list(key)), plain([partOf('0'), partOf('p1')]))
        await a.parts.remove(key)
        assert.deepEqual(await b.parts.list(key), [])
        assert.deepEqual(plain(await b.parts.list(keyOf('b'))), plain([partOf('2')]))
        assert.equal(await count(b.parts.add(key, partOf('1'), minute)), 1)
      }),
    )

    test(
      'are the same bytes, a copy for each who asks',
      withMembers(2, async ([{ replicas: a }, { replicas: b }]) => {
        const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
        await a.parts.add(keyOf('a'), { label: 'ü', bytes: bytes.subarray(0) }, minute)
        bytes.fill(0)
        const [first] = await b.parts.list(keyOf('a'))
        assert.deepEqual(
          [...(first?.bytes ?? [])],
          Array.from({ length: 256 }, (_, i) => i),
        )
        first?.bytes.fill(0)
        assert.equal((await b.parts.list(keyOf('a')))[0]?.bytes[255], 255)
      }),
    )

    test(
      'tell the last that came: one of all who add at once hears that all are there',
      withMembers(3, async (members) => {
        for (let round = 0; round < 5; round++) {
          const added = await Promise.all(
            Array.from({ length: 30 }, (_, i) =>
              members[i % 3]?.replicas.parts.add(keyOf(`${round}`), partOf(`${i}`), minute),
            ),
          )
          assert.deepEqual(
            added.map((one) => one?.count ?? 0).sort((x, y) => x - y),
            Array.from({ length: 30 }, (_, i) => i + 1),
          )
          assert.equal(new Set(added.map((one) => one?.since)).size, 1)
        }
      }),
    )

    test(
      'are forgotten some time after the first of them, and begin anew',
      withMembers(2, async ([{ replicas: a }, { replicas: b }]) => {
        const key = keyOf('a')
        const from = performance.now()
        const { since } = await a.parts.add(key, partOf('0'), 400)
        await b.parts.add(keyOf('kept'), partOf('0'), minute)
        assert.equal((await b.parts.add(key, partOf('1'), 400)).since, since)
        await until('they are forgotten', async () => (await a.parts.list(key)).length === 0, 2_000)
        const took = performance.now() - from
        assert.ok(took >= 390, `after ${took} ms`)
        const again = await b.parts.add(key, partOf('2'), 400)
        assert.equal(again.count, 1)
        assert.ok(again.since >= since + 400)
        assert.equal((await a.parts.list(keyOf('kept'))).length, 1)
      }),
    )

    test(
      'begin anew where many were forgotten at once',
      withMembers(1, async ([{ replicas }]) => {
        const names = Array.from({ length: 120 }, (_, i) => `${i}`)
        const first = await Promise.all(names.map((name) => replicas.parts.add(keyOf(name), partOf('0'), 200)))
        const isGone = async (name: string): Promise<boolean> => (await replicas.parts.list(keyOf(name))).length === 0
        await until('they are forgotten', async () => (await Promise.all(names.map(isGone))).every(Boolean), 2_000)
        const again = await replicas.parts.add(keyOf('119'), partOf('1'), 200)
        assert.equal(again.count, 1)
        assert.ok(again.since >= (first[119]?.since ?? 0) + 200)
        await until('it is forgotten again', () => isGone('119'), 2_000)
      }),
    )

    test(
      'of a message of the largest size find room',
      withMembers(2, async ([{ replicas: a }, { replicas: b }]) => {
        const bytes = bytesOf('large', 112_500)
        let last = 0
        for (let i = 0; i < 250; i++)
          last = await count((i % 2 === 0 ? a : b).parts.add(keyOf('a'), { label: `${i}`, bytes }, minute))
        assert.equal(last, 250)
        const found = await b.parts.list(keyOf('a'))
        assert.equal(new Set(found.map(({ label }) => label)).size, 250)
        assert.ok(found.every((part) => hex(part.bytes) === hex(bytes)))
        await a.parts.remove(keyOf('a'))
        assert.deepEqual(await b.parts.list(keyOf('a')), [])
      }),
    )

    test(
      'of the oldest message make room where all are more than 64 MiB, and not before',
      withMembers(2, async ([{ replicas: a }, { replicas: b }]) => {
        const bytes = bytesOf('large', 1_000_000)
        const add = async (message: number, label: string): Promise<number> =>
          count((message % 2 === 0 ? a : b).parts.add(keyOf(`${message}`), { label, bytes }, minute))
        const isThere = async (message: number): Promise<boolean> =>
          (await a.parts.list(keyOf(`${message}`))).length > 0
        // 66 of them are 66 MB; 67 are just less than 64 MiB, 68 are more.
        for (let message = 0; message < 66; message++) assert.equal(await add(message, '0'), 1)
        await a.parts.remove(keyOf('65'))
        assert.equal(await add(65, '0'), 1)
        assert.equal(await isThere(0), true)
        assert.equal(await add(66, '0'), 1)
        assert.equal(await add(67, '0'), 1)
        assert.equal(await isThere(0), false)
        assert.equal(await isThere(1), true)
        assert.equal(await isThere(67), true)
      }),
    )
  })
}
