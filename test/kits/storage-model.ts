import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { InstallationKey, PutResult, Registration, Registrations } from '../../src/ports/index.ts'
import type { Use } from './storage.ts'
import { collect, hex, keyOf, plain, registrationOf } from './storage-samples.ts'

type State = {
  readonly kind: 'live' | 'unregistered' | 'retired'
  readonly version: bigint
  readonly registration?: Registration
}

/** The rules of the port in their shortest form. */
export const createModel = () => {
  const states = new Map<string, State>()
  const name = ({ owner, installation }: InstallationKey) => `${hex(owner)} ${installation}`
  const advance = (key: InstallationKey, next: State): PutResult => {
    const before = states.get(name(key))
    if (before !== undefined && before.version >= next.version) {
      const repeats = before.kind === next.kind && before.version === next.version
      return repeats &&
        hex(before.registration?.digest ?? Buffer.of()) === hex(next.registration?.digest ?? Buffer.of())
        ? 'same'
        : 'stale'
    }
    states.set(name(key), next)
    return 'stored'
  }
  return {
    put: (registration: Registration) =>
      advance(registration, { kind: 'live', version: registration.version, registration }),
    unregister: (key: InstallationKey, version: bigint) => advance(key, { kind: 'unregistered', version }),
    retire(key: InstallationKey, version: bigint) {
      const before = states.get(name(key))
      if (before?.kind !== 'live' || before.version !== version) return false
      states.set(name(key), { kind: 'retired', version })
      return true
    },
    live: () => [...states.values()].flatMap(({ registration }) => registration ?? []),
  }
}

type Model = ReturnType<typeof createModel>
type Change = Pick<Registrations, 'put' | 'unregister' | 'retire'> | Pick<Model, 'put' | 'unregister' | 'retire'>

export const installations = ['phone', 'tablet']
export const versions = [1n, 2n, 3n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n]

const step = (owners: readonly string[]) =>
  fc.record({
    kind: fc.constantFrom('put', 'put', 'put', 'unregister', 'retire'),
    owner: fc.constantFrom(...owners),
    installation: fc.constantFrom(...installations),
    version: fc.constantFrom(...versions),
    content: fc.constantFrom('one', 'other'),
    topics: fc.array(fc.constantFrom(0, 1, 2, 0xffffffff), { maxLength: 3 }),
  })

type Step = ReturnType<typeof step> extends fc.Arbitrary<infer T> ? T : never

const apply = (to: Change, { kind, version, ...seed }: Step): PutResult | boolean | Promise<PutResult | boolean> => {
  if (kind === 'put') return to.put(registrationOf({ ...seed, version }))
  if (kind === 'unregister') return to.unregister(keyOf(seed.owner, seed.installation), version)
  return to.retire(keyOf(seed.owner, seed.installation), version)
}

const sorted = (registrations: readonly Registration[]): unknown[] =>
  [...registrations].sort((a, b) => (hex(a.owner) + a.installation < hex(b.owner) + b.installation ? -1 : 1)).map(plain)

export const compare = async (
  registrations: Registrations,
  model: Model,
  owners: readonly string[],
  topics: readonly number[] = [0, 1, 2, 0xffffffff],
): Promise<void> => {
  const live = model.live()
  const keys = owners.flatMap((owner) => installations.map((installation) => keyOf(owner, installation)))
  assert.deepEqual(sorted(await registrations.listByOwners(owners.map((owner) => keyOf(owner).owner))), sorted(live))
  assert.deepEqual(sorted((await registrations.get(keys)).flatMap((found) => found ?? [])), sorted(live))
  assert.deepEqual(new Set(await collect(registrations.topics())), new Set(live.flatMap(({ topics }) => topics)))
  for (const topic of topics) {
    const expected = live.filter((one) => one.topics.includes(topic)).map(({ owner }) => hex(owner))
    assert.deepEqual(new Set((await registrations.ownersByTopic(topic)).map(hex)), new Set(expected))
  }
}

export const testModel = (use: Use): void => {
  test(
    'any sequence of changes ends as the rules say',
    use(async (_, fixture) => {
      let round = 0
      const freshIdentity = (): Uint8Array =>
        Uint8Array.from([...fixture.identity.subarray(0, 31), round >> 8, round++ & 255])
      const property = fc.asyncProperty(fc.array(step(['a', 'b']), { maxLength: 30 }), async (steps) => {
        const { registrations } = await fixture.open(freshIdentity())
        const model = createModel()
        for (const one of steps) assert.equal(await apply(registrations, one), await apply(model, one))
        await compare(registrations, model, ['a', 'b'])
      })
      await fc.assert(property, { numRuns: 100 })
    }),
  )
}
