import { type Crypto, type KeyPair, type Topic, topicOf, type WakuMessage } from '../../src/ports/index.ts'
import {
  type Envelope,
  hex,
  messageTypes,
  openAsymmetric,
  openEnvelope,
  queryResponseCodec,
  registrationErrors,
  registrationResponseCodec,
  responseCodec,
} from '../../src/protocol/index.ts'

/** What the gateway said to somebody. */
export interface Answer {
  /** Hex: the letter that it answers. */
  readonly answerId: string
  /** Who could open it, hex of the compressed key: a request's id is shared by its repetitions, their keys are not. */
  readonly reader: string
  readonly verdict: 'success' | 'version-mismatch' | 'refused'
  /** Of the installations that the answer to a question names. */
  readonly versions: ReadonlyMap<string, bigint>
}

/** Opens what the gateway writes to those whose keys it was told. */
export interface AnswerReader {
  expect(topic: Topic, reader: KeyPair): void
  /** `undefined` for what is not the gateway's, or for nobody here. */
  read(message: WakuMessage): Answer | undefined
}

const noVersions: ReadonlyMap<string, bigint> = new Map()

const verdictOf = (success: boolean): Answer['verdict'] => (success ? 'success' : 'refused')

/** By the type of the envelope. */
const parsers: Readonly<Record<number, (body: Uint8Array) => Omit<Answer, 'reader'> | undefined>> = {
  [messageTypes.registrationResponse]: (body) => {
    const response = registrationResponseCodec.decode(body)
    if (response === undefined) return undefined
    const isStale = response.error === registrationErrors.versionMismatch
    const verdict = response.success || !isStale ? verdictOf(response.success) : 'version-mismatch'
    return { answerId: hex(response.requestId), verdict, versions: noVersions }
  },
  [messageTypes.queryResponse]: (body) => {
    const response = queryResponseCodec.decode(body)
    if (response === undefined) return undefined
    const versions = new Map(response.info.map(({ installationId, version }) => [installationId, version]))
    return { answerId: hex(response.messageId), verdict: verdictOf(response.success), versions }
  },
  [messageTypes.response]: (body) => {
    const response = responseCodec.decode(body)
    if (response === undefined) return undefined
    const success = response.reports.length > 0 && response.reports.every((report) => report.success)
    return { answerId: hex(response.messageId), verdict: verdictOf(success), versions: noVersions }
  },
}

/** `server` is the gateway's public key, 65 bytes. */
export const createAnswerReader = (crypto: Crypto, server: Uint8Array): AnswerReader => {
  const gateway = hex(server)
  const readers = new Map<Topic, Map<string, KeyPair>>()

  const open = (reader: KeyPair, payload: Uint8Array): Envelope | undefined => {
    const frame = openAsymmetric(crypto, reader, payload)
    const envelope = frame === undefined ? undefined : openEnvelope(crypto, frame.data)
    return envelope !== undefined && hex(envelope.sender) === gateway ? envelope : undefined
  }

  return {
    expect: (topic, reader) => {
      const known = readers.get(topic) ?? new Map<string, KeyPair>()
      readers.set(topic, known.set(hex(reader.compressed), reader))
    },
    read: ({ contentTopic, payload }) => {
      const topic = topicOf(contentTopic)
      for (const [name, reader] of (topic !== undefined && readers.get(topic)) || []) {
        const envelope = open(reader, payload)
        const answer = envelope === undefined ? undefined : parsers[envelope.type]?.(envelope.body)
        if (answer !== undefined) return { ...answer, reader: name }
      }
      return undefined
    },
  }
}
