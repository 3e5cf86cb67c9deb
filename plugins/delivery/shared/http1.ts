import type { LookupFunction } from 'node:net'
import { Agent, type Dispatcher } from 'undici'
import type { Exchange } from './exchange.ts'

export interface HttpClientOptions {
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
  /** Scheme, host and port. */
  readonly origin: string
  /** With its query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** HTTP/1.1 with connections that are kept. Redirects are answers like others. */
export interface HttpClient {
  /** Settles at once when the signal aborts; never rejects. */
  request(request: HttpRequest, signal: AbortSignal): Promise<Exchange>
  /** Breaks off what is under way and drops the connections. Idempotent. */
  close(): void
}

const codeOf = (error: Error): string => {
  const code = 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'connection error'
}

/** What follows an answer of which the head is enough may take so long. */
const tailMs = 2_000

const abortReason = (signal: AbortSignal): string =>
  signal.reason === 'timeout' || (signal.reason instanceof Error && signal.reason.name === 'TimeoutError')
    ? 'timed out'
    : 'stopped'

const textOf = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header

export const createHttpClient = (options: HttpClientOptions): HttpClient => {
  const { sockets, mostAnswerBytes, readsBody, lookup, ca } = options
  const agent = new Agent({
    connections: sockets,
    pipelining: 1,
    allowH2: false,
    // How long a request may take is its signal's to say.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { ...(lookup === undefined ? {} : { lookup }), ...(ca === undefined ? {} : { ca }) },
  })
  const underWay = new Set<() => void>()

  /** Tells of one request what became of it, once. */
  const follow = (signal: AbortSignal, resolve: (exchange: Exchange) => void): Dispatcher.DispatchHandler => {
    let connection: Dispatcher.DispatchController | undefined
    let isSettled = false
    let head: { readonly status: number; readonly retryAfter: string | undefined } | undefined
    let body: Buffer[] = []
    let size = 0
    let tail: NodeJS.Timeout | undefined

    const settle = (exchange: Exchange): void => {
      if (isSettled) return
      isSettled = true
      signal.removeEventListener('abort', onAbort)
      underWay.delete(onClose)
      resolve(exchange)
    }
    const fail = (reason: string): void => {
      settle({ kind: connection === undefined ? 'not-sent' : 'no-answer', reason })
      if (connection?.aborted === false) connection.abort(new Error(reason))
    }
    const onAbort = (): void => fail(abortReason(signal))
    const onClose = (): void => fail('stopped')
    const answered = (text: string): void => {
      if (head !== undefined) settle({ kind: 'answer', ...head, body: text })
    }

    signal.addEventListener('abort', onAbort, { once: true })
    underWay.add(onClose)

    return {
      // It has a connection, and nothing of it was written yet.
      onRequestStart: (controller) => {
        if (isSettled) controller.abort(new Error('stopped'))
        else connection = controller
      },
      onResponseStart: (_, status, headers) => {
        // A word in between is no answer.
        if (status < 200) return
        head = { status, retryAfter: textOf(headers['retry-after']) }
        if (readsBody) return
        answered('')
        tail = setTimeout(() => connection?.abort(new Error('the answer does not end')), tailMs)
      },
      onResponseData: (_, chunk) => {
        size += chunk.length
        if (size > mostAnswerBytes) {
          body = []
          fail('answer too long')
        } else if (readsBody) body.push(chunk)
      },
      onResponseEnd: () => {
        clearTimeout(tail)
        answered(Buffer.concat(body).toString('utf8'))
      },
      onResponseError: (_, error) => {
        clearTimeout(tail)
        fail(head === undefined ? codeOf(error) : 'half an answer')
      },
    }
  }

  return {
    request: ({ body = null, ...request }, signal) =>
      new Promise((resolve) => {
        if (signal.aborted || agent.destroyed)
          return resolve({ kind: 'not-sent', reason: signal.aborted ? abortReason(signal) : 'stopped' })
        agent.dispatch({ ...request, body }, follow(signal, resolve))
      }),
    close: () => {
      for (const stop of underWay) stop()
      void agent.destroy()
    },
  }
}
