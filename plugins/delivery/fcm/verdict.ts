import type { Outcome } from '../../../src/ports/index.ts'
import type { Answer } from '../shared/exchange.ts'
import { redact } from '../shared/redact.ts'
import { pauseOf } from '../shared/retry-after.ts'

type Json = Readonly<Record<string, unknown>>

/** What Google says is wrong. */
interface GoogleError {
  /** FCM's own code, such as UNREGISTERED, else the general one, such as NOT_FOUND. */
  readonly code: string
  readonly message: string
  /** Fields of the message that are wrong. */
  readonly fields: readonly string[]
}

/** Google asks for a minute where it names no pause. */
const quotaPauseMs = 60_000

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isRecord) : [])

const readError = (body: string): GoogleError | undefined => {
  try {
    const value: unknown = JSON.parse(body)
    const error = isRecord(value) ? value['error'] : undefined
    if (!isRecord(error)) return undefined
    const details = listOf(error['details'])
    const own = details.map((detail) => textOf(detail['errorCode'])).find(Boolean)
    return {
      code: own ?? textOf(error['status']),
      message: textOf(error['message']),
      fields: details.flatMap((detail) => listOf(detail['fieldViolations']).map(({ field }) => textOf(field))),
    }
  } catch {
    return undefined
  }
}

const meansToken = ({ fields, message }: GoogleError): boolean =>
  fields.length > 0
    ? fields.some((field) => field === 'message.token' || field === 'token')
    : /registration token is not a valid FCM registration token/i.test(message)

/** Google's codes ("FCM error codes" of the HTTP v1 API, and those of Google's APIs in general). */
const byCode: Readonly<Record<string, (error: GoogleError) => Outcome>> = {
  UNREGISTERED: () => ({ kind: 'dead-token', reason: 'UNREGISTERED' }),
  // Google's word for anything that is not there: the token, or the project.
  NOT_FOUND: ({ message }) =>
    /^Requested entity was not found\.?$/.test(message)
      ? { kind: 'dead-token', reason: 'UNREGISTERED' }
      : { kind: 'retry', reason: 'NOT_FOUND', isLocal: true },
  INVALID_ARGUMENT: (error) =>
    meansToken(error)
      ? { kind: 'dead-token', reason: 'INVALID_ARGUMENT: the token is none' }
      : { kind: 'rejected', reason: 'INVALID_ARGUMENT' },
  SENDER_ID_MISMATCH: () => ({ kind: 'parked', reason: 'SENDER_ID_MISMATCH: the token belongs to another project' }),
  QUOTA_EXCEEDED: () => ({ kind: 'retry', reason: 'QUOTA_EXCEEDED', afterMs: quotaPauseMs, isLocal: true }),
  RESOURCE_EXHAUSTED: () => ({ kind: 'retry', reason: 'QUOTA_EXCEEDED', afterMs: quotaPauseMs, isLocal: true }),
  UNAVAILABLE: () => ({ kind: 'retry', reason: 'UNAVAILABLE' }),
  INTERNAL: () => ({ kind: 'retry', reason: 'INTERNAL' }),
  THIRD_PARTY_AUTH_ERROR: () => ({ kind: 'retry', reason: 'THIRD_PARTY_AUTH_ERROR', isLocal: true }),
  UNAUTHENTICATED: () => ({ kind: 'retry', reason: 'UNAUTHENTICATED', isLocal: true }),
  PERMISSION_DENIED: () => ({ kind: 'retry', reason: 'PERMISSION_DENIED', isLocal: true }),
}

/** Reasons that say that our service account is refused, not the push. */
export const isAboutCredentials = (reason: string): boolean => /^(UNAUTHENTICATED|PERMISSION_DENIED)$/.test(reason)

const byStatus = (status: number, reason: string): Outcome => {
  if (status === 429) return { kind: 'retry', reason, afterMs: quotaPauseMs, isLocal: true }
  if (status === 400 || status === 413) return { kind: 'rejected', reason }
  return { kind: 'retry', reason }
}

/** What Google's answer means. `now` is Unix milliseconds. */
export const verdictOf = ({ status, retryAfter, body }: Answer, token: string, now: number): Outcome => {
  if (status === 200) return { kind: 'delivered' }
  const error = readError(body)
  const rule = error !== undefined && Object.hasOwn(byCode, error.code) ? byCode[error.code] : undefined
  const words = error?.code ? redact(error.code, [token]) : `Google answered ${status}`
  const outcome = error !== undefined && rule !== undefined ? rule(error) : byStatus(status, words)
  const afterMs = pauseOf(retryAfter, now)
  return outcome.kind === 'retry' && afterMs !== undefined ? { ...outcome, afterMs } : outcome
}
