import { setTimeout as sleep } from 'node:timers/promises'
import type { Log, Storage, Transport, WakuMessage } from '../ports/index.ts'
import type { Inbox } from './inbox.ts'
import type { EnvelopeOutcome } from './ledger.ts'
import { createStoreMarks } from './store-marks.ts'

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
/** What is in hand of the past at once: the present has to get its turns between. */
const inHand = 200
const retryMs = 5_000
const fullMs = 50
const reportEveryMs = 5_000
const markEveryMs = 1_000
const marksKept = 10
/** After so many looks that could not handle a message, while the storage is well, it is passed by. */
const mostTries = 3

export interface CatchUpSettings {
  /** Pause between two looks; 0 for no catching up. */
  readonly intervalMs: number
  /** How far back the first look of a new gateway goes, and how far any. */
  readonly firstMs: number
  readonly longestMs: number
}

export interface CatchUpStats {
  readonly state: 'off' | 'starting' | 'catching up' | 'caught up' | 'no answer'
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

/** Where a look was at a time. */
interface Mark {
  readonly at: number
  /** Unix milliseconds. */
  readonly position: number
  readonly messages: number
}

/** How a look gets on. */
interface Progress {
  readonly to: number
  position: number
  messages: number
  /** Of the last seconds, oldest first; the first of all is kept in `begun`. */
  readonly marks: Mark[]
  readonly begun: Mark
  reportedAt: number
}

/** A window whose messages could not be handled, for a reason of ours. */
class Unhandled extends Error {
  override readonly name = 'Unhandled'
}

/** The speed of the last seconds, since empty hours go by faster than full ones. */
const rateOf = ({ marks, begun, position, messages, to }: Progress, at: number) => {
  const since = marks[0] ?? begun
  const elapsedMs = Math.max(1, at - since.at)
  const speed = (position - since.position) / elapsedMs
  return {
    messagesPerSecond: Math.round(((messages - since.messages) * 1000) / elapsedMs),
    remainingMs: speed > 0 ? Math.ceil(Math.max(0, to - position) / speed) : 0,
  }
}

const mark = (progress: Progress, at: number): void => {
  const { marks, position, messages } = progress
  if (at - (marks.at(-1)?.at ?? progress.begun.at) < markEveryMs) return
  marks.push({ at, position, messages })
  if (marks.length > marksKept) marks.shift()
}

/**
 * Reads again and again what store nodes kept, from where it was last sure of everything: the first time after a start or a
 * gap, and all the time for gaps that nobody noticed (protocol sections 1 and 6.3).
 */
export const createCatchUp = (parts: {
  transport: Transport
  storage: Storage
  inbox: Pick<Inbox, 'offer' | 'isKnown'>
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
  /** Of the look of now: how many ranges were read, and how many of them which store node answered whole. */
  let reads = 0
  const answered = new Map<string, number>()
  let unhandled = 0
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

  /** Resolves with the outcome, however long there is no room. */
  const handle = async (message: WakuMessage): Promise<EnvelopeOutcome> => {
    for (;;) {
      signal.throwIfAborted()
      const outcome = inbox.offer(message)
      if (outcome !== undefined) return outcome
      await sleep(fullMs, undefined, { signal })
    }
  }

  /** Reads one range once; answers how its messages ended. */
  const read = async (from: number, to: number): Promise<Map<EnvelopeOutcome, number>> => {
    const outcomes = new Map<EnvelopeOutcome, number>()
    const pending = new Set<Promise<void>>()
    const onAnswered = (store: string): void => void answered.set(store, (answered.get(store) ?? 0) + 1)
    const range = { from: new Date(from), to: new Date(to), isKnown: inbox.isKnown, onAnswered, signal }
    reads++
    try {
      for await (const message of transport.history(range)) {
        // A message may wait for another's turn: what it was known by then is asked again.
        if (inbox.isKnown(message.hash)) continue
        while (pending.size >= inHand) await Promise.race(pending)
        const handled = handle(message).then((outcome) => {
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        })
        const settled = handled.catch(() => undefined).finally(() => pending.delete(settled))
        pending.add(settled)
        counts.messages++
        if (progress !== undefined) {
          progress.messages++
          progress.position = Math.min(to, Math.max(progress.position, Number(message.timestamp / 1_000_000n)))
        }
        report()
      }
    } finally {
      await Promise.all(pending)
    }
    return outcomes
  }

  const total = (outcomes: ReadonlyMap<EnvelopeOutcome, number>): number =>
    [...outcomes.values()].reduce((sum, count) => sum + count, 0)

  /**
   * Reads a range until nothing new comes of it: who registers in it may have been asked about in it, on a topic that was
   * not listened to yet. Answers how many messages it gave.
   */
  const settleWindow = async (from: number, to: number): Promise<number> => {
    for (let given = 0; ; ) {
      const outcomes = await read(from, to)
      signal.throwIfAborted()
      given += total(outcomes)
      if (outcomes.has('failed') || outcomes.has('overflow')) {
        unhandled++
        if (unhandled < mostTries || (await storage.health()).status === 'down')
          throw new Unhandled('messages of the past could not be handled')
        log.error({ event: 'catch-up-passes-by' }, 'messages of the past fail again and again and are passed by')
      }
      if (!outcomes.has('registered')) return given
    }
  }

  const advance = async (to: number): Promise<void> => {
    if (to <= caughtUpTo) return
    await storage.cursors.set(cursorName, BigInt(Math.floor(to)))
    caughtUpTo = to
  }

  const startOf = async (end: number): Promise<number> => {
    const stored = await storage.cursors.get(cursorName)
    const known = stored === undefined ? end - settings.firstMs : Number(stored)
    // A clock that was set back must not leave a gap.
    caughtUpTo = stored === undefined ? 0 : Math.min(known, end)
    return Math.max(Math.min(known, end), end - settings.longestMs)
  }

  const overlap = (end: number): number => {
    if (end - wideAt < wideEveryMs) return overlapMs
    wideAt = end
    return wideOverlapMs
  }

  /** One look: everything from what is sure until now, window by window. */
  const look = async (): Promise<void> => {
    const end = now()
    const start = await marks.begin(await startOf(end))
    let from = Math.max(start - overlap(end), end - settings.longestMs, 0)
    reads = 0
    answered.clear()
    const begun = { at: now(), position: from, messages: 0 }
    progress = { to: end, position: from, messages: 0, marks: [], begun, reportedAt: begun.at }
    if (end - from > wideOverlapMs) state = 'catching up'
    for (let windowMs = hourMs; from < end; ) {
      const to = Math.min(from + windowMs, end)
      const given = await settleWindow(from, to === end ? end + clockSkewMs : to)
      progress.position = to
      await advance(to)
      report()
      // Quiet times are read in long strides, busy ones in short ones: a break in the middle costs little then.
      windowMs = given > 0 ? hourMs : Math.min(2 * windowMs, longestWindowMs)
      from = to
    }
    const sound = [...answered].filter(([, times]) => times === reads).map(([store]) => store)
    await marks.answered(sound, begun.position, end)
    if (progress.reportedAt !== begun.at)
      log.info({ event: 'caught-up', messages: progress.messages }, 'caught up with what the store nodes kept')
  }

  const tryToLook = async (): Promise<boolean> => {
    counts.looks++
    try {
      await look()
      state = 'caught up'
      unhandled = 0
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

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const worked = await tryToLook()
      const pauseMs = worked ? settings.intervalMs : Math.min(retryMs, settings.intervalMs)
      await sleep(pauseMs, undefined, { signal: AbortSignal.any([signal, awake.signal]), ref: false }).catch(
        () => undefined,
      )
      awake = new AbortController()
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
    },
  }
}
