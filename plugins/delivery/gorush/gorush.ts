import {
  type Delivery,
  down,
  healthy,
  type Log,
  type Notification,
  type Outcome,
  type TokenType,
} from '../../../src/ports/index.ts'
import type { Wording } from '../shared/wording.ts'
import { createFeedback, type Heard } from './feedback.ts'
import { createInstances } from './instances.ts'
import { createMetrics } from './metrics.ts'
import { flawOf, type GorushNotification, toGorush } from './notification.ts'
import { createSender } from './sender.ts'
import type { Mode } from './settings.ts'
import { createSlots } from './slots.ts'
import { createTally } from './tally.ts'
import type { Platform } from './verdicts.ts'

export interface GorushOptions extends Wording {
  /** Addresses in front of /api/push. */
  readonly urls: readonly string[]
  readonly mode: Mode
  /** In asynchronous mode: silence for so long is delivery, in milliseconds. */
  readonly feedbackWaitMs: number
  /** Most time for the requests of one `deliver`, in milliseconds. */
  readonly timeoutMs: number
  readonly maxNotifications: number
  readonly concurrency: number
  readonly tokenTypes: readonly TokenType[]
  readonly log: Log
  readonly now: () => number
}

export interface GorushDelivery extends Delivery {
  /** Takes what a gorush posted to its feedback hook. */
  hear(body: unknown): Heard
}

const platforms = [1, 2] as const
const noOutcome: Outcome = { kind: 'unknown', reason: 'no outcome' }
/** Calls that wait for feedback in asynchronous mode: they hold no request. */
const asyncCalls = 64

/**
 * Delivery through gorush (protocol section 6.4): one token per notification, one request per platform,
 * since one slow Firebase token holds up its whole request. A provider's refusal comes with the answer in synchronous mode, to
 * a hook of ours in asynchronous mode.
 */
export const createGorush = (options: GorushOptions): GorushDelivery => {
  const { log, mode, now, maxNotifications, concurrency } = options
  // Two more, so that health does not wait behind slow pushes.
  const sockets = concurrency * platforms.length + 2
  const instances = createInstances(options.urls, { sockets, mode, log, now })
  const sender = createSender({ instances, maxNotifications, log, now })
  const slots = createSlots(concurrency)
  const feedback = createFeedback()
  const tally = createTally()
  const metrics = createMetrics(instances.all, tally)
  let looked: Promise<void> | undefined

  const refuse = (push: GorushNotification): Outcome | undefined => {
    const reason = options.tokenTypes.includes(push.platform) ? flawOf(push) : 'this token type is not served'
    return reason === undefined ? undefined : { kind: 'rejected', reason }
  }

  /** One outcome for each push, in their order. */
  const sendAll = async (pushes: readonly GorushNotification[], signal: AbortSignal): Promise<Outcome[]> => {
    const outcomes: (Outcome | undefined)[] = pushes.map(refuse)
    const sendPlatform = async (platform: Platform): Promise<void> => {
      const places = [...pushes.keys()].filter((n) => outcomes[n] === undefined && pushes[n]?.platform === platform)
      if (places.length === 0) return
      const answers = await sender.send(
        places.flatMap((n) => pushes[n] ?? []),
        signal,
      )
      for (const [i, n] of places.entries()) outcomes[n] = answers[i]
    }
    await Promise.all(platforms.map(sendPlatform))
    return outcomes.map((outcome) => outcome ?? noOutcome)
  }

  const withinTime = async <T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    if (signal.aborted) return work(signal)
    // A signal for both, since those of AbortSignal.any cost more than a small request.
    const limited = new AbortController()
    const stop = (): void => limited.abort(signal.reason)
    const timer = setTimeout(() => limited.abort('timeout'), options.timeoutMs)
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await work(limited.signal)
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
  }

  /** Whether it was sent is all that the answer says; what became of it comes to the hook, or nothing does. */
  const sendAndWait = async (
    pushes: readonly GorushNotification[],
    batch: readonly Notification[],
    signal: AbortSignal,
  ): Promise<Outcome[]> => {
    for (const [index, push] of pushes.entries()) {
      const notification = batch[index]
      if (notification !== undefined) feedback.expect(push, notification)
    }
    const outcomes = await withinTime(signal, (limited) => slots.hold(limited, () => sendAll(pushes, limited)))
    if (outcomes === undefined) {
      for (const push of pushes) feedback.forget(push)
      return pushes.map(() => ({
        kind: 'retry',
        reason: signal.aborted ? 'stopped' : 'gorush is too slow to be given it',
      }))
    }
    return Promise.all(
      pushes.map(async (push, n) => {
        const outcome = outcomes[n] ?? noOutcome
        if (outcome.kind === 'delivered') return feedback.wait(push, options.feedbackWaitMs, signal)
        if (outcome.kind !== 'unknown') feedback.forget(push)
        return outcome
      }),
    )
  }

  // Asked once by ourselves, so that a gorush whose mode does not fit is named in the log even if nobody asks.
  const lookOnce = (): Promise<void> => {
    if (looked === undefined) for (const { health } of instances.all) void health.check()
    looked ??= metrics.begin()
    return looked
  }

  const deliver = async (batch: readonly Notification[], signal: AbortSignal): Promise<Outcome[]> => {
    await lookOnce()
    const pushes = batch.map((notification) => toGorush(notification, options))
    const outcomes =
      mode === 'async'
        ? await sendAndWait(pushes, batch, signal)
        : await withinTime(signal, (limited) => sendAll(pushes, limited))
    for (const [n, push] of pushes.entries()) tally.count(push, outcomes[n] ?? noOutcome)
    return outcomes
  }

  return {
    supports: options.tokenTypes,
    get maxBatch() {
      return sender.limit
    },
    concurrency: mode === 'async' ? Math.max(asyncCalls, concurrency) : concurrency,
    deliver,
    hear: (body) => feedback.hear(body),
    onLateOutcome: (listener) => feedback.onLate(listener),
    stats: () => {
      const { gorush, ours, difference } = metrics.latest()
      return {
        mode,
        instances: instances.all.map(({ name, state, requests }, index) => ({
          url: name,
          state,
          requests,
          gorush: gorush[index] ?? null,
        })),
        ours,
        // Where gorush has other users as well, this counts their pushes.
        difference,
        ...(mode === 'async' ? { feedback: { ...feedback.counts, remembered: feedback.remembered } } : {}),
      }
    },
    health: async () => {
      const all = await Promise.all(instances.all.map(({ health }) => health.check()))
      const [first] = all
      if (first === undefined || all.some(({ status }) => status === 'ok')) return healthy
      if (all.length === 1) return first
      const reasons = all.map((one, index) => `${instances.all[index]?.name}: ${'reason' in one ? one.reason : ''}`)
      return down(reasons.join(' '))
    },
    close: async () => instances.close(),
  }
}
