import http2, { type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2'
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
  /** Sends a request; `done` is called once with what became of it, by the job's deadline at the latest. */
  send(job: Job, done: (end: StreamEnd) => void): void
  /** Breaks off what is under way. */
  destroy(reason: string): void
}

/**
 * One HTTP/2 connection with requests on it. `room` is called when streams became free, `end` when it takes no more
 * requests (what is under way then still ends by itself), `close` when it is gone.
 */
export const createConnection = (
  session: ClientHttp2Session,
  { mostStreams, watchdog }: ConnectionLimits,
  on: { readonly room: () => void; readonly end: () => void; readonly close: () => void },
): Connection => {
  /** What is under way, with what gives it up. */
  const underWay = new Map<ClientHttp2Stream, { readonly job: Job; readonly giveUp: (reason: string) => void }>()
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
    for (const { job, giveUp } of underWay.values()) if (now >= job.deadline) giveUp('timed out')
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

  const send = (job: Job, done: (end: StreamEnd) => void): void => {
    let stream: ClientHttp2Stream
    try {
      stream = session.request(job.headers)
    } catch {
      end()
      done(refused)
      return
    }
    let status = 0
    let retryAfter: string | undefined
    let body = ''
    let isWhole = false
    let isSettled = false

    const settle = (result: StreamEnd): void => {
      if (isSettled) return
      isSettled = true
      done(result)
    }
    const giveUp = (reason: string): void => {
      settle({ kind: 'no-answer', reason })
      stream.close(NGHTTP2_CANCEL)
    }
    underWay.set(stream, { job, giveUp })
    job.giveUp = giveUp

    stream.on('response', (headers) => {
      heardAt = performance.now()
      status = headers[':status'] ?? 0
      retryAfter = headers['retry-after']
      if (status === 200 && !job.readsBody) {
        // It is done: there is no need to wait for the end.
        settle({ kind: 'answer', status, retryAfter, body })
        stream.resume()
      } else
        stream.setEncoding('utf8').on('data', (chunk: string) => {
          if (body.length < maxAnswerBytes) body += chunk
        })
    })
    stream.on('end', () => {
      isWhole = status !== 0 && !stream.aborted
    })
    // 'close' follows, and knows more.
    stream.on('error', ignore)
    stream.on('close', () => {
      underWay.delete(stream)
      const isAnswer = isWhole && stream.rstCode === NGHTTP2_NO_ERROR
      settle(isAnswer ? { kind: 'answer', status, retryAfter, body } : brokenOff(stream))
      on.room()
    })
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
