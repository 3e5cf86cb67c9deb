/** Clients that wait for answers as long as a busy machine needs, and no longer than there is something to wait for. */
import {
  type ClientNode,
  createRegisteringClient,
  createSendingClient,
  createSeveralGateways,
  type Inquiry,
} from '../../src/client/index.ts'
import type { Envelope } from '../../src/protocol/index.ts'
import { type Cast, withClients } from '../support/cast.ts'
import { type Pair, withPair } from '../support/pair.ts'
import type { Stage, StageOptions } from '../support/stage.ts'

/** For registrations that are answered. */
export const patient = { attempts: 2, timeoutMs: 5_000, pauseMs: 10 }

/** For gateways of which some may be silent: each silence costs so much time. */
export const silenceMs = 2_000
const limits = { timeoutMs: silenceMs, lingerMs: silenceMs, retries: 2, retryBaseMs: 10 }

/** The same node, but for inquiries: they end with so many answers. */
export const hearing = (node: ClientNode, answers: number): ClientNode => ({
  ...node,
  gather: async <Answer>(inquiry: Inquiry<Answer>): Promise<Answer[]> => {
    const heard: Answer[] = []
    const enough = new AbortController()
    const read = (envelope: Envelope): Answer | undefined => {
      const answer = inquiry.read(envelope)
      if (answer !== undefined) heard.push(answer)
      if (heard.length >= answers) enough.abort()
      return answer
    }
    const signals = [enough.signal, ...(inquiry.signal === undefined ? [] : [inquiry.signal])]
    try {
      return await node.gather({ ...inquiry, read, signal: AbortSignal.any(signals) })
    } catch (error) {
      if (!enough.signal.aborted) throw error
      return heard
    }
  },
})

/** Two gateways, with clients that are patient; a query ends once both have answered. */
export const withPatientPair = (run: (pair: Pair) => Promise<void>) =>
  withPair((pair) => {
    const { bob, alice, receiver, stages } = pair
    const gateways = stages.map(({ crypto }) => crypto.identity.compressed)
    return run({
      ...pair,
      registering: createSeveralGateways(bob, receiver, gateways, patient),
      sending: createSendingClient(hearing(alice, gateways.length), limits),
    })
  })

/** One gateway, with clients that are patient; `brisk` ones are for where nothing is to come. */
export const withPatientClients = (
  run: (stage: Stage, cast: Cast, brisk: Pick<Cast, 'registering' | 'sending'>) => Promise<void>,
  options: StageOptions | (() => StageOptions) = {},
) =>
  withClients((stage, cast) => {
    const { bob, alice, receiver } = cast
    const registering = createRegisteringClient(bob, receiver, stage.crypto.identity.compressed, patient)
    return run(stage, { ...cast, registering, sending: createSendingClient(hearing(alice, 1), limits) }, cast)
  }, options)
