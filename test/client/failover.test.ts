import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { createSeveralGateways } from '../../src/client/index.ts'
import { reportErrors } from '../../src/protocol/index.ts'
import { meddle } from '../support/canary-stage.ts'
import { device, wakeOf } from '../support/cast.ts'
import { acquaint, handed, indexOf } from '../support/pair.ts'
import { type Stage, until } from '../support/stage.ts'
import { patient, withPatientPair } from './patient.ts'

/** What the gateway publishes next is lost, so many messages of it. */
const lose = (stage: Stage, count: number): void => {
  meddle(stage.gateway.app.transport, (n) => (n <= count ? 'lost' : 'sent'))
}

/** So many messages of the gateway get through, and none after them. */
const loseAfter = (stage: Stage, count: number): void => {
  meddle(stage.gateway.app.transport, (n) => (n > count ? 'lost' : 'sent'))
}

test(
  'each device is woken through one gateway only',
  withPatientPair(async (pair) => {
    const targets = await acquaint(pair)
    const reports = await pair.sending.request(targets, wakeOf(pair.alice))
    assert.deepEqual(
      reports?.map(({ success }) => success),
      [true],
    )
    for (const stage of pair.stages) await stage.drained()
    assert.deepEqual(handed(pair).sort(), [0, 1])
  }),
)

for (const stopped of [0, 1] as const)
  test(
    `gateway ${stopped} stops: the request that finds it silent goes to the other one, the next ones go there at once`,
    withPatientPair(async (pair) => {
      const { sending, alice, stages, asked } = pair
      const other = 1 - stopped
      const targets = (await acquaint(pair)).sort(
        (a, b) => Number(indexOf(pair, b) === stopped) - Number(indexOf(pair, a) === stopped),
      )
      await sending.request(targets, wakeOf(alice))
      assert.deepEqual(asked, [stopped])
      await stages[stopped].stop()
      for (let wakes = 1; wakes <= 3; wakes++) {
        const reports = await sending.request(targets, wakeOf(alice))
        assert.deepEqual(
          reports?.map(({ success }) => success),
          [true],
        )
      }
      assert.deepEqual(asked, [stopped, stopped, other, other, other])
    }),
  )

test(
  'gateways that are all silent are no answer; when one returns it is found again',
  withPatientPair(async (pair) => {
    const { sending, alice, stages, asked } = pair
    const targets = await acquaint(pair)
    const transports = stages.map(({ gateway }) => gateway.app.transport)
    const own = transports.map(({ publish }) => publish)
    for (const transport of transports) transport.publish = () => Promise.reject(new Error('nobody there'))
    assert.equal(await sending.request(targets, wakeOf(alice)), undefined)
    assert.deepEqual(asked.toSorted(), [0, 1])
    for (const [i, transport] of transports.entries()) transport.publish = own[i] ?? transport.publish
    assert.equal((await sending.request(targets, wakeOf(alice)))?.length, 1)
  }),
)

test(
  'wrong token: the network is asked again, once, and the new token is used',
  withPatientPair(async (pair) => {
    const { sending, alice, registering, stages, asked } = pair
    const phone = device()
    const targets = await acquaint(pair, phone)
    await registering.register({ ...phone, accessToken: randomUUID() }, 2n)
    assert.deepEqual(
      (await sending.request(targets, wakeOf(alice)))?.map(({ success }) => success),
      [true],
    )
    assert.equal(asked.length, 2)
    for (const stage of stages) await stage.drained()
    assert.deepEqual(handed(pair).sort(), [0, 1])
  }),
)

test(
  'wrong token: without the receiver’s key nobody is asked again, and the report says so',
  withPatientPair(async (pair) => {
    const phone = device()
    const targets = (await acquaint(pair, phone)).map(({ receiver: _, ...target }) => target)
    await pair.registering.register({ ...phone, accessToken: randomUUID() }, 2n)
    assert.deepEqual(
      (await pair.sending.request(targets, wakeOf(pair.alice)))?.map(({ error }) => error),
      [1],
    )
    assert.deepEqual(pair.asked.toSorted(), [0, 1])
  }),
)

test(
  'a wrong token that nobody has a newer one for: it ends, and the report says so',
  withPatientPair(async (pair) => {
    const phone = device()
    const targets = (await acquaint(pair, phone)).map((target) => ({ ...target, accessToken: randomUUID() }))
    await pair.registering.register({ ...phone, contactsOnly: [] }, 2n)
    assert.deepEqual(
      (await pair.sending.request(targets, wakeOf(pair.alice)))?.map(({ error }) => error),
      [1],
    )
    assert.deepEqual(pair.asked.toSorted(), [0, 1])
  }),
)

for (const renewed of ['the new token at one gateway', 'nothing'] as const)
  test(
    `wrong token, and the network tells ${renewed}: the gateway that did not answer is asked all the same, with the token it had`,
    withPatientPair(async (pair) => {
      const { bob, alice, receiver, stages, sending, asked } = pair
      const phone = device()
      const [first, second] = await acquaint(pair, phone)
      assert.ok(first !== undefined && second !== undefined)
      const [a, b] = [indexOf(pair, first) as 0 | 1, indexOf(pair, second) as 0 | 1]
      const changed = { ...phone, accessToken: randomUUID() }
      const only = createSeveralGateways(bob, receiver, [first.gateway], patient)
      await only.register(renewed === 'nothing' ? { ...changed, contactsOnly: [] } : changed, 2n)
      lose(stages[b], 1)
      // The one that told the new token then answers nothing more.
      if (renewed !== 'nothing') loseAfter(stages[a], 2)
      const reports = await sending.request([first, second], wakeOf(alice))
      assert.deepEqual(
        reports?.map(({ success }) => success),
        [true],
      )
      assert.deepEqual(asked, renewed === 'nothing' ? [a, b] : [a, a, b])
      await stages[b].drained()
      assert.equal(handed(pair)[b], 1)
    }),
  )

test(
  'gateways that name the new token are not asked with the old one again',
  withPatientPair(async (pair) => {
    const { alice, registering, storages, sending, asked } = pair
    const phone = device()
    const [first, second] = await acquaint(pair, phone)
    assert.ok(first !== undefined && second !== undefined)
    await registering.register({ ...phone, accessToken: randomUUID() }, 2n)
    for (const { failing } of storages) failing.add('outbox.accept')
    const reports = await sending.request([first, second], wakeOf(alice))
    assert.deepEqual(
      reports?.map(({ error }) => error),
      [reportErrors.internalError],
    )
    // Three times each with the new token, and the old one once.
    assert.deepEqual(
      [first, second].map((target) => asked.filter((one) => one === indexOf(pair, target)).length),
      [4, 3],
    )
  }),
)

test(
  'an internal error is borne a while, then the other gateway is asked, under fresh keys after three requests',
  withPatientPair(async (pair) => {
    const { sending, alice, stages, storages, asked, askers } = pair
    const targets = await acquaint(pair)
    const [first] = targets
    assert.ok(first !== undefined)
    const failing = indexOf(pair, first)
    storages[failing as 0 | 1].failing.add('registrations.get')
    assert.deepEqual(
      (await sending.request(targets, wakeOf(alice)))?.map(({ success }) => success),
      [true],
    )
    assert.deepEqual(asked, [failing, failing, failing, 1 - failing])
    assert.deepEqual(
      askers.map((asker) => askers.indexOf(asker)),
      [0, 0, 0, 3],
    )
    storages[failing as 0 | 1].failing.clear()
    for (const stage of stages) await stage.drained()
    assert.equal(handed(pair)[failing], 0)
  }),
)

test(
  'an internal error that passes is no reason to go elsewhere',
  withPatientPair(async (pair) => {
    const { sending, alice, storages, asked } = pair
    const targets = await acquaint(pair)
    const [first] = targets
    assert.ok(first !== undefined)
    const failing = indexOf(pair, first)
    storages[failing as 0 | 1].failing.add('registrations.get')
    const request = sending.request(targets, wakeOf(alice))
    await until('the first failure', () => asked.length === 1)
    await pair.stages[failing as 0 | 1].settled()
    storages[failing as 0 | 1].failing.clear()
    assert.equal((await request)?.[0]?.success, true)
    assert.deepEqual([...new Set(asked)], [failing])
  }),
)

test(
  'a gateway that does not know a device any more is not asked for it again, until it names it',
  withPatientPair(async (pair) => {
    const { bob, alice, receiver, sending, stages, asked } = pair
    const phone = device()
    const targets = await acquaint(pair, phone)
    const [first] = targets
    assert.ok(first !== undefined)
    const gone = indexOf(pair, first)
    const only = createSeveralGateways(bob, receiver, [first.gateway], patient)
    await only.unregister(phone.installationId, 2n)
    for (let wakes = 0; wakes < 2; wakes++)
      assert.deepEqual(
        (await sending.request(targets, wakeOf(alice)))?.map(({ success }) => success),
        [true],
      )
    assert.deepEqual(asked, [gone, 1 - gone, 1 - gone])

    await stages[(1 - gone) as 0 | 1].stop()
    await only.register(phone, 3n)
    assert.equal(await sending.request(targets, wakeOf(alice)), undefined, 'not before it names it')
    assert.equal((await sending.query(receiver.publicKey)).length, 1)
    assert.equal((await sending.request(targets, wakeOf(alice)))?.[0]?.success, true)
  }),
)

test(
  'a device that no gateway knows any more is reported so, without asking anybody',
  withPatientPair(async (pair) => {
    const { sending, alice, registering, asked } = pair
    const phone = device()
    const targets = await acquaint(pair, phone)
    await registering.unregister(phone.installationId, 2n)
    for (let wakes = 0; wakes < 2; wakes++)
      assert.deepEqual(
        (await sending.request(targets, wakeOf(alice)))?.map(({ error, installationId }) => [error, installationId]),
        [[3, phone.installationId]],
      )
    assert.equal(asked.length, 2)
  }),
)

test(
  'a gateway with an older registration comes behind one with a newer',
  withPatientPair(async (pair) => {
    const { bob, alice, receiver, sending, stages, asked } = pair
    const phone = device()
    await acquaint(pair, phone)
    await createSeveralGateways(bob, receiver, [stages[1].crypto.identity.publicKey], patient).register(phone, 2n)
    await sending.request(await sending.query(receiver.publicKey), wakeOf(alice))
    assert.deepEqual(asked, [1])
  }),
)

test(
  'devices of two gateways are woken by a request each, reported in their order',
  withPatientPair(async (pair) => {
    const { bob, alice, receiver, sending, stages, asked } = pair
    const phones = [device(), device(), device()]
    for (const [i, phone] of phones.entries()) {
      const { publicKey } = stages[i === 1 ? 1 : 0].crypto.identity
      await createSeveralGateways(bob, receiver, [publicKey], patient).register(phone, 1n)
    }
    const targets = await sending.query(receiver.publicKey)
    const inOrder = phones.flatMap((phone) => targets.filter((one) => one.installationId === phone.installationId))
    const reports = await sending.request(inOrder, wakeOf(alice))
    assert.deepEqual(
      reports?.map(({ installationId, success }) => [installationId, success]),
      phones.map(({ installationId }) => [installationId, true]),
    )
    assert.deepEqual(asked.toSorted(), [0, 1])
  }),
)
