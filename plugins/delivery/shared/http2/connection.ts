import http2, { type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from 'node:http2'
import { type Exchange, reasonOf } from './exchange.ts'

const { NGHTTP2_REFUSED_STREAM, NGHTTP2_CANCEL } = http2.constants
/** Most bytes of an answer that are kept: errors of providers are below one KiB. */
const maxAnswerBytes = 64 * 1024

/** `refused`: the provider says that it did not act on the request, so that it may be sent again elsewhere. */
export type StreamEnd = Exchange | { readonly kind: 'refused' }

export interface WatchdogLimits {
  /** With requests under way, silence for so long is answered with a PING; milliseconds. */
  readonly quietMs: number
  /** The same without requests. */
  readonly idleMs: number
  /** A PING that is not answered by then means that the path is dead. */
  readonly pingTimeoutMs: number
}

export interface Connection {
  /** Streams that may be opened now. */
  readonly free: number
  readonly inFlight: number
  /** Whether it takes no more requests: the provider said goodbye, or the path is dead. */
  readonly ended: boolean
  send(
    headers: OutgoingHttpHeaders,
    body: Uint8Array,
    request: { timeoutMs: number; signal: AbortSignal },
  ): Promise<StreamEnd>
  /** Breaks off what is under way. */
  destroy(reason: string): void
}

/**
 * One HTTP/2 connection with requests on it. `onRoom` is called when streams became free, `onEnd` when it takes no more
 * requests (what is under way then still ends by itself), `onClose` when it is gone.
 */
export const createConnection = (
  session: ClientHttp2Session,
  { mostStreams, watchdog }: { readonly mostStreams: number; readonly watchdog: WatchdogLimits },
  on: { readonly room: () => void; readonly end: () => void; readonly close: () => void },
): Connection => {
  let inFlight = 0
  let ended = false
  let lastStreamId = Number.POSITIVE_INFINITY
  let heardAt = performance.now()
  let pinging = false
  let brokenBecause: string | undefined

  const heard = (): void => {
    heardAt = performance.now()
  }

  const end = (): void => {
    if (ended) return
    ended = true
    if (!session.closed) session.close()
    on.end()
  }

  const destroy = (reason: string): void => {
    brokenBecause ??= reason
    ended = true
    session.destroy()
  }

  const ping = (): void => {
    pinging = true
    const timer = setTimeout(() => destroy('the path to it is dead'), watchdog.pingTimeoutMs)
    const answered = (error: Error | null): void => {
      clearTimeout(timer)
      pinging = false
      if (error === null) heard()
    }
    if (!session.ping(answered)) answered(null)
  }

  const look = (): void => {
    const quiet = performance.now() - heardAt
    if (pinging || session.destroyed) return
    if (quiet >= (inFlight > 0 ? watchdog.quietMs : watchdog.idleMs)) ping()
  }
  const timer = setInterval(look, Math.max(10, Math.min(1_000, watchdog.quietMs / 2))).unref()

  session.on('error', (error) => {
    brokenBecause ??= reasonOf(error)
  })
  session.on('goaway', (_code: number, last: number) => {
    lastStreamId = last
    end()
  })
  session.on('remoteSettings', () => on.room())
  session.on('close', () => {
    clearInterval(timer)
    ended = true
    on.close()
    on.end()
  })

  const endOf = (stream: ClientHttp2Stream): StreamEnd => {
    // Above the last one that the provider names nothing was looked at (RFC 9113, 6.8).
    if (stream.rstCode === NGHTTP2_REFUSED_STREAM || (stream.id ?? Number.POSITIVE_INFINITY) > lastStreamId)
      return { kind: 'refused' }
    return { kind: 'no-answer', reason: brokenBecause ?? 'the provider broke off the request' }
  }

  const send: Connection['send'] = (headers, body, { timeoutMs, signal }) =>
    new Promise((resolve) => {
      let stream: ClientHttp2Stream
      try {
        stream = session.request(headers)
      } catch {
        end()
        return resolve({ kind: 'refused' })
      }
      inFlight++
      let status = 0
      let retryAfter: string | undefined
      let text = ''
      let whole = false
      let settled = false

      const settle = (result: StreamEnd): void => {
        if (settled) return
        settled = true
        clearTimeout(timeout)
        signal.removeEventListener('abort', onAbort)
        resolve(result)
      }
      const giveUp = (reason: string): void => {
        settle({ kind: 'no-answer', reason })
        stream.close(NGHTTP2_CANCEL)
      }
      const onAbort = (): void => giveUp('stopped')
      const timeout = setTimeout(giveUp, timeoutMs, 'timed out')
      signal.addEventListener('abort', onAbort)

      stream.on('response', (answer) => {
        heard()
        status = Number(answer[':status'])
        retryAfter = answer['retry-after'] as string | undefined
      })
      stream.setEncoding('utf8')
      stream.on('data', (chunk: string) => {
        if (text.length < maxAnswerBytes) text += chunk
      })
      stream.on('end', () => {
        whole = status !== 0 && !stream.aborted
      })
      // 'close' follows, and knows more.
      stream.on('error', () => undefined)
      stream.on('close', () => {
        inFlight--
        const isAnswer = whole && (stream.rstCode ?? 0) === 0
        settle(isAnswer ? { kind: 'answer', status, retryAfter, body: text } : endOf(stream))
        on.room()
      })
      stream.end(body)
    })

  return {
    get free() {
      if (ended || session.closed || session.destroyed) return 0
      const limit = session.remoteSettings.maxConcurrentStreams ?? mostStreams
      return Math.max(0, Math.min(limit, mostStreams) - inFlight)
    },
    get inFlight() {
      return inFlight
    },
    get ended() {
      return ended
    },
    send,
    destroy,
  }
}
