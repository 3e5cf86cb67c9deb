import type { Crypto } from '../ports/index.ts'
import { hex, utf8 } from './bytes.ts'

export { hex, unhex } from './bytes.ts'

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Whether `text` is a UUID in canonical form (8-4-4-4-12), in either case and of any version. */
export const isUuid = (text: string): boolean => uuid.test(text)

/**
 * How users are named in storage, queries and requests: 64 bytes (protocol section 2).
 * `publicKey` has 33 or 65 bytes; `undefined` where it is no point of the curve.
 */
export const hashedPublicKey = (crypto: Crypto, publicKey: Uint8Array): Uint8Array | undefined => {
  const compressed = crypto.compress(publicKey)
  return compressed === undefined ? undefined : crypto.shake256(compressed)
}

/** `0x` and the lower-case hex of a key of 65 bytes: a one-to-one chat's id, an author's name (protocol section 5). */
export const keyText = (publicKey: Uint8Array): string => `0x${hex(publicKey)}`

/** Hash of a chat's id, 64 bytes (protocol section 5). */
export const hashOfChatId = (crypto: Crypto, chatId: string): Uint8Array => crypto.shake256(utf8(chatId))

/** Hash of a key's text form, 64 bytes: an author, a blocked contact, a one-to-one chat (protocol section 5). */
export const hashOfKeyHex = (crypto: Crypto, publicKey: Uint8Array): Uint8Array =>
  hashOfChatId(crypto, keyText(publicKey))
