import type { Exchange } from '../shared/exchange.ts'
import { createHttpClient } from '../shared/http1.ts'

export type { Exchange } from '../shared/exchange.ts'

/** Most bytes of an answer that are read. */
export const maxAnswerBytes = 1024 * 1024

export interface GorushClient {
  /** Posts JSON to a path. Settles at once when the signal aborts; never rejects. */
  post(path: string, body: string, signal: AbortSignal): Promise<Exchange>
  get(path: string, signal: AbortSignal): Promise<Exchange>
  /** Breaks off what is under way and drops the connections. Idempotent. */
  close(): void
}

const basicAuth = (url: URL): Record<string, string> => {
  if (!url.username && !url.password) return {}
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** A client of one gorush, with connections that are kept. `sockets` is the most of them. */
export const createGorushClient = (baseUrl: string, sockets: number): GorushClient => {
  const base = new URL(baseUrl)
  const { origin } = base
  const client = createHttpClient({
    sockets,
    mostAnswerBytes: maxAnswerBytes,
    readsBody: true,
  })
  const prefix = base.pathname.replace(/\/+$/, '')
  const auth = basicAuth(base)
  const postHeaders = { ...auth, 'content-type': 'application/json' }
  return {
    post: (path, body, signal) =>
      client.request({ method: 'POST', origin, path: `${prefix}${path}`, headers: postHeaders, body }, signal),
    get: (path, signal) => client.request({ method: 'GET', origin, path: `${prefix}${path}`, headers: auth }, signal),
    close: client.close,
  }
}
