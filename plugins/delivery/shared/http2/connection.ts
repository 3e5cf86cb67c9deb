import http2, {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2'
import type { Exchange } from '../exchange.ts'
import { reasonOf } from '../exchange.ts'
import type { Job } from './job.ts'

const { NGHTTP2_REFUSED_STREAM, NGHTTP2_CANCEL, NGHTTP2_NO_ERROR } = http2.constants
/** Most bytes of an answer that are kept: errors of providers are below one KiB. */
const maxAnswerBytes = 64 * 1024
const [soonestLookMs, latestLookMs] = [10, 250] as const

/** `refused`: the provider says that it did not act on the request, so that it may be sent again elsewhere. */
export type StreamEnd = Exchange | { readonly kind: 'refused' }
const refused: StreamEnd = { kind: 'refused' }

/** A request with what was heard of its answer so far. */
interface UnderWay {
  readonly job: Job
  status: number
  retryAfter: string | undefined
  body: string
  isWhole: boolean
  isSettled: boolean
}

const answerOf = ({ status, retryAfter, body }: UnderWay): StreamEnd => ({ kind: 'answer', status, retryAfter, body })

export interface WatchdogLimits {
  /** With requests under way, silence for so long is answered with a PING; milliseconds. */
  readonly quietMs: number
  /** The same without requests. */
  readonly idleMs: number
  /** A PING that is not answered by then means that the path is dead. */
  readonly pingTimeoutMs: number
}

export interface ConnectionLimits {
  readonly mostStreams: number
  readonly watchdog: WatchdogLimits
}

export interface Connection {
  /** Streams that may be opened now. */
  readonly free: number
  readonly inFlight: number
  /** Whether it takes no more requests: the provider said goodbye, or the path is dead. */
  readonly ended: boolean
  /** Sends a request; `done` hears once what became of it, by the job's deadline at the latest. */
  send(job: Job): void
  /** Breaks off what is under way. */
  destroy(reason: string): void
}

/**
 * One HTTP/2 connection with requests on it. `done` is called with what became of each, `room` when streams became free, `end`
 * when it takes no more requests (what is under way then still ends by itself), `close` when it is gone.
 */
export const createConnection = (
  session: ClientHttp2Session,
  { mostStreams, watchdog }: ConnectionLimits,
  on: {
    readonly done: (job: Job, end: StreamEnd) => void
    readonly room: () => void
    readonly end: () => void
    readonly close: () => void
  },
): Connection => {
  const underWay = new Map<ClientHttp2Stream, UnderWay>()
  let ended = false
  let lastStreamId = Number.POSITIVE_INFINITY
  let heardAt = performance.now()
  let pinging = false
  let brokenBecause: string | undefined
  let streams = Math.min(mostStreams, session.remoteSettings.maxConcurrentStreams ?? mostStreams)

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
      if (error === null) heardAt = performance.now()
    }
    if (!session.ping(answered)) answered(null)
  }

  /** One timer for all requests: one for each would cost more than the rest of this file. */
  const look = (): void => {
    const now = performance.now()
    for (const [stream, request] of underWay) if (now >= request.job.deadline) giveUp(stream, request, 'timed out')
    const isQuiet = now - heardAt >= (underWay.size > 0 ? watchdog.quietMs : watchdog.idleMs)
    if (isQuiet && !pinging && !session.destroyed) ping()
  }
  const lookEveryMs = Math.max(soonestLookMs, Math.min(latestLookMs, watchdog.quietMs / 2))
  const timer = setInterval(look, lookEveryMs).unref()

  session.on('error', (error) => {
    brokenBecause ??= reasonOf(error)
  })
  session.on('goaway', (_code: number, last: number) => {
    lastStreamId = last
    end()
  })
  session.on('remoteSettings', ({ maxConcurrentStreams = mostStreams }) => {
    streams = Math.min(mostStreams, maxConcurrentStreams)
    on.room()
  })
  session.on('close', () => {
    clearInterval(timer)
    ended = true
    on.close()
    on.end()
  })

  const brokenOff = (stream: ClientHttp2Stream): StreamEnd => {
    // Above the last one that the provider names nothing was looked at (RFC 9113, 6.8).
    if (stream.rstCode === NGHTTP2_REFUSED_STREAM || (stream.id ?? Number.POSITIVE_INFINITY) > lastStreamId)
      return refused
    return { kind: 'no-answer', reason: brokenBecause ?? 'the provider broke off the request' }
  }

  // One set of listeners for all streams: a set for each would be a fifth of what a push costs.
  const settle = (request: UnderWay, result: StreamEnd): void => {
    if (request.isSettled) return
    request.isSettled = true
    on.done(request.job, result)
  }

  const giveUp = (stream: ClientHttp2Stream, request: UnderWay, reason: string): void => {
    settle(request, { kind: 'no-answer', reason })
    stream.close(NGHTTP2_CANCEL)
  }

  function onResponse(this: ClientHttp2Stream, headers: IncomingHttpHeaders & IncomingHttpStatusHeader): void {
    heardAt = performance.now()
    const request = underWay.get(this)
    if (request === undefined) return
    request.status = headers[':status'] ?? 0
    request.retryAfter = headers['retry-after']
    if (request.status === 200 && !request.job.readsBody) {
      // It is done: there is no need to wait for the end.
      settle(request, answerOf(request))
      this.resume()
    } else
      this.setEncoding('utf8').on('data', (chunk: string) => {
        if (request.body.length < maxAnswerBytes) request.body += chunk
      })
  }

  function onEnd(this: ClientHttp2Stream): void {
    const request = underWay.get(this)
    if (request !== undefined) request.isWhole = request.status !== 0 && !this.aborted
  }

  function onClose(this: ClientHttp2Stream): void {
    const request = underWay.get(this)
    underWay.delete(this)
    if (request !== undefined && !request.isSettled) {
      const isAnswer = request.isWhole && this.rstCode === NGHTTP2_NO_ERROR
      settle(request, isAnswer ? answerOf(request) : brokenOff(this))
    }
    on.room()
  }

  const send = (job: Job): void => {
    let stream: ClientHttp2Stream
    try {
      stream = session.request(job.headers)
    } catch {
      end()
      on.done(job, refused)
      return
    }
    const request = { job, status: 0, retryAfter: undefined, body: '', isWhole: false, isSettled: false }
    underWay.set(stream, request)
    job.giveUp = (reason) => giveUp(stream, request, reason)
    stream.on('response', onResponse)
    stream.on('end', onEnd)
    // 'close' follows, and knows more.
    stream.on('error', ignore)
    stream.on('close', onClose)
    stream.end(job.body)
  }

  return {
    get free() {
      if (ended || session.closed || session.destroyed) return 0
      return Math.max(0, streams - underWay.size)
    },
    get inFlight() {
      return underWay.size
    },
    get ended() {
      return ended
    },
    send,
    destroy,
  }
}

const ignore = (): void => undefined
