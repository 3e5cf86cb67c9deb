import type { KeyPair } from '../ports/index.ts'
import {
  advertisementCodec,
  contactCodeTopic,
  hashedPublicKey,
  hex,
  messageTypes,
  openEnvelope,
  openProtocolMessage,
  openSymmetric,
  type QueryInfo,
  sealEnvelope,
  sealProtocolMessage,
  sealSymmetric,
  topicNumber,
} from '../protocol/index.ts'
import type { ClientNode } from './node.ts'
import { growingPauseMs } from './pause.ts'

export interface Advertiser {
  /** Publishes what is true now; whether the network took it. Nothing is published where there is nothing to tell. */
  advertise(): Promise<boolean>
  /** Resolves when nothing is on its way any more. */
  close(): Promise<void>
}

export interface AdvertiserOptions {
  readonly keyPair: KeyPair
  /** What is to be told, asked for each time. */
  readonly infos: () => QueryInfo[]
  /** How often it is repeated, in milliseconds; 0: never said at all. */
  readonly everyMs: number
  /** The pause after the network took nothing, in milliseconds; it doubles each time, up to `everyMs`. */
  readonly pauseMs: number
  /** When the network took it last, Unix milliseconds: a restart is no news, and puts nothing off. */
  readonly last?: number | undefined
  readonly onTaken?: (at: number) => void
  readonly now?: () => number
}

const publishWithinMs = 10_000

/** Tells whoever knows our key which gateways can wake us (protocol section 7, Advertising). */
export const createAdvertiser = (node: ClientNode, options: AdvertiserOptions): Advertiser => {
  const { crypto, transport } = node.party
  const { keyPair, infos, everyMs, pauseMs, last, onTaken, now = Date.now } = options
  const text = contactCodeTopic(keyPair.publicKey)
  const topic = topicNumber(crypto, text)
  const closing = new AbortController()
  let topicKey: Promise<Uint8Array> | undefined
  let current: Promise<unknown> = Promise.resolve()
  let next: Promise<boolean> | undefined
  let failures = 0
  let timer: NodeJS.Timeout | undefined

  const schedule = (ms: number): void => {
    clearTimeout(timer)
    if (everyMs === 0 || closing.signal.aborted) return
    timer = setTimeout(() => void advertise(), ms)
    timer.unref?.()
  }

  /** Whether the network took it; `undefined` where there is nothing to tell. */
  const publish = async (): Promise<boolean | undefined> => {
    if (everyMs === 0 || infos().length === 0) return undefined
    topicKey ??= crypto.deriveTopicKey(text)
    const key = await topicKey
    const pushNotificationInfo = infos()
    if (pushNotificationInfo.length === 0 || closing.signal.aborted) return undefined
    const body = advertisementCodec.encode({ pushNotificationInfo })
    const envelope = sealEnvelope(crypto, { signer: keyPair, type: messageTypes.contactCodeAdvertisement, body })
    const payload = sealSymmetric(crypto, { key, data: sealProtocolMessage(envelope), signer: keyPair })
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(publishWithinMs)])
    return transport.publish({ topic, payload }, signal).then(
      () => true,
      () => false,
    )
  }

  const attempt = async (): Promise<boolean> => {
    const isTaken = await publish()
    failures = isTaken === false ? failures + 1 : 0
    schedule(isTaken === false ? Math.min(everyMs, growingPauseMs(pauseMs, failures - 1)) : everyMs)
    if (isTaken) onTaken?.(now())
    return isTaken ?? false
  }

  // Several gateways that answer while one word is on its way are the next word.
  const advertise = (): Promise<boolean> => {
    next ??= current.then(() => {
      next = undefined
      const attempted = attempt()
      current = attempted.catch(() => undefined)
      return attempted
    })
    return next
  }

  schedule(Math.min(everyMs, Math.max(0, (last ?? 0) + everyMs - now())))

  return {
    advertise,
    close: async () => {
      closing.abort()
      clearTimeout(timer)
      await Promise.allSettled([current, next])
    },
  }
}

/**
 * What an advertisement tells of its owner (public key, 33 or 65 bytes), from the payload of a message on the owner's contact-code topic,
 * whose key is `key`: the entries that speak of the owner, whose grants are the reader's to check. `undefined` where it is not the owner's own.
 */
export const openAdvertisement = (
  node: ClientNode,
  owner: Uint8Array,
  key: Uint8Array,
  payload: Uint8Array,
): QueryInfo[] | undefined => {
  const { crypto } = node.party
  const hashed = hashedPublicKey(crypto, owner)
  const frame = hashed === undefined ? undefined : openSymmetric(crypto, key, payload)
  const inner = frame === undefined ? undefined : openProtocolMessage(frame.data)
  const envelope = inner === undefined ? undefined : openEnvelope(crypto, inner)
  if (hashed === undefined || envelope?.type !== messageTypes.contactCodeAdvertisement) return undefined
  // Anybody can derive the topic's key: who signed it decides.
  if (hex(hashedPublicKey(crypto, envelope.sender) ?? envelope.sender) !== hex(hashed)) return undefined
  return advertisementCodec
    .decode(envelope.body)
    ?.pushNotificationInfo.filter(({ publicKey }) => hex(publicKey) === hex(hashed))
}
