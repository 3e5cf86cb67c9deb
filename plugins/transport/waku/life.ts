import { setTimeout as sleep } from 'node:timers/promises'
import type { TransportEvents } from '../../../src/ports/index.ts'

/** How long a close lasts at most, milliseconds. */
const closeMs = 4_500

/** Why a signal aborted, as an Error. */
export const abortError = (signal: AbortSignal): Error =>
  signal.reason instanceof Error ? signal.reason : new Error('It was aborted.', { cause: signal.reason })

/** One start, then one close, as the port wants them. */
export interface Life {
  /** Aborted when the close begins. */
  readonly closing: AbortSignal
  start(events: TransportEvents): Promise<void>
  close(): Promise<void>
}

export interface LifeOptions {
  /** For error texts: `relay`. */
  readonly name: string
  open(events: TransportEvents): Promise<void>
  /** From now on no event may come. */
  hush(): void
  /** Ends what `open` began, however far that came. */
  stop(): Promise<void>
}

export const createLife = ({ name, open, hush, stop }: LifeOptions): Life => {
  const controller = new AbortController()
  let starting: Promise<void> | undefined
  let stopping: Promise<void> | undefined

  const stopStarted = async (): Promise<void> => {
    await starting?.catch(() => undefined)
    await stop()
  }

  const close = async (): Promise<void> => {
    hush()
    controller.abort(new Error(`The ${name} was closed.`))
    const limit = new AbortController()
    await Promise.race([stopStarted(), sleep(closeMs, undefined, { signal: limit.signal }).catch(() => undefined)])
    limit.abort()
  }

  return {
    closing: controller.signal,
    start: (events) => {
      if (starting !== undefined || stopping !== undefined)
        return Promise.reject(new Error(`The ${name} was started or closed before.`))
      starting = open(events)
      return starting
    },
    close: () => {
      stopping ??= close()
      return stopping
    },
  }
}
