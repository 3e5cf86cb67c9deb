import { isIP, type LookupFunction } from 'node:net'
import { type Delivery, healthy, type Notification, type Outcome, tokenTypes } from '../../../src/ports/index.ts'
import { createHttpClient } from '../shared/http1.ts'
import type { Wording } from '../shared/wording.ts'
import { createHosts } from './hosts.ts'
import { messageOf, type Urgency } from './message.ts'
import { matches } from './patterns.ts'
import { createCheckedLookup, isPublic } from './public-address.ts'
import { readSubscription } from './subscription.ts'
import { createVapid, type VapidKeys } from './vapid.ts'
import { verdictOf } from './verdict.ts'

export interface WebPushOptions extends Wording {
  readonly keys: VapidKeys
  /** `mailto:` or `https:`, for the people who run push services. */
  readonly subject: string
  readonly urgency: Urgency
  /** Names that endpoints may have, `*.example.org` with all below it; none: any. */
  readonly hosts: readonly string[]
  /** Names that may lead into private networks. */
  readonly privateHosts: readonly string[]
  readonly ca?: string | undefined
  /** Most pushes under way. */
  readonly concurrency: number
  /** Most time for one push, in milliseconds. */
  readonly timeoutMs: number
  /** In place of the system's look-up of names. */
  readonly resolve?: Parameters<typeof createCheckedLookup>[1]
  /** Unix milliseconds. */
  readonly now: () => number
}

/** Nothing in an answer matters but its head. */
const mostAnswerBytes = 4_096

/** A host without the brackets of IPv6 and without a last dot. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')

/** Delivery to browsers and to UnifiedPush: RFC 8030 with payloads of RFC 8291 and our name after RFC 8292. */
export const createWebPush = (options: WebPushOptions): Delivery => {
  const { concurrency, now, timeoutMs } = options
  const isExempt = (host: string): boolean => matches(options.privateHosts, host)
  const isAllowed = (host: string): boolean =>
    options.hosts.length === 0 || matches(options.hosts, host) || isExempt(host)
  const lookup: LookupFunction = createCheckedLookup((name) => isExempt(name.replace(/\.$/, '')), options.resolve)
  const client = createHttpClient({
    sockets: concurrency,
    mostAnswerBytes,
    readsBody: false,
    lookup,
    ca: options.ca,
  })
  const hosts = createHosts(concurrency)
  const vapid = createVapid(options.keys, options.subject, now)

  const refusalOf = (host: string): string | undefined => {
    if (!isAllowed(host)) return 'the endpoint’s host is not one of WEB_PUSH_HOSTS'
    // A host in digits is connected to without a look-up.
    if (isIP(host) !== 0 && !isPublic(host) && !isExempt(host))
      return 'the endpoint leads to an address that is not public'
    return undefined
  }

  const post = async (notification: Notification, signal: AbortSignal): Promise<Outcome> => {
    const subscription = readSubscription(notification.deviceToken)
    if ('flaw' in subscription) return { kind: 'rejected', reason: subscription.flaw }
    const { url } = subscription
    const host = hostOf(url)
    const refusal = refusalOf(host)
    if (refusal !== undefined) return { kind: 'rejected', reason: refusal }
    const message = messageOf(notification, subscription, options, options.urgency, now())
    if ('flaw' in message) return { kind: 'rejected', reason: message.flaw }
    const leave = hosts.enter(host)
    if (typeof leave === 'number') return { kind: 'retry', reason: 'the push service is slow or down', afterMs: leave }
    const headers = { ...message.headers, authorization: vapid.headerFor(url.origin) }
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    const { origin, pathname, search } = url
    const path = `${pathname}${search}`
    const exchange = await client.request({ method: 'POST', origin, path, headers, body: message.body }, limited)
    // What is answered holds no place for long, whatever the answer.
    leave(exchange.kind === 'answer' || signal.aborted)
    const outcome = verdictOf(exchange, now())
    if (outcome.kind === 'parked') vapid.drop(url.origin)
    return outcome
  }

  return {
    supports: [tokenTypes['web-push']],
    maxBatch: 1,
    concurrency,
    independent: true,
    deliver: (batch, signal) => Promise.all(batch.map((notification) => post(notification, signal))),
    stats: () => ({ vapidPublicKey: options.keys.publicKey, restingHosts: hosts.resting }),
    // There is no one service whose health could be asked for.
    health: async () => healthy,
    close: async () => client.close(),
  }
}
