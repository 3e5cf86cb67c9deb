import { sign } from 'node:crypto'
import type { ProviderClient } from '../shared/http2/provider-client.ts'
import { pauseOf } from '../shared/retry-after.ts'
import type { Account } from './accounts.ts'

const scope = 'https://www.googleapis.com/auth/firebase.messaging'
const assertionSeconds = 3_600
/** So long before its end a new token is fetched, and pushes still use the old one. */
const renewBeforeMs = 300_000
/** Below this it is not used any more. */
const leastLeftMs = 15_000
const pauseAfterFailureMs = 1_000

export type AccessToken =
  | { readonly token: string }
  | { readonly wrong: string; readonly afterMs?: number; readonly isRefusal: boolean }

export interface AccessTokens {
  /** A token that is good for some seconds at least, or why there is none. */
  current(signal: AbortSignal): Promise<AccessToken>
  /** Google does not take it any more. */
  drop(token: string): void
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const parse = (text: string): { readonly token: string; readonly seconds: number } | undefined => {
  try {
    const { access_token: token, expires_in: seconds } = JSON.parse(text) as Record<string, unknown>
    return typeof token === 'string' && typeof seconds === 'number' && seconds > 0 ? { token, seconds } : undefined
  } catch {
    return undefined
  }
}

const errorOf = (text: string): string | undefined => {
  try {
    const { error } = JSON.parse(text) as Record<string, unknown>
    return typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? error : undefined
  } catch {
    return undefined
  }
}

/**
 * Access tokens of a service account ("Using OAuth 2.0 for server to server applications"; RFC 7523): a signed assertion for a
 * token of about an hour, fetched once for all who wait, and anew in good time. Its end is measured by a clock that nobody can set.
 */
export const createAccessTokens = (
  account: Account,
  client: ProviderClient,
  now: () => number,
  elapsed: () => number = () => performance.now(),
): AccessTokens => {
  let known: { readonly token: string; readonly endsAt: number } | undefined
  let fetching: Promise<AccessToken> | undefined
  let failed: { readonly result: AccessToken; readonly until: number } | undefined

  const assertion = (): string => {
    const iat = Math.floor(now() / 1_000)
    const header = base64url({ alg: 'RS256', typ: 'JWT', kid: account.keyId })
    const claims = { iss: account.email, scope, aud: account.tokenUrl, iat, exp: iat + assertionSeconds }
    const content = `${header}.${base64url(claims)}`
    return `${content}.${sign('sha256', Buffer.from(content), account.key).toString('base64url')}`
  }

  const ask = async (): Promise<AccessToken> => {
    const form = new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: assertion(),
    })
    const body = Buffer.from(form.toString())
    const { pathname, search } = new URL(account.tokenUrl)
    const path = `${pathname}${search}`
    const fields = ['content-type', 'application/x-www-form-urlencoded']
    const exchange = await client.request({ path, fields, body }, new AbortController().signal)
    if (exchange.kind !== 'answer')
      return { wrong: `Google gave no access token: ${exchange.reason}`, isRefusal: false }
    const { status } = exchange
    const fresh = status === 200 ? parse(exchange.body) : undefined
    if (fresh !== undefined) {
      known = { token: fresh.token, endsAt: elapsed() + fresh.seconds * 1_000 }
      return { token: fresh.token }
    }
    const afterMs = pauseOf(exchange.retryAfter, now())
    const reason = errorOf(exchange.body) ?? `it answered ${status}`
    return {
      wrong: `Google gave no access token: ${reason}`,
      isRefusal: status >= 400 && status < 500 && status !== 429,
      ...(afterMs === undefined ? {} : { afterMs }),
    }
  }

  const fetchOnce = (): Promise<AccessToken> => {
    fetching ??= ask()
      .then((result) => {
        failed = 'token' in result ? undefined : { result, until: elapsed() + pauseAfterFailureMs }
        return result
      })
      .finally(() => {
        fetching = undefined
      })
    return fetching
  }

  const abortable = (fetched: Promise<AccessToken>, signal: AbortSignal): Promise<AccessToken> => {
    const { promise, resolve } = Promise.withResolvers<AccessToken>()
    const stop = (): void => resolve({ wrong: 'stopped', isRefusal: false })
    signal.addEventListener('abort', stop, { once: true })
    return Promise.race([fetched, promise]).finally(() => signal.removeEventListener('abort', stop))
  }

  return {
    current: async (signal) => {
      const left = known === undefined ? 0 : known.endsAt - elapsed()
      const isPausing = failed !== undefined && elapsed() < failed.until
      if (known !== undefined && left > leastLeftMs) {
        if (left < renewBeforeMs && fetching === undefined && !isPausing) void fetchOnce()
        return { token: known.token }
      }
      if (failed !== undefined && isPausing) return failed.result
      return abortable(fetchOnce(), signal)
    },
    drop: (token) => {
      if (known?.token === token) known = undefined
    },
  }
}
