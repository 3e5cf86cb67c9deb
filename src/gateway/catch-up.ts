import { setTimeout as sleep } from 'node:timers/promises'
import type { Log, Storage, Transport, WakuMessage } from '../ports/index.ts'
import { mark, type Progress, rateOf } from './catch-up-progress.ts'
import { createWindows, Unhandled } from './catch-up-window.ts'
import type { Inbox } from './inbox.ts'
import { createStoreMarks } from './store-marks.ts'

const leadName = 'catch-up'
const cursorName = 'history'

/** Clocks of the network's nodes differ by so much at most: a message may be dated ahead of ours. */
const clockSkewMs = 20_000
/** How far every look reaches back behind what was caught up with: clocks that differ, a store that learns late. */
const overlapMs = 90_000
/** Now and then a look reaches further back, for a store node that was cut off itself and got its messages late. */
const wideOverlapMs = 12 * 60_000
const wideEveryMs = 5 * 60_000

const hourMs = 3_600_000
/** The longest range that store nodes answer whole. */
const longestWindowMs = 24 * hourMs
const retryMs = 5_000
const reportEveryMs = 5_000
/** Of several replicas one reads the past: the lead lasts so long, is renewed so often, and is asked for so often by the others. */
const leadMs = 15_000
const leadEveryMs = 2_000
/** Where a range holds too much to be read at once, shorter ones are tried, down to this. */
const shortestWindowMs = 60_000

export interface CatchUpSettings {
  /** Pause between two looks; 0 for no catching up. */
  readonly intervalMs: number
  /** How far back the first look of a new gateway goes, and how far any. */
  readonly firstMs: number
  readonly longestMs: number
}

export interface CatchUpStats {
  /** `standing by`: another replica does it. */
  readonly state: 'off' | 'starting' | 'catching up' | 'caught up' | 'no answer' | 'standing by'
  /** Unix milliseconds: what was published before and kept is handled. 0 where that is not known. */
  readonly caughtUpTo: number
  readonly behindMs: number
  /** Messages that the past gave and nobody had brought. */
  readonly messages: number
  readonly looks: number
  readonly failedLooks: number
  /** Of a look that takes long: messages each second, and when it is through at this speed. */
  readonly messagesPerSecond: number
  readonly remainingMs: number
  /** Why the last look failed. */
  readonly failure?: string
}

export interface CatchUp {
  start(): void
  /** Looks at once: the connection is back. */
  wake(): void
  stats(): CatchUpStats
  /** Cuts a look short; what it had in hand is settled by the inbox. */
  stop(): Promise<void>
}

const isTooLarge = (error: unknown): boolean => error instanceof Error && error.name === 'RangeTooLarge'

/**
 * Reads again and again what store nodes kept, from where it was last sure of everything: the first time after a start or a
 * gap, and all the time for gaps that nobody noticed (protocol sections 1 and 6.3).
 */
export const createCatchUp = (parts: {
  transport: Transport
  storage: Storage
  inbox: Pick<Inbox, 'offer' | 'isKnown' | 'keptSince' | 'missedSince'>
  settings: CatchUpSettings
  log: Log
  now: () => number
}): CatchUp => {
  const { transport, storage, inbox, settings, log, now } = parts
  const marks = createStoreMarks(transport, storage)
  const stopping = new AbortController()
  const { signal } = stopping
  const counts = { messages: 0, looks: 0, failedLooks: 0 }
  let state: CatchUpStats['state'] = settings.intervalMs > 0 ? 'starting' : 'off'
  let caughtUpTo = 0
  let failure: string | undefined
  let progress: Progress | undefined
  /** From where something has to be read again that was given up, Unix milliseconds. */
  let again: number | undefined
  let wideAt = Number.NEGATIVE_INFINITY
  let running: Promise<void> | undefined
  let awake = new AbortController()

  const report = (): void => {
    if (progress === undefined) return
    mark(progress, now())
    if (now() - progress.reportedAt < reportEveryMs) return
    progress.reportedAt = now()
    const { messagesPerSecond, remainingMs } = rateOf(progress, now())
    const { begun, position, to, messages } = progress
    const share = Math.min(1, (position - begun.position) / Math.max(1, to - begun.position))
    const percent = Math.round(100 * share)
    const remainingSeconds = Math.ceil(remainingMs / 1000)
    log.info(
      { event: 'catch-up', percent, messages, messagesPerSecond, remainingSeconds },
      'catching up with what the store nodes kept',
    )
  }

  const onMessage = (message: WakuMessage, to: number): void => {
    counts.messages++
    if (progress !== undefined) {
      progress.messages++
      progress.position = Math.min(to, Math.max(progress.position, Number(message.timestamp / 1_000_000n)))
    }
    report()
  }
  const windows = createWindows({ transport, storage, inbox, log, now, signal, onMessage })

  /** Never beyond a segment that waits for the others: a restart would need it again. */
  const advance = async (to: number): Promise<void> => {
    const sure = Math.min(to, inbox.keptSince() ?? to)
    if (sure <= caughtUpTo) return
    await storage.cursors.set(cursorName, BigInt(Math.floor(sure)))
    caughtUpTo = sure
  }

  const startOf = async (end: number): Promise<number> => {
    const stored = await storage.cursors.get(cursorName)
    const known = stored === undefined ? end - settings.firstMs : Number(stored)
    if (known > end + clockSkewMs) {
      log.warn(
        { event: 'clock-set-back' },
        'the clock was ahead: nobody knows what was caught up with, a day is read again',
      )
      caughtUpTo = 0
      return end - longestWindowMs
    }
    caughtUpTo = stored === undefined ? 0 : Math.min(known, end)
    return Math.max(Math.min(known, end), end - settings.longestMs)
  }

  const overlap = (): number => {
    if (performance.now() - wideAt < wideEveryMs) return overlapMs
    wideAt = performance.now()
    return wideOverlapMs
  }

  const beginOf = async (end: number): Promise<number> => {
    const missed = inbox.missedSince()
    if (missed !== undefined) again = Math.min(again ?? missed, missed)
    const start = await marks.begin(await startOf(end))
    return Math.max(Math.min(start, again ?? start) - overlap(), end - settings.longestMs, 0)
  }

  /** One look: everything from what is sure until now, window by window. */
  const look = async (): Promise<void> => {
    const end = now()
    let from = await beginOf(end)
    windows.begin()
    const begun = { at: now(), position: from, messages: 0 }
    progress = { to: end, position: from, messages: 0, marks: [], begun, reportedAt: begun.at }
    if (end - from > wideOverlapMs) state = 'catching up'
    let isSure = true
    for (let windowMs = hourMs; from < end; ) {
      const to = Math.min(from + windowMs, end)
      const settled = await windows.settle(from, to === end ? end + clockSkewMs : to).catch((error: unknown) => {
        if (!isTooLarge(error) || windowMs <= shortestWindowMs) throw error
        return undefined
      })
      if (settled === undefined) {
        windowMs = Math.max(Math.min(windowMs, to - from) / 4, shortestWindowMs)
        continue
      }
      isSure &&= settled.isSettled
      progress.position = to
      if (isSure) await advance(to)
      report()
      // Quiet times are read in long strides, busy ones in short ones: a break in the middle costs little then.
      windowMs = settled.given > 0 ? Math.min(windowMs, hourMs) : Math.min(2 * windowMs, longestWindowMs)
      from = to
    }
    if (!isSure) throw new Unhandled('messages of the past could not be handled')
    again = undefined
    await marks.answered(windows.sound(), begun.position, end)
    if (progress.reportedAt !== begun.at)
      log.info({ event: 'caught-up', messages: progress.messages }, 'caught up with what the store nodes kept')
  }

  const tryToLook = async (): Promise<boolean> => {
    counts.looks++
    try {
      await look()
      state = 'caught up'
      windows.recovered()
      failure = undefined
      return true
    } catch (error) {
      if (signal.aborted) return false
      counts.failedLooks++
      const reason = (error as Error).message
      if (failure !== reason) log.debug({ event: 'catch-up-failed', reason }, 'the past could not be read')
      failure = reason
      if (!(error instanceof Unhandled)) state = 'no answer'
      return false
    } finally {
      progress = undefined
    }
  }

  const lead = async (): Promise<boolean> => (await storage.replicas?.lead(leadName, leadMs)) ?? true

  /** Looks, and stays the one who does. */
  const lookAsLeader = async (): Promise<boolean> => {
    const renewal = setInterval(() => void lead(), leadEveryMs).unref()
    return tryToLook().finally(() => clearInterval(renewal))
  }

  /** Another does it; how far that one is can be seen. */
  const standBy = async (): Promise<void> => {
    state = 'standing by'
    caughtUpTo = await storage.cursors.get(cursorName).then(
      (cursor) => Number(cursor ?? 0n),
      () => caughtUpTo,
    )
  }

  /** Answers whether somebody woke it up. */
  const rest = async (ms: number): Promise<boolean> => {
    await sleep(ms, undefined, { signal: AbortSignal.any([signal, awake.signal]), ref: false }).catch(() => undefined)
    const isWoken = awake.signal.aborted
    awake = new AbortController()
    return isWoken
  }

  const run = async (): Promise<void> => {
    // Whoever has the lead keeps it between two looks.
    const longestRestMs = storage.replicas === undefined ? Number.POSITIVE_INFINITY : leadEveryMs
    for (let dueAt = 0; !signal.aborted; ) {
      if (!(await lead())) await standBy()
      else if (performance.now() >= dueAt) {
        const worked = await lookAsLeader()
        dueAt = performance.now() + (worked ? settings.intervalMs : Math.min(retryMs, settings.intervalMs))
      }
      const restMs = Math.max(0, Math.min(dueAt - performance.now(), longestRestMs))
      if (await rest(state === 'standing by' ? leadEveryMs : restMs)) dueAt = 0
    }
  }

  return {
    start: () => {
      if (settings.intervalMs > 0 && !signal.aborted) running ??= run()
    },
    wake: () => awake.abort(),
    stats: () => ({
      state,
      caughtUpTo,
      behindMs: caughtUpTo === 0 ? 0 : Math.max(0, now() - caughtUpTo),
      ...counts,
      ...(progress === undefined ? { messagesPerSecond: 0, remainingMs: 0 } : rateOf(progress, now())),
      ...(failure === undefined ? {} : { failure }),
    }),
    stop: async () => {
      stopping.abort(new Error('The gateway stops.'))
      await running
      await storage.replicas?.abdicate(leadName).catch(() => undefined)
    },
  }
}
