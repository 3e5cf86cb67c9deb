import { randomBytes, randomUUID } from 'node:crypto'
import { type Crypto, type KeyPair, notificationTypes, type Topic, tokenTypes } from '../../src/ports/index.ts'
import {
  type Envelope,
  hashedPublicKey,
  hashOfChatId,
  hashOfKeyHex,
  hex,
  makeGrant,
  messageTypes,
  partitionedTopic,
  personalTopic,
  queryCodec,
  queryResponseCodec,
  queryTopic,
  type RegistrationMessage,
  registrationResponseCodec,
  requestCodec,
  requestIdOf,
  responseCodec,
  sealAsymmetric,
  sealEnvelope,
  sealRegistration,
  sealSymmetric,
  topicNumber,
} from '../../src/protocol/index.ts'
import { handleForeign, handleQuery, handleRegistration, handleRequest, must } from './core.ts'
import type { Device, Job } from './job.ts'

/** Makes the messages that clients would send, each from a key of its own. */
export interface Clients {
  registration(): { readonly device: Device; readonly job: Job }
  request(device: Device): Job
  query(device: Device, topicKey: Uint8Array): Job
  /** On the gateway's partitioned topic, encrypted to another key. */
  foreign(): Job
}

export interface OwnTopics {
  readonly personal: Topic
  readonly partitioned: Topic
}

export const topicsOf = (crypto: Crypto, server: Uint8Array): OwnTopics => ({
  personal: topicNumber(crypto, personalTopic(server)),
  partitioned: topicNumber(crypto, partitionedTopic(server)),
})

const deviceOf = (crypto: Crypto, owner: KeyPair, serverCompressed: Uint8Array): RegistrationMessage => {
  const accessToken = randomUUID()
  return {
    tokenType: tokenTypes.apn,
    deviceToken: randomBytes(32).toString('hex'),
    installationId: randomUUID(),
    accessToken,
    enabled: true,
    version: 1n,
    allowedKeyList: [],
    blockedChatList: [],
    unregister: false,
    grant: makeGrant(crypto, owner, serverCompressed, accessToken),
    allowFromContactsOnly: false,
    apnTopic: 'im.example.app',
    blockMentions: false,
    allowedMentionsChatList: [],
    mutedChatList: [],
  }
}

/** `server` is the gateway's public key, 65 bytes. */
export const createClients = (crypto: Crypto, server: Uint8Array): Clients => {
  const compressed = must(crypto.compress(server), 'for no key')
  const own = topicsOf(crypto, server)
  const stranger = crypto.generateKeyPair()
  const chatId = hashOfChatId(crypto, 'a chat')
  const author = hashOfKeyHex(crypto, stranger.publicKey)

  const seal = (signer: KeyPair, type: number, body: Uint8Array): Uint8Array =>
    sealAsymmetric(crypto, { to: server, data: sealEnvelope(crypto, { signer, type, body }), signer })

  const fromServer = ({ sender, type }: Envelope, expected: number): boolean =>
    type === expected && hex(sender) === hex(server)

  return {
    registration: () => {
      const keyPair = crypto.generateKeyPair()
      const message = deviceOf(crypto, keyPair, compressed)
      const body = sealRegistration(crypto, keyPair, server, message)
      const payload = seal(keyPair, messageTypes.registration, body)
      const requestId = hex(requestIdOf(crypto, body))
      const isRight = (answer: Envelope): boolean => {
        const response = registrationResponseCodec.decode(answer.body)
        const success = response?.success === true && hex(response.requestId) === requestId
        return success && fromServer(answer, messageTypes.registrationResponse)
      }
      const job: Job = {
        topic: own.personal,
        payload,
        pushes: 0,
        core: (core) => handleRegistration(core, payload),
        reader: { keyPair, isRight },
      }
      return { device: { owner: must(hashedPublicKey(crypto, keyPair.publicKey), 'of no key'), message }, job }
    },

    request: (device) => {
      const keyPair = crypto.generateKeyPair()
      const messageId = new Uint8Array(randomBytes(32))
      const { accessToken, installationId } = device.message
      const message = new Uint8Array(randomBytes(64))
      const type = notificationTypes.message
      const entry = { accessToken, chatId, publicKey: device.owner, installationId, message, type, author }
      const payload = seal(keyPair, messageTypes.request, requestCodec.encode({ requests: [entry], messageId }))
      const isRight = (answer: Envelope): boolean => {
        const response = responseCodec.decode(answer.body)
        const success = response?.reports.length === 1 && response.reports[0]?.success === true
        return success && hex(response.messageId) === hex(messageId) && fromServer(answer, messageTypes.response)
      }
      return {
        topic: own.partitioned,
        payload,
        pushes: 1,
        core: (core) => handleRequest(core, payload, device),
        reader: { keyPair, isRight },
      }
    },

    query: (device, topicKey) => {
      const keyPair = crypto.generateKeyPair()
      const body = queryCodec.encode({ publicKeys: [device.owner] })
      const data = sealEnvelope(crypto, { signer: keyPair, type: messageTypes.query, body })
      const payload = sealSymmetric(crypto, { key: topicKey, data, signer: keyPair })
      const isRight = (answer: Envelope): boolean => {
        const info = queryResponseCodec.decode(answer.body)?.info ?? []
        const found = info.some(({ installationId }) => installationId === device.message.installationId)
        return found && fromServer(answer, messageTypes.queryResponse)
      }
      return {
        topic: topicNumber(crypto, queryTopic(device.owner)),
        payload,
        pushes: 0,
        core: (core) => handleQuery(core, payload, topicKey, device),
        reader: { keyPair, isRight },
      }
    },

    foreign: () => {
      // As long as a request; what is inside, nobody but the stranger can tell.
      const payload = sealAsymmetric(crypto, { to: stranger.publicKey, data: new Uint8Array(randomBytes(400)) })
      return { topic: own.partitioned, payload, pushes: 0, core: (core) => handleForeign(core, payload) }
    },
  }
}
