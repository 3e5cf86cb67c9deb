/** Notification requests: which entry is pushed, and what is reported (protocol section 6.3). */
import type { Crypto } from '../ports/index.ts'
import { concat, hex, utf8 } from './bytes.ts'
import {
  type BoundedRequest,
  decodeRequest,
  type PushNotification,
  type RegistrationMessage,
  reportErrors,
} from './messages.ts'

/** An entry that can wake a device has at least 100 bytes, so an honest message of 1 MiB holds fewer than twice as many. */
const mostEntries = 5_000

/** The first entries of a request, `ignored` counts the rest; `undefined` where it is malformed. */
export const readRequest = (body: Uint8Array, maxEntries = mostEntries): BoundedRequest | undefined =>
  decodeRequest(body, maxEntries)

/**
 * What becomes of an entry.
 * - `omit`: left out of the reports, a type of no meaning.
 * - `refuse`: reported with this error.
 * - `filter`: reported as a success and not pushed, so that nobody learns that they are blocked.
 * - `push`: pushed and reported as a success.
 */
export type Judgement =
  | { readonly kind: 'omit' }
  | { readonly kind: 'refuse'; readonly error: number }
  | { readonly kind: 'filter' }
  | { readonly kind: 'push' }

type Filter = (entry: PushNotification, settings: RegistrationMessage) => boolean

/** Lists as sets, kept as long as their registration is: a request may name one device thousands of times. */
const sets = new WeakMap<readonly Uint8Array[], ReadonlySet<string>>()

const has = (list: readonly Uint8Array[], item: Uint8Array): boolean => {
  if (list.length === 0) return false
  const set = sets.get(list) ?? new Set(list.map(hex))
  sets.set(list, set)
  return set.has(hex(item))
}

const authorBlocked: Filter = ({ author }, { blockedChatList }) => has(blockedChatList, author)

const messageFiltered: Filter = (entry, settings) =>
  has(settings.blockedChatList, entry.chatId) ||
  has(settings.mutedChatList, entry.chatId) ||
  authorBlocked(entry, settings)

// A mention in a muted or blocked chat comes through if the chat's mentions are allowed (protocol section 8).
const mentionFiltered: Filter = (entry, settings) =>
  settings.blockMentions || !has(settings.allowedMentionsChatList, entry.chatId) || authorBlocked(entry, settings)

const filters: ReadonlyMap<number, Filter> = new Map([
  [1, messageFiltered],
  [2, mentionFiltered],
  [3, authorBlocked],
])

/** Judges one entry by the receiver's live registration, if there is one. */
export const judge = (
  crypto: Crypto,
  entry: PushNotification,
  registration: RegistrationMessage | undefined,
): Judgement => {
  const filtered = filters.get(entry.type)
  if (filtered === undefined) return { kind: 'omit' }
  if (registration === undefined) return { kind: 'refuse', error: reportErrors.notRegistered }
  if (!crypto.equal(utf8(entry.accessToken), utf8(registration.accessToken))) {
    return { kind: 'refuse', error: reportErrors.wrongToken }
  }
  const silent = !registration.enabled || filtered(entry, registration)
  return { kind: silent ? 'filter' : 'push' }
}

const withLength = (part: Uint8Array): Uint8Array => {
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, part.length)
  return concat(length, part)
}

/**
 * The id under which a push is done once, 32 bytes: the same for the same request, receiver (64 bytes) and installation (in
 * either case), whoever sends it. Each part is written with its length, so that no two triples give the same bytes.
 */
export const pushIdOf = (
  crypto: Crypto,
  { messageId, receiver, installation }: { messageId: Uint8Array; receiver: Uint8Array; installation: string },
): Uint8Array =>
  crypto.sha256(concat(withLength(messageId), withLength(receiver), withLength(utf8(installation.toLowerCase()))))
