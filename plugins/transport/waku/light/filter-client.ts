import { randomUUID } from 'node:crypto'
import type { Libp2p } from '@libp2p/interface'
import { FilterSubscribeRequest, FilterSubscribeResponse } from '../../../../proto/generated/waku-services.js'
import { ask, isUnsupported } from './ask.ts'

const protocol = '/vac/waku/filter-subscribe/2.0.0-beta1'
const timeoutMs = 5_000

const types = { ping: 0, subscribe: 1, unsubscribe: 2, unsubscribeAll: 3 } as const

/** What a node made of a request. `forgotten`: it holds no subscription of ours. `full`: it takes no more criteria. `later`: too many requests. */
export type FilterOutcome =
  | { readonly kind: 'ok'; readonly tookMs: number }
  | { readonly kind: 'forgotten' | 'full' | 'later' | 'tooMany'; readonly text: string }
  | { readonly kind: 'failed' | 'unsupported'; readonly text: string }

/** The filter service of one node (12/WAKU2-FILTER), one request at a time. Never rejects. */
export interface FilterClient {
  ping(): Promise<FilterOutcome>
  subscribe(pubsubTopic: string, contentTopics: readonly string[]): Promise<FilterOutcome>
  unsubscribe(pubsubTopic: string, contentTopics: readonly string[]): Promise<FilterOutcome>
  unsubscribeAll(): Promise<FilterOutcome>
}

const outcomeOf = (status: number, description: string, tookMs: number): FilterOutcome => {
  const text = `${status} ${description}`.trim().slice(0, 200)
  if (status >= 200 && status < 300) return { kind: 'ok', tookMs }
  if (status === 404) return { kind: 'forgotten', text }
  if (status === 429) return { kind: 'later', text }
  if (status === 503) return { kind: 'full', text }
  return status === 400 ? { kind: 'tooMany', text } : { kind: 'failed', text }
}

export const createFilterClient = (node: Libp2p, peer: string, signal: AbortSignal): FilterClient => {
  const request = async (
    type: number,
    criteria: { pubsubTopic?: string; contentTopics?: string[] } = {},
  ): Promise<FilterOutcome> => {
    const question = FilterSubscribeRequest.encode({ requestId: randomUUID(), type, ...criteria }).finish()
    try {
      const answer = await ask(node, peer, { protocols: [protocol], encode: () => question, timeoutMs, signal })
      const { statusCode, statusDesc } = FilterSubscribeResponse.decode(answer.bytes)
      return outcomeOf(statusCode, statusDesc ?? '', answer.tookMs)
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error)
      return { kind: isUnsupported(error) ? 'unsupported' : 'failed', text }
    }
  }

  return {
    ping: () => request(types.ping),
    subscribe: (pubsubTopic, contentTopics) =>
      request(types.subscribe, { pubsubTopic, contentTopics: [...contentTopics] }),
    unsubscribe: (pubsubTopic, contentTopics) =>
      request(types.unsubscribe, { pubsubTopic, contentTopics: [...contentTopics] }),
    unsubscribeAll: () => request(types.unsubscribeAll),
  }
}
