import { setTimeout as sleep } from 'node:timers/promises'
import type { HistoryRange, Log, WakuMessage } from '../../../../src/ports/index.ts'

/** Senders' clocks differ by so much: their stamps decide where the store has a message. */
const overlapMs = 30_000
/** The gateway looks through longer gaps by itself. */
const longestMs = 5 * 60_000
const pauseMs = 2_000
/** Between two sweeps. */
const restMs = 800
const tries = 3

export interface SweeperOptions {
  readonly history: (range: HistoryRange) => AsyncIterable<WakuMessage>
  readonly isKnown: (hash: Uint8Array) => boolean
  readonly take: (message: WakuMessage) => void
  readonly log: Log
  /** Unix milliseconds. */
  readonly now: () => number
  readonly signal: AbortSignal
}

/** Asks the stores for what the filter nodes cannot have pushed. */
export interface Sweeper {
  /** Everything since this moment (Unix milliseconds) up to now, soon; wishes of the same while are one sweep. */
  sweep(since: number): void
  stats(): Readonly<Record<string, number>>
}

export const createSweeper = ({ history, isKnown, take, log, now, signal }: SweeperOptions): Sweeper => {
  const counts = { sweeps: 0, sweepFailures: 0, sweptMessages: 0 }
  let wished: number | undefined
  let isRunning = false

  const pass = async (since: number): Promise<void> => {
    const to = now()
    const from = Math.max(since - overlapMs, to - longestMs)
    for await (const message of history({ from: new Date(from), to: new Date(to + overlapMs), isKnown, signal })) {
      counts.sweptMessages += 1
      take(message)
    }
  }

  const sweepOnce = async (since: number): Promise<void> => {
    counts.sweeps += 1
    for (let failures = 0; failures < tries; failures += 1) {
      try {
        return await pass(since)
      } catch (error) {
        if (signal.aborted) return
        counts.sweepFailures += 1
        log.debug({ error: String(error) }, 'The stores did not tell what came before a subscription.')
        await sleep(pauseMs, undefined, { signal })
      }
    }
  }

  const run = async (): Promise<void> => {
    while (wished !== undefined && !signal.aborted) {
      const since = wished
      wished = undefined
      await sweepOnce(since)
      await sleep(restMs, undefined, { signal })
    }
  }

  return {
    sweep: (since) => {
      wished = Math.min(wished ?? since, since)
      if (isRunning || signal.aborted) return
      isRunning = true
      run()
        .catch(() => undefined)
        .finally(() => {
          isRunning = false
        })
    },
    stats: () => counts,
  }
}
