/** Registrations: their encryption, their grants, and what becomes of one (protocol section 6.1). */
import type { Crypto, KeyPair } from '../ports/index.ts'
import { concat, utf8 } from './bytes.ts'
import { hashedPublicKey, isUuid } from './identity.ts'
import { type RegistrationMessage, registrationCodec, registrationErrors } from './messages.ts'

const nonceLength = 12
const apnToken = 1

/** `nonce(12) || ciphertext || tag(16)` (protocol section 2). `key` has 32 bytes. */
export const sealBox = (crypto: Crypto, key: Uint8Array, plaintext: Uint8Array): Uint8Array => {
  const nonce = crypto.randomBytes(nonceLength)
  return concat(nonce, crypto.aesGcmSeal(key, nonce, plaintext))
}

/** Opens what `sealBox` made; `undefined` where it is not authentic. */
export const openBox = (crypto: Crypto, key: Uint8Array, bytes: Uint8Array): Uint8Array | undefined =>
  bytes.length < nonceLength
    ? undefined
    : crypto.aesGcmOpen(key, bytes.subarray(0, nonceLength), bytes.subarray(nonceLength))

/** What a grant signs, 32 bytes. Both keys are compressed, 33 bytes. */
export const grantDigest = (crypto: Crypto, sender: Uint8Array, server: Uint8Array, accessToken: string): Uint8Array =>
  crypto.keccak256(concat(sender, server, utf8(accessToken)))

/** A client's leave for one gateway (`server`, 33 bytes) to speak for it: 65 bytes. */
export const makeGrant = (crypto: Crypto, signer: KeyPair, server: Uint8Array, accessToken: string): Uint8Array =>
  signer.sign(grantDigest(crypto, signer.compressed, server, accessToken))

/** Whether `owner` (33 or 65 bytes) gave `server` (33 bytes) this grant. Its last byte must be 0 or 1 (protocol section 8). */
export const verifyGrant = (
  crypto: Crypto,
  grant: { grant: Uint8Array; owner: Uint8Array; server: Uint8Array; accessToken: string },
): boolean => {
  const owner = crypto.compress(grant.owner)
  if (owner === undefined) return false
  const signer = crypto.recover(grantDigest(crypto, owner, grant.server, grant.accessToken), grant.grant)
  const compressed = signer && crypto.compress(signer)
  return compressed !== undefined && crypto.equal(compressed, owner)
}

/** The encrypted body of a registration for `server` (33 or 65 bytes); throws a RangeError where that is no key. */
export const sealRegistration = (
  crypto: Crypto,
  client: KeyPair,
  server: Uint8Array,
  message: RegistrationMessage,
): Uint8Array => {
  const key = client.sharedSecret(server)
  if (key === undefined) throw new RangeError('the server is not a public key of the curve')
  return sealBox(crypto, key, registrationCodec.encode(message))
}

/** What an answer names its registration by: 64 bytes, of the encrypted body exactly as received. */
export const requestIdOf = (crypto: Crypto, encryptedBody: Uint8Array): Uint8Array => crypto.shake256(encryptedBody)

/**
 * What a registration asks for, before anything stored is looked at.
 * - `discard`: not from the sender or not for this gateway; no answer.
 * - `refuse`: answer with this error.
 * - `register`: `content` are the decrypted bytes to keep, `digest` (32 bytes) tells repetitions, `owner` (64 bytes) is the
 *   hashed key of the sender, `installation` a UUID in lower case.
 * - `unregister`: leave a tombstone.
 */
export type RegistrationDecision =
  | { readonly kind: 'discard' }
  | { readonly kind: 'refuse'; readonly error: number; readonly requestId: Uint8Array }
  | {
      readonly kind: 'register'
      readonly message: RegistrationMessage
      readonly content: Uint8Array
      readonly digest: Uint8Array
      readonly requestId: Uint8Array
      readonly owner: Uint8Array
      readonly installation: string
    }
  | {
      readonly kind: 'unregister'
      readonly owner: Uint8Array
      readonly installation: string
      readonly version: bigint
      readonly requestId: Uint8Array
    }

const isNamed = (message: RegistrationMessage): boolean => isUuid(message.installationId) && message.version > 0n

/** The grant comes last: checking it is a thousand times as dear as the rest. */
const isComplete = (crypto: Crypto, sender: Uint8Array, message: RegistrationMessage): boolean =>
  isUuid(message.accessToken) &&
  message.deviceToken !== '' &&
  (message.tokenType !== apnToken || message.apnTopic !== '') &&
  verifyGrant(crypto, {
    grant: message.grant,
    owner: sender,
    server: crypto.identity.compressed,
    accessToken: message.accessToken,
  })

/** The rules of protocol section 6.1 up to the version. `sender` (65 bytes) and `body` are those of the envelope. */
export const decideRegistration = (
  crypto: Crypto,
  { sender, body, supports }: { sender: Uint8Array; body: Uint8Array; supports: (tokenType: number) => boolean },
): RegistrationDecision => {
  const key = crypto.identity.sharedSecret(sender)
  const content = key && openBox(crypto, key, body)
  const owner = hashedPublicKey(crypto, sender)
  if (content === undefined || owner === undefined) return { kind: 'discard' }

  const requestId = requestIdOf(crypto, body)
  const refuse = (error: number): RegistrationDecision => ({ kind: 'refuse', error, requestId })
  const message = registrationCodec.decode(content)
  if (message === undefined || !isNamed(message)) return refuse(registrationErrors.malformedMessage)

  const installation = message.installationId.toLowerCase()
  if (message.unregister) return { kind: 'unregister', owner, installation, version: message.version, requestId }
  if (!isComplete(crypto, sender, message)) return refuse(registrationErrors.malformedMessage)
  if (!supports(message.tokenType)) return refuse(registrationErrors.unsupportedTokenType)
  return { kind: 'register', message, content, digest: crypto.sha256(content), requestId, owner, installation }
}
