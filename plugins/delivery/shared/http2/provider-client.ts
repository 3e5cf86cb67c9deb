import { type Exchange, reasonOf } from '../exchange.ts'
import { type Connection, createConnection, type WatchdogLimits } from './connection.ts'
import { type DialOptions, dial } from './dial.ts'
import { createAborts, type Job, type ProviderRequest } from './job.ts'

export interface ProviderClientOptions extends DialOptions {
  /** Most connections, 1 to 4: another one is opened when requests wait for room on those that are there. */
  readonly mostConnections: number
  /** Most time for one request with all that it waits for, in milliseconds. */
  readonly timeoutMs: number
  /** Most requests at once on one connection, however many the provider allows. */
  readonly mostStreams?: number
  readonly watchdog?: Partial<WatchdogLimits>
  /** Whether the body of a 200 is of interest: it is not waited for otherwise. */
  readonly readsBody?: boolean
}

export interface ProviderState {
  readonly connections: number
  /** Requests that were sent and not answered yet. */
  readonly inFlight: number
  /** Requests that wait for room on a connection. */
  readonly waiting: number
  readonly opened: number
  readonly resent: number
  /** Why the last connection could not be made, until one is made. */
  readonly failure: string | undefined
}

export interface ProviderClient {
  /** Settles with one exchange; never rejects. On abort at once. */
  request(request: ProviderRequest, signal: AbortSignal): Promise<Exchange>
  state(): ProviderState
  /** Makes a connection if there is none; says what is in the way, otherwise `undefined`. */
  reach(): Promise<string | undefined>
  /** Breaks off what is under way and closes the connections. Idempotent. */
  close(): void
}

const mostResends = 5
const resendPauseMs = 10
const [firstPauseMs, longestPauseMs] = [200, 10_000] as const
const defaults: WatchdogLimits = { quietMs: 3_000, idleMs: 60_000, pingTimeoutMs: 5_000 }
const stopped: Exchange = { kind: 'not-sent', reason: 'stopped' }
const refusedAgain: Exchange = { kind: 'not-sent', reason: 'the provider refused the request again and again' }

/**
 * Requests to one provider over a few HTTP/2 connections. What the provider refused unread (REFUSED_STREAM, or above the last
 * stream of a GOAWAY) is sent again here; what may have been acted on never is: that is for the caller, who knows an id under
 * which repetitions fold.
 */
export const createProviderClient = (options: ProviderClientOptions): ProviderClient => {
  const { mostConnections, timeoutMs, mostStreams = 1_000, readsBody = false } = options
  const pseudoFields = [':method', 'POST', ':scheme', 'https', ':authority', new URL(options.origin).host, ':path']
  const limits = { mostStreams, watchdog: { ...defaults, ...options.watchdog } }
  const closing = new AbortController()
  const connections = new Set<Connection>()
  const waiting = new Map<Job, NodeJS.Timeout>()
  const aborts = createAborts()
  let dialling: Promise<void> | undefined
  let failures = 0
  let failure: string | undefined
  let nextDialAt = 0
  let opened = 0
  let resent = 0

  const usable = (): Connection[] => [...connections].filter(({ ended }) => !ended)

  const roomiest = (): Connection | undefined => {
    let best: Connection | undefined
    for (const connection of connections) if (connection.free > (best?.free ?? 0)) best = connection
    return best
  }

  const failWaiting = (reason: string): void => {
    for (const job of [...waiting.keys()]) job.giveUp(reason)
  }

  const stopWaiting = (job: Job): void => {
    clearTimeout(waiting.get(job))
    waiting.delete(job)
  }

  const wait = (job: Job): void => {
    job.giveUp = (reason) => {
      stopWaiting(job)
      job.settle({ kind: 'not-sent', reason })
    }
    const timeLeft = Math.max(0, job.deadline - performance.now())
    waiting.set(
      job,
      setTimeout(() => job.giveUp('no connection had room in time'), timeLeft),
    )
  }

  const sendWaiting = (): void => {
    if (waiting.size === 0) return
    for (const job of [...waiting.keys()]) {
      const connection = roomiest()
      if (connection === undefined) break
      stopWaiting(job)
      connection.send(job)
    }
    growIfNeeded()
  }

  const growIfNeeded = (): void => {
    if (waiting.size === 0 || dialling !== undefined || closing.signal.aborted) return
    const there = usable().length
    if (there >= mostConnections) return
    if (performance.now() < nextDialAt) {
      if (there === 0) failWaiting(failure ?? 'it could not be connected to')
      return
    }
    startDialling()
  }

  const startDialling = (): void => {
    dialling = connect().finally(() => {
      dialling = undefined
      sendWaiting()
    })
  }

  const connect = async (): Promise<void> => {
    try {
      const session = await dial(options, closing.signal)
      const connection: Connection = createConnection(session, limits, {
        done: (job, end) => (end.kind === 'refused' ? again(connection, job) : job.settle(end)),
        room: sendWaiting,
        end: growIfNeeded,
        close: () => connections.delete(connection),
      })
      connections.add(connection)
      opened++
      failures = 0
      failure = undefined
    } catch (error) {
      failure = reasonOf(error)
      nextDialAt = performance.now() + Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures++, 10))
      if (usable().length === 0) failWaiting(failure)
    }
  }

  const dispatch = (job: Job): void => {
    const connection = waiting.size === 0 ? roomiest() : undefined
    if (closing.signal.aborted) job.settle(stopped)
    else if (connection !== undefined) connection.send(job)
    else {
      wait(job)
      growIfNeeded()
    }
  }

  const again = (connection: Connection, job: Job): void => {
    if (job.resends++ === mostResends) job.settle(refusedAgain)
    else {
      resent++
      if (connection.ended) dispatch(job)
      else pause(job)
    }
  }

  const pause = (job: Job): void => {
    const timer = setTimeout(dispatch, resendPauseMs * 2 ** job.resends, job)
    job.giveUp = (reason) => {
      clearTimeout(timer)
      job.settle({ kind: 'not-sent', reason })
    }
  }

  const request = ({ path, fields, body }: ProviderRequest, signal: AbortSignal): Promise<Exchange> =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve(stopped)
      const job: Job = {
        // node:http2 takes a list as it is; an object it takes apart, for three microseconds.
        headers: [...pseudoFields, path, 'content-length', String(body.byteLength), ...fields],
        body,
        readsBody,
        deadline: performance.now() + timeoutMs,
        resends: 0,
        settle: (exchange) => {
          aborts.leave(job, signal)
          resolve(exchange)
        },
        giveUp: () => undefined,
      }
      aborts.enter(job, signal)
      dispatch(job)
    })

  return {
    request,
    state: () => ({
      connections: usable().length,
      inFlight: [...connections].reduce((sum, { inFlight }) => sum + inFlight, 0),
      waiting: waiting.size,
      opened,
      resent,
      failure,
    }),
    reach: async () => {
      if (usable().length > 0) return undefined
      if (dialling === undefined && performance.now() >= nextDialAt && !closing.signal.aborted) startDialling()
      await dialling
      return usable().length > 0 ? undefined : (failure ?? 'it could not be connected to')
    },
    close: () => {
      closing.abort()
      failWaiting('stopped')
      for (const connection of connections) connection.destroy('stopped')
    },
  }
}
