import type { Crypto, KeyPair } from '../ports/index.ts'
import {
  hashedPublicKey,
  hex,
  isUuid,
  messageTypes,
  openBox,
  type QueryInfo,
  queryCodec,
  queryResponseCodec,
  queryTopic,
  sealEnvelope,
  sealSymmetric,
  topicNumber,
  verifyGrant,
} from '../protocol/index.ts'
import type { ClientNode } from './node.ts'
import { placeOf, type Target } from './targets.ts'

export interface FindOptions {
  /** Opens lists that are meant for this contact only. */
  readonly contact?: KeyPair | undefined
  readonly signal?: AbortSignal | undefined
}

/** Asks the network who can wake a person (public key, 33 or 65 bytes): one target for each device and gateway. */
export type Find = (receiver: Uint8Array, options?: FindOptions) => Promise<Target[]>

const accessTokenOf = (
  crypto: Crypto,
  info: QueryInfo,
  receiver: Uint8Array,
  contact: KeyPair | undefined,
): string | undefined => {
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

/** What is told of a device; it counts only where the owner's grant names the gateway (33 or 65 bytes). */
export const targetOf = (
  crypto: Crypto,
  info: QueryInfo,
  { receiver, gateway, contact }: { receiver: Uint8Array; gateway: Uint8Array; contact: KeyPair | undefined },
): Target | undefined => {
  const accessToken = accessTokenOf(crypto, info, receiver, contact)
  const [server, whole] = [crypto.compress(gateway), crypto.uncompress(gateway)]
  if (accessToken === undefined || server === undefined || whole === undefined) return undefined
  if (!verifyGrant(crypto, { grant: info.grant, owner: receiver, server, accessToken })) return undefined
  const { installationId, publicKey, version } = info
  return { installationId, accessToken, gateway: whole, publicKey, version, receiver }
}

/** Of one device at one gateway the highest version, in the order in which they were first named. */
const newest = (targets: readonly Target[]): Target[] => {
  const byPlace = new Map<string, Target>()
  for (const target of targets) {
    const known = byPlace.get(placeOf(target))
    if (known === undefined || known.version < target.version) byPlace.set(placeOf(target), target)
  }
  return [...byPlace.values()]
}

/** Queries as nobody: a fresh key for each one signs frame and envelope alike (protocol section 7). */
export const createFind = (node: ClientNode, limits: { timeoutMs: number; lingerMs: number }): Find => {
  const { crypto } = node.party

  return async (receiver, { contact, signal } = {}) => {
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
    const answers = await node.gather({
      keyPair: signer,
      message: { topic: topicNumber(crypto, text), payload },
      ...limits,
      ...(signal === undefined ? {} : { signal }),
      read: (envelope) => {
        const response =
          envelope.type === messageTypes.queryResponse ? queryResponseCodec.decode(envelope.body) : undefined
        const own = response?.info.filter(({ publicKey }) => hex(publicKey) === hex(hashed)) ?? []
        const found = own.flatMap(
          (info) => targetOf(crypto, info, { receiver, gateway: envelope.sender, contact }) ?? [],
        )
        return found.length > 0 ? found : undefined
      },
    })
    return newest(answers.flat())
  }
}
