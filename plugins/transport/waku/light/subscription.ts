import { setTimeout as sleep } from 'node:timers/promises'
import { contentTopicOf, type Topic } from '../../../../src/ports/index.ts'
import type { Bucket } from './bucket.ts'
import type { FilterClient, FilterOutcome } from './filter-client.ts'
import { createTour } from './tour.ts'

/** go-waku and nwaku refuse more topics in one request. */
const topicsPerRequest = 100
/** A refused request is halved down to this to find out how much fits. */
const finestRequest = 8
const fullPauseMs = 60_000
/** How often some topics are subscribed to again: a node may have lost a part of them and know of us all the same. */
const refreshEveryMs = 10_000
/** How long a node is not asked again for what it has, that found itself full by that: go-waku counts it twice. */
const noRefreshMs = 10 * 60_000

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
  /** How many topics the node takes, as far as is known: beyond that, removals cannot wait. */
  readonly room: number
  readonly refreshMs: number | undefined
  readonly events: SubscriptionEvents
  readonly signal: AbortSignal
}

/** What one node was asked to push to us, kept like `topics` in the background. */
export interface Subscription {
  wake(): void
  /** Whether everything was confirmed once, and the marker is. */
  isReady(): boolean
  confirmed(): number
  has(topic: Topic): boolean
  /** Whether its last request failed. */
  isFailing(): boolean
  /** How many topics the node does not push yet. */
  missing(): number
  /** Subscribes to everything again: the node has forgotten. */
  renew(): void
  /** Asks whether the node still knows us. Also keeps it from forgetting: nodes do after five minutes. */
  ping(): Promise<FilterOutcome>
}

type Step = { readonly kind: 'add' | 'remove' | 'refresh'; readonly topics: readonly Topic[] }

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
  let roof = options.room
  // One shard at a time, and not slower for two.
  const refreshMs = (options.refreshMs ?? refreshEveryMs) / Math.min(2, pubsubTopics.length)
  let refreshAt = performance.now() + refreshMs
  const tour = createTour(pubsubTopics)
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

  const stale = (): Topic[] => firstOf(confirmed, limit, (topic) => topic !== marker && !topics.has(topic))

  const next = (): Step | undefined => {
    const fresh = firstOf(topics, chunk, (topic) => !confirmed.has(topic))
    if (fresh.length < chunk && !confirmed.has(marker) && !fresh.includes(marker)) fresh.push(marker)
    if (fresh.length > 0 && confirmed.size + fresh.length > roof) {
      const topics = stale()
      if (topics.length > 0) return { kind: 'remove', topics }
    }
    return fresh.length > 0 ? { kind: 'add', topics: fresh } : undefined
  }

  /** What is done where nothing is in a hurry, and requests are to spare. */
  const nextLazy = (): Step | undefined => {
    const old = stale()
    if (old.length > 0) return { kind: 'remove', topics: old }
    if (performance.now() < refreshAt) return undefined
    return { kind: 'refresh', topics: [] }
  }

  /** The first outcome that is not well; what a pubsub topic took before is taken back. */
  const send = async ({ kind, topics: sent }: Step): Promise<FilterOutcome> => {
    const contentTopics = sent.map(contentTopicOf)
    const taken: string[] = []
    for (const pubsubTopic of pubsubTopics) {
      // The caller has waited for the first turn.
      if (pubsubTopic !== pubsubTopics[0]) await bucket.turn(signal)
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
    if (kind === 'refresh') return
    for (const topic of sent) kind === 'add' ? confirmed.add(topic) : confirmed.delete(topic)
    if (kind === 'add') events.onConfirmed(sent)
    if (next() === undefined) chunk = limit
  }

  const fill = async (size: number, text: string): Promise<void> => {
    if (stale().length > 0) {
      roof = confirmed.size
      return
    }
    if (size > finestRequest) {
      chunk = size >> 1
      return
    }
    chunk = limit
    // Room for the marker, without which nobody would notice that the subscription died.
    events.onFull(Math.max(0, confirmed.size - 1), text)
    roof = confirmed.size
    await pause(fullPauseMs)
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

  /** What waits by the time of the turn is one request. */
  const advance = async (): Promise<void> => {
    await bucket.turn(signal)
    const step = next()
    if (step !== undefined) await react(step, await send(step))
  }

  /** Asks once more for some of what is there; nothing changes unless the node has lost it. */
  const refresh = async (): Promise<void> => {
    refreshAt = performance.now() + refreshMs
    const { pubsubTopic, chunk } = tour.next(confirmed, limit, (topic) => topic !== marker && topics.has(topic))
    if (chunk.length === 0) return
    await bucket.turn(signal)
    const outcome = await client.subscribe(pubsubTopic, chunk.map(contentTopicOf))
    if (outcome.kind === 'full') refreshAt = performance.now() + noRefreshMs
    else await react({ kind: 'refresh', topics: chunk }, outcome)
  }

  const idle = async (): Promise<void> => {
    const step = nextLazy()
    const spareMs = bucket.spareMs()
    if (step === undefined) return pause(Math.max(1, refreshAt - performance.now()))
    if (spareMs > 0) return pause(spareMs)
    if (step.kind === 'refresh') return refresh()
    await bucket.turn(signal)
    await react(step, await send(step))
  }

  const run = async (): Promise<void> => {
    await bucket.turn(signal)
    // What an earlier connection left there would count against the limit of criteria.
    const cleared = await client.unsubscribeAll()
    if (cleared.kind === 'later') bucket.refused()
    if (cleared.kind === 'unsupported') return events.onUnsupported()
    while (!signal.aborted) {
      isAwake = false
      if (next() !== undefined) await advance()
      else if (failures > 0) await react({ kind: 'remove', topics: [] }, await client.ping())
      else await idle()
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
    has: (topic) => confirmed.has(topic),
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
