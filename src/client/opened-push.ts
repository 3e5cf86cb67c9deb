import { isUuid, unhex } from '../protocol/index.ts'

/** What a push brings to the app that it wakes (protocol section 6.4). */
export interface OpenedPush {
  /** Ciphertext for the app to open. */
  readonly message: Uint8Array
  /** Hash of the chat's id, 64 bytes: which chat's key opens it. */
  readonly chatId: Uint8Array
  /** hashedPublicKey of the account that it is for, 64 bytes; missing with the names of RFC 71. */
  readonly receiver?: Uint8Array
  /** The installations that it is for; missing with the names of installed clients. */
  readonly installationIds?: readonly string[]
}

type Json = Readonly<Record<string, unknown>>

const hashLength = 64

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

const parsed = (value: unknown): unknown => {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

/** `undefined` for everything but `0x` and whole bytes. */
const bytesOf = (value: unknown): Uint8Array | undefined =>
  typeof value === 'string' && /^0x(?:[0-9a-f]{2})*$/i.test(value) ? unhex(value.slice(2)) : undefined

const hashOf = (value: unknown): Uint8Array | undefined => {
  const bytes = bytesOf(value)
  return bytes?.length === hashLength ? bytes : undefined
}

/** Firebase carries texts only: there a list is JSON. */
const idsOf = (value: unknown): string[] | undefined => {
  const list = parsed(value)
  return Array.isArray(list) && list.length > 0 && list.every((id) => typeof id === 'string' && isUuid(id))
    ? list
    : undefined
}

const openInstalled = (data: Json): OpenedPush | undefined => {
  const [message, chatId, receiver] = [
    bytesOf(data['encryptedMessage']),
    hashOf(data['chatId']),
    hashOf(data['publicKey']),
  ]
  return message && chatId && receiver ? { message, chatId, receiver } : undefined
}

const openRfc71 = (data: Json): OpenedPush | undefined => {
  const [message, chatId, installationIds] = [
    bytesOf(data['message']),
    hashOf(data['chat_id']),
    idsOf(data['installation_ids']),
  ]
  return message && chatId && installationIds ? { message, chatId, installationIds } : undefined
}

/**
 * Opens what the operating system or the browser hands to the app: Apple's payload (`userInfo`), Firebase's `data` or the message around
 * it, or the text of a web push; with the names of installed clients or those of RFC 71. `undefined` where it is none of this
 * protocol's pushes.
 */
export const openPush = (payload: unknown): OpenedPush | undefined => {
  const value = parsed(payload)
  if (!isRecord(value)) return undefined
  const data = isRecord(value['data']) ? value['data'] : value
  return openInstalled(data) ?? openRfc71(data)
}
