import type { KeyPair } from '../ports/index.ts'
import {
  hex,
  makeGrant,
  messageTypes,
  personalTopic,
  type RegistrationMessage,
  type RegistrationResponse,
  registrationErrors,
  registrationResponseCodec,
  requestIdOf,
  sealAsymmetric,
  sealEnvelope,
  sealRegistration,
  topicNumber,
} from '../protocol/index.ts'
import type { ClientNode } from './node.ts'
import { growingPauseMs, pauseFor } from './pause.ts'
import { createTokenSealer } from './token-sealer.ts'

/** What a person chooses; versions, grants and empty lists are the client's own work. */
export interface Device {
  readonly tokenType: number
  readonly deviceToken: string
  /** Bundle id; needed for an APNs token. */
  readonly apnTopic?: string
  readonly installationId: string
  readonly accessToken: string
  readonly enabled?: boolean
  readonly blockMentions?: boolean
  readonly blockedChatList?: Uint8Array[]
  readonly mutedChatList?: Uint8Array[]
  readonly allowedMentionsChatList?: Uint8Array[]
  /** With it only these contacts (public keys, 33 or 65 bytes) can learn the access token. */
  readonly contactsOnly?: readonly Uint8Array[]
}

export type RegistrationResult =
  | { readonly kind: 'registered' }
  | { readonly kind: 'refused'; readonly error: keyof typeof registrationErrors }
  | { readonly kind: 'unreachable' }

export interface RegisteringClient {
  /** Registers with a version of the caller's, greater than every one before (protocol section 7). */
  register(device: Device, version: bigint, signal?: AbortSignal): Promise<RegistrationResult>
  unregister(installationId: string, version: bigint, signal?: AbortSignal): Promise<RegistrationResult>
}

const nothing = new Uint8Array()

/**
 * How long silence and INTERNAL_ERROR are borne: so many attempts, each with so many milliseconds for its answer, and a
 * growing pause between them (protocol section 7). The defaults end after 16 s at most: 15 s of listening and three quarters
 * of a second of pauses. Whoever can wait longer, in the background for example, chooses more attempts and a longer pause.
 */
export interface Patience {
  readonly attempts: number
  readonly timeoutMs: number
  /** The pause after the first silence or INTERNAL_ERROR, in milliseconds; it doubles with each, and up to half of it is left off by chance. Default 250. */
  readonly pauseMs?: number
}
const defaultPatience: Patience = { attempts: 3, timeoutMs: 5_000 }
const defaultPauseMs = 250

const empty: RegistrationMessage = {
  tokenType: 0,
  deviceToken: '',
  installationId: '',
  accessToken: '',
  enabled: false,
  version: 0n,
  allowedKeyList: [],
  blockedChatList: [],
  unregister: false,
  grant: nothing,
  allowFromContactsOnly: false,
  apnTopic: '',
  blockMentions: false,
  allowedMentionsChatList: [],
  mutedChatList: [],
}

const errorName = (error: number): keyof typeof registrationErrors =>
  (Object.keys(registrationErrors) as (keyof typeof registrationErrors)[]).find(
    (name) => registrationErrors[name] === error,
  ) ?? 'unknown'

/** Registers one person's devices with one gateway (its public key, 33 or 65 bytes). */
export const createRegisteringClient = (
  node: ClientNode,
  keyPair: KeyPair,
  gateway: Uint8Array,
  silence: Patience = defaultPatience,
): RegisteringClient => {
  const { crypto } = node.party
  const server = crypto.uncompress(gateway)
  const compressed = crypto.compress(gateway)
  if (server === undefined || compressed === undefined)
    throw new RangeError('the gateway’s public key is no point of the curve')

  const tokenFor = createTokenSealer(crypto, keyPair)

  /** One attempt: a fresh encryption, so that its request id is its own. */
  const attempt = async (
    message: RegistrationMessage,
    signal?: AbortSignal,
  ): Promise<RegistrationResponse | undefined> => {
    const body = sealRegistration(crypto, keyPair, server, message)
    const requestId = hex(requestIdOf(crypto, body))
    const data = sealEnvelope(crypto, { signer: keyPair, type: messageTypes.registration, body })
    return node.exchange({
      keyPair,
      message: {
        topic: topicNumber(crypto, personalTopic(server)),
        payload: sealAsymmetric(crypto, { to: server, data, signer: keyPair }),
      },
      timeoutMs: silence.timeoutMs,
      ...(signal === undefined ? {} : { signal }),
      read: (envelope) => {
        if (envelope.type !== messageTypes.registrationResponse || hex(envelope.sender) !== hex(server))
          return undefined
        const response = registrationResponseCodec.decode(envelope.body)
        return response !== undefined && hex(response.requestId) === requestId ? response : undefined
      },
    })
  }

  const send = async (message: RegistrationMessage, signal?: AbortSignal): Promise<RegistrationResult> => {
    for (let n = 0; n < silence.attempts; n++) {
      const response = await attempt(message, signal)
      if (response?.success) return { kind: 'registered' }
      if (response !== undefined && response.error !== registrationErrors.internalError)
        return { kind: 'refused', error: errorName(response.error) }
      if (n + 1 < silence.attempts) await pauseFor(growingPauseMs(silence.pauseMs ?? defaultPauseMs, n), signal)
    }
    return { kind: 'unreachable' }
  }

  return {
    register: ({ contactsOnly, ...device }, version, signal) => {
      const message: RegistrationMessage = {
        ...empty,
        enabled: true,
        ...device,
        version,
        grant: makeGrant(crypto, keyPair, compressed, device.accessToken),
        allowFromContactsOnly: contactsOnly !== undefined,
        allowedKeyList: (contactsOnly ?? []).map((contact) => tokenFor(contact, device.accessToken)),
      }
      return send(message, signal)
    },
    unregister: (installationId, version, signal) =>
      send({ ...empty, installationId, version, unregister: true }, signal),
  }
}
