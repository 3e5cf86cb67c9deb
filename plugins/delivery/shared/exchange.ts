/** What became of one request to a provider. */
export type Exchange =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly retryAfter: string | undefined
      readonly body: string
    }
  /** The provider did not act on it: it never left, or was refused unread. */
  | { readonly kind: 'not-sent'; readonly reason: string }
  /** It was sent, wholly or in part, and no whole answer came. */
  | { readonly kind: 'no-answer'; readonly reason: string }

export type Answer = Extract<Exchange, { kind: 'answer' }>

const known: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
  ETIMEDOUT: 'it could not be connected to in time',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'there is no network',
  EPIPE: 'the connection broke',
  ERR_HTTP2_GOAWAY_SESSION: 'the connection is being closed',
}

/** An error in words: bounded, without addresses. */
export const reasonOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code !== 'string') return error instanceof ProviderError ? error.message : 'the connection failed'
  return known[code] ?? code
}

/** A failure to connect that has a sentence of its own. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
}
