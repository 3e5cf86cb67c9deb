import type { Outcome } from '../../../src/ports/index.ts'
import { pauseOf } from '../shared/retry-after.ts'
import type { Exchange } from './client.ts'

/** Whether a status refuses the request itself, with nothing of it sent: repeating it whole is of no use. */
export const isRefusal = (status: number): boolean => status === 400 || status === 413

/** Whether a refusal is in gorush's own words: `{"code":400,"message":…}`. */
export const isOfGorush = (body: string): boolean => /^\s*\{.*"code"\s*:\s*400\b/s.test(body)

/** The limit that gorush names when a request has too many notifications. */
export const namedLimit = (body: string): number | undefined => {
  const digits = /over limit\((\d{1,9})\)/.exec(body)?.[1]
  return digits === undefined ? undefined : Math.max(1, Number(digits))
}

const retry = (reason: string, afterMs?: number): Outcome =>
  afterMs === undefined ? { kind: 'retry', reason } : { kind: 'retry', reason, afterMs }

/**
 * What an exchange that brought neither a 200 nor a refusal means for each of its `size` pushes. A 500 is gorush's full queue:
 * nothing of a single push went out, but of several those in front of the one too many did.
 */
export const failureOf = (exchange: Exchange, size: number, now: number): Outcome => {
  if (exchange.kind === 'not-sent') return retry(`gorush was not reached: ${exchange.reason}`)
  if (exchange.kind === 'no-answer') return { kind: 'unknown', reason: `no answer of gorush: ${exchange.reason}` }
  const { status } = exchange
  const reason = `gorush answered ${status}`
  if (status === 500 && size > 1) return { kind: 'unknown', reason }
  if (status === 500 || status === 429 || status === 503) return retry(reason, pauseOf(exchange.retryAfter, now))
  // Redirects and other refusals come from a wrong address or a proxy in between: nothing was pushed, an operator can mend it.
  if (status >= 300 && status < 500) return retry(reason, pauseOf(exchange.retryAfter, now))
  return { kind: 'unknown', reason }
}
