import type { Libp2p } from '@libp2p/interface'
import type { Log, Topic } from '../../../../src/ports/index.ts'
import type { ListenedTopics } from '../ignored.ts'
import { allot } from './allotment.ts'
import { type Bucket, createBucket, createStagger } from './bucket.ts'
import { createFilterClient } from './filter-client.ts'
import { blame, type Member } from './roster.ts'
import { createSubscription, type Subscription } from './subscription.ts'

/** What go-waku and nwaku take of one peer, in pairs of pubsub topic and content topic. */
const criteriaPerPeer = 1_000
/** nwaku answers 30 requests a minute. */
const requestBurst = 15
const requestEveryMs = 2_000
/** After so many failed requests in a row the connection is made anew. */
const patience = 3
/** Changes of the topics are told to the nodes together. */
const gatherMs = 50
/** How long a node that was full is not offered more. */
const fullMs = 10 * 60_000

/** The filter subscription at one node, for as long as the connection lasts. Times are of `performance.now`. */
export interface Session {
  readonly member: Member
  readonly subscription: Subscription
  /** What it is to push. */
  readonly topics: Set<Topic>
  capacity: number
  /** When everything was subscribed to. */
  readyAt: number | undefined
  /** When the last message came by it that shows that the node hears others. */
  heardAt: number | undefined
  readonly closing: AbortController
}

export interface SessionsOptions {
  readonly node: () => Libp2p | undefined
  readonly pubsubTopics: readonly string[]
  readonly marker: Topic
  readonly wanted: ListenedTopics
  readonly log: Log
  readonly signal: AbortSignal
  /** How often some topics are subscribed to again, milliseconds. */
  readonly refreshMs: number | undefined
  /** Whether a node is no place for topics as long as there is a better one. */
  readonly isDeaf: (member: Member) => boolean
  /** Everything that has room is subscribed to. */
  readonly onSettled: () => void
  /** Every topic that has room is subscribed to at one node at least. */
  readonly onCovered: () => void
  /** A node did not push for a while, from this moment on (`performance.now`). */
  readonly onGap: (since: number) => void
  /** The connection leads nowhere and has to be made anew. */
  readonly onTrouble: (member: Member, text: string) => void
}

/** The filter subscriptions at all nodes: every topic at two of them, as far as they have room. */
export interface Sessions {
  open(member: Member): void
  close(member: Member): void
  all(): Session[]
  of(member: Member): Session | undefined
  /** The wanted topics changed: the nodes are told soon, all changes together. */
  wake(): void
  renew(session: Session): void
  /** How many topics have no room at any node. */
  left(): number
  /** Whether a topic that has room is not subscribed to at any node yet. */
  isWaiting(): boolean
  stats(): Readonly<Record<string, number>>
}

export const createSessions = (options: SessionsOptions): Sessions => {
  const { node, pubsubTopics, marker, wanted, log, signal, isDeaf, onSettled, onCovered, onGap, onTrouble } = options
  const usualCapacity = Math.floor(criteriaPerPeer / pubsubTopics.length) - 1
  const sessions = new Map<Member, Session>()
  /** Outlive the connection: the node counts the requests of a peer, not of a connection. */
  const buckets = new Map<Member, Bucket>()
  const stagger = createStagger()
  const full = new Map<Member, { readonly capacity: number; readonly until: number }>()
  const counts = { subscriptionsForgotten: 0, filterRefusals: 0 }
  let allotted = { placed: 0, twice: 0 }
  let isAwake = false
  let allottedAt = 0
  let isWarned = false

  const left = (): number => wanted.size - allotted.placed

  const tellWhatIsLeft = (): void => {
    if (sessions.size === 0 || left() > 0 === isWarned) return
    isWarned = left() > 0
    const details = { topics: wanted.size, subscribed: allotted.placed, nodes: sessions.size }
    if (isWarned)
      log.warn(details, 'The filter nodes have no room for all topics: the rest is read from the store nodes.')
    else log.info(details, 'The filter nodes have room for all topics.')
  }

  const isUsable = ({ member, subscription }: Session): boolean => !isDeaf(member) && !subscription.isFailing()

  const usableOf = (all: Iterable<Session>): Session[] => [...all].filter(isUsable)

  const isWaiting = (): boolean => {
    const usable = usableOf(sessions.values())
    const isConfirmed = (topic: Topic): boolean => usable.some(({ subscription }) => subscription.has(topic))
    return [...sessions.values()].some(({ topics }) => [...topics].some((topic) => !isConfirmed(topic)))
  }

  const reallot = (): void => {
    isAwake = false
    allottedAt = performance.now()
    if (signal.aborted) return
    const all = [...sessions.values()]
    const usable = usableOf(all)
    const seats = all.map((session) => {
      const isOut = usable.length > 0 && !usable.includes(session)
      return { topics: session.topics, capacity: isOut ? 0 : session.capacity }
    })
    allotted = allot(seats, wanted)
    tellWhatIsLeft()
    for (const { subscription } of all) subscription.wake()
  }

  const wake = (): void => {
    if (isAwake) return
    isAwake = true
    setTimeout(reallot, Math.max(0, gatherMs - (performance.now() - allottedAt)))
  }

  const capacityOf = (member: Member): number => {
    const learned = full.get(member)
    if (learned === undefined || learned.until <= performance.now()) return usualCapacity
    return learned.capacity
  }

  const onFull = (session: Session, capacity: number, text: string): void => {
    counts.filterRefusals += 1
    full.set(session.member, { capacity, until: performance.now() + fullMs })
    session.capacity = capacity
    session.member.failure = `filter: ${text}`
    wake()
  }

  const onForgotten = (session: Session): void => {
    counts.subscriptionsForgotten += 1
    onGap(session.heardAt ?? session.readyAt ?? performance.now())
    session.readyAt = undefined
    log.warn({ peer: session.member.id }, 'A filter node has forgotten the subscription; it is made anew.')
  }

  const onConfirmed = (session: Session): void => {
    session.member.roles.add('filter')
    if (session.subscription.isReady()) session.readyAt ??= performance.now()
    if (usableOf(sessions.values()).every(({ subscription }) => subscription.missing() === 0)) onSettled()
    else if (!isWaiting()) onCovered()
  }

  const open = (member: Member): void => {
    const libp2p = node()
    if (libp2p === undefined || sessions.has(member)) return
    const closing = new AbortController()
    const either = AbortSignal.any([closing.signal, signal])
    const bucket = buckets.get(member) ?? createBucket(requestBurst, requestEveryMs, stagger)
    buckets.set(member, bucket)
    const topics = new Set<Topic>()
    const subscription = createSubscription({
      client: createFilterClient(libp2p, member.id, either),
      pubsubTopics,
      topics,
      marker,
      bucket,
      room: capacityOf(member) + 1,
      refreshMs: options.refreshMs,
      signal: either,
      events: {
        onConfirmed: () => onConfirmed(session),
        onFull: (capacity, text) => onFull(session, capacity, text),
        onForgotten: () => onForgotten(session),
        onFailure: (text, times) => {
          blame(member, `filter: ${text}`)
          if (times >= patience) onTrouble(member, `filter: ${text}`)
          else wake()
        },
        onRecovery: wake,
        onUnsupported: () => {
          member.failure = 'it has no filter service'
          session.capacity = 0
          wake()
        },
      },
    })
    const session: Session = {
      member,
      subscription,
      topics,
      capacity: capacityOf(member),
      readyAt: undefined,
      heardAt: undefined,
      closing,
    }
    sessions.set(member, session)
    stagger.nodes = sessions.size
    wake()
  }

  const close = (member: Member): void => {
    const session = sessions.get(member)
    if (session === undefined) return
    sessions.delete(member)
    stagger.nodes = Math.max(1, sessions.size)
    session.closing.abort(new Error('the connection ended'))
    if (session.readyAt !== undefined) onGap(session.heardAt ?? session.readyAt)
    wake()
  }

  return {
    open,
    close,
    all: () => [...sessions.values()],
    of: (member) => sessions.get(member),
    wake,
    renew: (session) => {
      onForgotten(session)
      session.subscription.renew()
    },
    left,
    isWaiting,
    stats: () => ({
      subscriptions: [...sessions.values()].filter(({ readyAt }) => readyAt !== undefined).length,
      topicsSubscribed: allotted.placed,
      topicsSubscribedTwice: allotted.twice,
      topicsLeftToStore: left(),
      ...counts,
    }),
  }
}
