import { randomBytes, randomUUID } from 'node:crypto'
import { type Crypto, type KeyPair, notificationTypes, type Topic, tokenTypes } from '../../src/ports/index.ts'
import {
  hashedPublicKey,
  hashOfChatId,
  hashOfKeyHex,
  hex,
  makeGrant,
  messageTypes,
  openEnvelope,
  partitionedTopic,
  personalTopic,
  queryCodec,
  queryTopic,
  requestCodec,
  requestIdOf,
  sealAsymmetric,
  sealEnvelope,
  sealRegistration,
  sealSymmetric,
  topicNumber,
} from '../../src/protocol/index.ts'

/** Somebody with one device. */
export interface Person {
  readonly keyPair: KeyPair
  /** hashedPublicKey, 64 bytes. */
  readonly hashed: Uint8Array
  readonly installation: string
  readonly accessToken: string
  /** Derived at the first question. */
  queryKey: Promise<Uint8Array> | undefined
}

/** A sealed message to the gateway, not yet stamped. */
export interface Letter {
  readonly topic: Topic
  readonly payload: Uint8Array
  /** Who can open the answer, and the topic on which it comes. */
  readonly reader: KeyPair
  readonly answerTopic: Topic
  /** Hex: what the answer to this letter names. */
  readonly answerId: string
}

/** Writes to one gateway, on behalf of many. */
export interface Letters {
  person(): Person
  registration(person: Person, version: bigint): Letter
  /** Asks about a person, as nobody. */
  question(person: Person): Promise<Letter>
  /** Asks to wake a person, as nobody; `message` is handed to the device, `messageId` (32 bytes) names what it is about. */
  request(person: Person, message: Uint8Array, messageId: Uint8Array): Letter
}

const knownKey = (key: Uint8Array | undefined): Uint8Array => {
  if (key === undefined) throw new RangeError('This is no public key.')
  return key
}

/** `server` is the gateway's public key, 65 bytes. */
export const createLetters = (crypto: Crypto, server: Uint8Array): Letters => {
  const compressed = knownKey(crypto.compress(server))
  const personal = topicNumber(crypto, personalTopic(server))
  const partitioned = topicNumber(crypto, partitionedTopic(server))
  const chatId = hashOfChatId(crypto, 'a chat')
  const author = hashOfKeyHex(crypto, crypto.generateKeyPair().publicKey)

  const answerTopicOf = ({ publicKey }: KeyPair): Topic => topicNumber(crypto, partitionedTopic(publicKey))

  const sealed = (signer: KeyPair, type: number, body: Uint8Array): Uint8Array =>
    sealAsymmetric(crypto, { to: server, data: sealEnvelope(crypto, { signer, type, body }), signer })

  return {
    person: () => {
      const keyPair = crypto.generateKeyPair()
      return {
        keyPair,
        hashed: knownKey(hashedPublicKey(crypto, keyPair.publicKey)),
        installation: randomUUID(),
        accessToken: randomUUID(),
        queryKey: undefined,
      }
    },

    registration: ({ keyPair, installation, accessToken }, version) => {
      const body = sealRegistration(crypto, keyPair, server, {
        tokenType: tokenTypes.apn,
        deviceToken: randomBytes(32).toString('hex'),
        installationId: installation,
        accessToken,
        enabled: true,
        version,
        allowedKeyList: [],
        blockedChatList: [],
        unregister: false,
        grant: makeGrant(crypto, keyPair, compressed, accessToken),
        allowFromContactsOnly: false,
        apnTopic: 'im.example.app',
        blockMentions: false,
        allowedMentionsChatList: [],
        mutedChatList: [],
      })
      return {
        topic: personal,
        payload: sealed(keyPair, messageTypes.registration, body),
        reader: keyPair,
        answerTopic: answerTopicOf(keyPair),
        answerId: hex(requestIdOf(crypto, body)),
      }
    },

    question: async (person) => {
      const text = queryTopic(person.hashed)
      person.queryKey ??= crypto.deriveTopicKey(text)
      const reader = crypto.generateKeyPair()
      const body = queryCodec.encode({ publicKeys: [person.hashed] })
      const data = sealEnvelope(crypto, { signer: reader, type: messageTypes.query, body })
      return {
        topic: topicNumber(crypto, text),
        payload: sealSymmetric(crypto, { key: await person.queryKey, data, signer: reader }),
        reader,
        answerTopic: answerTopicOf(reader),
        answerId: hex(openEnvelope(crypto, data)?.messageId ?? new Uint8Array()),
      }
    },

    request: ({ hashed, installation, accessToken }, message, messageId) => {
      const reader = crypto.generateKeyPair()
      const type = notificationTypes.message
      const entry = { accessToken, chatId, publicKey: hashed, installationId: installation, message, type, author }
      return {
        topic: partitioned,
        payload: sealed(reader, messageTypes.request, requestCodec.encode({ requests: [entry], messageId })),
        reader,
        answerTopic: answerTopicOf(reader),
        answerId: hex(messageId),
      }
    },
  }
}
