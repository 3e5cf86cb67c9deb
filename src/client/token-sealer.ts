import type { Crypto, KeyPair } from '../ports/index.ts'
import { hex, sealBox, utf8 } from '../protocol/index.ts'

/** The access token as only one contact (public key, 33 or 65 bytes) can read it. Throws a RangeError where that is no key. */
export type SealToken = (contact: Uint8Array, accessToken: string) => Uint8Array

/**
 * Seals a token for a contact once and then answers the same bytes: a registration that is repeated because its answer was lost counts as a
 * repetition only with the same content (protocol section 6.1).
 */
export const createTokenSealer = (crypto: Crypto, keyPair: KeyPair): SealToken => {
  const sealed = new Map<string, Uint8Array>()
  let current = ''
  return (contact, accessToken) => {
    if (accessToken !== current) sealed.clear()
    current = accessToken
    const name = hex(contact)
    const known = sealed.get(name)
    if (known !== undefined) return known
    const key = keyPair.sharedSecret(contact)
    if (key === undefined) throw new RangeError('a contact’s public key is no point of the curve')
    const entry = sealBox(crypto, key, utf8(accessToken))
    sealed.set(name, entry)
    return entry
  }
}
