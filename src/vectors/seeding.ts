import { randomUUID } from 'node:crypto'
import type { Gateway } from '../app.ts'
import type { Crypto, KeyPair } from '../ports/index.ts'
import {
  hashedPublicKey,
  queryTopics,
  type RegistrationMessage,
  registrationCodec,
  topicNumber,
  unhex,
} from '../protocol/index.ts'

/** A registration as the vector files write it: bytes in hex, the version in decimal. */
export interface RegistrationJson {
  readonly tokenType: number
  readonly deviceToken: string
  readonly installationId: string
  readonly accessToken: string
  readonly enabled: boolean
  readonly version: string
  readonly allowedKeyList?: string[] | null
  readonly blockedChatList?: string[] | null
  readonly unregister?: boolean
  readonly grant: string
  readonly allowFromContactsOnly?: boolean
  readonly apnTopic?: string
  readonly blockMentions?: boolean
  readonly allowedMentionsChatList?: string[] | null
  readonly mutedChatList?: string[] | null
}

export interface StoredJson {
  readonly privateKey: string
  readonly registration?: RegistrationJson
  readonly unregistered?: boolean
}

export const keyPairOf = (crypto: Crypto, privateKey: string): KeyPair => {
  const pair = crypto.keyPairFrom(unhex(privateKey))
  if (pair === undefined) throw new Error('a private key of the file is out of range')
  return pair
}

export const ownerOf = (crypto: Crypto, pair: KeyPair): Uint8Array => {
  const owner = hashedPublicKey(crypto, pair.publicKey)
  if (owner === undefined) throw new Error('a public key of the file is no point of the curve')
  return owner
}

const list = (entries: string[] | null | undefined): Uint8Array[] => (entries ?? []).map(unhex)

const messageOf = (json: RegistrationJson): RegistrationMessage => ({
  tokenType: json.tokenType,
  deviceToken: json.deviceToken,
  installationId: json.installationId,
  accessToken: json.accessToken,
  enabled: json.enabled,
  version: BigInt(json.version),
  allowedKeyList: list(json.allowedKeyList),
  blockedChatList: list(json.blockedChatList),
  unregister: json.unregister ?? false,
  grant: unhex(json.grant),
  allowFromContactsOnly: json.allowFromContactsOnly ?? false,
  apnTopic: json.apnTopic ?? '',
  blockMentions: json.blockMentions ?? false,
  allowedMentionsChatList: list(json.allowedMentionsChatList),
  mutedChatList: list(json.mutedChatList),
})

/** Brings a storage into the state that a vector file supposes, before its gateway starts. */
export const seed = async (gateway: Gateway, { privateKey, registration, unregistered }: StoredJson): Promise<void> => {
  const { crypto, storage } = gateway.app
  const owner = ownerOf(crypto, keyPairOf(crypto, privateKey))
  const installation = (registration?.installationId ?? randomUUID()).toLowerCase()
  if (unregistered || registration === undefined || registration.unregister) {
    await storage.registrations.unregister({ owner, installation }, BigInt(registration?.version ?? 2))
    return
  }
  const message = messageOf(registration)
  const record = registrationCodec.encode(message)
  const topics = queryTopics(owner).map((text) => topicNumber(crypto, text))
  await storage.registrations.put({
    owner,
    installation,
    version: message.version,
    digest: crypto.sha256(record),
    topics,
    record,
  })
}
