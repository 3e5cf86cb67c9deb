import assert from 'node:assert/strict'
import { contentTopicOf, type KeyPair, type WakuMessage } from '../../src/ports/index.ts'
import {
  createAssembler,
  type Envelope,
  hex,
  messageTypes,
  openAsymmetric,
  openEnvelope,
  type PushNotification,
  parseSegment,
  partitionedTopic,
  personalTopic,
  type QueryResponse,
  queryCodec,
  queryResponseCodec,
  queryTopics,
  type RegistrationMessage,
  registrationErrors,
  registrationResponseCodec,
  reportErrors,
  requestCodec,
  requestIdOf,
  responseCodec,
  sealAsymmetric,
  sealEnvelope,
  sealRegistration,
  sealSymmetric,
  splitIntoSegments,
  topicNumber,
} from '../../src/protocol/index.ts'
import { newMessageId, type Person } from './person.ts'
import type { Stage } from './stage.ts'

/** A payload with the topic that it goes on: may be sent more than once. */
export interface Letter {
  readonly topic: number
  readonly payloads: readonly Uint8Array[]
}

interface How {
  /** Sent on the partitioned topic in place of the personal one. */
  readonly partitioned?: boolean
  /** Without a signature of the frame. */
  readonly unsigned?: boolean
  /** The envelope is split into segments of so many bytes. */
  readonly segmentBytes?: number
  /** The message's own time, Unix ms. */
  readonly at?: number
}

const nameOf = (names: Readonly<Record<string, number>>, value: number): string =>
  Object.keys(names).find((name) => names[name] === value) ?? String(value)

const addressed = (stage: Stage, signer: KeyPair, type: number, body: Uint8Array, how: How): Letter => {
  const { crypto } = stage
  const server = crypto.identity.publicKey
  const personal = type === messageTypes.registration && !how.partitioned
  const envelope = sealEnvelope(crypto, { signer, type, body })
  return {
    topic: topicNumber(crypto, personal ? personalTopic(server) : partitionedTopic(server)),
    payloads: splitIntoSegments(crypto, envelope, how.segmentBytes ?? 1 << 20).map((data) =>
      sealAsymmetric(crypto, { to: server, data, ...(how.unsigned ? {} : { signer }) }),
    ),
  }
}

export const registrationLetter = (
  stage: Stage,
  person: Person,
  message: RegistrationMessage,
  how: How = {},
): Letter & { requestId: Uint8Array } => {
  const { crypto } = stage
  const body = sealRegistration(crypto, person.keyPair, crypto.identity.publicKey, message)
  return {
    ...addressed(stage, person.keyPair, messageTypes.registration, body, how),
    requestId: requestIdOf(crypto, body),
  }
}

export const requestLetter = (
  stage: Stage,
  signer: KeyPair,
  requests: PushNotification[],
  messageId: Uint8Array,
  how: How = {},
): Letter => addressed(stage, signer, messageTypes.request, requestCodec.encode({ requests, messageId }), how)

/** Any envelope to the gateway, on its partitioned topic. */
export const anyLetter = (stage: Stage, signer: KeyPair, type: number, body: Uint8Array, how: How = {}): Letter =>
  addressed(stage, signer, type, body, { partitioned: true, ...how })

export const queryLetter = async (
  stage: Stage,
  signer: KeyPair,
  keys: Uint8Array[],
  { about = keys[0], spelling = 0 }: { about?: Uint8Array | undefined; spelling?: 0 | 1 } = {},
): Promise<Letter & { messageId: Uint8Array }> => {
  const { crypto } = stage
  const text = queryTopics(about ?? new Uint8Array())[spelling]
  const data = sealEnvelope(crypto, {
    signer,
    type: messageTypes.query,
    body: queryCodec.encode({ publicKeys: keys }),
  })
  const payload = sealSymmetric(crypto, { key: await crypto.deriveTopicKey(text), data, signer })
  const messageId = openEnvelope(crypto, data)?.messageId ?? new Uint8Array()
  return { topic: topicNumber(crypto, text), payloads: [payload], messageId }
}

/** Sends a letter and answers what the gateway published in reply. */
export const post = async (stage: Stage, letter: Letter, at?: number): Promise<WakuMessage[]> => {
  for (const payload of letter.payloads) stage.send(letter.topic, payload, at)
  return stage.settled()
}

/** The envelopes among some messages that are for a key; each must be signed by the gateway, on the key's topic, in frame and envelope. */
export const answersTo = (stage: Stage, keyPair: KeyPair, messages: readonly WakuMessage[]): Envelope[] => {
  const { crypto } = stage
  const assembler = createAssembler(crypto, { maxMessages: 10, maxBytes: 64 << 20, maxAgeMs: 60_000 })
  const topic = contentTopicOf(topicNumber(crypto, partitionedTopic(keyPair.publicKey)))
  return messages.flatMap((message) => {
    const frame = openAsymmetric(crypto, keyPair, message.payload)
    if (frame === undefined) return []
    assert.equal(message.contentTopic, topic, 'the topic of an answer')
    assert.equal(message.version, 1)
    assert.equal(message.ephemeral, false)
    assert.equal(hex(frame.signer ?? new Uint8Array()), hex(crypto.identity.publicKey), 'the signer of the frame')
    const segment = parseSegment(frame.data)
    const joined = segment === undefined ? undefined : assembler.add(frame.signer, segment, 0)
    if (joined !== undefined && joined.kind !== 'complete') return []
    const envelope = openEnvelope(crypto, joined?.payload ?? frame.data)
    assert.equal(hex(envelope?.sender ?? new Uint8Array()), hex(crypto.identity.publicKey), 'the signer of the answer')
    return envelope ?? []
  })
}

const only = (envelopes: readonly Envelope[], type: number): Envelope | undefined => {
  assert.ok(envelopes.length <= 1, `${envelopes.length} answers`)
  if (envelopes[0] !== undefined) assert.equal(envelopes[0].type, type, 'the type of the answer')
  return envelopes[0]
}

/** Registers and answers `success`, the name of the error, or `silence`. */
export const register = async (
  stage: Stage,
  person: Person,
  message: RegistrationMessage = person.registration(),
  how: How = {},
): Promise<string> => readRegistration(stage, person, registrationLetter(stage, person, message, how))

export const readRegistration = async (
  stage: Stage,
  person: Person,
  letter: Letter & { requestId: Uint8Array },
): Promise<string> => {
  const answer = only(answersTo(stage, person.keyPair, await post(stage, letter)), messageTypes.registrationResponse)
  if (answer === undefined) return 'silence'
  const response = registrationResponseCodec.decode(answer.body)
  assert.ok(response !== undefined)
  assert.equal(hex(response.requestId), hex(letter.requestId))
  return response.success ? 'success' : nameOf(registrationErrors, response.error)
}

/** Asks as somebody new; `undefined` where there is no answer. */
export const query = async (
  stage: Stage,
  keys: Uint8Array[],
  options: { about?: Uint8Array; spelling?: 0 | 1 } = {},
): Promise<QueryResponse | undefined> => {
  const signer = stage.crypto.generateKeyPair()
  const letter = await queryLetter(stage, signer, keys, options)
  const answer = only(answersTo(stage, signer, await post(stage, letter)), messageTypes.queryResponse)
  if (answer === undefined) return undefined
  const response = queryResponseCodec.decode(answer.body)
  assert.equal(hex(response?.messageId ?? new Uint8Array()), hex(letter.messageId))
  return response
}

/** The reports of an answer by name, `silence` without one. */
export const reportsOf = (stage: Stage, signer: KeyPair, messages: readonly WakuMessage[]): string[] | 'silence' => {
  const answer = only(answersTo(stage, signer, messages), messageTypes.response)
  if (answer === undefined) return 'silence'
  const response = responseCodec.decode(answer.body)
  return (response?.reports ?? []).map(({ success, error }) => (success ? 'success' : nameOf(reportErrors, error)))
}

/** Requests as somebody new, or as `signer`. */
export const request = async (
  stage: Stage,
  entries: PushNotification[],
  options: How & { messageId?: Uint8Array; signer?: KeyPair } = {},
): Promise<string[] | 'silence'> => {
  const { messageId = newMessageId(), signer = stage.crypto.generateKeyPair(), ...how } = options
  const letter = requestLetter(stage, signer, entries, messageId, how)
  return reportsOf(stage, signer, await post(stage, letter, how.at))
}
