import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import {
  type ProviderAnswer,
  type ProviderServer,
  type ProviderServerOptions,
  startProviderServer,
} from './provider-server.ts'

/** What Apple says of a token, in place of taking the push. */
export interface AppleVerdict {
  readonly status: number
  readonly reason: string
  /** Unix milliseconds, with 410. */
  readonly timestamp?: number
  /** Seconds. */
  readonly retryAfter?: number
}

/** A push that was taken. */
export interface ApplePush {
  readonly token: string
  readonly topic: string
  /** Its `apns-collapse-id`. */
  readonly collapseId: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload: Readonly<Record<string, unknown>>
  /** Which connection it came on, counted from 1. */
  readonly session: number
  /** Unix milliseconds. */
  readonly at: number
}

export interface FakeApnsOptions extends ProviderServerOptions {
  readonly teamId?: string
  readonly keyId?: string
  /** The clock that a provider token's age is measured by, Unix milliseconds. */
  readonly now?: () => number
  /** Lets provider tokens be made anew as often as one likes; Apple allows it every twenty minutes. */
  readonly isTokenUpdateFree?: boolean
  /** Whether every push is kept; only counts otherwise: for measuring. */
  readonly keep?: boolean
  /** Hears of every push that is acted on. */
  readonly onPush?: (push: ApplePush) => void
}

export interface FakeApns {
  /** Its connections, and how they fail. */
  readonly server: ProviderServer
  readonly url: string
  readonly teamId: string
  readonly keyId: string
  /** The .p8 file that belongs to it. */
  readonly keyPem: string
  /** Pushes that were acted on, in order, whether or not the answer arrived. */
  readonly pushes: readonly ApplePush[]
  /** How often pushes of each collapse id were acted on. */
  readonly taken: ReadonlyMap<string, number>
  /** Different provider tokens that were shown. */
  readonly providerTokens: ReadonlySet<string>
  /** Lets pushes to a token fail so; undefined lets them pass again. */
  verdict(token: string, verdict: AppleVerdict | undefined): void
  /** Idempotent. */
  close(): Promise<void>
}

const hour = 3_600_000
const twentyMinutes = 1_200_000
const [mostBytes, mostVoipBytes] = [4_096, 5_120] as const

const refusal = ({ status, reason, timestamp, retryAfter }: AppleVerdict): ProviderAnswer => ({
  status,
  headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
  body: JSON.stringify({ reason, ...(timestamp === undefined ? {} : { timestamp }) }),
})

const parse = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

const decode = (part: string | undefined): Readonly<Record<string, unknown>> | undefined =>
  parse(Buffer.from(part ?? '', 'base64url').toString('utf8'))

/** Checks provider tokens as Apple does: signature, issuer, age, and how often they are made anew. */
const createTokenCheck = (
  publicKey: KeyObject,
  { teamId, keyId, now, isUpdateFree }: { teamId: string; keyId: string; now: () => number; isUpdateFree: boolean },
) => {
  const seen = new Set<string>()
  const good = new Map<string, number>()
  let newest = { iat: 0, at: 0 }

  const check = (jwt: string): string | undefined => {
    const [header, claims, signature] = jwt.split('.')
    const [head, body] = [decode(header), decode(claims)]
    if (head?.['kid'] !== keyId || head['alg'] !== 'ES256' || body?.['iss'] !== teamId) return 'InvalidProviderToken'
    const signed = Buffer.from(`${header}.${claims}`)
    const isTrue = verify(
      'sha256',
      signed,
      { key: publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature ?? '', 'base64url'),
    )
    if (!isTrue) return 'InvalidProviderToken'
    const iat = Number(body['iat']) * 1_000
    if (iat > newest.iat) {
      if (!isUpdateFree && newest.iat > 0 && now() - newest.at < twentyMinutes) return 'TooManyProviderTokenUpdates'
      newest = { iat, at: now() }
    }
    good.set(jwt, iat)
    return undefined
  }

  return {
    seen,
    /** A reason to refuse a token; `undefined`: it is good. */
    flaw: (authorization: string | undefined): string | undefined => {
      const jwt = /^bearer (\S+)$/i.exec(authorization ?? '')?.[1]
      if (jwt === undefined) return 'MissingProviderToken'
      seen.add(jwt)
      const iat = good.get(jwt)
      const flaw = iat === undefined ? check(jwt) : undefined
      if (flaw !== undefined) return flaw
      const age = now() - (good.get(jwt) ?? 0)
      return age > hour || age < -hour ? 'ExpiredProviderToken' : undefined
    },
  }
}

const text = (value: string | string[] | undefined): string => (typeof value === 'string' ? value : '')

/** Apple's push service on loopback: HTTP/2 with real TLS, Apple's checks and reasons. */
export const startFakeApns = async (options: FakeApnsOptions = {}): Promise<FakeApns> => {
  const { teamId = 'TEAM123456', keyId = 'KEY1234567', now = Date.now, keep = true } = options
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const tokens = createTokenCheck(createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })), {
    teamId,
    keyId,
    now,
    isUpdateFree: options.isTokenUpdateFree ?? false,
  })
  const pushes: ApplePush[] = []
  const taken = new Map<string, number>()
  const verdicts = new Map<string, AppleVerdict>()

  const server = await startProviderServer(options, ({ headers, body, session }) => {
    const say = (status: number, reason: string): ProviderAnswer => refusal({ status, reason })
    if (headers[':method'] !== 'POST') return say(405, 'MethodNotAllowed')
    const token = /^\/3\/device\/([^/]*)$/.exec(text(headers[':path']))?.[1]
    if (token === undefined) return say(404, 'BadPath')
    if (token === '') return say(400, 'MissingDeviceToken')
    const flaw = options.requestCertificate ? undefined : tokens.flaw(headers.authorization)
    if (flaw !== undefined) return say(flaw === 'TooManyProviderTokenUpdates' ? 429 : 403, flaw)
    const topic = text(headers['apns-topic'])
    if (topic === '') return say(400, 'MissingTopic')
    const type = text(headers['apns-push-type'])
    if (!/^(alert|background|voip)$/.test(type)) return say(400, 'InvalidPushType')
    if (!/^(1|5|10)$/.test(text(headers['apns-priority']) || '10')) return say(400, 'BadPriority')
    if (type === 'background' && headers['apns-priority'] === '10') return say(400, 'BadPriority')
    if (!/^\d+$/.test(text(headers['apns-expiration']) || '0')) return say(400, 'BadExpirationDate')
    const collapseId = text(headers['apns-collapse-id'])
    if (Buffer.byteLength(collapseId) > 64) return say(400, 'BadCollapseId')
    if (body === '') return say(400, 'PayloadEmpty')
    if (Buffer.byteLength(body) > (type === 'voip' ? mostVoipBytes : mostBytes)) return say(413, 'PayloadTooLarge')
    if (!/^(?:[0-9a-f]{2}){1,100}$/i.test(token)) return say(400, 'BadDeviceToken')
    const verdict = verdicts.get(token)
    if (verdict !== undefined) return refusal(verdict)
    taken.set(collapseId, (taken.get(collapseId) ?? 0) + 1)
    if (keep || options.onPush) {
      const push: ApplePush = {
        token,
        topic,
        collapseId,
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
        payload: parse(body) ?? {},
        session,
        at: Date.now(),
      }
      if (keep) pushes.push(push)
      options.onPush?.(push)
    }
    return { status: 200 }
  })

  return {
    server,
    url: server.url,
    teamId,
    keyId,
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    pushes,
    taken,
    providerTokens: tokens.seen,
    verdict: (token, verdict) => {
      if (verdict === undefined) verdicts.delete(token)
      else verdicts.set(token, verdict)
    },
    close: server.close,
  }
}
