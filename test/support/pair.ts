import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import {
  type ClientNode,
  createSendingClient,
  createSeveralGateways,
  type GatewayResult,
  type SendingClient,
  type SeveralGateways,
  type Target,
} from '../../src/client/index.ts'
import type { KeyPair } from '../../src/ports/index.ts'
import { hex, messageTypes, openAsymmetric, openEnvelope } from '../../src/protocol/index.ts'
import { brief, device, hasty } from './cast.ts'
import { createScriptedStorage, type ScriptedStorage } from './scripted.ts'
import { createStage, type Stage } from './stage.ts'

/** A person, somebody who wakes them, and two gateways that both know. */
export interface Pair {
  /** Two gateways with an identity each, on one network. */
  readonly stages: readonly [Stage, Stage]
  readonly storages: readonly [ScriptedStorage, ScriptedStorage]
  readonly bob: ClientNode
  readonly alice: ClientNode
  readonly receiver: KeyPair
  readonly registering: SeveralGateways
  readonly sending: SendingClient
  /** Which of the two were asked to wake somebody, in the order of the requests; and who asked. */
  readonly asked: number[]
  readonly askers: string[]
}

export const withPair = (run: (pair: Pair) => Promise<void>) => async (): Promise<void> => {
  const env = { MEMORY_BUS: randomUUID() }
  const storages = [createScriptedStorage(), createScriptedStorage()] as const
  const stages = [
    await createStage({ env, plugins: { storage: [storages[0].plugin] } }),
    await createStage({ env, plugins: { storage: [storages[1].plugin] } }),
  ] as const
  try {
    const [bob, alice] = [await stages[0].client(), await stages[0].client()]
    const receiver = bob.party.crypto.identity
    const keys = stages.map(({ crypto }) => crypto.identity.compressed)
    const asked: number[] = []
    const askers: string[] = []
    stages[0].bus.join(({ payload }) => {
      for (const [i, { crypto }] of stages.entries()) {
        const frame = openAsymmetric(crypto, crypto.identity, payload)
        const envelope = frame && openEnvelope(crypto, frame.data)
        if (envelope?.type !== messageTypes.request) continue
        asked.push(i)
        askers.push(hex(envelope.sender))
      }
    })
    const registering = createSeveralGateways(bob, receiver, keys, brief)
    const sending = createSendingClient(alice, hasty)
    await run({ stages, storages, bob, alice, receiver, registering, sending, asked, askers })
  } finally {
    for (const stage of stages.toReversed()) await stage.close()
  }
}

export const kinds = (results: readonly GatewayResult[]) => results.map(({ result }) => result.kind)
export const indexOf = ({ stages }: Pair, { gateway }: Pick<Target, 'gateway'>): number =>
  stages.findIndex(({ crypto }) => hex(crypto.identity.publicKey) === hex(gateway))
export const handed = ({ stages }: Pair) => stages.map(({ delivery }) => delivery.handed.length)

/** Registered with both, known to the sender through both. */
export const acquaint = async (pair: Pair, phone = device()): Promise<Target[]> => {
  assert.deepEqual(kinds(await pair.registering.register(phone, 1n)), ['registered', 'registered'])
  const targets = await pair.sending.query(pair.receiver.publicKey)
  assert.equal(targets.length, 2)
  return targets
}
