import { setTimeout as sleep } from 'node:timers/promises'
import type { Log, WakuMessage } from '../../../../src/ports/index.ts'
import { faultOf, type RestClient } from './client.ts'
import { type Condition, createCondition } from './condition.ts'
import { createRecent } from './recent.ts'
import { hexOf, messageFromRest } from './wire.ts'

/** The node answers these calls from its memory. */
const timeoutMs = 3_000
/** All that nwaku keeps by default, 50 messages of 150 KiB in base64, takes 10 MiB. */
const maxBytes = 16 * 1024 * 1024
const shortestMs = 50
/** The node keeps some fifty messages in all: where a read brings that many, the next one must not wait. */
const many = 20
const hurriedMs = 10
const failedMs = { first: 100, most: 1_000 }
/** A node that restarted may not have noticed that nobody subscribed it again. */
const renewMs = 30_000
const remembered = 10_000

export interface PollerOptions {
  readonly client: RestClient
  readonly pubsubTopics: readonly string[]
  /** Longest pause between two reads, milliseconds. */
  readonly pollMs: number
  readonly log: Log
  readonly now: () => number
  /** `undefined` for what is no message. */
  readonly onMessage: (message: WakuMessage | undefined) => void
  /** The node was away or has forgotten us: it may be another one. */
  readonly onLost: () => void
  /** Why the node must not be read, asked before each subscription; `undefined` where it may. */
  readonly forbidden: (signal: AbortSignal) => Promise<string | undefined>
}

export interface Poller {
  /** Reads until the signal is aborted; `onFirst` tells that it has tried. Never rejects. */
  run(signal: AbortSignal, onFirst: () => void): Promise<void>
  /** The node says that it is not subscribed: tell it anew at the next read. */
  renew(): void
  /** Whether the node lets us read. */
  readonly reading: Condition
  /** Milliseconds that the last read took; `undefined` before the first. */
  readonly latencyMs: number | undefined
  stats(): Readonly<Record<string, number>>
}

type Read =
  | { readonly messages: readonly unknown[] }
  | { readonly fault: string; readonly lost: boolean }
  | { readonly unsubscribed: true }

/** Keeps a node subscribed and reads what it has received. Reading takes a message away: there must be one poller for a node. */
export const createPoller = (options: PollerOptions): Poller => {
  const { client, pubsubTopics, pollMs, log, now, onMessage, onLost, forbidden } = options
  const reading = createCondition(now, 'was not asked yet')
  const seen = createRecent(remembered)
  const counts = { polls: 0, pollFailures: 0, subscriptions: 0, repeated: 0 }
  let subscribed = false
  let subscribedAt = 0
  /** Where every subscription counts on its own, repeating one would double all that is read. */
  let subscriptionsPile = false
  let latencyMs: number | undefined

  const lose = (): void => {
    subscribed = false
    onLost()
  }

  const subscribe = async (signal: AbortSignal): Promise<string | undefined> => {
    const body = JSON.stringify(pubsubTopics)
    const outcome = await client.call({ method: 'POST', path: '/relay/v1/subscriptions', body, timeoutMs }, signal)
    const fault = faultOf(outcome)
    counts.subscriptions += 1
    subscribed = fault === undefined
    subscribedAt = now()
    return fault === undefined ? undefined : `${fault} (to a subscription)`
  }

  const read = async (pubsubTopic: string, signal: AbortSignal): Promise<Read> => {
    const path = `/relay/v1/messages/${encodeURIComponent(pubsubTopic)}`
    const started = performance.now()
    const answer = await client.ask({ path, timeoutMs, maxBytes }, signal)
    counts.polls += 1
    if (!answer.ok && answer.status === 404) return { unsubscribed: true }
    if (!answer.ok) return { fault: answer.reason, lost: answer.status === undefined }
    latencyMs = Math.round(performance.now() - started)
    // A Go node writes an empty list like this.
    if (answer.value === null) subscriptionsPile = true
    const messages = answer.value ?? []
    if (Array.isArray(messages)) return { messages }
    return { fault: 'answered with something that is no list of messages', lost: false }
  }

  const give = (pubsubTopic: string, value: unknown): void => {
    const message = messageFromRest(pubsubTopic, value)
    if (message !== undefined && !seen.add(hexOf(message.hash))) counts.repeated += 1
    else onMessage(message)
  }

  /** One read of every topic: how many messages came, or what went wrong. */
  const round = async (signal: AbortSignal): Promise<number | string> => {
    const anew = !subscribed
    const stale = now() - subscribedAt >= renewMs
    if (anew || stale) {
      const fault = (await forbidden(signal)) ?? (anew || !subscriptionsPile ? await subscribe(signal) : undefined)
      if (fault !== undefined) return fault
      // What was asked of a node that was away says nothing of the one that is there now.
      if (anew) onLost()
    }
    const reads = await Promise.all(pubsubTopics.map((topic) => read(topic, signal)))
    let count = 0
    let trouble: string | undefined
    for (const [index, result] of reads.entries()) {
      if ('messages' in result) {
        count += result.messages.length
        for (const value of result.messages) give(pubsubTopics[index] ?? '', value)
      } else if ('unsubscribed' in result) {
        lose()
        if (anew) trouble = `knows nothing of ${pubsubTopics[index]}, although it took the subscription`
      } else {
        // It may come back as another process, which knows no subscription.
        if (result.lost) lose()
        trouble = result.fault
      }
    }
    return trouble ?? count
  }

  const fail = (fault: string): void => {
    counts.pollFailures += 1
    if (reading.fault === undefined) log.warn({ node: client.url, fault }, 'The Waku node cannot be read.')
    reading.set(fault)
  }

  const succeed = (): void => {
    if (reading.fault !== undefined) log.info({ node: client.url }, 'The Waku node is read.')
    reading.set(undefined)
  }

  /** How long to wait after a round, given how long the wait before it was. */
  const pauseAfter = (result: number | string, last: number): number => {
    if (typeof result === 'string') return reading.failures <= 1 ? failedMs.first : Math.min(last * 2, failedMs.most)
    if (result >= many || !subscribed) return hurriedMs
    return result > 0 ? Math.min(shortestMs, pollMs) : Math.min(Math.max(last * 2, shortestMs), pollMs)
  }

  const run = async (signal: AbortSignal, onFirst: () => void): Promise<void> => {
    for (let pause = shortestMs; !signal.aborted; ) {
      const result = await round(signal).catch((error: unknown) => String(error))
      onFirst()
      if (signal.aborted) return
      if (typeof result === 'string') fail(result)
      else if (subscribed) succeed()
      pause = pauseAfter(result, pause)
      await sleep(pause, undefined, { signal }).catch(() => undefined)
    }
  }

  return {
    run,
    renew: () => {
      subscribed = false
    },
    reading,
    get latencyMs() {
      return latencyMs
    },
    stats: () => ({ ...counts }),
  }
}
