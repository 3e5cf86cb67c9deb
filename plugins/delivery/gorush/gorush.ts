import type { Delivery, Log, Outcome, TokenType } from '../../../src/ports/index.ts'
import type { Wording } from '../shared/wording.ts'
import { createGorushClient } from './client.ts'
import { createHealth } from './health.ts'
import { flawOf, type GorushNotification, toGorush } from './notification.ts'
import { createSender } from './sender.ts'

export interface GorushOptions extends Wording {
  /** Address in front of /api/push. */
  readonly url: string
  /** Most time for one `deliver`, in milliseconds. */
  readonly timeoutMs: number
  readonly maxNotifications: number
  readonly concurrency: number
  readonly tokenTypes: readonly TokenType[]
  readonly log: Log
  readonly now: () => number
}

const platforms = [1, 2] as const
const noOutcome: Outcome = { kind: 'unknown', reason: 'no outcome' }

type Outcomes = Map<GorushNotification, Outcome>

/**
 * Delivery through gorush in synchronous mode (protocol section 6.4): one token per notification, one request per platform,
 * since one slow Firebase token holds up its whole request.
 */
export const createGorush = (options: GorushOptions): Delivery => {
  const { log, now, maxNotifications } = options
  // Two more, so that health does not wait behind slow pushes.
  const client = createGorushClient(options.url, options.concurrency * platforms.length + 2)
  const health = createHealth(client, log, now)
  const sender = createSender({ client, health, maxNotifications, log, now })
  let looked = false

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

  const sendAll = async (pushes: readonly GorushNotification[], signal: AbortSignal): Promise<Outcome[]> => {
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
    return pushes.map((push) => outcomes.get(push) ?? noOutcome)
  }

  // Health is asked once by ourselves, so that a gorush without core.sync is named in the log even if nobody asks.
  const lookOnce = (): void => {
    if (looked) return
    looked = true
    void health.check()
  }

  return {
    supports: options.tokenTypes,
    get maxBatch() {
      return sender.limit
    },
    concurrency: options.concurrency,
    deliver: async (batch, signal) => {
      lookOnce()
      const deadline = new AbortController()
      const timer = setTimeout(() => deadline.abort('timeout'), options.timeoutMs)
      try {
        const pushes = batch.map((notification) => toGorush(notification, options))
        return await sendAll(pushes, AbortSignal.any([signal, deadline.signal]))
      } finally {
        clearTimeout(timer)
      }
    },
    health: () => health.check(),
    close: async () => client.close(),
  }
}
