import { setTimeout as sleep } from 'node:timers/promises'
import { contentTopicOf, type Topic } from '../../../../src/ports/index.ts'
import type { Bucket } from './bucket.ts'
import type { FilterClient, FilterOutcome } from './filter-client.ts'

/** go-waku and nwaku refuse more topics in one request. */
const topicsPerRequest = 100
/** A refused request is halved down to this to find out how much fits. */
const finestRequest = 8
const fullPauseMs = 60_000

export interface SubscriptionEvents {
  /** These are listened to at the node from now on. */
  onConfirmed(topics: readonly Topic[]): void
  /** The node takes no more than these. */
  onFull(topics: number, text: string): void
  onForgotten(): void
  /** A request failed, for the `times`th time in a row. */
  onFailure(text: string, times: number): void
  /** It answers again. */
  onRecovery(): void
  /** There is no filter service. */
  onUnsupported(): void
}

export interface SubscriptionOptions {
  readonly client: FilterClient
  readonly pubsubTopics: readonly string[]
  /** What the node is to push; changed by its owner, who then calls `wake`. */
  readonly topics: ReadonlySet<Topic>
  /** One more, confirmed after all others: a message on it shows that the subscription lives. */
  readonly marker: Topic
  readonly bucket: Bucket
  readonly events: SubscriptionEvents
  readonly signal: AbortSignal
}

/** What one node was asked to push to us, kept like `topics` in the background. */
export interface Subscription {
  wake(): void
  /** Whether everything was confirmed once, and the marker is. */
  isReady(): boolean
  confirmed(): number
  /** Whether its last request failed. */
  isFailing(): boolean
  /** How many topics the node does not push yet. */
  missing(): number
  /** Subscribes to everything again: the node has forgotten. */
  renew(): void
  /** Asks whether the node still knows us. Also keeps it from forgetting: nodes do after five minutes. */
  ping(): Promise<FilterOutcome>
}

type Step = { readonly kind: 'add' | 'remove'; readonly topics: readonly Topic[] }

const firstOf = (topics: Iterable<Topic>, count: number, isMeant: (topic: Topic) => boolean): Topic[] => {
  const found: Topic[] = []
  for (const topic of topics) {
    if (found.length === count) break
    if (isMeant(topic)) found.push(topic)
  }
  return found
}

export const createSubscription = (options: SubscriptionOptions): Subscription => {
  const { client, pubsubTopics, topics, marker, bucket, events, signal } = options
  const confirmed = new Set<Topic>()
  let limit = topicsPerRequest
  let chunk = limit
  let failures = 0
  let wakeUp = (): void => undefined
  let isAwake = false

  const wake = (): void => {
    isAwake = true
    wakeUp()
  }

  const sleepUntilWoken = (): Promise<void> =>
    new Promise((resolve) => {
      if (isAwake || signal.aborted) return resolve()
      wakeUp = resolve
    })

  const next = (): Step | undefined => {
    const stale = firstOf(confirmed, limit, (topic) => topic !== marker && !topics.has(topic))
    if (stale.length > 0) return { kind: 'remove', topics: stale }
    const fresh = firstOf(topics, chunk, (topic) => !confirmed.has(topic))
    if (fresh.length < chunk && !confirmed.has(marker) && !fresh.includes(marker)) fresh.push(marker)
    return fresh.length > 0 ? { kind: 'add', topics: fresh } : undefined
  }

  /** The first outcome that is not well; what a pubsub topic took before is taken back. */
  const send = async ({ kind, topics: sent }: Step): Promise<FilterOutcome> => {
    const contentTopics = sent.map(contentTopicOf)
    const taken: string[] = []
    for (const pubsubTopic of pubsubTopics) {
      await bucket.turn(signal)
      const outcome = await client[kind === 'add' ? 'subscribe' : 'unsubscribe'](pubsubTopic, contentTopics)
      if (outcome.kind !== 'ok') {
        if (kind === 'add') for (const earlier of taken) await client.unsubscribe(earlier, contentTopics)
        return outcome
      }
      taken.push(pubsubTopic)
    }
    return { kind: 'ok', tookMs: 0 }
  }

  const recover = (): void => {
    if (failures === 0) return
    failures = 0
    events.onRecovery()
  }

  const settle = ({ kind, topics: sent }: Step): void => {
    recover()
    for (const topic of sent) kind === 'add' ? confirmed.add(topic) : confirmed.delete(topic)
    if (kind === 'add') events.onConfirmed(sent)
    if (next() === undefined) chunk = limit
  }

  const fill = async (size: number, text: string): Promise<void> => {
    if (size > finestRequest) {
      chunk = size >> 1
      return
    }
    chunk = limit
    // Room for the marker, without which nobody would notice that the subscription died.
    events.onFull(Math.max(0, confirmed.size - 1), text)
    if (next()?.kind !== 'remove') await pause(fullPauseMs)
  }

  const pause = async (milliseconds: number): Promise<void> => {
    isAwake = false
    await Promise.race([sleep(milliseconds, undefined, { signal }), sleepUntilWoken()])
  }

  const fail = async (text: string): Promise<void> => {
    failures += 1
    events.onFailure(text, failures)
    await sleep(Math.min(5_000, 250 * 2 ** failures), undefined, { signal })
  }

  const react = async (step: Step, outcome: FilterOutcome): Promise<void> => {
    if (outcome.kind === 'ok') return settle(step)
    if (outcome.kind === 'later') return bucket.refused()
    if (outcome.kind === 'full') return fill(step.topics.length, outcome.text)
    if (outcome.kind === 'forgotten') {
      confirmed.clear()
      return events.onForgotten()
    }
    if (outcome.kind === 'tooMany' && step.topics.length > 1) {
      limit = step.topics.length >> 1
      chunk = limit
      return
    }
    await fail(outcome.text)
  }

  const run = async (): Promise<void> => {
    await bucket.turn(signal)
    // What an earlier connection left there would count against the limit of criteria.
    const cleared = await client.unsubscribeAll()
    if (cleared.kind === 'later') bucket.refused()
    if (cleared.kind === 'unsupported') return events.onUnsupported()
    while (!signal.aborted) {
      isAwake = false
      const step = next()
      if (step !== undefined) await react(step, await send(step))
      else if (failures > 0) await react({ kind: 'remove', topics: [] }, await client.ping())
      else await sleepUntilWoken()
    }
  }

  signal.addEventListener('abort', wake, { once: true })
  // It ends with the signal, by whatever waits then.
  run().catch((error: unknown) => {
    if (!signal.aborted) events.onFailure(String(error), Number.POSITIVE_INFINITY)
  })

  return {
    wake,
    isReady: () => confirmed.has(marker),
    isFailing: () => failures > 0,
    confirmed: () => confirmed.size - (confirmed.has(marker) ? 1 : 0),
    missing: () => {
      let count = 0
      for (const topic of topics) if (!confirmed.has(topic)) count += 1
      return count
    },
    renew: () => {
      confirmed.clear()
      wake()
    },
    ping: () => client.ping(),
  }
}
