import { createPublicKey, verify } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { type Authority, createAuthority } from './certificate.ts'
import { createLooks } from './looks.ts'
import { type BrowserKeys, createBrowserKeys, openPush } from './web-push-encryption.ts'

/** How a push service treats a push; with `times` it goes back to `ok` after that many. */
export type PushServiceBehaviour = { readonly times?: number } & (
  | { readonly kind: 'ok' | 'hang' | 'reset' }
  | { readonly kind: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
)

export interface WebPush {
  /** The subscription in JSON, as `subscribe` gave it. */
  readonly token: string
  readonly headers: IncomingHttpHeaders
  /** What the browser would hand to the page's service worker. */
  readonly text: string
  /** Bytes of the body, as they came. */
  readonly bytes: number
}

export interface FakeWebPushOptions {
  readonly port?: number
  /** Names of its certificate. */
  readonly names?: readonly string[]
  readonly delayMs?: number
  /** Who signs its certificate; absent: one of its own. */
  readonly authority?: Authority
  /** Hears of every push that is acted on. */
  readonly onPush?: (push: WebPush) => void
}

/** A push service on loopback with real TLS that opens what it gets. */
export interface FakeWebPush {
  readonly url: string
  readonly port: number
  readonly authority: Authority
  /** Pushes that were taken. */
  readonly pushes: readonly WebPush[]
  /** How often each topic was taken. */
  readonly taken: ReadonlyMap<string, number>
  /** Requests that were heard, refused ones included. */
  readonly heard: number
  /** Connections of all times. */
  readonly connections: number
  /** A device token: a subscription made with this VAPID key (base64url; absent: any is good). `host` in place of 127.0.0.1. */
  subscribe(options?: { readonly vapidPublicKey?: string; readonly host?: string }): string
  /** From now on pushes to this subscription are answered so. */
  verdict(token: string, status: number | undefined, headers?: Readonly<Record<string, string>>): void
  behave(behaviour: PushServiceBehaviour): void
  waitFor(condition: () => boolean, timeoutMs: number): Promise<void>
  /** Every connection is reset. */
  cut(): void
  /** Idempotent. */
  close(): Promise<void>
}

interface Subscriber {
  readonly token: string
  readonly keys: BrowserKeys
  readonly vapidPublicKey: string | undefined
}

const mostPushBytes = 4_096
const day = 86_400

/** Whether an Authorization header is a good one of RFC 8292 for this origin. */
const isSigned = (header: string, origin: string, expectedKey: string | undefined): boolean => {
  const [, head = '', claims = '', signature = '', key = ''] =
    /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]+)$/.exec(header) ?? []
  const point = Buffer.from(key, 'base64url')
  if (point.length !== 65 || (expectedKey !== undefined && key !== expectedKey)) return false
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'))
  const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' } })
  const isTrue = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  )
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>
  const left = Number(exp) - Date.now() / 1_000
  return isTrue && aud === origin && left > 0 && left <= day && /^(mailto|https):/.test(String(sub))
}

export const startFakeWebPush = async (options: FakeWebPushOptions = {}): Promise<FakeWebPush> => {
  const authority = options.authority ?? (await createAuthority())
  const names = ['localhost', '127.0.0.1', '::1', ...(options.names ?? [])]
  const subscribers = new Map<string, Subscriber>()
  const verdicts = new Map<string, { readonly status: number; readonly headers: Readonly<Record<string, string>> }>()
  const pushes: WebPush[] = []
  const taken = new Map<string, number>()
  const sockets = new Set<Socket>()
  const looks = createLooks('the fake push service')
  let behaviour: PushServiceBehaviour = { kind: 'ok' }
  let left = Number.POSITIVE_INFINITY
  let heard = 0
  let connections = 0

  const next = (): PushServiceBehaviour => {
    if (left <= 0) behaviour = { kind: 'ok' }
    left--
    return behaviour
  }

  const take = (request: IncomingMessage, body: Buffer): number => {
    const subscriber = subscribers.get(request.url ?? '')
    if (request.method !== 'POST') return 405
    if (subscriber === undefined) return 404
    const { headers } = request
    const verdict = verdicts.get(subscriber.token)
    if (verdict !== undefined) return verdict.status
    if (!isSigned(headers.authorization ?? '', `https://${headers.host}`, subscriber.vapidPublicKey)) return 403
    if (!/^\d+$/.test(String(headers['ttl'])) || headers['content-encoding'] !== 'aes128gcm') return 400
    const topic = String(headers['topic'] ?? '')
    if (!/^[\w-]{0,32}$/.test(topic)) return 400
    if (body.length > mostPushBytes) return 413
    const text = openPush(body, subscriber.keys).toString('utf8')
    const push: WebPush = { token: subscriber.token, headers, text, bytes: body.length }
    pushes.push(push)
    options.onPush?.(push)
    taken.set(topic, (taken.get(topic) ?? 0) + 1)
    return 201
  }

  const answer = (request: IncomingMessage, response: ServerResponse, body: Buffer): void => {
    const how = next()
    if (how.kind === 'status') return void response.writeHead(how.status, how.headers).end()
    const status = ((): number => {
      try {
        return take(request, body)
      } catch {
        return 400
      }
    })()
    const { headers = {} } = verdicts.get(subscribers.get(request.url ?? '')?.token ?? '') ?? {}
    if (how.kind === 'reset') request.socket.destroy()
    else if (how.kind === 'ok') setTimeout(() => response.writeHead(status, { ...headers }).end(), options.delayMs ?? 0)
  }

  const { cert, key } = await authority.issue({ names })
  const server = https.createServer({ cert, key }, (request, response) => {
    heard++
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => undefined)
    request.on('end', () => {
      answer(request, response, Buffer.concat(chunks))
      looks.look()
    })
  })
  server.on('connection', (socket: Socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }

  return {
    url: `https://127.0.0.1:${port}`,
    port,
    authority,
    pushes,
    taken,
    get heard() {
      return heard
    },
    get connections() {
      return connections
    },
    subscribe: ({ vapidPublicKey, host = '127.0.0.1' } = {}) => {
      const keys = createBrowserKeys()
      const path = `/push/${keys.auth.toString('hex')}`
      const token = JSON.stringify({
        endpoint: `https://${host}:${port}${path}`,
        expirationTime: null,
        keys: { p256dh: keys.curve.getPublicKey('base64url'), auth: keys.auth.toString('base64url') },
      })
      subscribers.set(path, { token, keys, vapidPublicKey })
      return token
    },
    verdict: (token, status, headers = {}) => {
      if (status === undefined) verdicts.delete(token)
      else verdicts.set(token, { status, headers })
    },
    behave: (nextBehaviour) => {
      behaviour = nextBehaviour
      left = nextBehaviour.times ?? Number.POSITIVE_INFINITY
    },
    waitFor: looks.waitFor,
    cut,
    close: async () => {
      cut()
      if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
