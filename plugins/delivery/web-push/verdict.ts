import type { Outcome } from '../../../src/ports/index.ts'
import type { Exchange } from '../shared/exchange.ts'
import { pauseOf } from '../shared/retry-after.ts'
import { closedAddress } from './public-address.ts'

const byStatus: Readonly<Record<number, Outcome>> = {
  400: { kind: 'rejected', reason: 'the push service refuses the push (400)' },
  401: { kind: 'parked', reason: 'the push service refuses our VAPID key (401)' },
  403: {
    kind: 'parked',
    reason: 'the push service refuses our VAPID key (403): the subscription was made with another',
  },
  404: { kind: 'dead-token', reason: 'the subscription is gone (404)' },
  410: { kind: 'dead-token', reason: 'the subscription is gone (410)' },
  413: { kind: 'rejected', reason: 'the payload is larger than the push service takes' },
}

/** What a push service's answer means (RFC 8030 sections 5 and 7.3, RFC 8292 section 4.2). `now` is Unix milliseconds. */
export const verdictOf = (exchange: Exchange, now: number): Outcome => {
  if (exchange.kind === 'not-sent') {
    if (exchange.reason === closedAddress)
      return { kind: 'rejected', reason: 'the endpoint leads to an address that is not public' }
    return { kind: 'retry', reason: `the push service was not reached: ${exchange.reason}` }
  }
  if (exchange.kind === 'no-answer')
    return { kind: 'unknown', reason: `no answer of the push service: ${exchange.reason}` }
  const { status } = exchange
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  const known = byStatus[status]
  if (known !== undefined) return known
  // A redirect could lead anywhere, and no push service needs one.
  if (status < 400) return { kind: 'rejected', reason: `the push service answers with a redirect (${status})` }
  const reason = `the push service answered ${status}`
  if (status < 500 && status !== 408 && status !== 425 && status !== 429) return { kind: 'rejected', reason }
  const afterMs = pauseOf(exchange.retryAfter, now)
  return afterMs === undefined ? { kind: 'retry', reason } : { kind: 'retry', reason, afterMs }
}
