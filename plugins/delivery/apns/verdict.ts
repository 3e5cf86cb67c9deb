import type { Outcome } from '../../../src/ports/index.ts'
import { appleVerdict } from '../shared/apple-reasons.ts'
import type { Answer } from '../shared/exchange.ts'
import { redact } from '../shared/redact.ts'
import { pauseOf } from '../shared/retry-after.ts'

interface Refusal {
  readonly reason: string | undefined
  /** Unix milliseconds since when Apple knows the token to be dead. */
  readonly timestamp: number | undefined
}

const readRefusal = (body: string): Refusal => {
  try {
    const { reason, timestamp } = JSON.parse(body) as { reason?: unknown; timestamp?: unknown }
    return {
      reason: typeof reason === 'string' ? reason : undefined,
      timestamp: typeof timestamp === 'number' && timestamp > 0 ? timestamp : undefined,
    }
  } catch {
    return { reason: undefined, timestamp: undefined }
  }
}

/** A reason that is not in Apple's list: by its status. 403 is about keys, which an operator can mend. */
const byStatus = (status: number, reason: string): Outcome => {
  if (status === 410) return { kind: 'dead-token', reason }
  if (status === 400 || status === 404 || status === 405 || status === 413) return { kind: 'rejected', reason }
  return { kind: 'retry', reason }
}

/** Reasons that say that our key or certificate is refused, not the push. */
export const isAboutCredentials = (reason: string): boolean =>
  /^(InvalidProviderToken|ExpiredProviderToken|MissingProviderToken|UnrelatedKeyIdInToken|BadEnvironmentKeyIdInToken|BadCertificate|BadCertificateEnvironment)$/.test(
    reason,
  )

/** What Apple's answer means ("Handling notification responses from APNs"). `now` is Unix milliseconds. */
export const verdictOf = ({ status, retryAfter, body }: Answer, token: string, now: number): Outcome => {
  if (status === 200) return { kind: 'delivered' }
  const { reason, timestamp } = readRefusal(body)
  const words = reason === undefined ? `Apple answered ${status}` : redact(reason, [token])
  const outcome = appleVerdict(reason ?? '') ?? byStatus(status, words)
  if (outcome.kind === 'dead-token') return timestamp === undefined ? outcome : { ...outcome, since: timestamp }
  const afterMs = pauseOf(retryAfter, now)
  return outcome.kind === 'retry' && afterMs !== undefined ? { ...outcome, afterMs } : outcome
}
