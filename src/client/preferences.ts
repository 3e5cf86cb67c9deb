/** When a change is one, and what it asks for. */
import type { Crypto } from '../ports/index.ts'
import { hex } from '../protocol/index.ts'
import type { Preferences, PushDevice } from './book.ts'

/** Neither order nor repetitions count. */
const isSameSet = (a: readonly string[], b: readonly string[]): boolean => {
  const [first, second] = [new Set(a), new Set(b)]
  return first.size === second.size && [...first].every((name) => second.has(name))
}

/** A contact is the same in both forms of its key. Throws a RangeError where that is none. */
const namesOf = (crypto: Crypto, contacts: readonly Uint8Array[]): string[] =>
  contacts.map((contact) => {
    const key = crypto.compress(contact)
    if (key === undefined) throw new RangeError('a contact’s public key is no point of the curve')
    return hex(key)
  })

export const isSameDevice = (a: PushDevice | undefined, b: PushDevice): boolean =>
  a?.tokenType === b.tokenType && a.deviceToken === b.deviceToken && (a.apnTopic ?? '') === (b.apnTopic ?? '')

export const isSamePreference = (crypto: Crypto, a: Preferences, b: Preferences): boolean =>
  a.contactsOnly === b.contactsOnly &&
  a.blockMentions === b.blockMentions &&
  isSameSet(namesOf(crypto, a.contacts), namesOf(crypto, b.contacts)) &&
  (['blockedChats', 'mutedChats', 'allowedMentions'] as const).every((list) =>
    isSameSet(a[list].map(hex), b[list].map(hex)),
  )

/** Whether somebody who knows the access token shall not wake the device any more (protocol section 7). */
export const needsNewToken = (crypto: Crypto, before: Preferences, after: Preferences): boolean => {
  const kept = new Set(namesOf(crypto, after.contacts))
  const isRemoved = namesOf(crypto, before.contacts).some((contact) => !kept.has(contact))
  return isRemoved || (after.contactsOnly && !before.contactsOnly)
}

/** Shares no memory with what a caller gave. */
export const ownPreferences = (given: Preferences): Preferences => {
  const copy = (list: readonly Uint8Array[]): Uint8Array[] => list.map((bytes) => new Uint8Array(bytes))
  return {
    contactsOnly: given.contactsOnly,
    contacts: copy(given.contacts),
    blockedChats: copy(given.blockedChats),
    mutedChats: copy(given.mutedChats),
    blockMentions: given.blockMentions,
    allowedMentions: copy(given.allowedMentions),
  }
}

export const ownDevice = ({ tokenType, deviceToken, apnTopic }: PushDevice): PushDevice => ({
  tokenType,
  deviceToken,
  ...(apnTopic === undefined ? {} : { apnTopic }),
})
