import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Fixture, StorageKitOptions, Use, Victim } from './storage.ts'
import { drain } from './storage-outbox.ts'
import { bytesOf, collect, hex, identityOf, keyOf, plain, pushOf, registrationOf, until } from './storage-samples.ts'

const day = 86_400_000

interface Killing {
  readonly victim: Victim
  readonly identity: Uint8Array
  readonly mode: 'write' | 'hold'
  readonly round: string
  readonly afterLines: number
}

/** Runs the victim until it said so many lines, kills it in the middle of its work and gives back all that it said. */
const kill = async ({ victim, identity, mode, round, afterLines }: Killing): Promise<Map<string, string[]>> => {
  const module = victim.module instanceof URL ? fileURLToPath(victim.module) : victim.module
  const child = spawn(process.execPath, [module, ...victim.args(hex(identity)), mode, round], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = new Map<string, string[]>()
  const errors: string[] = []
  child.stderr.on('data', (chunk) => errors.push(String(chunk)))
  const exited = once(child, 'close')
  const deadline = setTimeout(() => child.kill('SIGKILL'), 30_000)
  let lines = 0
  for await (const line of createInterface(child.stdout)) {
    const [word, name] = line.split(' ')
    // The last line may be cut; one that is whole was said before the end.
    if (word === undefined || name === undefined || name === '') continue
    said.set(word, [...(said.get(word) ?? []), name])
    if (++lines === afterLines) child.kill('SIGKILL')
  }
  await exited
  clearTimeout(deadline)
  assert.equal(child.signalCode, 'SIGKILL', errors.join(''))
  assert.ok(lines >= afterLines, `said only ${lines} lines: ${errors.join('')}`)
  return said
}

const testKilling = (use: Use, victim: Victim): void => {
  test(
    'what was told to be durable outlives a killed process',
    use(async (storage, fixture) => {
      await storage.close()
      const [put, accepted]: [string[], string[]] = [[], []]
      for (let round = 0; round < 4; round++) {
        const said = await kill({
          victim,
          identity: fixture.identity,
          mode: 'write',
          round: `${round}`,
          afterLines: 20 + Math.floor(Math.random() * 800),
        })
        put.push(...(said.get('put') ?? []))
        accepted.push(...(said.get('accepted') ?? []))
        await checkSurvivors(fixture, put, accepted)
      }
    }),
  )

  test(
    'what a killed process had in hand is handed out again, as one more attempt',
    use(async (storage, fixture) => {
      await storage.close()
      const said = await kill({ victim, identity: fixture.identity, mode: 'hold', round: 'held', afterLines: 10 })
      const { outbox } = await fixture.open()
      const handed = await drain(outbox, 10, 5000 + fixture.latenessMs)
      assert.deepEqual(new Set(handed.map(({ id }) => hex(id))), new Set(said.get('handed')))
      assert.deepEqual(new Set(handed.map(({ attempts }) => attempts)), new Set([1]))
    }),
  )
}

const checkSurvivors = async (fixture: Fixture, put: readonly string[], accepted: string[]): Promise<void> => {
  const storage = await fixture.open()
  const { registrations, outbox } = storage
  const found = await registrations.get(put.map((name) => keyOf(name)))
  for (const [i, name] of put.entries())
    assert.deepEqual(
      plain(found[i]),
      plain(registrationOf({ owner: name, content: name, version: 2n ** 60n })),
      `registration ${name}`,
    )
  const handed = new Set((await drain(outbox, (await outbox.counts()).queued)).map(({ id }) => hex(id)))
  for (const name of accepted) assert.ok(handed.has(hex(pushOf(name).id)), `push ${name}`)
  assert.deepEqual(
    new Set(
      await outbox.accept(
        accepted.map((name) => pushOf(name)),
        day,
      ),
    ),
    new Set(accepted.length > 0 ? ['duplicate'] : []),
  )
  accepted.length = 0
  await storage.close()
}

export const testDurability = (use: Use, { victim }: StorageKitOptions): void => {
  describe('durability', () => {
    test(
      'everything is there after closing and opening again',
      use(async (storage, fixture) => {
        const live = registrationOf({ owner: 'live', version: 2n ** 64n - 1n, topics: [1, 0xffffffff] })
        await Promise.all([
          storage.registrations.put(live),
          storage.registrations.unregister(keyOf('gone'), 7n),
          storage.outbox.accept([pushOf('a'), pushOf('b')], day),
          storage.cursors.set('catch-up', 2n ** 60n + 1n),
          storage.topicKeys.set('topic', bytesOf('key', 32)),
          storage.claims.finish(bytesOf('handled', 32)),
          storage.claims.take(bytesOf('begun', 32), 60_000),
        ])
        const again = await fixture.open()
        assert.deepEqual((await again.registrations.get([live])).map(plain), [plain(live)])
        assert.deepEqual((await collect(again.registrations.topics())).sort(), [1, 0xffffffff])
        assert.equal(await again.registrations.put(registrationOf({ owner: 'gone', version: 7n })), 'stale')
        assert.equal(await again.cursors.get('catch-up'), 2n ** 60n + 1n)
        assert.deepEqual(hex((await again.topicKeys.get('topic')) ?? Buffer.of()), hex(bytesOf('key', 32)))
        assert.equal(await again.claims.take(bytesOf('handled', 32), 60_000), 'done')
        assert.equal(await again.claims.take(bytesOf('begun', 32), 60_000), 'mine')
        assert.equal((await again.outbox.counts()).queued, 2)
        assert.deepEqual(await again.outbox.accept([pushOf('a')], day), ['duplicate'])
        assert.equal((await drain(again.outbox, 2)).length, 2)
      }),
    )

    test(
      'a retry keeps its time over a restart',
      use(async (storage, fixture) => {
        await storage.outbox.accept([pushOf('a')], day)
        let at = 0
        const first = storage.outbox.work(
          async () => {
            at = fixture.now() + 700
            return { kind: 'retry', at }
          },
          { concurrency: 1, leaseMs: 60_000 },
        )
        await until('it is put off', () => at > 0)
        await first.stop()
        const { outbox } = await fixture.open()
        const [push] = await drain(outbox, 1)
        assert.ok(fixture.now() >= at, 'came early')
        assert.equal(push?.attempts, 1)
      }),
    )

    test(
      'two identities on one store never meet',
      use(async (storage, fixture) => {
        const [mine, other] = [fixture.identity, identityOf(`other ${hex(fixture.identity)}`)]
        await storage.registrations.put(registrationOf({ owner: 'a', version: 5n, topics: [1] }))
        await storage.outbox.accept([pushOf('a')], day)
        await storage.cursors.set('c', 5n)
        await storage.topicKeys.set('t', bytesOf('mine', 32))
        await storage.claims.finish(bytesOf('handled', 32))
        const theirs = await fixture.open(other)
        assert.deepEqual(await theirs.registrations.get([keyOf('a')]), [undefined])
        assert.deepEqual(await theirs.registrations.listByOwners([keyOf('a').owner]), [])
        assert.deepEqual(await theirs.registrations.ownersByTopic(1), [])
        assert.deepEqual(await collect(theirs.registrations.topics()), [])
        assert.equal(await theirs.registrations.retire(keyOf('a'), 5n), false)
        assert.equal(await theirs.registrations.put(registrationOf({ owner: 'a', version: 1n, topics: [2] })), 'stored')
        assert.deepEqual(await theirs.outbox.counts(), { queued: 0, inHand: 0, oldestAcceptedAt: undefined })
        assert.deepEqual(await theirs.outbox.accept([pushOf('a')], day), ['accepted'])
        assert.equal((await drain(theirs.outbox, 1)).length, 1)
        assert.equal(await theirs.cursors.get('c'), undefined)
        assert.equal(await theirs.topicKeys.get('t'), undefined)
        assert.equal(await theirs.claims.take(bytesOf('handled', 32), 60_000), 'mine')
        const again = await fixture.open(mine)
        assert.equal((await again.registrations.get([keyOf('a')]))[0]?.version, 5n)
        assert.equal((await again.outbox.counts()).queued, 1)
      }),
    )

    if (victim !== undefined) testKilling(use, victim)
  })
}
