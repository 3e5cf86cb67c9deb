import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { createRegisteringClient, memoryState, type Preferences } from '../../src/client/index.ts'
import { hashOfChatId, hashOfKeyHex, hex } from '../../src/protocol/index.ts'
import { device } from '../support/cast.ts'
import { indexOf } from '../support/pair.ts'
import { createStage, until } from '../support/stage.ts'
import { fallibleState, type Keeping, overheard, phone, rewritten, stateKinds, toldTo, withKeeping } from './keeping.ts'
import { patient, silenceMs } from './patient.ts'

const both = ['registered', 'registered']

const versions = async (keeping: Keeping): Promise<bigint[]> => (await keeping.found()).map(({ version }) => version)

test(
  'a device that is switched on is known to both gateways, and a push arrives',
  withKeeping(async (keeping) => {
    const registration = await keeping.open()
    assert.deepEqual(stateKinds(await registration.settled()), ['unregistered', 'unregistered'])
    await registration.switchOn(phone)
    assert.deepEqual(stateKinds(await registration.settled()), both)
    const targets = await keeping.found()
    assert.deepEqual(targets.map((target) => indexOf(keeping, target)).sort(), [0, 1])
    assert.deepEqual(
      targets.map(({ installationId, version }) => [installationId, version]),
      targets.map(() => [registration.installationId, 1n]),
    )
    assert.equal(await keeping.wakes(targets), 1)
  }),
)

test(
  'nothing is sent before pushes are switched on',
  withKeeping(async (keeping) => {
    const registration = await keeping.open()
    await registration.prefer({ blockMentions: true })
    assert.deepEqual(stateKinds(await registration.settled()), ['unregistered', 'unregistered'])
    assert.deepEqual(toldTo(keeping), [0, 0])
  }),
)

test(
  'the installation id can be the messenger’s own',
  withKeeping(async ({ open }) => {
    const installationId = randomUUID()
    assert.equal((await open({ installationId })).installationId, installationId)
    await assert.rejects(open({ installationId: 'phone', store: memoryState() }), RangeError)
  }),
)

test(
  'a restart finds everything as it was, and repeats nothing',
  withKeeping(async (keeping) => {
    const first = await keeping.opened()
    const contacts = [keeping.alice.party.crypto.identity.publicKey]
    await first.prefer({ contacts })
    await first.settled()
    await first.close()
    const told = toldTo(keeping)
    const second = await keeping.open()
    assert.deepEqual(stateKinds(await second.settled()), both)
    assert.equal(second.installationId, first.installationId)
    assert.deepEqual([second.version, second.device, second.preferences], [2n, phone, first.preferences])
    assert.deepEqual(toldTo(keeping), told)
    assert.equal(await keeping.wakes(await keeping.found()), 1)
  }),
)

test(
  'what was closed in the middle is done after the next start, under the same version',
  withKeeping(async (keeping) => {
    const { bob, open } = keeping
    const { transport } = bob.party
    const { publish } = transport
    let tried = 0
    transport.publish = async () => void tried++
    const first = await open()
    await first.switchOn(phone)
    await until('both are asked', () => tried === 2)
    await first.close()
    transport.publish = publish
    const second = await open()
    assert.deepEqual(stateKinds(await second.settled()), both)
    assert.deepEqual(await versions(keeping), [1n, 1n])
  }),
)

test(
  'an answer that was lost is not missed: the repetition counts as one, also with a contacts-only list',
  withKeeping(async (keeping) => {
    const { stages, alice, open } = keeping
    const { transport } = stages[0].gateway.app
    const { publish } = transport
    let lost = 0
    transport.publish = async (...args) => (lost++ === 0 ? undefined : publish(...args))
    const registration = await open({ timeoutMs: 400 })
    await registration.prefer({ contactsOnly: true, contacts: [alice.party.crypto.identity.publicKey] })
    await registration.switchOn(phone)
    assert.deepEqual(stateKinds(await registration.settled()), both)
    assert.equal(registration.version, 2n)
    assert.equal(stages[0].ledger().envelopes.outcomes['registration-version-mismatch'], 0)
    assert.ok(stages[0].ledger().envelopes.outcomes['registration-repeated'] > 0)
  }),
)

test(
  'a gateway that is silent is unreachable since then, and is registered with when it comes',
  withKeeping(async (keeping) => {
    const { stages, open } = keeping
    const late = await createStage({ env: { MEMORY_BUS: stages[0].busName }, start: false })
    try {
      const gateways = [stages[0].crypto.identity.publicKey, late.crypto.identity.publicKey]
      const from = Date.now()
      const registration = await open({ gateways, timeoutMs: 1_000 })
      await registration.switchOn(phone)
      const kinds = () => stateKinds(registration.states())
      await until('the other one is unreachable', () => kinds().join() === 'registered,unreachable')
      const [, state] = registration.states()
      assert.ok(state?.kind === 'unreachable' && state.since >= from && state.since <= Date.now())
      await registration.close()

      const again = await open({ timeoutMs: 1_000 })
      assert.equal(again.states().length, 2)
      await until('still', () => stateKinds(again.states()).join() === 'registered,unreachable')
      await late.gateway.start()
      assert.deepEqual(stateKinds(await again.settled()), both)
      assert.equal(again.version, 1n)
    } finally {
      await late.close()
    }
  }),
)

test(
  'a gateway’s silence is borne with growing pauses, whatever happens at others',
  withKeeping(async ({ stages, bob, open }) => {
    await stages[1].stop()
    const { transport } = bob.party
    const { publish } = transport
    let published = 0
    transport.publish = (...args) => {
      published++
      return publish(...args)
    }
    const registration = await open({ timeoutMs: silenceMs, pauseMs: 60_000, mostPauseMs: 60_000 })
    await registration.switchOn(phone)
    const kinds = () => stateKinds(registration.states()).join()
    await until('one is silent', () => kinds() === 'registered,unreachable')
    assert.equal(published, 2)
    await registration.switchOn({ ...phone, deviceToken: 'cd' })
    await until('a change is told at once', () => published === 4)
    await until('the other one has it', () => kinds() === 'registered,unreachable')
  }),
)

test(
  'another token is one version more at all of them',
  withKeeping(async (keeping) => {
    const registration = await keeping.opened()
    const before = await keeping.found()
    await registration.switchOn({ ...phone, deviceToken: 'cd'.repeat(32) })
    assert.deepEqual(stateKinds(await registration.settled()), both)
    const after = await keeping.found()
    assert.deepEqual(
      after.map(({ version }) => version),
      [2n, 2n],
    )
    assert.deepEqual(new Set(after.map(({ accessToken }) => accessToken)).size, 1)
    assert.equal(after[0]?.accessToken, before[0]?.accessToken)
    assert.equal(await keeping.wakes(after), 1)
    assert.deepEqual(
      keeping.stages.flatMap(({ delivery }) => delivery.handed.map(({ deviceToken }) => deviceToken)),
      ['cd'.repeat(32)],
    )
  }),
)

test(
  'what changes nothing is no new version',
  withKeeping(async (keeping) => {
    const { alice, bob, stages, opened } = keeping
    const contacts = [alice, bob].map(({ party }) => party.crypto.identity)
    const registration = await opened()
    const chats = [randomBytes(64), randomBytes(64)]
    await registration.prefer({ contacts: contacts.map(({ publicKey }) => publicKey), mutedChats: chats })
    await registration.settled()
    const told = toldTo(keeping)
    const { apnTopic = '', ...rest } = phone
    await registration.switchOn({ apnTopic, ...rest })
    await registration.prefer({})
    await registration.prefer({ contacts: contacts.map(({ compressed }) => compressed).toReversed() })
    await registration.prefer({ mutedChats: [...chats, ...chats].toReversed() })
    await registration.useGateways(stages.map(({ crypto }) => crypto.identity.publicKey).toReversed())
    assert.deepEqual(stateKinds(await registration.settled()), both)
    assert.equal(registration.version, 2n)
    assert.deepEqual(toldTo(keeping), told)
  }),
)

test(
  'with contacts-only a contact finds the device under a new token, a stranger does not',
  withKeeping(async (keeping) => {
    const { bob, opened, found, nobodyFinds, wakes } = keeping
    const [friend, stranger] = [bob.party.crypto.generateKeyPair(), bob.party.crypto.generateKeyPair()]
    const registration = await opened()
    const known = await found()
    await registration.prefer({ contactsOnly: true, contacts: [friend.compressed] })
    await registration.settled()
    await nobodyFinds()
    await nobodyFinds({ contact: stranger })
    const targets = await found({ contact: friend })
    assert.equal(targets.length, 2)
    assert.equal(await wakes(targets), 1)
    assert.equal(await wakes(known), 'wrongToken')
  }),
)

test(
  'whoever is no contact any more knows a token that is worth nothing',
  withKeeping(async (keeping) => {
    const { bob, opened, found, nobodyFinds, wakes } = keeping
    const [friend, former] = [bob.party.crypto.generateKeyPair(), bob.party.crypto.generateKeyPair()]
    const registration = await opened()
    await registration.prefer({ contactsOnly: true, contacts: [friend.publicKey, former.publicKey] })
    await registration.settled()
    const known = await found({ contact: former })
    assert.equal(known.length, 2)
    await registration.prefer({ contacts: [friend.compressed] })
    await registration.settled()
    await nobodyFinds({ contact: former })
    assert.equal(await wakes(known), 'wrongToken')
    assert.equal(await wakes(await found({ contact: friend })), 1)
  }),
)

test(
  'a contact more leaves the token as it is',
  withKeeping(async (keeping) => {
    const { alice, opened, found } = keeping
    const registration = await opened()
    const [before] = await found()
    await registration.prefer({ contacts: [alice.party.crypto.identity.publicKey] })
    await registration.settled()
    const [after] = await found()
    assert.deepEqual([after?.accessToken, after?.version], [before?.accessToken, 2n])
  }),
)

const chat = 'a chat'
const filters: { what: string; wishes: (hash: Uint8Array, author: Uint8Array) => Partial<Preferences>; type: 1 | 2 }[] =
  [
    { what: 'a muted chat', wishes: (hash) => ({ mutedChats: [hash] }), type: 1 },
    { what: 'a blocked chat', wishes: (hash) => ({ blockedChats: [hash] }), type: 1 },
    { what: 'a blocked author', wishes: (_, author) => ({ blockedChats: [author] }), type: 1 },
    { what: 'a mention', wishes: () => ({}), type: 2 },
    {
      what: 'a mention, with mentions blocked',
      wishes: (hash) => ({ blockMentions: true, allowedMentions: [hash] }),
      type: 2,
    },
  ]
for (const { what, wishes, type } of filters)
  test(
    `${what} wakes nobody, until that is taken back`,
    withKeeping(async (keeping) => {
      const { crypto } = keeping.alice.party
      const [hash, author] = [hashOfChatId(crypto, chat), hashOfKeyHex(crypto, crypto.identity.publicKey)]
      const registration = await keeping.opened()
      const targets = await keeping.found()
      await registration.prefer(wishes(hash, author))
      await registration.settled()
      assert.equal(await keeping.wakes(targets, { type }), 0)
      await registration.prefer({ mutedChats: [], blockedChats: [], blockMentions: false, allowedMentions: [hash] })
      await registration.settled()
      assert.equal(await keeping.wakes(targets, { type }), 1)
    }),
  )

test(
  'a mention is let through from a chat where it is allowed, and from no other',
  withKeeping(async (keeping) => {
    const { crypto } = keeping.alice.party
    const registration = await keeping.opened()
    const targets = await keeping.found()
    await registration.prefer({ allowedMentions: [hashOfChatId(crypto, chat)] })
    await registration.settled()
    assert.equal(await keeping.wakes(targets, { type: 2 }), 1)
    assert.equal(await keeping.wakes(targets, { type: 2, chatId: hashOfChatId(crypto, 'another chat') }), 0)
  }),
)

test(
  'what is preferred is the client’s own: bytes that the caller changes later change nothing',
  withKeeping(async (keeping) => {
    const registration = await keeping.opened()
    const muted = new Uint8Array(64).fill(1)
    await registration.prefer({ mutedChats: [muted] })
    muted.fill(2)
    assert.deepEqual(registration.preferences.mutedChats, [new Uint8Array(64).fill(1)])
  }),
)

test(
  'a contact that is no key is refused, and nothing is changed',
  withKeeping(async (keeping) => {
    const registration = await keeping.opened()
    const { preferences, version } = registration
    await assert.rejects(registration.prefer({ contacts: [new Uint8Array(33)] }), RangeError)
    await assert.rejects(registration.useGateways([new Uint8Array(65)]), RangeError)
    assert.deepEqual([registration.preferences, registration.version], [preferences, version])
    assert.deepEqual(stateKinds(await registration.settled()), both)
  }),
)

test(
  'switched off, the device is unknown everywhere, and can be switched on again',
  withKeeping(async (keeping) => {
    const registration = await keeping.opened()
    const targets = await keeping.found()
    await registration.switchOff()
    assert.deepEqual(stateKinds(await registration.settled()), ['unregistered', 'unregistered'])
    await keeping.nobodyFinds()
    assert.equal(await keeping.wakes(targets), 'notRegistered')
    assert.equal(registration.device, undefined)
    const told = toldTo(keeping)
    await registration.prefer({ blockMentions: true })
    await registration.settled()
    assert.deepEqual(toldTo(keeping), told, 'who has forgotten us hears no more of us')
    await registration.switchOn(phone)
    assert.deepEqual(stateKinds(await registration.settled()), both)
    assert.equal((await keeping.found()).length, 2)
  }),
)

test(
  'a gateway whose answer was lost may know the device, and is told to forget it as well',
  withKeeping(async (keeping) => {
    const { stages, open } = keeping
    const { transport } = stages[0].gateway.app
    const { publish } = transport
    transport.publish = async () => undefined
    const first = await open({ timeoutMs: 400 })
    await first.switchOn(phone)
    await until('it is silent', () => stateKinds(first.states()).join() === 'unreachable,registered')
    await first.close()
    assert.equal(stages[0].ledger().envelopes.outcomes.registered, 1)
    transport.publish = publish
    const second = await open()
    await second.switchOff()
    assert.deepEqual(stateKinds(await second.settled()), ['unregistered', 'unregistered'])
    await keeping.nobodyFinds()
  }),
)

test(
  'another gateway gets everything, one that is left forgets the device',
  withKeeping(async (keeping) => {
    const { stages, open, found, nobodyFinds } = keeping
    const [first, second] = stages.map(({ crypto }) => crypto.identity.compressed)
    assert.ok(first !== undefined && second !== undefined)
    const registration = await open({ gateways: [first] })
    await registration.switchOn(phone)
    assert.deepEqual(stateKinds(await registration.settled()), ['registered'])
    await registration.useGateways([first, second])
    assert.deepEqual(stateKinds(await registration.settled()), both)
    assert.equal((await found()).length, 2)

    const heard = overheard(keeping, registration)
    await registration.useGateways([second])
    assert.deepEqual(stateKinds(await registration.settled()), ['registered'])
    assert.ok(heard.includes('0 unregistered'))
    assert.equal(hex(registration.states()[0]?.gateway ?? first), hex(stages[1].crypto.identity.publicKey))
    await stages[1].stop()
    await nobodyFinds()
  }),
)

test(
  'a gateway that was left can be used again, at any time',
  withKeeping(async (keeping) => {
    const { stages, opened, found } = keeping
    const [first, second] = stages.map(({ crypto }) => crypto.identity.compressed)
    assert.ok(first !== undefined && second !== undefined)
    const registration = await opened()
    await registration.useGateways([second])
    await registration.useGateways([first, second])
    assert.deepEqual(stateKinds(await registration.settled()), both)
    await registration.useGateways([second])
    assert.deepEqual(stateKinds(await registration.settled()), ['registered'])
    await registration.useGateways([first, second])
    assert.deepEqual(stateKinds(await registration.settled()), both)
    assert.equal((await found()).length, 2)
  }),
)

test(
  'the gateways of a state that is there are not those of the options',
  withKeeping(async (keeping) => {
    await (await keeping.opened()).close()
    const registration = await keeping.open({ gateways: [] })
    assert.deepEqual(stateKinds(await registration.settled()), both)
  }),
)

const higher: { what: string; old: bigint }[] = [
  { what: 'a step or two ahead', old: 3n },
  { what: 'a million ahead', old: 1_000_000n },
  { what: 'from a clock that is ahead', old: BigInt(Date.now()) + 1_000_000_000n },
]
for (const { what, old } of higher)
  test(
    `a state that was lost catches up with a version that is ${what}`,
    withKeeping(async (keeping) => {
      const { bob, receiver, stages, store, open } = keeping
      const forgetful = await open()
      const { installationId } = forgetful
      await forgetful.close()
      const other = createRegisteringClient(bob, receiver, stages[1].crypto.identity.publicKey, patient)
      assert.deepEqual(await other.register(device({ installationId }), old), { kind: 'registered' })
      const registration = await open({ store: memoryState(await rewritten(store, { version: '1' })) })
      await registration.switchOn(phone)
      assert.deepEqual(stateKinds(await registration.settled()), both)
      assert.ok(registration.version > old)
      assert.deepEqual(await versions(keeping), [registration.version, registration.version])
      assert.equal(await keeping.wakes(await keeping.found()), 1)
    }),
  )

test(
  'a gateway to which no version is high enough is refused by name, in the end, and the others stay usable',
  withKeeping(async (keeping) => {
    const { bob, receiver, stages, opened } = keeping
    const installationId = randomUUID()
    const hostile = createRegisteringClient(bob, receiver, stages[1].crypto.identity.publicKey, patient)
    const highest = 2n ** 64n - 1n
    assert.deepEqual(await hostile.register(device({ installationId }), highest), { kind: 'registered' })
    const registration = await opened({ installationId })
    assert.deepEqual(stateKinds(await registration.settled()), ['registered', 'refused(versionMismatch)'])
    assert.ok(registration.version < 2n ** 50n)
  }),
)

test(
  'what is malformed is refused, and not repeated until something changes, not even after a restart',
  withKeeping(async (keeping) => {
    const { open } = keeping
    const malformed = ['refused(malformedMessage)', 'refused(malformedMessage)']
    const first = await open()
    await first.switchOn({ ...phone, deviceToken: '' })
    assert.deepEqual(stateKinds(await first.settled()), malformed)
    await first.close()
    const second = await open()
    assert.deepEqual(stateKinds(await second.settled()), malformed)
    assert.deepEqual(toldTo(keeping), [1, 1])
    await second.switchOn(phone)
    assert.deepEqual(stateKinds(await second.settled()), both)
    assert.equal(second.version, 2n)
  }),
)

test(
  'a gateway that refused is not asked again because another one wants a higher version',
  withKeeping(async (keeping) => {
    const { bob, receiver, stages, open } = keeping
    const installationId = randomUUID()
    const registration = await open({ installationId, gateways: [stages[0].crypto.identity.publicKey] })
    await registration.switchOn({ ...phone, tokenType: 100 })
    assert.deepEqual(stateKinds(await registration.settled()), ['refused(unsupportedTokenType)'])
    await registration.close()
    const other = createRegisteringClient(bob, receiver, stages[1].crypto.identity.publicKey, patient)
    await other.register(device({ installationId }), 7n)
    const [entry] = JSON.parse((await keeping.store.read()) ?? '').gateways
    const { refused: _, ...fresh } = entry
    const gateways = [entry, { ...fresh, key: hex(stages[1].crypto.identity.publicKey) }]
    const [before] = toldTo(keeping)
    const again = await open({ store: memoryState(await rewritten(keeping.store, { gateways })) })
    const refused = 'refused(unsupportedTokenType)'
    assert.deepEqual(stateKinds(await again.settled()), [refused, refused])
    assert.equal(toldTo(keeping)[0], before)
  }),
)

test(
  'whoever listens hears of every state',
  withKeeping(async (keeping) => {
    const { open } = keeping
    const registration = await open()
    await registration.settled()
    const heard = overheard(keeping, registration)
    await registration.switchOn(phone)
    await registration.settled()
    await registration.switchOff()
    await registration.settled()
    for (const n of [0, 1])
      assert.deepEqual(
        heard.filter((line) => line.startsWith(`${n} `)),
        ['registering', 'registered', 'registering', 'unregistered'].map((kind) => `${n} ${kind}`),
      )
    const stop = registration.onState(() => assert.fail('it was stopped'))
    stop()
    await registration.switchOn(phone)
    await registration.settled()
  }),
)

test(
  'nothing is told that could not be written; what was wished is told once it can be',
  withKeeping(async (keeping) => {
    const { open } = keeping
    const store = fallibleState()
    const registration = await open({ store })
    store.isFull = true
    await assert.rejects(registration.switchOn(phone), /no room/)
    await assert.rejects(registration.switchOn(phone), /no room/, 'it is still not written')
    assert.deepEqual(toldTo(keeping), [0, 0])
    store.isFull = false
    assert.deepEqual(stateKinds(await registration.settled()), both)
    assert.equal(registration.version, 1n)
  }),
)

test(
  'a store that fails at the first start is told of',
  withKeeping(async ({ open }) => {
    const store = fallibleState()
    store.isFull = true
    await assert.rejects(open({ store }), /no room/)
  }),
)

test(
  'waiting ends on abort and on close, with the reason',
  withKeeping(async ({ stages, open }) => {
    for (const stage of stages) await stage.stop()
    const registration = await open({ timeoutMs: 60_000 })
    await registration.switchOn(phone)
    const controller = new AbortController()
    const aborted = registration.settled(controller.signal)
    const closed = registration.settled()
    controller.abort(new Error('enough'))
    await assert.rejects(aborted, /enough/)
    await assert.rejects(registration.settled(controller.signal), /enough/)
    const refused = assert.rejects(closed, /closed/)
    await registration.close()
    await refused
    await assert.rejects(registration.settled(), /closed/)
    await assert.rejects(registration.switchOff(), /closed/)
  }),
)

const moments: { during: string; go: (keeping: Keeping) => Promise<{ close(): Promise<void> }> }[] = [
  { during: 'nothing', go: ({ open }) => open() },
  {
    during: 'a registration that nobody answers',
    go: async ({ stages, open }) => {
      for (const stage of stages) await stage.stop()
      const registration = await open({ timeoutMs: 60_000 })
      await registration.switchOn(phone)
      return registration
    },
  },
  {
    during: 'a long pause',
    go: async ({ stages, open }) => {
      for (const stage of stages) await stage.stop()
      const registration = await open({ timeoutMs: 50, pauseMs: 60_000, mostPauseMs: 60_000 })
      await registration.switchOn(phone)
      await until('silence', () => registration.states().every(({ kind }) => kind === 'unreachable'))
      return registration
    },
  },
  {
    during: 'a change that is being written',
    go: async ({ open }) => {
      const registration = await open()
      void registration.switchOn(phone)
      void registration.prefer({ blockMentions: true })
      return registration
    },
  },
  {
    during: 'a listener’s turn',
    go: async ({ open }) => {
      const registration = await open({ timeoutMs: 60_000 })
      registration.onState(() => void registration.close())
      await registration.switchOn(phone)
      return registration
    },
  },
  {
    during: 'a change of gateways',
    go: async ({ opened }) => {
      const registration = await opened()
      void registration.useGateways([])
      return registration
    },
  },
]
for (const { during, go } of moments)
  test(
    `closing ends soon during ${during}, and twice`,
    withKeeping(async (keeping) => {
      const registration = await go(keeping)
      const from = performance.now()
      await Promise.all([registration.close(), registration.close()])
      assert.ok(performance.now() - from < 5_000)
      const text = (await keeping.store.read()) ?? ''
      assert.equal(JSON.parse(text).installationId.length, 36)
    }),
  )

test(
  'after closing nothing is listened to and nothing published any more',
  withKeeping(async (keeping) => {
    const registration = await keeping.opened({ advertiseEveryMs: 60_000 })
    await registration.close()
    assert.equal(keeping.bob.party.transport.stats()['topics'], 0)
    const published = () => keeping.bob.party.transport.stats()['published'] ?? 0
    const before = published()
    assert.ok(before > 0)
    assert.equal(await registration.advertise(), false)
    assert.equal(published(), before)
  }),
)
