import { createHash } from 'node:crypto'

/** A message as the REST API writes it: bytes in base64, the timestamp in nanoseconds. */
export interface RestMessage {
  readonly payload: string
  readonly contentTopic: string
  readonly version: number
  readonly timestamp: bigint
  readonly ephemeral: boolean
  readonly meta?: string
}

const bytes = (text: string | undefined): Buffer => Buffer.from(text ?? '', 'base64')

/** Lower-case hex, as 14/WAKU2-MESSAGE has it. */
export const hashOf = (pubsubTopic: string, { payload, contentTopic, meta, timestamp }: RestMessage): string => {
  const time = Buffer.alloc(8)
  time.writeBigInt64BE(timestamp)
  const parts = [Buffer.from(pubsubTopic), bytes(payload), Buffer.from(contentTopic), bytes(meta), time]
  return createHash('sha256').update(Buffer.concat(parts)).digest('hex')
}

const raw = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON

/** JSON in which a bigint is a number. */
export const write = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? raw(String(inner)) : inner))

/** A message from a body, without rounding its timestamp; `undefined` where it is none. */
export const readMessage = (body: string, within?: string): RestMessage | undefined => {
  try {
    const parsed = JSON.parse(body.replace(/"timestamp":\s*(-?\d+)/g, '"timestamp":"$1"'))
    const value = within === undefined ? parsed : parsed[within]
    if (typeof value.payload !== 'string' || typeof value.contentTopic !== 'string') return undefined
    return { version: 0, ephemeral: false, ...value, timestamp: BigInt(value.timestamp ?? 0) }
  } catch {
    return undefined
  }
}
