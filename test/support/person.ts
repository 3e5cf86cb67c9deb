import { randomBytes, randomUUID } from 'node:crypto'
import type { Crypto, KeyPair } from '../../src/ports/index.ts'
import {
  hashedPublicKey,
  hashOfChatId,
  hashOfKeyHex,
  makeGrant,
  type PushNotification,
  type RegistrationMessage,
} from '../../src/protocol/index.ts'

/** Somebody with one device. */
export interface Person {
  readonly keyPair: KeyPair
  /** hashedPublicKey, 64 bytes. */
  readonly hashed: Uint8Array
  readonly installation: string
  readonly accessToken: string
  readonly deviceToken: string
  /** A registration with the gateway, but for what `changes` say. */
  registration(changes?: Partial<RegistrationMessage>): RegistrationMessage
  /** An entry of a request that wakes this person's device, but for what `changes` say. */
  entry(changes?: Partial<PushNotification>): PushNotification
}

/** Somebody whose grant names `gateway` (33 bytes). */
export const createPerson = (crypto: Crypto, gateway: Uint8Array, keyPair = crypto.generateKeyPair()): Person => {
  const hashed = hashedPublicKey(crypto, keyPair.publicKey) ?? new Uint8Array()
  const installation = randomUUID()
  const accessToken = randomUUID()
  const deviceToken = randomBytes(32).toString('hex')
  return {
    keyPair,
    hashed,
    installation,
    accessToken,
    deviceToken,
    registration: (changes = {}) => ({
      tokenType: 1,
      deviceToken,
      installationId: installation,
      accessToken,
      enabled: true,
      version: 1n,
      allowedKeyList: [],
      blockedChatList: [],
      unregister: false,
      grant: makeGrant(crypto, keyPair, gateway, changes.accessToken ?? accessToken),
      allowFromContactsOnly: false,
      apnTopic: 'im.example.app',
      blockMentions: false,
      allowedMentionsChatList: [],
      mutedChatList: [],
      ...changes,
    }),
    entry: (changes = {}) => ({
      accessToken,
      chatId: hashOfChatId(crypto, 'a chat'),
      publicKey: hashed,
      installationId: installation,
      message: Uint8Array.of(1, 2, 3),
      type: 1,
      author: hashOfKeyHex(crypto, keyPair.publicKey),
      ...changes,
    }),
  }
}

/** What an unregistration says beside installation and version: nothing. */
export const goodbye = (person: Person, version: bigint): RegistrationMessage => ({
  ...person.registration({ version, unregister: true, tokenType: 0, deviceToken: '', accessToken: '', apnTopic: '' }),
  grant: new Uint8Array(),
})

export const newMessageId = (): Uint8Array => new Uint8Array(randomBytes(32))
