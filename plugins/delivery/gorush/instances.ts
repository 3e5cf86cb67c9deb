import type { Log } from '../../../src/ports/index.ts'
import { createGorushClient, type Exchange, type GorushClient } from './client.ts'
import { createHealth, type GorushHealth } from './health.ts'
import type { Mode } from './settings.ts'

/** One that failed is left alone for so long; others take its requests. */
const restMs = 10_000

/** One gorush of several. */
export interface Instance {
  /** Without a password. */
  readonly name: string
  readonly client: GorushClient
  readonly health: GorushHealth
  /** Requests that it was sent. */
  readonly requests: number
  readonly state: 'ok' | 'resting'
  /** What it answered is of no use: others take its requests for a while. */
  rest(): void
}

export interface Posted {
  readonly exchange: Exchange
  readonly instance: Instance
}

export interface Instances {
  readonly all: readonly Instance[]
  /**
   * Posts to one of them, in turn, and to the next where nothing can have come of it: never after an answer that did not
   * come. `pushes` is how many the body holds.
   */
  post(path: string, body: string, pushes: number, signal: AbortSignal): Promise<Posted>
  close(): void
}

/** Whether an exchange leaves no doubt that nothing was pushed, and another gorush may do better. */
const isForTheNext = (exchange: Exchange, pushes: number): boolean => {
  if (exchange.kind === 'not-sent') return exchange.reason !== 'stopped'
  if (exchange.kind === 'no-answer') return false
  const { status } = exchange
  // A full queue answers 500, after it took what stands in front of the one too many.
  if (status === 500) return pushes === 1
  return status === 429 || status === 503 || (status >= 300 && status < 500 && status !== 400 && status !== 413)
}

/** What went wrong, in a few words. */
export const troubleOf = (exchange: Exchange): string =>
  exchange.kind === 'answer' ? `status ${exchange.status}` : exchange.reason

export const createInstances = (
  urls: readonly string[],
  {
    sockets,
    mode,
    log,
    now,
  }: { readonly sockets: number; readonly mode: Mode; readonly log: Log; readonly now: () => number },
): Instances => {
  const make = (url: string) => {
    const client = createGorushClient(url, sockets)
    const { origin, pathname } = new URL(url)
    const instance = {
      name: `${origin}${pathname === '/' ? '' : pathname}`,
      client,
      health: createHealth(client, mode, log, now),
      requests: 0,
      restsUntil: 0,
      get state(): 'ok' | 'resting' {
        return instance.restsUntil > performance.now() ? 'resting' : 'ok'
      },
      rest: (): void => {
        instance.restsUntil = performance.now() + restMs
      },
    }
    return instance
  }
  const all = urls.map(make)
  let turn = 0

  /** Those that are well first, each in turn; those that rest after them, the one that rested longest first. */
  const inOrder = () => {
    if (all.length === 1) return all
    const start = turn++ % all.length
    const turned = [...all.slice(start), ...all.slice(0, start)]
    return turned.toSorted((a, b) =>
      a.state === b.state && a.state === 'ok' ? 0 : Math.max(a.restsUntil, 0) - Math.max(b.restsUntil, 0),
    )
  }

  const post = async (path: string, body: string, pushes: number, signal: AbortSignal): Promise<Posted> => {
    const [first, ...others] = inOrder()
    if (first === undefined) throw new Error('there is no gorush')
    let posted: Posted | undefined
    for (const instance of [first, ...others]) {
      // Of the last one asked, the sender takes note.
      if (posted !== undefined) posted.instance.health.noteFailure(troubleOf(posted.exchange))
      instance.requests++
      const exchange = await instance.client.post(path, body, signal)
      posted = { exchange, instance }
      const isFailing = exchange.kind === 'answer' ? exchange.status >= 500 : exchange.reason !== 'stopped'
      if (!isForTheNext(exchange, pushes)) {
        if (isFailing) instance.rest()
        else if (exchange.kind === 'answer') instance.restsUntil = 0
        break
      }
      instance.rest()
      if (signal.aborted) break
    }
    return posted ?? { exchange: { kind: 'not-sent', reason: 'stopped' }, instance: first }
  }

  return {
    all,
    post,
    close: () => {
      for (const { client } of all) client.close()
    },
  }
}
