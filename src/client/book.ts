import type { Crypto } from '../ports/index.ts'
import { hex, isUuid, unhex } from '../protocol/index.ts'
import type { StateStore } from './state.ts'

/** The device that pushes are to wake. */
export interface PushDevice {
  /** 1 APNs, 2 Firebase, 100 Web Push (protocol section 5). */
  readonly tokenType: number
  readonly deviceToken: string
  /** Bundle id; needed for an APNs token. */
  readonly apnTopic?: string
}

/** What a person wants to be woken for, and by whom. */
export interface Preferences {
  /** With it only `contacts` can learn the access token. */
  readonly contactsOnly: boolean
  /** Public keys, 33 or 65 bytes. */
  readonly contacts: readonly Uint8Array[]
  /** Hashes of chats, groups and authors (protocol section 5), 64 bytes each. */
  readonly blockedChats: readonly Uint8Array[]
  readonly mutedChats: readonly Uint8Array[]
  /** No mention wakes the device, wherever it is. */
  readonly blockMentions: boolean
  /** Hashes of the chats whose mentions are let through, 64 bytes each: a mention in any other chat wakes nobody (protocol section 6.3). */
  readonly allowedMentions: readonly Uint8Array[]
}

/** How far one gateway is: under which version it has our data, or refused them. */
export interface GatewayEntry {
  /** 65 bytes. */
  readonly key: Uint8Array
  /** The version of the registration that it confirmed. */
  done?: bigint
  /** It may have a registration of ours: one was sent, whether or not it was answered. */
  mayKnow: boolean
  /** The version that it refused for good, and why. */
  refused?: { version: bigint; readonly reason: string }
  /** It is to forget us, and then to be forgotten. */
  isLeaving: boolean
}

/** All that a registering client must know after a restart. */
export interface Book {
  /** Whose devices these are: public key, 33 bytes. */
  readonly owner: Uint8Array
  readonly installationId: string
  accessToken: string
  version: bigint
  /** `undefined`: pushes are switched off. */
  device?: PushDevice | undefined
  preferences: Preferences
  gateways: GatewayEntry[]
  /** When the network took an advertisement last, Unix milliseconds. */
  advertised?: number
}

export const noPreferences: Preferences = {
  contactsOnly: false,
  contacts: [],
  blockedChats: [],
  mutedChats: [],
  blockMentions: false,
  allowedMentions: [],
}

const format = 1

/** Versions are unsigned numbers of 64 bits (protocol section 5). */
export const highestVersion = 0xffff_ffff_ffff_ffffn

export const writeBook = ({ owner, preferences, gateways, version, ...rest }: Book): string => {
  const { contacts, blockedChats, mutedChats, allowedMentions } = preferences
  return JSON.stringify({
    format,
    ...rest,
    owner: hex(owner),
    version: String(version),
    preferences: {
      ...preferences,
      contacts: contacts.map(hex),
      blockedChats: blockedChats.map(hex),
      mutedChats: mutedChats.map(hex),
      allowedMentions: allowedMentions.map(hex),
    },
    gateways: gateways.map(({ key, done, refused, ...entry }) => ({
      ...entry,
      key: hex(key),
      ...(done === undefined ? {} : { done: String(done) }),
      ...(refused === undefined ? {} : { refused: { ...refused, version: String(refused.version) } }),
    })),
  })
}

/** A state that is there and cannot be read must not be lost by writing another one over it. */
export class StateError extends Error {
  override readonly name = 'StateError'
}

const damaged = (what: string): StateError =>
  new StateError(`The client's state cannot be read: ${what}. Restore it, or remove it to begin anew.`)

type Raw = Readonly<Record<string, unknown>>

/** The value, where it has the form; the text of the error does not repeat it, for it may be a secret. */
const formed = <T>(value: unknown, isRight: (value: unknown) => boolean): T => {
  if (!isRight(value)) throw damaged('a part of it is missing or has another form')
  return value as T
}
const rawOf = (value: unknown): Raw => formed(value, (it) => typeof it === 'object' && it !== null)
const textOf = (value: unknown): string => formed(value, (it) => typeof it === 'string')
const numberOf = (value: unknown): number => formed(value, Number.isSafeInteger)
const flagOf = (value: unknown): boolean => formed(value, (it) => typeof it === 'boolean')
const listOf = (value: unknown): unknown[] => formed(value, Array.isArray)
const uuidOf = (value: unknown): string => formed(value, (it) => typeof it === 'string' && isUuid(it))
const bytesOf = (value: unknown): Uint8Array => unhex(textOf(value))
const versionOf = (value: unknown): bigint =>
  formed(BigInt(textOf(value)), (it) => (it as bigint) >= 0n && (it as bigint) <= highestVersion)

const deviceOf = (value: unknown): PushDevice => {
  const { tokenType, deviceToken, apnTopic } = rawOf(value)
  return {
    tokenType: numberOf(tokenType),
    deviceToken: textOf(deviceToken),
    ...(apnTopic === undefined ? {} : { apnTopic: textOf(apnTopic) }),
  }
}

const preferencesOf = (value: unknown): Preferences => {
  const raw = rawOf(value)
  return {
    contactsOnly: flagOf(raw['contactsOnly']),
    contacts: listOf(raw['contacts']).map(bytesOf),
    blockedChats: listOf(raw['blockedChats']).map(bytesOf),
    mutedChats: listOf(raw['mutedChats']).map(bytesOf),
    blockMentions: flagOf(raw['blockMentions']),
    allowedMentions: listOf(raw['allowedMentions']).map(bytesOf),
  }
}

const entryOf = (value: unknown): GatewayEntry => {
  const { key, done, mayKnow, refused, isLeaving } = rawOf(value)
  const refusal = refused === undefined ? undefined : rawOf(refused)
  return {
    key: bytesOf(key),
    mayKnow: flagOf(mayKnow),
    isLeaving: flagOf(isLeaving),
    ...(done === undefined ? {} : { done: versionOf(done) }),
    ...(refusal === undefined
      ? {}
      : { refused: { version: versionOf(refusal['version']), reason: textOf(refusal['reason']) } }),
  }
}

const bookOf = (raw: Raw): Book => {
  if (raw['format'] !== format) throw damaged(`its format is not ${format}`)
  const { device, advertised } = raw
  return {
    owner: bytesOf(raw['owner']),
    installationId: uuidOf(raw['installationId']),
    accessToken: uuidOf(raw['accessToken']),
    version: versionOf(raw['version']),
    ...(device === undefined ? {} : { device: deviceOf(device) }),
    preferences: preferencesOf(raw['preferences']),
    gateways: listOf(raw['gateways']).map(entryOf),
    ...(advertised === undefined ? {} : { advertised: numberOf(advertised) }),
  }
}

/** Throws a StateError for what no version of this library wrote. */
export const readBook = (text: string): Book => {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    throw damaged('it is no JSON')
  }
  try {
    return bookOf(rawOf(raw))
  } catch (error) {
    throw error instanceof StateError ? error : damaged('a part of it has another form')
  }
}

/** Throws a StateError for the state of another person, or with keys in it that are none. */
const check = (crypto: Crypto, book: Book, owner: Uint8Array): void => {
  if (hex(book.owner) !== hex(owner))
    throw new StateError('The client’s state belongs to another key: give each key a store of its own.')
  const keys = [...book.preferences.contacts, ...book.gateways.map(({ key }) => key)]
  if (keys.some((key) => crypto.compress(key) === undefined)) throw damaged('a key in it is none')
}

/** The book of a store, and the only way to write it down. */
export interface OpenBook {
  readonly book: Book
  /** Resolves when all that is in the book by now is durable. */
  save(): Promise<void>
}

/** The book that the store holds for `owner` (33 bytes), or a new one. Rejects with a StateError, and writes nothing, where it cannot be read. */
export const openBook = async (
  crypto: Crypto,
  store: StateStore,
  owner: Uint8Array,
  begin: () => Book,
): Promise<OpenBook> => {
  let kept = await store.read()
  const book = kept === undefined ? begin() : readBook(kept)
  check(crypto, book, owner)
  let writing: Promise<unknown> = Promise.resolve()

  /** One after the other, so that the newest is the last; what several wait for is written once. */
  const save = (): Promise<void> => {
    const written = writing.then(async () => {
      const text = writeBook(book)
      if (text === kept) return
      await store.write(text)
      kept = text
    })
    writing = written.catch(() => undefined)
    return written
  }
  await save()
  return { book, save }
}
