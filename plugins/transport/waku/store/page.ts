import type { WakuMessage } from '../../../../src/ports/index.ts'
import { keyOf } from '../ignored.ts'
import type { Answer, Claim, Cursor, Query } from './wire.ts'

/** A message of a page, or its hash alone. */
export interface Entry {
  /** 32 bytes. */
  readonly hash: Uint8Array
  readonly message: WakuMessage | undefined
}

/** What of an answer holds. */
export interface Page {
  readonly entries: readonly Entry[]
  readonly cursor: Cursor | undefined
  /** What of it does not hold, in a few words. */
  readonly lie: string | undefined
}

const hashBytes = 32
/** Stores name a message in it, in a hundred bytes or two. */
const maxCursorBytes = 1024

/** What is wrong with a claim, `undefined` where nothing is. A message without a time is at home in every range. */
const lieOf = (query: Query, { hash, pubsubTopic, message }: Claim): string | undefined => {
  if (hash?.length !== hashBytes) return 'an entry without a hash'
  if (pubsubTopic !== undefined && pubsubTopic !== query.pubsubTopic) return 'a message of another pubsub topic'
  if (message === undefined)
    return query.kind === 'hashes' || query.withData ? 'an entry without its message' : undefined
  if (keyOf(message.hash) !== keyOf(hash)) return 'a message with the hash of another'
  const { timestamp, contentTopic } = message
  if (timestamp !== 0n && (timestamp < query.from || timestamp > query.to)) return 'a message from outside of the range'
  if (query.kind === 'range' && query.contentTopics.length > 0 && !query.contentTopics.includes(contentTopic))
    return 'a message of another content topic'
  return undefined
}

const sizeOf = (cursor: Cursor | undefined): number =>
  cursor instanceof Uint8Array
    ? cursor.length
    : (cursor?.digest?.length ?? 0) + Buffer.byteLength(cursor?.pubsubTopic ?? '')

/** One that keeps nothing alive of the answer that it came in. */
const detached = (cursor: Cursor | undefined): Cursor | undefined => {
  if (cursor === undefined) return undefined
  if (cursor instanceof Uint8Array) return new Uint8Array(cursor)
  return cursor.digest ? { ...cursor, digest: new Uint8Array(cursor.digest) } : cursor
}

/** Checks an answer against its question, entry by entry: what holds is kept. */
export const pageOf = (query: Query, { claims, cursor }: Answer): Page => {
  if (claims.length > query.limit)
    return { entries: [], cursor: undefined, lie: `${claims.length} messages on a page of ${query.limit}` }
  if (sizeOf(cursor) > maxCursorBytes)
    return { entries: [], cursor: undefined, lie: `a cursor of ${sizeOf(cursor)} bytes` }
  const asked = query.kind === 'hashes' ? new Set(query.hashes.map(keyOf)) : undefined
  const entries: Entry[] = []
  let lie: string | undefined
  for (const claim of claims) {
    const { hash, message } = claim
    const wrong = lieOf(query, claim)
    if (wrong !== undefined || hash === undefined) lie ??= wrong
    else if (asked !== undefined && !asked.has(keyOf(hash))) lie ??= 'a message that was not asked for'
    else entries.push({ hash, message })
  }
  return { entries, cursor: detached(cursor), lie }
}
