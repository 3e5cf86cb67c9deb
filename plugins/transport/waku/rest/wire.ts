import type { WakuMessage } from '../../../../src/ports/index.ts'
import { messageOf, toHalves } from '../codec.ts'
import { recordOf } from './json.ts'

const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/
const empty = new Uint8Array(0)

/** The bytes of a base64 text, plain or URL-safe; `undefined` where it is none. */
const bytesOf = (value: unknown): Uint8Array | undefined => {
  if (value === undefined || value === null) return empty
  if (typeof value !== 'string' || !base64.test(value)) return undefined
  return new Uint8Array(Buffer.from(value, 'base64'))
}

/** A timestamp in nanoseconds, 0 where there is none; `undefined` for what is no integer of 64 bits. */
const timestampOf = (value: unknown): bigint | undefined => {
  if (value === undefined || value === null) return 0n
  const digits = typeof value === 'string' && /^-?\d{1,19}$/.test(value)
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value) && !digits) return undefined
  const exact = BigInt(value as bigint | number | string)
  return BigInt.asIntN(64, exact) === exact ? exact : undefined
}

const versionOf = (value: unknown): number | undefined =>
  Number.isInteger(value ?? 0) && Number(value ?? 0) >= 0 ? Number(value ?? 0) : undefined

/** A message as the REST API writes it, with its hash; `undefined` where the value is none. */
export const messageFromRest = (pubsubTopic: string, value: unknown): WakuMessage | undefined => {
  const record = recordOf(value)
  if (record === undefined || typeof record['contentTopic'] !== 'string') return undefined
  const payload = bytesOf(record['payload'])
  const meta = bytesOf(record['meta'])
  const timestamp = timestampOf(record['timestamp'])
  const version = versionOf(record['version'])
  if (payload === undefined || meta === undefined || timestamp === undefined || version === undefined) return undefined
  const ephemeral = record['ephemeral'] === true
  const { contentTopic } = record
  return messageOf(pubsubTopic, { payload, contentTopic, version, timestamp: toHalves(timestamp), ephemeral, meta })
}

/** The inverse, for `stringifyExactly`. */
export const messageToRest = (message: Omit<WakuMessage, 'hash'>): object => ({
  payload: Buffer.from(message.payload).toString('base64'),
  contentTopic: message.contentTopic,
  version: message.version,
  timestamp: message.timestamp,
  ephemeral: message.ephemeral,
})

/** A hash in lower-case hex from what nodes write, `0x…` or base64 (the API's description); `undefined` where it is none. */
export const hashFromRest = (value: unknown): string | undefined => {
  if (typeof value !== 'string') return undefined
  const hex = /^(?:0x)?([0-9a-fA-F]{64})$/.exec(value)?.[1]
  if (hex !== undefined) return hex.toLowerCase()
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(value) ? Buffer.from(value, 'base64').toString('hex') : undefined
}

/** The key of a hash in sets and comparisons: lower-case hex. */
export const hexOf = (hash: Uint8Array): string => Buffer.from(hash).toString('hex')
