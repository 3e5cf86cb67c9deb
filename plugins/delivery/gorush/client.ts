import http from 'node:http'
import https from 'node:https'

/** Most bytes of an answer that are read. */
export const maxAnswerBytes = 1024 * 1024

export type Exchange =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string | undefined; readonly body: string }
  /** Nothing reached the other side. */
  | { readonly kind: 'not-sent'; readonly reason: string }
  /** It was sent, wholly or in part, and no whole answer came. */
  | { readonly kind: 'no-answer'; readonly reason: string }

export interface GorushClient {
  /** Posts JSON to a path. Settles at once when the signal aborts; never rejects. */
  post(path: string, body: string, signal: AbortSignal): Promise<Exchange>
  get(path: string, signal: AbortSignal): Promise<Exchange>
  /** Breaks off what is under way and drops the connections. Idempotent. */
  close(): void
}

const codeOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'connection error'
}

const abortReason = (signal: AbortSignal): string => (signal.reason === 'timeout' ? 'timed out' : 'stopped')

const basicAuth = (url: URL): Record<string, string> => {
  if (!url.username && !url.password) return {}
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** Collects an answer up to its limit; `cut` is called with the reason when it is not a whole one. */
const readBody = (
  response: http.IncomingMessage,
  whole: (body: string) => void,
  cut: (reason: string) => void,
): void => {
  const chunks: Buffer[] = []
  let size = 0
  response.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > maxAnswerBytes) cut('answer too long')
    else chunks.push(chunk)
  })
  response.on('end', () => (response.complete ? whole(Buffer.concat(chunks).toString('utf8')) : cut('half an answer')))
  response.on('error', () => cut('half an answer'))
  response.on('aborted', () => cut('half an answer'))
}

/** A client of one gorush, with connections that are kept. `sockets` is the most of them. */
export const createGorushClient = (baseUrl: string, sockets: number): GorushClient => {
  const base = new URL(baseUrl)
  const { Agent, request } = base.protocol === 'https:' ? https : http
  const agent = new Agent({ keepAlive: true, maxSockets: sockets, maxFreeSockets: sockets, scheduling: 'lifo' })
  const closing = new AbortController()
  const prefix = base.pathname.replace(/\/+$/, '')
  const auth = basicAuth(base)

  // A kept connection that turns out to be dead was cut by a gorush that went away, and the other idle ones with it.
  const dropIdle = (): void => {
    for (const sockets of Object.values(agent.freeSockets)) for (const socket of sockets ?? []) socket.destroy()
  }

  const send = (method: string, path: string, body: string | undefined, signal: AbortSignal): Promise<Exchange> =>
    new Promise((resolve) => {
      const stop = AbortSignal.any([signal, closing.signal])
      if (stop.aborted) return resolve({ kind: 'not-sent', reason: abortReason(stop) })
      const url = new URL(`${prefix}${path}`, base.origin)
      const content =
        body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
      const outgoing = request(url, { method, agent, headers: { ...auth, ...content } })
      let connected = false

      const settle = (exchange: Exchange): void => {
        stop.removeEventListener('abort', onAbort)
        resolve(exchange)
      }
      const fail = (reason: string): void => {
        settle({ kind: connected ? 'no-answer' : 'not-sent', reason })
        outgoing.destroy()
      }
      const onAbort = (): void => fail(abortReason(stop))

      stop.addEventListener('abort', onAbort, { once: true })
      outgoing.on('socket', (socket) => {
        if (outgoing.reusedSocket || !socket.connecting) connected = true
        else
          socket.once(base.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
            connected = true
          })
      })
      outgoing.on('error', (error) => {
        if (outgoing.reusedSocket) dropIdle()
        fail(codeOf(error))
      })
      outgoing.on('response', (response) => {
        const status = response.statusCode ?? 0
        readBody(
          response,
          (text) => settle({ kind: 'answer', status, retryAfter: response.headers['retry-after'], body: text }),
          fail,
        )
      })
      outgoing.end(body)
    })

  return {
    post: (path, body, signal) => send('POST', path, body, signal),
    get: (path, signal) => send('GET', path, undefined, signal),
    close: () => {
      closing.abort('stopped')
      agent.destroy()
    },
  }
}
