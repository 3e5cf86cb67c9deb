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

type Outcomes = Map<GorushNotification, Outcome>

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

  const sendPlatform = async (
    pushes: readonly GorushNotification[],
    outcomes: Outcomes,
    signal: AbortSignal,
  ): Promise<void> => {
    const answers = await sender.send(pushes, signal)
    for (const [index, push] of pushes.entries()) outcomes.set(push, answers[index] ?? noOutcome)
  }

  const sendAll = async (pushes: readonly GorushNotification[], signal: AbortSignal): Promise<Outcomes> => {
    const outcomes: Outcomes = new Map()
    for (const push of pushes) {
      const refusal = refuse(push)
      if (refusal) outcomes.set(push, refusal)
    }
    const good = pushes.filter((push) => !outcomes.has(push))
    await Promise.all(
      platforms.map((platform) =>
        sendPlatform(
          good.filter((push) => push.platform === platform),
          outcomes,
          signal,
        ),
      ),
    )
    return outcomes
  }

  const withinTime = async <T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort('timeout'), options.timeoutMs)
    try {
      return await work(AbortSignal.any([signal, deadline.signal]))
    } finally {
      clearTimeout(timer)
    }
  }

  /** Whether it was sent is all that the answer says; what became of it comes to the hook, or nothing does. */
  const sendAndWait = async (
    pushes: readonly GorushNotification[],
    batch: readonly Notification[],
    signal: AbortSignal,
  ): Promise<Outcomes> => {
    for (const [index, push] of pushes.entries()) {
      const notification = batch[index]
      if (notification !== undefined) feedback.expect(push, notification)
    }
    const outcomes = await slots.hold(signal, () => withinTime(signal, (limited) => sendAll(pushes, limited)))
    await Promise.all(
      [...(outcomes ?? [])].map(async ([push, outcome]) => {
        if (outcome.kind === 'delivered') outcomes?.set(push, await feedback.wait(push, options.feedbackWaitMs, signal))
        else if (outcome.kind !== 'unknown') feedback.forget(push)
      }),
    )
    return outcomes ?? new Map(pushes.map((push) => [push, { kind: 'retry', reason: 'stopped' }]))
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
    return pushes.map((push) => {
      const outcome = outcomes.get(push) ?? noOutcome
      tally.count(push, outcome)
      return outcome
    })
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
