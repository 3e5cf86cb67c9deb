import http from 'node:http'
import https from 'node:https'
import type { LookupFunction } from 'node:net'
import type { Exchange } from './exchange.ts'

export interface HttpClientOptions {
  readonly protocol: 'http:' | 'https:'
  /** Most connections to one host. */
  readonly sockets: number
  /** Most bytes of an answer that are read. */
  readonly mostAnswerBytes: number
  /** Whether the answer's body matters: one that is cut off or too long is then none. Otherwise its status is enough. */
  readonly readsBody: boolean
  /** In place of the system's look-up of names. */
  readonly lookup?: LookupFunction
  /** Who signs certificates, in PEM; absent: the public authorities. */
  readonly ca?: string | undefined
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string | number>>
  readonly body?: string | Uint8Array
}

/** HTTP/1.1 with connections that are kept. Redirects are answers like others. */
export interface HttpClient {
  /** Settles at once when the signal aborts; never rejects. */
  request(request: HttpRequest, signal: AbortSignal): Promise<Exchange>
  /** Breaks off what is under way and drops the connections. Idempotent. */
  close(): void
}

const codeOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'connection error'
}

const abortReason = (signal: AbortSignal): string =>
  signal.reason === 'timeout' || (signal.reason instanceof Error && signal.reason.name === 'TimeoutError')
    ? 'timed out'
    : 'stopped'

/** Collects an answer up to its limit; `cut` is called with the reason when it is not a whole one. */
const readBody = (
  response: http.IncomingMessage,
  mostBytes: number,
  whole: (body: string) => void,
  cut: (reason: string) => void,
): void => {
  const chunks: Buffer[] = []
  let size = 0
  response.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > mostBytes) cut('answer too long')
    else chunks.push(chunk)
  })
  response.on('end', () => (response.complete ? whole(Buffer.concat(chunks).toString('utf8')) : cut('half an answer')))
  response.on('error', () => cut('half an answer'))
  response.on('aborted', () => cut('half an answer'))
}

export const createHttpClient = (options: HttpClientOptions): HttpClient => {
  const { protocol, sockets, mostAnswerBytes, readsBody, lookup, ca } = options
  const { Agent, request } = protocol === 'https:' ? https : http
  const agent = new Agent({
    keepAlive: true,
    maxSockets: sockets,
    maxFreeSockets: sockets,
    scheduling: 'lifo',
    ...(lookup === undefined ? {} : { lookup }),
    ...(ca === undefined ? {} : { ca }),
  })
  const closing = new AbortController()

  // A kept connection that turns out to be dead was cut by a server that went away, and its other idle ones with it.
  const dropIdle = (host: string): void => {
    for (const [name, idle] of Object.entries(agent.freeSockets))
      if (name.startsWith(`${host}:`)) for (const socket of idle ?? []) socket.destroy()
  }

  return {
    request: ({ method, url, headers, body }, signal) =>
      new Promise((resolve) => {
        const stop = AbortSignal.any([signal, closing.signal])
        if (stop.aborted) return resolve({ kind: 'not-sent', reason: abortReason(stop) })
        const outgoing = request(url, { method, agent, headers })
        let connected = false

        const fail = (reason: string): void => {
          resolve({ kind: connected ? 'no-answer' : 'not-sent', reason })
          outgoing.destroy()
        }
        const onAbort = (): void => fail(abortReason(stop))

        stop.addEventListener('abort', onAbort, { once: true })
        outgoing.on('close', () => stop.removeEventListener('abort', onAbort))
        outgoing.on('socket', (socket) => {
          if (outgoing.reusedSocket || !socket.connecting) connected = true
          else
            socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => {
              connected = true
            })
        })
        outgoing.on('error', (error) => {
          if (outgoing.reusedSocket) dropIdle(url.hostname)
          fail(codeOf(error))
        })
        outgoing.on('response', (response) => {
          const settle = (text: string): void =>
            resolve({
              kind: 'answer',
              status: response.statusCode ?? 0,
              retryAfter: response.headers['retry-after'],
              body: text,
            })
          if (!readsBody) settle('')
          readBody(response, mostAnswerBytes, settle, fail)
        })
        outgoing.end(body)
      }),
    close: () => {
      closing.abort('stopped')
      agent.destroy()
    },
  }
}
