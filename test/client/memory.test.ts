import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRegisteringClient, type Device } from '../../src/client/index.ts'
import {
  hex,
  messageTypes,
  openAsymmetric,
  openEnvelope,
  partitionedTopic,
  personalTopic,
  type registrationErrors,
  topicNumber,
} from '../../src/protocol/index.ts'
import { device, wakeOf } from '../support/cast.ts'
import { createScriptedDelivery, createScriptedStorage } from '../support/scripted.ts'
import { patient, withPatientClients } from './patient.ts'

test(
  'a client registers, another one finds it and wakes it',
  withPatientClients(async (stage, cast) => {
    const { alice, receiver, registering, sending } = cast
    const phone = device()
    assert.deepEqual(await registering.register(phone, 1n), { kind: 'registered' })
    const targets = await sending.query(receiver.publicKey)
    assert.deepEqual(
      targets.map(({ installationId, accessToken, version, gateway }) => [
        installationId,
        accessToken,
        version,
        hex(gateway),
      ]),
      [[phone.installationId, phone.accessToken, 1n, hex(stage.crypto.identity.publicKey)]],
    )
    assert.deepEqual(
      (await sending.request(targets, wakeOf(alice)))?.map(({ success }) => success),
      [true],
    )
    await stage.drained()
    assert.deepEqual(
      stage.delivery.handed.map(({ deviceToken }) => deviceToken),
      [phone.deviceToken],
    )
  }),
)

test(
  'a repetition is a success; so is unregistering, after which nobody is found',
  withPatientClients(async (_, cast) => {
    const { receiver, registering, sending } = cast
    const phone = device()
    for (let i = 0; i < 2; i++) assert.deepEqual(await registering.register(phone, 1n), { kind: 'registered' })
    for (let i = 0; i < 2; i++)
      assert.deepEqual(await registering.unregister(phone.installationId, 2n), { kind: 'registered' })
    assert.deepEqual(await sending.query(receiver.publicKey), [])
    assert.deepEqual(await registering.register(phone, 3n), { kind: 'registered' })
  }),
)

const refused: { error: keyof typeof registrationErrors; changes: Partial<Device>; version?: bigint }[] = [
  { error: 'malformedMessage', changes: { deviceToken: '' } },
  { error: 'malformedMessage', changes: { installationId: 'phone' } },
  { error: 'unsupportedTokenType', changes: { tokenType: 2 } },
  { error: 'versionMismatch', changes: {}, version: 4n },
]
for (const { error, changes, version = 6n } of refused)
  test(
    `a refusal is told by its name: ${error} for ${Object.keys(changes).join() || 'an old version'}`,
    withPatientClients(
      async (stage, { registering }) => {
        const phone = device()
        await registering.register(phone, 5n)
        const before = stage.ledger().envelopes.received
        assert.deepEqual(await registering.register({ ...phone, ...changes }, version), { kind: 'refused', error })
        assert.equal(stage.ledger().envelopes.received, before + 1, 'it is not repeated')
      },
      () => ({ delivery: createScriptedDelivery({ supports: [1] }) }),
    ),
  )

test('an internalError is repeated, until it passes', async () => {
  const storage = createScriptedStorage()
  await withPatientClients(
    async (stage, { registering }) => {
      storage.failing.add('registrations.put')
      const phone = device()
      assert.deepEqual(await registering.register(phone, 1n), { kind: 'unreachable' })
      assert.equal(stage.ledger().envelopes.received, patient.attempts)
      storage.failing.clear()
      assert.deepEqual(await registering.register(phone, 1n), { kind: 'registered' })
    },
    { plugins: { storage: [storage.plugin] } },
  )()
})

test(
  'a gateway that is silent is unreachable, for every call',
  withPatientClients(async (stage, cast, brisk) => {
    const { alice, receiver, registering, sending } = cast
    await registering.register(device(), 1n)
    const targets = await sending.query(receiver.publicKey)
    await stage.stop()
    assert.deepEqual(await brisk.registering.register(device(), 2n), { kind: 'unreachable' })
    assert.deepEqual(await brisk.sending.query(receiver.publicKey), [])
    assert.equal(await brisk.sending.request(targets, wakeOf(alice)), undefined)
  }),
)

test(
  'a network that takes nothing is unreachable as well',
  withPatientClients(async (_, cast) => {
    const { bob, alice, receiver, registering, sending } = cast
    await registering.register(device(), 1n)
    const targets = await sending.query(receiver.publicKey)
    for (const { party } of [bob, alice]) party.transport.publish = () => Promise.reject(new Error('nobody there'))
    assert.deepEqual(await registering.register(device(), 2n), { kind: 'unreachable' })
    assert.deepEqual(await sending.query(receiver.publicKey), [])
    assert.equal(await sending.request(targets, wakeOf(alice)), undefined)
  }),
)

test(
  'an abort ends the waiting with its reason',
  withPatientClients(async (stage, { registering }) => {
    await stage.stop()
    const controller = new AbortController()
    const registration = registering.register(device(), 1n, controller.signal)
    controller.abort(new Error('enough'))
    await assert.rejects(registration, /enough/)
  }),
)

test(
  'keys that are no point of the curve are refused at once',
  withPatientClients(async (_, { bob, receiver, sending }) => {
    const noKey = new Uint8Array(33).fill(9)
    assert.throws(() => createRegisteringClient(bob, receiver, noKey), RangeError)
    await assert.rejects(sending.query(noKey), RangeError)
  }),
)

test(
  'with contacts-only a contact finds the device, others do not',
  withPatientClients(async (_, cast, brisk) => {
    const { bob, receiver, registering, sending } = cast
    const [friend, stranger, second] = [0, 1, 2].map(() => bob.party.crypto.generateKeyPair())
    assert.ok(friend !== undefined && stranger !== undefined && second !== undefined)
    const phone = device({ contactsOnly: [second.publicKey, friend.compressed] })
    assert.deepEqual(await registering.register(phone, 1n), { kind: 'registered' })
    assert.deepEqual(await brisk.sending.query(receiver.publicKey), [])
    assert.deepEqual(await brisk.sending.query(receiver.publicKey, { contact: stranger }), [])
    for (const contact of [friend, second]) {
      const [target, ...more] = await sending.query(receiver.publicKey, { contact })
      assert.deepEqual([target?.accessToken, more.length], [phone.accessToken, 0])
    }
  }),
)

test(
  'a report tells of a registration that is gone',
  withPatientClients(async (_, cast) => {
    const { alice, receiver, registering, sending } = cast
    const phone = device()
    await registering.register(phone, 1n)
    const targets = await sending.query(receiver.publicKey)
    await registering.unregister(phone.installationId, 3n)
    assert.deepEqual(
      (await sending.request(targets, wakeOf(alice)))?.map(({ error }) => error),
      [3],
    )
  }),
)

test(
  'a request without targets asks nobody',
  withPatientClients(async (stage, { alice, sending }) => {
    assert.deepEqual(await sending.request([], wakeOf(alice)), [])
    assert.equal(stage.ledger().envelopes.received, 0)
  }),
)

test(
  'queries and wakes come from a fresh key each, and never from the client’s own',
  withPatientClients(async (stage, cast) => {
    const { alice, receiver, registering, sending } = cast
    await registering.register(device(), 1n)
    const senders: string[] = []
    const server = stage.gateway.app.crypto
    stage.bus.join(({ payload }) => {
      const frame = openAsymmetric(server, server.identity, payload)
      const envelope = frame && openEnvelope(server, frame.data)
      if (envelope?.type !== messageTypes.request) return
      assert.equal(hex(frame?.signer ?? new Uint8Array()), hex(envelope.sender))
      senders.push(hex(envelope.sender))
    })
    const targets = await sending.query(receiver.publicKey)
    for (let i = 0; i < 2; i++) await sending.request(targets, wakeOf(alice))
    assert.equal(new Set(senders).size, 2)
    assert.ok(!senders.includes(hex(alice.party.crypto.identity.publicKey)))
  }),
)

test(
  'a large answer in segments is joined',
  withPatientClients(
    async (_, cast) => {
      const { bob, receiver, registering, sending } = cast
      const contacts = Array.from({ length: 60 }, () => bob.party.crypto.generateKeyPair())
      await registering.register(device({ contactsOnly: contacts.map(({ compressed }) => compressed) }), 1n)
      const last = contacts.at(-1)
      assert.ok(last !== undefined)
      assert.equal((await sending.query(receiver.publicKey, { contact: last })).length, 1)
    },
    { env: { SEGMENT_BYTES: '1024' } },
  ),
)

test(
  'registrations go to the personal topic, answers are listened for before anything is sent',
  withPatientClients(async (stage, cast) => {
    const { bob, registering } = cast
    const listened: number[] = []
    const { listen, publish } = bob.party.transport
    bob.party.transport.listen = (topics) => {
      const all = [...topics]
      listened.push(...all)
      listen(all)
    }
    bob.party.transport.publish = (message, signal) => {
      assert.equal(message.topic, topicNumber(stage.crypto, personalTopic(stage.crypto.identity.publicKey)))
      assert.deepEqual(listened, [topicNumber(stage.crypto, partitionedTopic(bob.party.crypto.identity.publicKey))])
      return publish(message, signal)
    }
    assert.deepEqual(await registering.register(device(), 1n), { kind: 'registered' })
  }),
)

test(
  'after an exchange its topic is left again',
  withPatientClients(async (_, cast) => {
    const { alice, receiver, registering, sending } = cast
    await registering.register(device(), 1n)
    await sending.query(receiver.publicKey)
    assert.equal(alice.party.transport.stats()['topics'], 0)
  }),
)
