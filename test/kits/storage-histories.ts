import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Push, QueuedPush, Storage } from '../../src/ports/index.ts'
import type { StorageKitOptions, Use } from './storage.ts'
import { compare, createModel } from './storage-model.ts'
import { hex, keyOf, pushOf, registrationOf, until } from './storage-samples.ts'

const day = 86_400_000
/** So few of each that they meet. */
const owners = ['a', 'b']
const installations = ['phone', 'tablet']
const versions = [1n, 2n, 2n ** 63n + 1n]

/** What may happen to a gateway and those who share its storage, one thing after the other. */
const events = (durable: boolean) => {
  const device = { owner: fc.constantFrom(...owners), installation: fc.constantFrom(...installations) }
  const version = fc.constantFrom(...versions)
  const message = fc.integer({ min: 0, max: 5 })
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('register'),
        ...device,
        version,
        content: fc.constantFrom('one', 'other'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('unregister'), ...device, version }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('retire'), ...device, version }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('request'),
        devices: fc.array(fc.record(device), { maxLength: 4 }),
        message,
      }),
    },
    // Its backend says of some devices that their tokens are dead.
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('deliver'), dead: fc.subarray(owners, { maxLength: 1 }) }) },
    ...(durable
      ? [{ weight: 1, arbitrary: fc.record({ kind: fc.constant('crash'), inHand: fc.integer({ min: 0, max: 3 }) }) }]
      : []),
  )
}

type Event = ReturnType<typeof events> extends fc.Arbitrary<infer T> ? T : never
type Of<K extends Event['kind']> = Extract<Event, { readonly kind: K }>

/** The rules of gateway and storage together, without any storage. */
const createRules = () => {
  const registrations = createModel()
  const queued = new Map<string, Push>()
  const remembered = new Set<string>()
  return {
    registrations,
    queued,
    liveOf: ({ owner, installation }: Push) =>
      registrations.live().find((one) => hex(one.owner) === hex(owner) && one.installation === installation),
    /** A push for each device that is registered, once for each message. */
    request: (pushes: readonly Push[]): string[] =>
      pushes.map((push) => {
        const id = hex(push.id)
        if (remembered.has(id)) return 'duplicate'
        remembered.add(id)
        queued.set(id, push)
        return 'accepted'
      }),
  }
}

type Rules = ReturnType<typeof createRules>

const pushFor = ({ owner, installation }: { owner: string; installation: string }, message: number): Push => ({
  ...pushOf(`${owner} ${installation} ${message}`),
  ...keyOf(owner, installation),
})

interface Scene {
  storage: Storage
  readonly rules: Rules
  /** The process dies, and another opens what it left. */
  readonly reopen: () => Promise<Storage>
}

const register = async ({ storage, rules }: Scene, { owner, installation, version, content }: Of<'register'>) => {
  const registration = registrationOf({ owner, installation, version, content, topics: [owners.indexOf(owner), 7] })
  assert.equal(await storage.registrations.put(registration), rules.registrations.put(registration))
}

const unregister = async ({ storage, rules }: Scene, { owner, installation, version }: Of<'unregister'>) => {
  const key = keyOf(owner, installation)
  assert.equal(await storage.registrations.unregister(key, version), rules.registrations.unregister(key, version))
}

const retire = async ({ storage, rules }: Scene, { owner, installation, version }: Of<'retire'>) => {
  const key = keyOf(owner, installation)
  assert.equal(await storage.registrations.retire(key, version), rules.registrations.retire(key, version))
}

const request = async ({ storage, rules }: Scene, { devices, message }: Of<'request'>) => {
  const pushes = devices.map((device) => pushFor(device, message))
  const found = await storage.registrations.get(pushes)
  const expected = pushes.map((push) => rules.liveOf(push)?.version)
  assert.deepEqual(
    found.map((registration) => registration?.version),
    expected,
  )
  const known = pushes.filter((_, i) => found[i] !== undefined)
  assert.deepEqual(await storage.outbox.accept(known, day), rules.request(known))
}

/** Everything that waits is handed out; what is for a device that is gone or dead ends as well. */
const deliver = async ({ storage, rules }: Scene, { dead }: Of<'deliver'>) => {
  const expected = new Map(rules.queued)
  const handed = new Set<string>()
  const strange: string[] = []
  const handle = async (push: QueuedPush) => {
    if (!expected.has(hex(push.id)) || handed.has(hex(push.id))) strange.push(hex(push.id))
    const [live] = await storage.registrations.get([push])
    if (live !== undefined && dead.some((owner) => hex(keyOf(owner).owner) === hex(push.owner)))
      assert.equal(
        await storage.registrations.retire(push, live.version),
        rules.registrations.retire(push, live.version),
      )
    handed.add(hex(push.id))
    return { kind: 'done' } as const
  }
  const worker = storage.outbox.work(handle, { concurrency: 1, leaseMs: 60_000 })
  await until('all that waits is handed out', () => handed.size === expected.size)
  await worker.stop()
  assert.deepEqual(strange, [])
  rules.queued.clear()
}

const crash = async (scene: Scene, { inHand }: Of<'crash'>) => {
  const { outbox } = scene.storage
  const held = Math.min(inHand, scene.rules.queued.size)
  let handed = 0
  const hold = (): Promise<never> => {
    handed++
    return new Promise(() => undefined)
  }
  if (held > 0) outbox.work(hold, { concurrency: held, leaseMs: 600_000 })
  await until('some are in hand', () => handed >= held)
  scene.storage = await scene.reopen()
}

const happen = (scene: Scene, event: Event): Promise<void> => {
  switch (event.kind) {
    case 'register':
      return register(scene, event as Of<'register'>)
    case 'unregister':
      return unregister(scene, event as Of<'unregister'>)
    case 'retire':
      return retire(scene, event as Of<'retire'>)
    case 'request':
      return request(scene, event as Of<'request'>)
    case 'deliver':
      return deliver(scene, event as Of<'deliver'>)
    default:
      return crash(scene, event as Of<'crash'>)
  }
}

export const testHistories = (use: Use, { durable }: StorageKitOptions): void => {
  test(
    'any history of registrations, requests, deliveries, dead tokens and crashes goes as the rules say',
    { timeout: 120_000 },
    use(async (_, fixture) => {
      let round = 0
      const freshIdentity = (): Uint8Array =>
        Uint8Array.from([...fixture.identity.subarray(0, 30), 1, round >> 8, round++ & 255])
      const property = fc.asyncProperty(
        fc.array(events(durable), { minLength: 5, maxLength: 40, size: 'max' }),
        async (history) => {
          const identity = freshIdentity()
          const open = () => fixture.open(identity)
          const scene: Scene = { storage: await open(), rules: createRules(), reopen: open }
          for (const event of history) await happen(scene, event)
          await compare(scene.storage.registrations, scene.rules.registrations, owners, [0, 1, 2, 7])
          assert.equal((await scene.storage.outbox.counts()).queued, scene.rules.queued.size)
          await deliver(scene, { kind: 'deliver', dead: [] })
        },
      )
      await fc.assert(property, { numRuns: 40, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false })
    }),
  )
}
