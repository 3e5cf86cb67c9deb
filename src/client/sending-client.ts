import type { KeyPair, NotificationType } from '../ports/index.ts'
import {
  hashedPublicKey,
  hex,
  isUuid,
  messageTypes,
  openBox,
  partitionedTopic,
  type QueryInfo,
  queryCodec,
  queryResponseCodec,
  queryTopic,
  type Report,
  requestCodec,
  responseCodec,
  sealAsymmetric,
  sealEnvelope,
  sealSymmetric,
  topicNumber,
  verifyGrant,
} from '../protocol/index.ts'
import type { ClientNode } from './node.ts'

/** A device that can be woken, as a gateway told and its owner's grant proves. */
export interface Target {
  readonly installationId: string
  readonly accessToken: string
  /** The gateway's public key, 65 bytes. */
  readonly gateway: Uint8Array
  /** hashedPublicKey of the owner, 64 bytes. */
  readonly publicKey: Uint8Array
  readonly version: bigint
}

export interface Wake {
  readonly type: NotificationType
  /** Names the message that the push is for; a second request with it wakes nobody again. */
  readonly messageId: Uint8Array
  /** Ciphertext for the device. */
  readonly message: Uint8Array
  /** Hashes of chat and author (protocol section 5), 64 bytes each. */
  readonly chatId: Uint8Array
  readonly author: Uint8Array
}

export interface SendingClient {
  /** Asks the network who can wake a person (public key, 33 or 65 bytes). `contact` opens lists meant for that contact only. */
  query(receiver: Uint8Array, options?: { contact?: KeyPair; signal?: AbortSignal }): Promise<Target[]>
  /** Asks the targets' one gateway to wake them; `undefined` where it did not answer. */
  request(targets: readonly Target[], wake: Wake, options?: { signal?: AbortSignal }): Promise<Report[] | undefined>
}

const defaultTimeoutMs = 3_000

/** Sends as nobody: a fresh key for every query and request signs frame and envelope alike (protocol section 7). */
export const createSendingClient = (node: ClientNode, timeoutMs: number = defaultTimeoutMs): SendingClient => {
  const { crypto } = node.party

  const accessTokenOf = (info: QueryInfo, receiver: Uint8Array, contact: KeyPair | undefined): string | undefined => {
    if (info.accessToken !== '') return info.accessToken
    const key = contact?.sharedSecret(receiver)
    if (key === undefined) return undefined
    for (const entry of info.allowedKeyList) {
      const opened = openBox(crypto, key, entry)
      const text = opened === undefined ? '' : new TextDecoder().decode(opened)
      if (isUuid(text)) return text
    }
    return undefined
  }

  /** Counts only where the owner's grant names the gateway that answered. */
  const targetOf = (
    info: QueryInfo,
    receiver: Uint8Array,
    answerer: Uint8Array,
    contact: KeyPair | undefined,
  ): Target | undefined => {
    const accessToken = accessTokenOf(info, receiver, contact)
    const server = crypto.compress(answerer)
    if (accessToken === undefined || server === undefined) return undefined
    if (!verifyGrant(crypto, { grant: info.grant, owner: receiver, server, accessToken })) return undefined
    const { installationId, publicKey, version } = info
    return { installationId, accessToken, gateway: answerer, publicKey, version }
  }

  return {
    query: async (receiver, { contact, signal } = {}) => {
      const hashed = hashedPublicKey(crypto, receiver)
      if (hashed === undefined) throw new RangeError('the receiver’s public key is no point of the curve')
      const text = queryTopic(hashed)
      const signer = crypto.generateKeyPair()
      const data = sealEnvelope(crypto, {
        signer,
        type: messageTypes.query,
        body: queryCodec.encode({ publicKeys: [hashed] }),
      })
      const payload = sealSymmetric(crypto, { key: await crypto.deriveTopicKey(text), data, signer })
      const targets = await node.exchange({
        keyPair: signer,
        message: { topic: topicNumber(crypto, text), payload },
        timeoutMs,
        ...(signal === undefined ? {} : { signal }),
        read: (envelope) => {
          const response =
            envelope.type === messageTypes.queryResponse ? queryResponseCodec.decode(envelope.body) : undefined
          const own = response?.info.filter(({ publicKey }) => hex(publicKey) === hex(hashed)) ?? []
          const found = own.flatMap((info) => targetOf(info, receiver, envelope.sender, contact) ?? [])
          return found.length > 0 ? found : undefined
        },
      })
      return targets ?? []
    },
    request: async (targets, wake, { signal } = {}) => {
      const [first] = targets
      if (first === undefined) return []
      const signer = crypto.generateKeyPair()
      const { messageId, ...notification } = wake
      const requests = targets.map(({ accessToken, publicKey, installationId }) => ({
        accessToken,
        publicKey,
        installationId,
        ...notification,
      }))
      const data = sealEnvelope(crypto, {
        signer,
        type: messageTypes.request,
        body: requestCodec.encode({ requests, messageId }),
      })
      const { gateway } = first
      return node.exchange({
        keyPair: signer,
        message: {
          topic: topicNumber(crypto, partitionedTopic(gateway)),
          payload: sealAsymmetric(crypto, { to: gateway, data, signer }),
        },
        timeoutMs,
        ...(signal === undefined ? {} : { signal }),
        read: (envelope) => {
          if (envelope.type !== messageTypes.response || hex(envelope.sender) !== hex(gateway)) return undefined
          const response = responseCodec.decode(envelope.body)
          return response !== undefined && hex(response.messageId) === hex(messageId) ? response.reports : undefined
        },
      })
    },
  }
}
