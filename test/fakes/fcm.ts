import { createPublicKey, generateKeyPairSync, randomBytes, verify } from 'node:crypto'
import {
  type ProviderAnswer,
  type ProviderServer,
  type ProviderServerOptions,
  startProviderServer,
} from './provider-server.ts'

/** Errors that Firebase documents. `invalid-token` and `invalid-argument` are both INVALID_ARGUMENT: about the token, and about another field. */
export type GoogleVerdict =
  | 'unregistered'
  | 'invalid-token'
  | 'invalid-argument'
  | 'sender-id-mismatch'
  | 'quota-exceeded'
  | 'unavailable'
  | 'internal'
  | 'third-party-auth-error'
  | 'unauthenticated'
  | 'permission-denied'

/** A push that was taken. */
export interface GooglePush {
  readonly project: string
  readonly token: string
  /** Its `android.collapse_key`. */
  readonly collapseKey: string
  /** The `message` of the request. */
  readonly message: Readonly<Record<string, unknown>>
  /** Unix milliseconds. */
  readonly at: number
}

export interface FakeFcmOptions extends ProviderServerOptions {
  /** Seconds that an access token is good for; 3,600 by default. */
  readonly expiresIn?: number
  /** The clock that an access token's age is measured by, Unix milliseconds. */
  readonly now?: () => number
  /** Whether every push is kept; only counts otherwise: for measuring. */
  readonly keep?: boolean
  /** Hears of every push that is acted on. */
  readonly onPush?: (push: GooglePush) => void
}

export interface FakeFcm {
  /** Its connections, and how they fail; the token service is on the same one. */
  readonly server: ProviderServer
  readonly url: string
  /** Pushes that were acted on, in order, whether or not the answer arrived. */
  readonly pushes: readonly GooglePush[]
  /** How often pushes of each collapse key were acted on. */
  readonly taken: ReadonlyMap<string, number>
  /** Access tokens that were given out. */
  readonly tokensGiven: number
  /** The key file of a service account of a project. */
  serviceAccount(project: string): Readonly<Record<string, string>>
  /** Lets pushes to a token fail so, with a pause of so many seconds; undefined lets them pass again. `project`: at that one alone. */
  verdict(
    token: string,
    verdict: GoogleVerdict | undefined,
    options?: { readonly retryAfter?: number; readonly project?: string },
  ): void
  /** The access tokens that are out are good no more. */
  revokeTokens(): void
  /** What the token service answers from now on; undefined: tokens. */
  failTokens(answer: ProviderAnswer | 'hang' | undefined): void
  /** Idempotent. */
  close(): Promise<void>
}

const tokenPath = '/token'
const fcmError = 'type.googleapis.com/google.firebase.fcm.v1.FcmError'
const badRequest = 'type.googleapis.com/google.rpc.BadRequest'

const answers: Readonly<
  Record<GoogleVerdict, readonly [status: number, general: string, own: string, message: string]>
> = {
  unregistered: [404, 'NOT_FOUND', 'UNREGISTERED', 'Requested entity was not found.'],
  'invalid-token': [
    400,
    'INVALID_ARGUMENT',
    'INVALID_ARGUMENT',
    'The registration token is not a valid FCM registration token',
  ],
  'invalid-argument': [400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT', 'Request contains an invalid argument.'],
  'sender-id-mismatch': [403, 'PERMISSION_DENIED', 'SENDER_ID_MISMATCH', 'SenderId mismatch'],
  'quota-exceeded': [429, 'RESOURCE_EXHAUSTED', 'QUOTA_EXCEEDED', 'Quota exceeded.'],
  unavailable: [503, 'UNAVAILABLE', 'UNAVAILABLE', 'The service is currently unavailable.'],
  internal: [500, 'INTERNAL', 'INTERNAL', 'Internal error encountered.'],
  'third-party-auth-error': [
    401,
    'UNAUTHENTICATED',
    'THIRD_PARTY_AUTH_ERROR',
    'Auth error from APNS or Web Push Service',
  ],
  unauthenticated: [401, 'UNAUTHENTICATED', '', 'Request had invalid authentication credentials.'],
  'permission-denied': [403, 'PERMISSION_DENIED', '', "Permission 'cloudmessaging.messages.create' denied"],
}

const errorAnswer = (verdict: GoogleVerdict, retryAfter?: number): ProviderAnswer => {
  const [status, general, own, message] = answers[verdict]
  const field = verdict === 'invalid-token' ? 'message.token' : 'message.android.ttl'
  const details = [
    ...(own === '' ? [] : [{ '@type': fcmError, errorCode: own }]),
    ...(general === 'INVALID_ARGUMENT'
      ? [{ '@type': badRequest, fieldViolations: [{ field, description: 'Invalid value' }] }]
      : []),
  ]
  return {
    status,
    headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
    body: JSON.stringify({ error: { code: status, message, status: general, details } }),
  }
}

const parse = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** Firebase's HTTP v1 API and Google's token service on loopback: HTTP/2 with real TLS, Google's checks and errors. */
export const startFakeFcm = async (options: FakeFcmOptions = {}): Promise<FakeFcm> => {
  const { expiresIn = 3_600, now = Date.now, keep = true } = options
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const verifyKey = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }))
  const pushes: GooglePush[] = []
  const taken = new Map<string, number>()
  const verdicts = new Map<string, { readonly verdict: GoogleVerdict; readonly retryAfter: number | undefined }>()
  let tokens = new Map<string, number>()
  let tokensGiven = 0
  let tokenFailure: ProviderAnswer | 'hang' | undefined

  const giveToken = (form: string): ProviderAnswer => {
    const fields = new URLSearchParams(form)
    const refuse = (error: string): ProviderAnswer => ({ status: 400, body: JSON.stringify({ error }) })
    if (fields.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer')
      return refuse('unsupported_grant_type')
    const [header = '', claims = '', signature = ''] = fields.get('assertion')?.split('.') ?? []
    const isTrue = verify('sha256', Buffer.from(`${header}.${claims}`), verifyKey, Buffer.from(signature, 'base64url'))
    const body = parse(Buffer.from(claims, 'base64url').toString())
    const lasts = Number(body?.['exp']) - Number(body?.['iat'])
    if (!isTrue || body?.['scope'] !== 'https://www.googleapis.com/auth/firebase.messaging' || !(lasts <= 3_600))
      return refuse('invalid_grant')
    const token = `ya29.${randomBytes(24).toString('base64url')}`
    tokens.set(token, now() + expiresIn * 1_000)
    tokensGiven++
    return { status: 200, body: JSON.stringify({ access_token: token, expires_in: expiresIn, token_type: 'Bearer' }) }
  }

  const isGood = (authorization: string | undefined): boolean => {
    const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1]
    return token !== undefined && (tokens.get(token) ?? 0) > now()
  }

  const server: ProviderServer = await startProviderServer(
    { ...options, isSpared: (path) => path === tokenPath },
    ({ headers, body }) => {
      const path = String(headers[':path'])
      if (path === tokenPath) {
        if (tokenFailure === 'hang') return new Promise<ProviderAnswer>(() => undefined)
        return tokenFailure ?? giveToken(body)
      }
      const project = /^\/v1\/projects\/([^/]+)\/messages:send$/.exec(path)?.[1]
      if (project === undefined || headers[':method'] !== 'POST') return { status: 404, body: '<html>Not Found</html>' }
      if (!isGood(headers.authorization)) return errorAnswer('unauthenticated')
      const message = parse(body)?.['message'] as Readonly<Record<string, unknown>> | undefined
      const token = String(message?.['token'] ?? '')
      const android = message?.['android'] as Readonly<Record<string, unknown>> | undefined
      const data = Object.values((message?.['data'] as object | undefined) ?? {})
      const ttl = String(android?.['ttl'] ?? '0s')
      if (message === undefined || !data.every((value) => typeof value === 'string') || !/^\d+(\.\d+)?s$/.test(ttl))
        return errorAnswer('invalid-argument')
      const found = verdicts.get(`${project} ${token}`) ?? verdicts.get(` ${token}`)
      if (found !== undefined) return errorAnswer(found.verdict, found.retryAfter)
      const collapseKey = String(android?.['collapse_key'] ?? '')
      taken.set(collapseKey, (taken.get(collapseKey) ?? 0) + 1)
      const push: GooglePush = { project, token, collapseKey, message, at: Date.now() }
      if (keep) pushes.push(push)
      options.onPush?.(push)
      return { status: 200, body: JSON.stringify({ name: `projects/${project}/messages/0:${taken.size}` }) }
    },
  )

  return {
    server,
    url: server.url,
    pushes,
    taken,
    get tokensGiven() {
      return tokensGiven
    },
    serviceAccount: (project) => ({
      type: 'service_account',
      project_id: project,
      private_key_id: 'a1b2c3',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      client_email: `push@${project}.iam.gserviceaccount.com`,
      token_uri: `${server.url}${tokenPath}`,
    }),
    verdict: (token, verdict, { retryAfter, project = '' } = {}) => {
      if (verdict === undefined) verdicts.delete(`${project} ${token}`)
      else verdicts.set(`${project} ${token}`, { verdict, retryAfter })
    },
    revokeTokens: () => {
      tokens = new Map()
    },
    failTokens: (answer) => {
      tokenFailure = answer
    },
    close: server.close,
  }
}
