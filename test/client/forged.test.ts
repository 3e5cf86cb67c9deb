import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Target } from '../../src/client/index.ts'
import type { KeyPair } from '../../src/ports/index.ts'
import {
  makeGrant,
  messageTypes,
  openAsymmetric,
  openEnvelope,
  openSymmetric,
  partitionedTopic,
  queryResponseCodec,
  queryTopic,
  registrationResponseCodec,
  requestIdOf,
  responseCodec,
  sealAsymmetric,
  sealEnvelope,
  topicNumber,
} from '../../src/protocol/index.ts'
import { device, wakeOf } from '../support/cast.ts'
import { newMessageId } from '../support/person.ts'
import type { Stage } from '../support/stage.ts'
import { withPatientClients } from './patient.ts'

/** Answers every message to a silent gateway in the gateway’s name, signed by `signer`. */
const impersonate = (
  stage: Stage,
  signer: KeyPair,
  make: (envelope: {
    type: number
    body: Uint8Array
    messageId: Uint8Array
  }) => { type: number; body: Uint8Array } | undefined,
  open: (payload: Uint8Array) => Uint8Array | undefined = (payload) =>
    openAsymmetric(stage.crypto, stage.crypto.identity, payload)?.data,
): void => {
  const { crypto } = stage
  stage.bus.join(({ payload }) => {
    const data = open(payload)
    const envelope = data && openEnvelope(crypto, data)
    const answer = envelope && make(envelope)
    if (envelope === undefined || answer === undefined) return
    const sealed = sealEnvelope(crypto, { signer, ...answer })
    stage.send(
      topicNumber(crypto, partitionedTopic(envelope.sender)),
      sealAsymmetric(crypto, { to: envelope.sender, data: sealed, signer }),
    )
  })
}

const forgeries: { what: string; honest: boolean; wrongId: boolean }[] = [
  { what: 'of the gateway itself', honest: true, wrongId: false },
  { what: 'signed by another key', honest: false, wrongId: false },
  { what: 'with another request’s id', honest: true, wrongId: true },
  { what: 'signed by another key, with another request’s id', honest: false, wrongId: true },
]

for (const { what, honest, wrongId } of forgeries) {
  test(
    `a registration’s answer ${what} is ignored`,
    withPatientClients(async (stage, { registering }, brisk) => {
      const forger = honest ? stage.crypto.identity : stage.crypto.generateKeyPair()
      await stage.stop()
      impersonate(stage, forger, ({ type, body }) =>
        type !== messageTypes.registration
          ? undefined
          : {
              type: messageTypes.registrationResponse,
              body: registrationResponseCodec.encode({
                success: true,
                error: 0,
                requestId: requestIdOf(stage.crypto, wrongId ? body.subarray(1) : body),
              }),
            },
      )
      const kind = honest && !wrongId ? 'registered' : 'unreachable'
      const client = kind === 'registered' ? registering : brisk.registering
      assert.deepEqual(await client.register(device(), 1n), { kind })
    }),
  )

  test(
    `a request’s answer ${what} is ${honest && !wrongId ? 'taken' : 'ignored'}`,
    withPatientClients(async (stage, { alice, receiver, registering, sending }, brisk) => {
      await registering.register(device(), 1n)
      const targets = await sending.query(receiver.publicKey)
      const forger = honest ? stage.crypto.identity : stage.crypto.generateKeyPair()
      await stage.stop()
      const wake = wakeOf(alice)
      impersonate(stage, forger, ({ type }) => {
        if (type !== messageTypes.request) return undefined
        const messageId = wrongId ? newMessageId() : wake.messageId
        return { type: messageTypes.response, body: responseCodec.encode({ messageId, reports: [] }) }
      })
      if (honest && !wrongId) assert.deepEqual(await sending.request(targets, wake), [])
      else assert.equal(await brisk.sending.request(targets, wake), undefined)
    }),
  )
}

/** What a thief who has seen the true answer would repeat, and how it reads queries. */
const stolenAnswer = async (stage: Stage, target: Target, grant: Uint8Array) => {
  const topicKey = await stage.crypto.deriveTopicKey(queryTopic(target.publicKey))
  const seen = queryResponseCodec.encode({
    success: true,
    messageId: newMessageId(),
    info: [
      {
        accessToken: target.accessToken,
        installationId: target.installationId,
        publicKey: target.publicKey,
        allowedKeyList: [],
        grant,
        version: target.version,
        serverPublicKey: stage.crypto.identity.compressed,
      },
    ],
  })
  return { seen, key: (payload: Uint8Array) => openSymmetric(stage.crypto, topicKey, payload)?.data }
}

for (const isNamed of [true, false])
  test(
    `a query’s answer from a gateway that the grant ${isNamed ? 'names is taken' : 'does not name is ignored'}`,
    withPatientClients(async (stage, cast, brisk) => {
      const { receiver, registering, sending } = cast
      await registering.register(device(), 1n)
      const [target] = await sending.query(receiver.publicKey)
      assert.ok(target !== undefined)
      await stage.stop()
      const signer = isNamed ? stage.crypto.identity : stage.crypto.generateKeyPair()
      const grant = makeGrant(stage.crypto, receiver, stage.crypto.identity.compressed, target.accessToken)
      const { key, seen } = await stolenAnswer(stage, target, grant)
      impersonate(
        stage,
        signer,
        ({ type }) => (type === messageTypes.query ? { type: messageTypes.queryResponse, body: seen } : undefined),
        key,
      )
      const asking = isNamed ? sending : brisk.sending
      assert.equal((await asking.query(receiver.publicKey)).length, isNamed ? 1 : 0)
    }),
  )
