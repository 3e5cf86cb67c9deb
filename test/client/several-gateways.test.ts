import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSendingClient, createSeveralGateways } from '../../src/client/index.ts'
import { device } from '../support/cast.ts'
import { acquaint, indexOf, kinds } from '../support/pair.ts'
import { until } from '../support/stage.ts'
import { patient, silenceMs, withPatientPair } from './patient.ts'

test(
  'a device registers with several gateways at once, and a query names it once for each',
  withPatientPair(async (pair) => {
    const phone = device()
    const targets = await acquaint(pair, phone)
    assert.deepEqual(targets.map((target) => indexOf(pair, target)).sort(), [0, 1])
    for (const { installationId, accessToken } of targets)
      assert.deepEqual([installationId, accessToken], [phone.installationId, phone.accessToken])
  }),
)

test(
  'a gateway that is named twice, in both forms of its key, is registered with once',
  withPatientPair(async ({ bob, receiver, stages }) => {
    const { publicKey, compressed } = stages[0].crypto.identity
    const results = await createSeveralGateways(bob, receiver, [publicKey, compressed], patient).register(device(), 1n)
    assert.deepEqual(kinds(results), ['registered'])
    assert.equal(stages[0].ledger().envelopes.outcomes.registered, 1)
  }),
)

test(
  'a gateway that is gone holds up nobody’s registration: the others are told of at once',
  withPatientPair(async (pair) => {
    const { bob, receiver, stages } = pair
    await stages[0].stop()
    const told: string[] = []
    const gateways = stages.map(({ crypto }) => crypto.identity.publicKey)
    const once = { attempts: 1, timeoutMs: silenceMs }
    const results = await createSeveralGateways(bob, receiver, gateways, once).register(device(), 1n, {
      onResult: (one) => told.push(`${indexOf(pair, one)} ${one.result.kind}`),
    })
    assert.deepEqual(kinds(results), ['unreachable', 'registered'])
    assert.deepEqual(told, ['1 registered', '0 unreachable'])
  }),
)

test(
  'a gateway that refuses spoils nothing elsewhere',
  withPatientPair(async (pair) => {
    const { bob, receiver, stages, registering } = pair
    const phone = device()
    await createSeveralGateways(bob, receiver, [stages[1].crypto.identity.compressed], patient).register(phone, 9n)
    const results = await registering.register({ ...phone, deviceToken: 'cd' }, 5n)
    assert.deepEqual(kinds(results), ['registered', 'refused'])
    assert.deepEqual(results[1]?.result, { kind: 'refused', error: 'versionMismatch' })
  }),
)

test(
  'unregistering reaches all of them',
  withPatientPair(async (pair) => {
    const phone = device()
    await acquaint(pair, phone)
    assert.deepEqual(kinds(await pair.registering.unregister(phone.installationId, 2n)), ['registered', 'registered'])
    assert.deepEqual(await pair.sending.query(pair.receiver.publicKey), [])
  }),
)

test(
  'a query lingers for the slower gateway, but not without end',
  withPatientPair(async (pair) => {
    const { alice, receiver, stages } = pair
    await acquaint(pair)
    const { transport } = stages[1].gateway.app
    const { publish } = transport
    const held: (() => void)[] = []
    transport.publish = async (message, signal) => {
      await new Promise<void>((resolve) => held.push(resolve))
      return publish(message, signal)
    }
    const patient = createSendingClient(alice, { timeoutMs: 5_000, lingerMs: 1_200 }).query(receiver.publicKey)
    await until('both have answered', () => held.length === 1)
    held.pop()?.()
    assert.equal((await patient).length, 2)
    assert.equal(
      (await createSendingClient(alice, { timeoutMs: 5_000, lingerMs: 40 }).query(receiver.publicKey)).length,
      1,
    )
    for (const resolve of held) resolve()
  }),
)
