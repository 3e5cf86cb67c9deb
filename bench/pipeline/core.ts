/** What the protocol asks for each kind of message, as plain calls of its core (protocol section 6). */
import type { Crypto } from '../../src/ports/index.ts'
import {
  decideRegistration,
  type Envelope,
  type Frame,
  judge,
  messageTypes,
  openAsymmetric,
  openEnvelope,
  openSymmetric,
  partitionedTopic,
  pushIdOf,
  queryInfo,
  queryResponseCodec,
  readQuery,
  readRequest,
  registrationResponseCodec,
  responseCodec,
  sealAsymmetric,
  sealEnvelope,
  topicNumber,
} from '../../src/protocol/index.ts'
import type { Device } from './job.ts'
import type { Needed } from './primitives.ts'

/** An answer is signed twice and sealed to its reader with a fresh key; opening recovers two signers. */
export const needed = {
  registration: { recover: 3, sign: 2, sharedSecret: 3, generateKeyPair: 1 },
  query: { recover: 2, sign: 2, sharedSecret: 1, generateKeyPair: 1 },
  request: { recover: 2, sign: 2, sharedSecret: 2, generateKeyPair: 1 },
  foreign: { recover: 0, sign: 0, sharedSecret: 1, generateKeyPair: 0 },
} as const satisfies Readonly<Record<string, Needed>>

/** A message of the benchmark itself that the core does not understand is a mistake in the benchmark. */
export const must = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`the benchmark has a message that is ${what}`)
  return value
}

const envelopeOf = (crypto: Crypto, frame: Frame | undefined): Envelope =>
  must(openEnvelope(crypto, must(frame, 'not for the gateway').data), 'no envelope')

const answer = (crypto: Crypto, to: Uint8Array, type: number, body: Uint8Array): void => {
  const signer = crypto.identity
  topicNumber(crypto, partitionedTopic(to))
  sealAsymmetric(crypto, { to, data: sealEnvelope(crypto, { signer, type, body }), signer })
}

export const handleRegistration = (crypto: Crypto, payload: Uint8Array): void => {
  const { sender, body } = envelopeOf(crypto, openAsymmetric(crypto, crypto.identity, payload))
  const decision = decideRegistration(crypto, { sender, body, supports: () => true })
  if (decision.kind !== 'register') throw new Error(`a registration ended as ${decision.kind}`)
  const { requestId } = decision
  const response = registrationResponseCodec.encode({ success: true, error: 0, requestId })
  answer(crypto, sender, messageTypes.registrationResponse, response)
}

export const handleQuery = (crypto: Crypto, payload: Uint8Array, key: Uint8Array, { message, owner }: Device): void => {
  const { sender, body, messageId } = envelopeOf(crypto, openSymmetric(crypto, key, payload))
  must(readQuery(body), 'no query')
  const info = [queryInfo(message, owner, crypto.identity.compressed)]
  answer(crypto, sender, messageTypes.queryResponse, queryResponseCodec.encode({ info, messageId, success: true }))
}

export const handleRequest = (crypto: Crypto, payload: Uint8Array, { message }: Device): void => {
  const { sender, body } = envelopeOf(crypto, openAsymmetric(crypto, crypto.identity, payload))
  const { requests, messageId } = must(readRequest(body), 'no request')
  const reports = requests.map((entry) => {
    const { publicKey, installationId } = entry
    judge(crypto, entry, message)
    pushIdOf(crypto, { messageId, receiver: publicKey, installation: installationId })
    return { success: true, error: 0, publicKey, installationId }
  })
  answer(crypto, sender, messageTypes.response, responseCodec.encode({ messageId, reports }))
}

export const handleForeign = (crypto: Crypto, payload: Uint8Array): void => {
  if (openAsymmetric(crypto, crypto.identity, payload) !== undefined)
    throw new Error('somebody else’s message is for the gateway')
}
