import { type KeyObject, sign } from 'node:crypto'

const minute = 60_000
/** Apple takes a token for an hour, and a new one every 20 minutes at most. */
const renewAfterMs = 40 * minute
const neverWithinMs = 20 * minute
/** Beyond this, a clock that disagrees with the one that cannot be set has been set. */
const jumpMs = minute

export interface ProviderToken {
  /** The JWT to send, signed anew once it is 40 minutes old; one younger than 20 stays, however the wall clock was set. */
  current(): string
  /**
   * Apple calls it expired: signs a new one, unless the last is younger than 20 minutes and the clock was not set meanwhile. Says in how
   * many ms that is possible.
   */
  renew(expired: string): number
  /** Milliseconds since it was signed, by the wall clock; `undefined` before the first use. */
  age(): number | undefined
}

const base64url = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * A provider authentication token ("Establishing a token-based connection to APNs"): a JWT with ES256. `now` is the wall clock in
 * Unix milliseconds, `elapsed` one that nobody can set.
 */
export const createProviderToken = (
  { key, keyId, teamId }: { readonly key: KeyObject; readonly keyId: string; readonly teamId: string },
  now: () => number,
  elapsed: () => number = () => performance.now(),
): ProviderToken => {
  const header = base64url({ alg: 'ES256', kid: keyId })
  let token: { readonly text: string; readonly at: number; readonly elapsedAt: number } | undefined

  const signAnew = (): string => {
    const at = now()
    const content = `${header}.${base64url({ iss: teamId, iat: Math.floor(at / 1_000) })}`
    const signature = sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' })
    token = { text: `${content}.${signature.toString('base64url')}`, at, elapsedAt: elapsed() }
    return token.text
  }

  /** How long a new token must wait: a clock that was set makes the old one worthless, however young it is. */
  const waitMs = (): number => {
    if (token === undefined) return 0
    const [wall, real] = [now() - token.at, elapsed() - token.elapsedAt]
    return Math.abs(wall - real) > jumpMs ? 0 : Math.max(0, neverWithinMs - real)
  }

  const isDue = (): boolean => {
    if (token === undefined) return true
    const [wall, real] = [now() - token.at, elapsed() - token.elapsedAt]
    // What a clock that was set makes of its age is Apple's to say: a token too many is refused as well.
    return real >= renewAfterMs || (wall >= renewAfterMs && real >= neverWithinMs)
  }

  return {
    current: () => (token === undefined || isDue() ? signAnew() : token.text),
    renew: (expired) => {
      if (token?.text !== expired) return 0
      const wait = waitMs()
      if (wait === 0) signAnew()
      return wait
    },
    age: () => (token === undefined ? undefined : now() - token.at),
  }
}
