import type { Connection, Libp2p, Stream } from '@libp2p/interface'
import { lpStream } from 'it-length-prefixed-stream'
import { FilterPush, FilterSubscribeRequest, FilterSubscribeResponse } from '../../../proto/generated/waku-services.js'
import type { WakuMessage } from '../../../src/ports/index.ts'
import type { Service } from './rpc.ts'
import { wireOf } from './store.ts'

/** The bounds of a filter service; by default those of go-waku. */
export interface FilterLimits {
  readonly topicsPerRequest?: number
  readonly criteriaPerPeer?: number
  readonly peers?: number
}

export type FilterRequest = ReturnType<typeof FilterSubscribeRequest.decode>

interface Verdict {
  readonly statusCode: number
  readonly statusDesc: string
}

export interface Filter {
  readonly service: Service
  /** Peer id -> `pubsubTopic contentTopic` of what it subscribed to. */
  subscribers(): ReadonlyMap<string, ReadonlySet<string>>
  /** Forgets all subscriptions without a word to anybody. */
  dropSubscriptions(): void
  /** Nothing is pushed while it is on; what came meanwhile is not pushed later either. */
  stallPushes(on: boolean): void
  /** Answers in place of the service; `undefined`: as usual. */
  answer: ((request: FilterRequest) => Verdict | undefined) | undefined
  /** How many pushes reached their peer, and how many did not. */
  readonly pushes: { sent: number; failed: number }
  push(node: Libp2p, pubsubTopic: string, message: WakuMessage): void
}

const pushProtocol = '/vac/waku/filter-push/2.0.0-beta1'
const pushTimeoutMs = 20_000
const ok: Verdict = { statusCode: 200, statusDesc: 'OK' }
const unknown: Verdict = { statusCode: 404, statusDesc: 'peer has no subscriptions' }
const bad = (statusDesc: string): Verdict => ({ statusCode: 400, statusDesc })
const full = (statusDesc: string): Verdict => ({ statusCode: 503, statusDesc })
const criterion = (pubsubTopic: string, contentTopic: string) => `${pubsubTopic} ${contentTopic}`

/** A stream of its own for each message, as Go and Nim nodes do it. */
const pushTo = async (connection: Connection | undefined, bytes: Uint8Array): Promise<void> => {
  if (connection === undefined) throw new Error('The subscriber is gone.')
  const signal = AbortSignal.timeout(pushTimeoutMs)
  const stream: Stream = await connection.newStream(pushProtocol, { signal, maxOutboundStreams: 100_000 })
  try {
    await lpStream(stream).write(bytes, { signal })
    await stream.close({ signal })
  } catch (error) {
    stream.abort(error as Error)
    throw error
  }
}

export const createFilter = ({
  topicsPerRequest = 100,
  criteriaPerPeer = 1_000,
  peers = 1_000,
}: FilterLimits): Filter => {
  const subscriptions = new Map<string, Set<string>>()
  const pushes = { sent: 0, failed: 0 }
  let stalled = false

  const fault = (pubsubTopic: string, contentTopics: readonly string[]): Verdict | undefined => {
    if (pubsubTopic === '') return bad('missing PubsubTopic field')
    if (contentTopics.length === 0) return bad('at least one contenttopic should be specified')
    if (contentTopics.includes('')) return bad('one or more content topics specified is empty')
    if (contentTopics.length > topicsPerRequest) return bad(`exceeds maximum content topics: ${topicsPerRequest}`)
    return undefined
  }

  const subscribe = (peer: string, added: readonly string[]): Verdict => {
    const held = subscriptions.get(peer)
    if (held === undefined && subscriptions.size >= peers)
      return full('node has reached maximum number of subscriptions')
    if ((held?.size ?? 0) + added.length > criteriaPerPeer)
      return full('peer has reached maximum number of filter criteria')
    subscriptions.set(peer, new Set([...(held ?? []), ...added]))
    return ok
  }

  const unsubscribe = (peer: string, removed: readonly string[]): Verdict => {
    const held = subscriptions.get(peer)
    if (held === undefined) return unknown
    for (const each of removed) held.delete(each)
    if (held.size === 0) subscriptions.delete(peer)
    return ok
  }

  const judge = ({ requestId, type, pubsubTopic, contentTopics }: FilterRequest, peer: string): Verdict => {
    if (requestId === '') return bad('missing RequestId field')
    if (type === 0) return subscriptions.has(peer) ? ok : unknown
    if (type === 3) return subscriptions.delete(peer) ? ok : unknown
    const wrong = fault(pubsubTopic ?? '', contentTopics)
    if (wrong !== undefined) return wrong
    const criteria = contentTopics.map((contentTopic) => criterion(pubsubTopic ?? '', contentTopic))
    return type === 1 ? subscribe(peer, criteria) : unsubscribe(peer, criteria)
  }

  const filter: Filter = {
    service: {
      name: 'filter',
      protocol: '/vac/waku/filter-subscribe/2.0.0-beta1',
      answer: (question, peer) => {
        const request = FilterSubscribeRequest.decode(question)
        const verdict = filter.answer?.(request) ?? judge(request, peer)
        return FilterSubscribeResponse.encode({ requestId: request.requestId, ...verdict }).finish()
      },
    },
    answer: undefined,
    subscribers: () => subscriptions,
    dropSubscriptions: () => subscriptions.clear(),
    stallPushes: (on) => {
      stalled = on
    },
    pushes,
    push: (node, pubsubTopic, message) => {
      if (stalled) return
      const wanted = criterion(pubsubTopic, message.contentTopic)
      const bytes = FilterPush.encode({ message: wireOf(message), pubsubTopic }).finish()
      for (const [peer, criteria] of subscriptions) {
        if (!criteria.has(wanted)) continue
        const connection = node.getConnections().find(({ remotePeer }) => remotePeer.toString() === peer)
        pushTo(connection, bytes).then(
          () => {
            pushes.sent += 1
          },
          () => {
            pushes.failed += 1
          },
        )
      }
    },
  }
  return filter
}
