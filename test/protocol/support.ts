import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createNobleCrypto } from '../../plugins/crypto/noble.ts'
import type { Crypto, KeyPair } from '../../src/ports/index.ts'
import { makeGrant, type RegistrationMessage, unhex } from '../../src/protocol/index.ts'

/** The cases of a file of recorded vectors. Its shape is the caller's word. */
export const casesOf = <T>(file: string): T =>
  (JSON.parse(readFileSync(new URL(`../fixtures/vectors/${file}`, import.meta.url), 'utf8')) as { cases: T }).cases

export const server: Crypto = createNobleCrypto(new Uint8Array(32).fill(0x51))
export const client: KeyPair = server.generateKeyPair()

export const cryptoOf = (privateKey: string): Crypto => createNobleCrypto(unhex(privateKey))

export const pairOf = (privateKey: string): KeyPair => {
  const pair = server.keyPairFrom(unhex(privateKey))
  assert.ok(pair)
  return pair
}

/** The value, where a test has just made sure that there is one. */
export const present = <T>(value: T | undefined): T => {
  assert.ok(value !== undefined)
  return value
}

export const accessToken = '0d6c7f9a-3c35-4d0b-8f43-3c4d6a0f1b11'

/** A registration that is accepted, but for what `changes` say. */
export const registrationOf = (changes: Partial<RegistrationMessage> = {}): RegistrationMessage => ({
  tokenType: 1,
  deviceToken: 'device',
  installationId: '8a3a4c0e-7e6b-4c59-9c5f-6b7a1f0f2d22',
  accessToken,
  enabled: true,
  version: 1n,
  allowedKeyList: [],
  blockedChatList: [],
  unregister: false,
  grant: makeGrant(server, client, server.identity.compressed, changes.accessToken ?? accessToken),
  allowFromContactsOnly: false,
  apnTopic: 'im.example.app',
  blockMentions: false,
  allowedMentionsChatList: [],
  mutedChatList: [],
  ...changes,
})

/** The JSON form of a registration in the vectors. */
export type StoredJson = {
  readonly [K in keyof RegistrationMessage]: RegistrationMessage[K] extends Uint8Array | bigint
    ? string
    : RegistrationMessage[K] extends Uint8Array[]
      ? readonly string[]
      : RegistrationMessage[K]
}

export const messageOf = (json: StoredJson): RegistrationMessage => ({
  ...json,
  version: BigInt(json.version),
  grant: unhex(json.grant),
  allowedKeyList: json.allowedKeyList.map(unhex),
  blockedChatList: json.blockedChatList.map(unhex),
  allowedMentionsChatList: json.allowedMentionsChatList.map(unhex),
  mutedChatList: json.mutedChatList.map(unhex),
})
