import type { WakuMessage as Wire } from '../../../../proto/generated/waku.js'
import {
  type LegacyStoreIndex,
  LegacyStoreRpc,
  StoreQueryRequest,
  StoreQueryResponse,
} from '../../../../proto/generated/waku-services.js'
import type { WakuMessage } from '../../../../src/ports/index.ts'
import { messageOf, toHalves } from '../codec.ts'

/** Where a page ended, as the store put it. */
export type Cursor = Uint8Array | LegacyStoreIndex.$Properties

/** What is asked of a store: a part of a range of time, or messages by their hashes (which the older protocol cannot do). */
export type Query = RangeQuery | HashQuery

interface Bounds {
  readonly pubsubTopic: string
  /** Nanoseconds; both ends belong to the range. */
  readonly from: bigint
  readonly to: bigint
  readonly limit: number
}

export interface RangeQuery extends Bounds {
  readonly kind: 'range'
  /** None: all. */
  readonly contentTopics: readonly string[]
  /** Otherwise hashes alone, where the protocol can. */
  readonly withData: boolean
  readonly cursor: Cursor | undefined
}

/** The bounds are those of the range in which the store claims to have them. */
export interface HashQuery extends Bounds {
  readonly kind: 'hashes'
  readonly hashes: readonly Uint8Array[]
}

/** An entry of a page as the store claims it. `message` has the hash that its content really has. */
export interface Claim {
  readonly hash: Uint8Array | undefined
  readonly pubsubTopic: string | undefined
  readonly message: WakuMessage | undefined
}

export interface Answer {
  readonly requestId: string
  /** As in HTTP. */
  readonly status: number
  readonly description: string
  readonly claims: readonly Claim[]
  readonly cursor: Cursor | undefined
}

export interface Protocol {
  readonly id: string
  /** Whether it knows messages by their hashes. */
  readonly hashes: boolean
  /** Content topics that one query may name. */
  readonly maxContentTopics: number
  encode(query: Query, requestId: string): Uint8Array
  /** Throws for bytes that are no answer. */
  decode(query: Query, bytes: Uint8Array): Answer
}

const none = new Uint8Array()

/** A decoded message with the hash that its content has on this pubsub topic. The payload may share memory with the answer. */
const named = (pubsubTopic: string, wire: Wire.$Properties): WakuMessage =>
  messageOf(pubsubTopic, {
    payload: wire.payload ?? none,
    contentTopic: wire.contentTopic ?? '',
    version: wire.version ?? 0,
    timestamp: wire.timestamp ?? 0,
    ephemeral: wire.ephemeral ?? false,
    meta: wire.meta ?? none,
  })

const rangeOf = (query: Query) => {
  if (query.kind === 'hashes') return { messageHashes: [...query.hashes], includeData: true }
  const { pubsubTopic, contentTopics, from, to, withData, cursor } = query
  return {
    includeData: withData,
    pubsubTopic,
    contentTopics: [...contentTopics],
    timeStart: toHalves(from),
    timeEnd: toHalves(to),
    ...(cursor instanceof Uint8Array ? { paginationCursor: cursor } : {}),
  }
}

/** Store v3. */
const current: Protocol = {
  id: '/vac/waku/store-query/3.0.0',
  hashes: true,
  maxContentTopics: 100,
  encode: (query, requestId) =>
    StoreQueryRequest.encode({
      requestId,
      ...rangeOf(query),
      paginationForward: true,
      paginationLimit: query.limit,
    }).finish(),
  decode: (query, bytes) => {
    const { requestId, statusCode, statusDesc, messages, paginationCursor } = StoreQueryResponse.decode(bytes)
    return {
      requestId,
      status: statusCode ?? 0,
      description: statusDesc ?? '',
      claims: messages.map(({ messageHash, message, pubsubTopic }) => ({
        hash: messageHash ?? undefined,
        pubsubTopic: pubsubTopic ?? undefined,
        message: message ? named(query.pubsubTopic, message) : undefined,
      })),
      cursor: paginationCursor?.length ? paginationCursor : undefined,
    }
  },
}

const forward = 1
const unknownCursor = 1

/** Store 2.0.0-beta4: always with data, never with hashes; the fields that make up a hash come along, but for `meta`. */
const legacy: Protocol = {
  id: '/vac/waku/store/2.0.0-beta4',
  hashes: false,
  maxContentTopics: 10,
  encode: (query, requestId) => {
    if (query.kind === 'hashes') throw new Error('This protocol does not know messages by their hashes.')
    const { pubsubTopic, contentTopics, from, to, limit, cursor } = query
    return LegacyStoreRpc.encode({
      requestId,
      query: {
        pubsubTopic,
        contentFilters: contentTopics.map((contentTopic) => ({ contentTopic })),
        startTime: toHalves(from),
        endTime: toHalves(to),
        paging: {
          pageSize: limit,
          direction: forward,
          ...(cursor === undefined || cursor instanceof Uint8Array ? {} : { cursor }),
        },
      },
    }).finish()
  },
  decode: (query, bytes) => {
    const { requestId, response } = LegacyStoreRpc.decode(bytes)
    if (!response) throw new Error('There is no response in it.')
    const lost = response.error === unknownCursor
    return {
      requestId,
      status: response.error ? 400 : 200,
      description: lost ? 'it does not know its own cursor any more' : response.error ? `error ${response.error}` : '',
      claims: (response.messages ?? []).map((message) => {
        const real = named(query.pubsubTopic, message)
        return { hash: real.hash, pubsubTopic: undefined, message: real }
      }),
      cursor: response.paging?.cursor ?? undefined,
    }
  },
}

/** The protocols by which a store can be asked, the better one first. */
export const protocols: readonly Protocol[] = [current, legacy]
