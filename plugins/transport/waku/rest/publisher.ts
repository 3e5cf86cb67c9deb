import { setTimeout as sleep } from 'node:timers/promises'
import { contentTopicOf, type Health, type OutboundMessage, type WakuMessage } from '../../../../src/ports/index.ts'
import { messageHash } from '../../shared/message-hash.ts'
import { createStamper, encodeWakuMessage } from '../codec.ts'
import { createLanes } from '../lanes.ts'
import { type Answer, excerpt, faultOf, type Outcome, type RestClient } from './client.ts'
import type { Hub } from './hub.ts'
import { recordOf, stringifyExactly } from './json.ts'
import { messageToRest } from './wire.ts'

/** How a message goes out: by the node's own relay, or by the light push service that the node knows. */
export type PublishBy = 'relay' | 'lightpush'

/** Calls that a node has to answer at once. */
const atOnce = 8
const pauseMs = { first: 50, most: 1_000 }

export interface PublisherOptions {
  readonly hub: Hub
  readonly by: PublishBy
  readonly pubsubTopic: string
  readonly maxMessageBytes: number
  readonly timeoutMs: number
  /** Called before a message goes out, with its hash. */
  readonly onOwn: (hash: Uint8Array) => void
  readonly now: () => number
}

export interface Publisher {
  /** Resolves when the node took the message and has a peer to give it to. */
  publish(message: OutboundMessage, signal: AbortSignal): Promise<void>
  stats(): Readonly<Record<string, number>>
}

/** What a try came to: `again` may be tried anew, `refused` would be refused for ever. */
type Verdict = 'taken' | { readonly again: string; readonly unsubscribed?: boolean } | { readonly refused: string }

/** What nwaku and go-waku say when they took a message. A proxy may say 200 as well. */
const accepted = new Set(['', 'ok', '"ok"', 'true'])

const relayVerdict = (outcome: Outcome): Verdict => {
  const fault = faultOf(outcome)
  if (fault === undefined) {
    const { body } = outcome as Extract<Outcome, { ok: true }>
    return accepted.has(body.trim().toLowerCase()) ? 'taken' : { again: `answered no OK: ${excerpt(body)}` }
  }
  const unsubscribed = /not subscribed|unsubscribed topic/i.test(fault)
  const refused = outcome.ok && (outcome.status === 400 || outcome.status === 413) && !unsubscribed
  return refused ? { refused: fault } : { again: fault, unsubscribed }
}

const neverTaken = new Set([400, 413, 420])

const pushVerdict = (answer: Answer): Verdict => {
  if (!answer.ok) {
    // Only we can have sent it: an earlier try arrived although its answer did not.
    if (answer.status === 420 && /already.seen|duplicate/i.test(answer.reason)) return 'taken'
    return neverTaken.has(answer.status ?? 0) ? { refused: answer.reason } : { again: answer.reason }
  }
  const record = recordOf(answer.value)
  if (record === undefined) return { again: 'answered with something that is no answer to a push' }
  const { relayPeerCount: count } = record
  return count === 0 ? { again: 'pushed it to a service node that has no peer' } : 'taken'
}

const reasonOf = (health: Health): string | undefined => (health.status === 'down' ? health.reason : undefined)

const createSender =
  (client: RestClient, by: PublishBy, pubsubTopic: string, timeoutMs: number) =>
  async (message: Omit<WakuMessage, 'hash'>, signal: AbortSignal): Promise<Verdict> => {
    const method = 'POST'
    if (by === 'relay') {
      const path = `/relay/v1/messages/${encodeURIComponent(pubsubTopic)}`
      const body = stringifyExactly(messageToRest(message))
      return relayVerdict(await client.call({ method, path, body, timeoutMs }, signal))
    }
    const body = stringifyExactly({ pubsubTopic, message: messageToRest(message) })
    return pushVerdict(await client.ask({ method, path: '/lightpush/v3/message', body, timeoutMs }, signal))
  }

export const createPublisher = (options: PublisherOptions): Publisher => {
  const { hub, by, pubsubTopic, maxMessageBytes, timeoutMs, onOwn, now } = options
  const stamp = createStamper(now)
  const send = createSender(hub.client, by, pubsubTopic, timeoutMs)
  const lanes = createLanes(atOnce)
  const counts = { published: 0, publishFailures: 0, publishRetries: 0 }

  /** A relay says OK whoever is there to relay to. */
  const confirmed = async (verdict: Verdict, signal: AbortSignal): Promise<Verdict> => {
    if (verdict !== 'taken' || by !== 'relay') return verdict
    const doubt = await hub.doubt(signal)
    signal.throwIfAborted()
    return doubt === undefined ? 'taken' : { again: doubt }
  }

  /** Tries until it is taken. Always the same message: the network knows it again, should an earlier try have arrived. */
  const deliver = async (message: Omit<WakuMessage, 'hash'>, signal: AbortSignal): Promise<void> => {
    let last: string | undefined
    try {
      for (let pause = pauseMs.first; ; pause = Math.min(pause * 2, pauseMs.most)) {
        await hub.ready(signal)
        const verdict = await confirmed(await lanes.run(() => send(message, signal), signal), signal)
        if (verdict === 'taken') return
        if ('refused' in verdict) throw new Error(`The Waku node at ${hub.client.url} ${verdict.refused}`)
        last = verdict.again
        if (verdict.unsubscribed === true) hub.renew()
        counts.publishRetries += 1
        await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted())
      }
    } catch (error) {
      const why = last === undefined ? reasonOf(hub.health()) : `the Waku node at ${hub.client.url} ${last}`
      throw !signal.aborted || why === undefined ? error : new Error(`Given up: ${why}`, { cause: error })
    }
  }

  return {
    publish: async ({ topic, payload }, signal) => {
      signal.throwIfAborted()
      const unnamed = {
        // What the caller does with its bytes later must not reach the network.
        payload: Uint8Array.from(payload),
        contentTopic: contentTopicOf(topic),
        version: 1,
        timestamp: stamp(),
        ephemeral: false,
      }
      const size = encodeWakuMessage(unnamed).length
      if (size > maxMessageBytes)
        throw new Error(`The message has ${size} bytes, the network takes ${maxMessageBytes}.`)
      onOwn(messageHash(pubsubTopic, unnamed))
      try {
        await deliver(unnamed, signal)
        counts.published += 1
      } catch (error) {
        counts.publishFailures += 1
        throw error
      }
    },
    stats: () => ({ ...counts }),
  }
}
