import { toBigint, toHalves } from '../../../plugins/transport/waku/codec.ts'
import {
  type LegacyStoreQuery,
  LegacyStoreRpc,
  StoreQueryRequest,
  StoreQueryResponse,
} from '../../../proto/generated/waku-services.js'
import type { WakuMessage } from '../../../src/ports/index.ts'
import type { Archive, Stored } from './archive.ts'
import type { Service } from './rpc.ts'

export type StoreRequest = ReturnType<typeof StoreQueryRequest.decode>
export type StoreResponse = StoreQueryResponse.$Properties
export type LegacyResponse = LegacyStoreRpc.$Properties

/** Puts something else in place of an honest answer: other fields, raw bytes, or `undefined` for the honest one. */
export type Answer<Request, Response> = (request: Request, honest: Response) => Response | Uint8Array | undefined

/** What may be changed while the store runs. */
export interface StoreScript {
  answer: Answer<StoreRequest, StoreResponse> | undefined
  legacyAnswer: Answer<ReturnType<typeof LegacyStoreRpc.decode>, LegacyResponse> | undefined
}

type Wide = Parameters<typeof toBigint>[0] | null | undefined

const optional = (value: Wide): bigint | undefined =>
  value === undefined || value === null ? undefined : toBigint(value)
/** Legacy stores read 0 as "no limit". */
const unlessZero = (value: Wide): bigint | undefined => optional(value) || undefined
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const unhex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))

/** A message in the fields of the wire. */
export const wireOf = (message: WakuMessage) => ({ ...message, timestamp: toHalves(message.timestamp) })

const honestPage = (archive: Archive, request: StoreRequest): StoreResponse => {
  const { requestId, pubsubTopic, contentTopics, messageHashes, paginationCursor, includeData } = request
  if (contentTopics.length > 0 && !pubsubTopic)
    return { requestId, statusCode: 400, statusDesc: 'BAD_REQUEST: content topics without a pubsub topic' }
  const page = archive.ask({
    pubsubTopic: pubsubTopic ?? undefined,
    contentTopics,
    from: optional(request.timeStart),
    to: optional(request.timeEnd),
    keys: messageHashes.map(hex),
    after: paginationCursor ? hex(paginationCursor) : undefined,
    forward: request.paginationForward,
    limit: Number(optional(request.paginationLimit) ?? 0n),
  })
  if (page === undefined) return { requestId, statusCode: 400, statusDesc: 'BAD_REQUEST: the cursor is not known' }
  const messages = page.found.map((entry) => ({
    messageHash: entry.message.hash,
    ...(includeData ? { message: wireOf(entry.message), pubsubTopic: entry.pubsubTopic } : {}),
  }))
  const last = request.paginationForward ? page.found.at(-1) : page.found[0]
  return {
    requestId,
    statusCode: 200,
    statusDesc: 'OK',
    messages,
    ...(page.more && last !== undefined ? { paginationCursor: unhex(last.key) } : {}),
  }
}

/** Store v3, `/vac/waku/store-query/3.0.0`. */
export const createStore = (archive: Archive, script: StoreScript): Service => ({
  name: 'store',
  protocol: '/vac/waku/store-query/3.0.0',
  answer: (question) => {
    const request = StoreQueryRequest.decode(question)
    const honest = honestPage(archive, request)
    const response = script.answer?.(request, honest) ?? honest
    return response instanceof Uint8Array ? response : StoreQueryResponse.encode(response).finish()
  },
})

/** As go-waku: at most so many content topics a query, or the stream is reset. */
const maxContentFilters = 10

const honestLegacyPage = (archive: Archive, query: LegacyStoreQuery.$Properties): LegacyResponse['response'] => {
  const cursor = query.paging?.cursor
  const forward = query.paging === undefined || query.paging === null || query.paging.direction === 1
  const page = archive.ask({
    pubsubTopic: query.pubsubTopic || undefined,
    contentTopics: query.contentFilters?.map(({ contentTopic }) => contentTopic ?? '') ?? [],
    from: cursor && forward ? undefined : unlessZero(query.startTime),
    to: cursor && !forward ? undefined : unlessZero(query.endTime),
    after: cursor?.digest ? hex(cursor.digest) : undefined,
    forward,
    limit: Number(optional(query.paging?.pageSize) ?? 0n),
  })
  if (page === undefined) return { error: 1 }
  const last = forward ? page.found.at(-1) : page.found[0]
  const next = page.more && last !== undefined ? { cursor: indexOf(last) } : {}
  return { messages: page.found.map(({ message }) => wireOf(message)), paging: next }
}

/** Here the digest is the hash; real nodes make another one, and nobody but them may look into it. */
const indexOf = (entry: Stored) => ({
  digest: entry.message.hash,
  receiverTime: toHalves(entry.at),
  senderTime: toHalves(entry.message.timestamp),
  pubsubTopic: entry.pubsubTopic,
})

/** The older store, `/vac/waku/store/2.0.0-beta4`. */
export const createLegacyStore = (archive: Archive, script: StoreScript): Service => ({
  name: 'legacyStore',
  protocol: '/vac/waku/store/2.0.0-beta4',
  answer: (question) => {
    const request = LegacyStoreRpc.decode(question)
    const { requestId, query } = request
    if (requestId === '' || !query || (query.contentFilters?.length ?? 0) > maxContentFilters) return undefined
    const honest = { requestId, response: honestLegacyPage(archive, query) ?? null }
    const response = script.legacyAnswer?.(request, honest) ?? honest
    return response instanceof Uint8Array ? response : LegacyStoreRpc.encode(response).finish()
  },
})
