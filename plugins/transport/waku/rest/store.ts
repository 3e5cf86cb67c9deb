import { setTimeout as sleep } from 'node:timers/promises'
import type { WakuMessage } from '../../../../src/ports/index.ts'
import { type Answer, excerpt, type RestClient } from './client.ts'
import { recordOf } from './json.ts'
import { hashFromRest, hexOf, messageFromRest } from './wire.ts'

/** Which messages to ask for: those of a time on a pubsub topic, or those with these hashes. */
export type Which =
  /** Nanoseconds since 1970, both ends included. */
  { readonly from: bigint; readonly to: bigint } | { readonly hashes: readonly string[] }

export interface Entry {
  /** Lower-case hex. */
  readonly hash: string
  /** Where data was asked for. */
  readonly message?: WakuMessage
}

export type Page =
  | {
      readonly ok: true
      readonly entries: readonly Entry[]
      readonly cursor: string | undefined
      readonly lies: readonly string[]
    }
  | { readonly ok: false; readonly reason: string; readonly tooLarge: boolean }

/** A store that the node asks for us: another node by its multiaddr, or where that is missing the node's own. */
export interface Store {
  /** As an operator knows it. */
  readonly name: string
  /** Its multiaddr. */
  readonly peer: string | undefined
  page(
    query: {
      readonly pubsubTopic: string
      readonly which: Which
      readonly includeData: boolean
      readonly cursor?: string | undefined
      readonly pageSize: number
    },
    signal: AbortSignal,
  ): Promise<Page>
}

type Query = Parameters<Store['page']>[0]

/** A hundred messages of nwaku's default limit take 20 MiB: a page that has more is asked for in smaller ones. */
const maxBytes = 16 * 1024 * 1024
const longestCursor = 1_000

/** Statuses that may be better a moment later, and how long that moment is. */
const passing = new Set([429, 503])
const pausesMs = [300, 1_000]

const searchOf = ({ pubsubTopic, which, includeData, cursor, pageSize }: Query, peer: string | undefined) => ({
  ...(peer === undefined ? {} : { peerAddr: peer }),
  includeData: String(includeData),
  // A question by hashes takes no other condition.
  ...('hashes' in which
    ? { hashes: which.hashes.map((hash) => `0x${hash}`).join(',') }
    : { pubsubTopic, startTime: String(which.from), endTime: String(which.to) }),
  ...(cursor === undefined ? {} : { cursor }),
  pageSize: String(pageSize),
  ascending: 'true',
})

/** What is wrong with an entry that names its message and brings it; `undefined` where nothing is. */
const lieOf = (query: Query, hash: string, message: WakuMessage | undefined, topic: unknown): string | undefined => {
  if (typeof topic === 'string' && topic !== query.pubsubTopic && !('hashes' in query.which))
    return `gave a message of ${excerpt(topic)} for ${query.pubsubTopic}`
  if (message === undefined) return query.includeData ? 'gave a hash without its message' : undefined
  if (hexOf(message.hash) !== hash) return 'gave a message that its hash does not belong to'
  const { which } = query
  if ('hashes' in which) return which.hashes.includes(hash) ? undefined : 'gave a message that was not asked for'
  const { timestamp } = message
  return timestamp < which.from || timestamp > which.to ? 'gave a message from outside of the range' : undefined
}

const pageOf = (query: Query, value: unknown): Page => {
  const record = recordOf(value)
  const { statusCode, statusDesc, messages, paginationCursor } = record ?? {}
  const fail = (reason: string): Page => ({ ok: false, reason, tooLarge: false })
  if (typeof statusCode === 'number' && statusCode !== 200)
    return fail(`answered ${statusCode}: ${excerpt(String(statusDesc))}`)
  if (!Array.isArray(messages)) return fail('answered with something that is no page of messages')
  if (messages.length > query.pageSize)
    return fail(`gave ${messages.length} messages on a page where ${query.pageSize} were asked for`)
  const entries: Entry[] = []
  const lies: string[] = []
  for (const item of messages.map(recordOf)) {
    const hash = hashFromRest(item?.['messageHash'])
    if (item === undefined || hash === undefined) return fail('gave a message without a hash')
    // A question by hashes does not say the topic: the hash itself proves it.
    const message = query.includeData ? messageFromRest(query.pubsubTopic, item['message']) : undefined
    const lie = lieOf(query, hash, message, item['pubsubTopic'])
    if (lie !== undefined) lies.push(lie)
    else entries.push(message === undefined ? { hash } : { hash, message })
  }
  const cursor = typeof paginationCursor === 'string' && paginationCursor !== '' ? paginationCursor : undefined
  if (cursor !== undefined && cursor.length > longestCursor) return fail('gave a cursor that is too long')
  return { ok: true, entries, cursor, lies }
}

export interface StoreOptions {
  readonly client: RestClient
  /** Multiaddr of the store. */
  readonly peer: string | undefined
  readonly timeoutMs: number
}

export const createStore = ({ client, peer, timeoutMs }: StoreOptions): Store => {
  const ask = async (query: Query, signal: AbortSignal): Promise<Answer> => {
    const call = { path: '/store/v3/messages', query: searchOf(query, peer), timeoutMs, maxBytes }
    for (const pause of pausesMs) {
      const answer = await client.ask(call, signal)
      if (answer.ok || !passing.has(answer.status ?? 0)) return answer
      await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted())
    }
    return client.ask(call, signal)
  }

  return {
    name: peer ?? `the Waku node at ${client.url}`,
    peer,
    page: async (query, signal) => {
      const answer = await ask(query, signal)
      return answer.ok ? pageOf(query, answer.value) : answer
    },
  }
}
