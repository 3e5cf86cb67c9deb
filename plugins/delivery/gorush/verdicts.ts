import type { Outcome } from '../../../src/ports/index.ts'
import { appleVerdict } from '../shared/apple-reasons.ts'
import { redact } from '../shared/redact.ts'

/** `local-retry`: one device or one account is refused for a while, and the provider is well. */
type Failure = Exclude<Outcome['kind'], 'delivered'> | 'local-retry'
export type Platform = 1 | 2

interface TextRule {
  readonly match: RegExp
  readonly kind: Failure
  readonly reason: string
}

/**
 * Google's answers, of which gorush passes on the free text alone. INVALID_ARGUMENT by itself does not say whether the token or
 * the payload is meant: the token is not declared dead for it.
 */
export const googleTexts: readonly TextRule[] = [
  { match: /^Requested entity was not found\.?$/i, kind: 'dead-token', reason: 'UNREGISTERED' },
  { match: /^(UNREGISTERED|NotRegistered)$/i, kind: 'dead-token', reason: 'UNREGISTERED' },
  { match: /registration token is not a valid FCM registration token/i, kind: 'dead-token', reason: 'invalid token' },
  { match: /SENDER_ID_MISMATCH|SenderId mismatch/i, kind: 'parked', reason: 'SENDER_ID_MISMATCH' },
  { match: /message (is )?too (big|large)/i, kind: 'rejected', reason: 'payload too large' },
  { match: /INVALID_ARGUMENT|invalid argument|^Invalid (value|JSON)/i, kind: 'rejected', reason: 'INVALID_ARGUMENT' },
  { match: /QUOTA_EXCEEDED|RESOURCE_EXHAUSTED|quota/i, kind: 'local-retry', reason: 'QUOTA_EXCEEDED' },
  { match: /^UNAVAILABLE$|service is currently unavailable/i, kind: 'retry', reason: 'UNAVAILABLE' },
  { match: /^INTERNAL$|internal error (was )?encountered/i, kind: 'retry', reason: 'INTERNAL' },
  { match: /THIRD_PARTY_AUTH_ERROR|auth error from APNS/i, kind: 'local-retry', reason: 'THIRD_PARTY_AUTH_ERROR' },
  { match: /UNAUTHENTICATED|authentication credential/i, kind: 'local-retry', reason: 'UNAUTHENTICATED' },
  { match: /PERMISSION_DENIED|permission/i, kind: 'local-retry', reason: 'PERMISSION_DENIED' },
  { match: /unexpected http response with status: (429|5\d\d)/i, kind: 'retry', reason: 'unreadable answer of Google' },
]

/** gorush's own troubles on the way to a provider. What says that the request never left is safe to repeat. */
export const connectionTexts: readonly TextRule[] = [
  { match: /cannot fetch token|oauth2:/i, kind: 'retry', reason: 'gorush got no access token' },
  {
    match: /\bdial (tcp|udp)|connection refused|no such host|network is unreachable|no route to host/i,
    kind: 'retry',
    reason: 'provider unreachable',
  },
  { match: /Bad Gateway|proxyconnect|TLS handshake|x509:|tls:/i, kind: 'retry', reason: 'provider unreachable' },
  { match: /max capacity reached/i, kind: 'retry', reason: "gorush's queue is full" },
  {
    match: /deadline exceeded|Client\.Timeout|timeout|context canceled/i,
    kind: 'unknown',
    reason: 'provider did not answer',
  },
  {
    match: /\bEOF\b|connection reset|GOAWAY|broken pipe|closed network connection|client connection lost/i,
    kind: 'unknown',
    reason: 'connection to the provider lost',
  },
]

const byText = (rules: readonly TextRule[], error: string): Outcome | undefined => {
  const rule = rules.find(({ match }) => match.test(error))
  if (rule?.kind === 'local-retry') return { kind: 'retry', reason: rule.reason, isLocal: true }
  return rule && { kind: rule.kind, reason: rule.reason }
}

/**
 * What an `error` of gorush's log means. An unknown one is tried again: it says that the provider did not take the push,
 * and a time to live ends the trying.
 */
export const verdictOf = (platform: Platform, error: string, tokens: readonly string[]): Outcome =>
  (platform === 1 ? appleVerdict(error) : byText(googleTexts, error)) ??
  byText(connectionTexts, error) ?? { kind: 'retry', reason: redact(error, tokens) || 'failed without a reason' }
