import type { Crypto } from '../ports/index.ts'
import {
  contactCodeTopic,
  type Envelope,
  type Frame,
  hashedPublicKey,
  openAsymmetric,
  openEnvelope,
  openProtocolMessage,
  openSymmetric,
  parseSegment,
  queryTopic,
  unhex,
} from '../protocol/index.ts'
import { type CaseResult, compare } from './case.ts'
import { keyPairOf } from './seeding.ts'
import type { GorushNotification } from './stage.ts'

/** A whole network message of a conversation, and what its recorder knows of its inside. */
export interface MessageJson {
  readonly contentTopic: string
  readonly payload: string
  readonly timestamp: string
  readonly version?: number
  /** Whose topic it is: `query topic of bob`. */
  readonly topic?: string
  readonly openedWith?: string | null
  readonly insideProtocolMessage?: boolean
  readonly frameSigner?: string
  readonly sender?: string
  readonly type?: number
  readonly typeName?: string
  readonly messageId?: string
  readonly body?: string
}

export interface Conversation {
  readonly keys: Readonly<Record<string, { readonly privateKey: string; readonly publicKey: string }>>
  readonly messages: MessageJson[]
  readonly gorush: { readonly notifications: GorushNotification[] }[] | null
}

const symmetricKeyOf = async (crypto: Crypto, file: Conversation, topic: string): Promise<Uint8Array | undefined> => {
  const [, kind, name = ''] = /^(query|contact-code) topic of (.+)$/.exec(topic) ?? []
  const publicKey = file.keys[name]?.publicKey
  if (publicKey === undefined) return undefined
  const key = unhex(publicKey)
  const hashed = hashedPublicKey(crypto, key)
  if (kind === 'contact-code') return crypto.deriveTopicKey(contactCodeTopic(key))
  return hashed === undefined ? undefined : crypto.deriveTopicKey(queryTopic(hashed))
}

/** `unknown` where the file does not say which key opens the message. */
const frameOf = async (
  crypto: Crypto,
  file: Conversation,
  message: MessageJson,
): Promise<Frame | undefined | 'unknown'> => {
  const payload = unhex(message.payload)
  const privateKey = file.keys[message.openedWith ?? '']?.privateKey
  if (privateKey !== undefined) return openAsymmetric(crypto, keyPairOf(crypto, privateKey), payload)
  const key = await symmetricKeyOf(crypto, file, message.topic ?? '')
  return message.openedWith && key !== undefined ? openSymmetric(crypto, key, payload) : 'unknown'
}

const envelopeOf = (crypto: Crypto, message: MessageJson, frame: Frame | undefined): Envelope | undefined => {
  const bytes = message.insideProtocolMessage ? openProtocolMessage(frame?.data ?? new Uint8Array()) : frame?.data
  return bytes === undefined ? undefined : openEnvelope(crypto, bytes)
}

/** Whether the core finds in a message what its recorder found. Nothing to compare where no key of the file opens it. */
export const checkRecording = async (
  crypto: Crypto,
  file: Conversation,
  message: MessageJson,
): Promise<CaseResult[]> => {
  const frame = await frameOf(crypto, file, message)
  if (frame === 'unknown') return []
  const checks = message.frameSigner === undefined ? [] : [compare('frameSigner', message.frameSigner, frame?.signer)]
  // Without a type it is a message of another layer; a segment is no envelope yet.
  if (message.type === undefined || parseSegment(frame?.data ?? new Uint8Array()) !== undefined) return checks
  const envelope = envelopeOf(crypto, message, frame)
  return [
    ...checks,
    compare('type', message.type, envelope?.type),
    ...(message.sender === undefined ? [] : [compare('sender', message.sender, envelope?.sender)]),
    ...(message.body === undefined ? [] : [compare('body', unhex(message.body), envelope?.body)]),
    ...(message.messageId === undefined ? [] : [compare('messageId', message.messageId, envelope?.messageId)]),
  ]
}
