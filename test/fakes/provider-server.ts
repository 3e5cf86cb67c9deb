import http2, { type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { type Authority, type Certificate, createAuthority } from './certificate.ts'
import { createLooks } from './looks.ts'
import { createTcpProxy } from './tcp-proxy.ts'

const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR, NGHTTP2_REFUSED_STREAM } = http2.constants

/**
 * How the provider treats a request. `hang`: acts on it and never answers. `reset`: acts on it and breaks off the stream. `refuse`: says
 * that it did not act on it. `status`: answers so without acting. With `times` it goes back to `ok` after that many.
 */
export type ProviderBehaviour = { readonly times?: number } & (
  | { readonly kind: 'ok' | 'hang' | 'reset' | 'refuse' }
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body?: string
      readonly headers?: Readonly<Record<string, string>>
    }
)

export interface ProviderAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface ProviderRequest {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Which connection it came on, counted from 1. */
  readonly session: number
  /** The subject of the certificate that the client showed. */
  readonly clientCertificate: string | undefined
}

export interface ProviderServerOptions {
  readonly port?: number
  /** Whether clients must show a certificate of the fake's authority. */
  readonly requestCertificate?: boolean
  /** Most streams at once on a connection, as SETTINGS tell; 1,000 by default. */
  readonly maxConcurrentStreams?: number
  /** Who signs its certificate; absent: one of its own. */
  readonly authority?: Authority
  /** How long an answer takes. */
  readonly delayMs?: number
  /** Requests that no behaviour touches. */
  readonly isSpared?: (path: string) => boolean
  /** Hears of each request that is acted on; what it answers is called when the request is answered. */
  readonly onRequest?: () => () => void
  /** No stretch of network in front that can be broken: for measuring. */
  readonly direct?: boolean
}

/** Hold of a provider with HTTP/2 and real TLS on loopback. */
export interface ProviderServer {
  readonly url: string
  readonly port: number
  readonly authority: Authority
  /** Connections: of all times, and now. */
  readonly opened: number
  readonly open: number
  /** Requests that were heard, refused ones included. */
  readonly heard: number
  behave(behaviour: ProviderBehaviour): void
  setDelay(ms: number): void
  setMaxConcurrentStreams(count: number): void
  /** GOAWAY on every connection; what is under way is answered, then it is closed. `abrupt`: with an error, and closed at once. */
  goaway(options?: { readonly reason?: string; readonly abrupt?: boolean }): void
  /** From now on no byte passes, and nothing says so. */
  blackhole(): void
  /** Bytes pass again; connections that were held stay silent for ever. */
  heal(): Promise<void>
  /** Every connection is reset. */
  cut(): void
  /** Nobody listens any more until `heal`. */
  takeAway(): void
  /** Resolves when the condition holds, which is looked at after each request. Rejects after `timeoutMs`. */
  waitFor(condition: () => boolean, timeoutMs: number): Promise<void>
  /** Idempotent. */
  close(): Promise<void>
}

const maxBodyBytes = 1024 * 1024

/** Runs a provider whose answers `answer` decides; it is called once the whole request is there and is to be acted on. */
export const startProviderServer = async (
  options: ProviderServerOptions,
  answer: (request: ProviderRequest) => ProviderAnswer | Promise<ProviderAnswer>,
): Promise<ProviderServer> => {
  const authority = options.authority ?? (await createAuthority())
  const { cert, key }: Certificate = await authority.issue({ names: ['localhost', '127.0.0.1', '::1'] })
  let behaviour: ProviderBehaviour = { kind: 'ok' }
  let left = Number.POSITIVE_INFINITY
  let delayMs = options.delayMs ?? 0
  let streams = options.maxConcurrentStreams ?? 1_000
  let opened = 0
  let heard = 0
  const sessions = new Map<ServerHttp2Session, number>()
  const looks = createLooks('the fake provider')

  const server = http2.createSecureServer({
    cert,
    key,
    settings: { maxConcurrentStreams: streams },
    ...(options.requestCertificate ? { requestCert: true, rejectUnauthorized: true, ca: authority.cert } : {}),
  })
  server.on('session', (one) => {
    const session = one as ServerHttp2Session
    sessions.set(session, ++opened)
    session.on('close', () => sessions.delete(session))
    session.on('error', () => undefined)
  })
  /** One that was destroyed tells it a turn later. */
  const living = (): ServerHttp2Session[] => [...sessions.keys()].filter((session) => !session.destroyed)
  // Also those whose handshake was never finished, which no session knows of.
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('sessionError', () => undefined)
  server.on('tlsClientError', () => undefined)

  const next = (): ProviderBehaviour => {
    if (left <= 0) behaviour = { kind: 'ok' }
    left--
    return behaviour
  }

  const respond = (stream: ServerHttp2Stream, { status, headers = {}, body = '' }: ProviderAnswer): void => {
    if (stream.destroyed || stream.closed) return
    stream.respond({ ':status': status, ...headers }, { endStream: body === '' })
    if (body !== '') stream.end(body)
  }

  const act = async (stream: ServerHttp2Stream, request: ProviderRequest, how: ProviderBehaviour): Promise<void> => {
    if (how.kind === 'status') return respond(stream, how)
    const answered = options.onRequest?.()
    if (answered !== undefined) stream.once('close', answered)
    const decided = await answer(request)
    if (how.kind === 'hang') return
    if (how.kind === 'reset') return stream.close(NGHTTP2_INTERNAL_ERROR)
    if (delayMs > 0) setTimeout(respond, delayMs, stream, decided)
    else respond(stream, decided)
  }

  server.on('stream', (one, headers) => {
    const stream = one as ServerHttp2Stream
    heard++
    const how: ProviderBehaviour = options.isSpared?.(String(headers[':path'])) ? { kind: 'ok' } : next()
    stream.on('error', () => undefined)
    if (how.kind === 'refuse') stream.close(NGHTTP2_REFUSED_STREAM)
    else {
      let body = ''
      stream.setEncoding('utf8')
      stream.on('data', (chunk: string) => {
        body += chunk
        if (body.length > maxBodyBytes) stream.close(NGHTTP2_INTERNAL_ERROR)
      })
      stream.on('end', () => {
        // A stream that breaks off ends as well, with half a body.
        if (stream.aborted || stream.destroyed) return
        const { session } = stream
        const socket = session?.socket as { getPeerCertificate?: () => { subject?: { CN?: string } } } | undefined
        const request = {
          headers,
          body,
          session: sessions.get(session as ServerHttp2Session) ?? 0,
          clientCertificate: options.requestCertificate ? socket?.getPeerCertificate?.().subject?.CN : undefined,
        }
        act(stream, request, how)
          .catch(() => stream.close(NGHTTP2_INTERNAL_ERROR))
          .finally(looks.look)
      })
    }
    looks.look()
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.direct ? (options.port ?? 0) : 0, '127.0.0.1', resolve)
  })
  const own = (server.address() as AddressInfo).port
  const network = options.direct ? undefined : await createTcpProxy(own)
  const port = network?.port ?? own

  const sayGoodbye = (reason: string, abrupt: boolean): void => {
    const words = Buffer.from(JSON.stringify({ reason }))
    for (const session of living()) {
      session.goaway(abrupt ? NGHTTP2_INTERNAL_ERROR : NGHTTP2_NO_ERROR, undefined, words)
      if (abrupt) setImmediate(() => session.destroy())
      else session.close()
    }
  }

  return {
    url: `https://127.0.0.1:${port}`,
    port,
    authority,
    get opened() {
      return opened
    },
    get open() {
      return sessions.size
    },
    get heard() {
      return heard
    },
    behave: (nextBehaviour) => {
      behaviour = nextBehaviour
      left = nextBehaviour.times ?? Number.POSITIVE_INFINITY
    },
    setDelay: (ms) => {
      delayMs = ms
    },
    setMaxConcurrentStreams: (count) => {
      streams = count
      server.updateSettings({ maxConcurrentStreams: streams })
      for (const session of living()) session.settings({ maxConcurrentStreams: streams })
    },
    goaway: ({ reason = 'Shutdown', abrupt = false } = {}) => sayGoodbye(reason, abrupt),
    blackhole: () => network?.cut('silence'),
    heal: async () => network?.mend('forget'),
    cut: () => {
      for (const session of sessions.keys()) session.destroy()
    },
    takeAway: () => network?.cut('refuse'),
    waitFor: looks.waitFor,
    close: async () => {
      for (const session of sessions.keys()) session.destroy()
      await network?.close()
      for (const socket of sockets) socket.destroy()
      if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
