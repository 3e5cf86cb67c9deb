import { randomBytes, randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { contentTopicOf, type Log, type Topic, type WakuMessage } from '../../../../src/ports/index.ts'
import {
  createHearing,
  echo,
  type Hearing,
  isDeaf,
  isDoubtful,
  isForSelfTest,
  isUrgent,
  mend,
  miss,
  recover,
} from './hearing.ts'
import type { Parcel } from './light-push.ts'
import type { Publisher } from './publisher.ts'
import { blame, type Member, praise } from './roster.ts'
import type { Session, Sessions } from './sessions.ts'

/** A subscription by which nothing came for so long is put to the test. */
const quietMs = 8_000
/** How long a probe may take from the node that took it to us. */
const patienceMs = 4_000
/** A subscription by which nothing came for so long counts as dead. */
const deadMs = 30_000
/** Nodes forget a subscriber who says nothing for five minutes. */
const pingEveryMs = 60_000
/** On the clock of `performance.now`, which starts at 0. */
const never = Number.NEGATIVE_INFINITY
const tickMs = 1_000
/** Before a probe that follows a missed one. */
const hurriedMs = 100
/** How long a shard is not probed on which nobody takes messages. */
const closedMs = 60_000

export interface ProberOptions {
  readonly sessions: Sessions
  readonly publisher: Publisher
  /** They are probed in turn. */
  readonly pubsubTopics: readonly string[]
  readonly marker: Topic
  /** Makes the message with this payload: ephemeral, stamped, and known as ours. */
  readonly seal: (pubsubTopic: string, contentTopic: string, payload: Uint8Array) => WakuMessage
  /** Cuts the connection: it is made anew at once. */
  readonly reconnect: (member: Member, why: string) => void
  readonly onChange: () => void
  readonly log: Log
  readonly signal: AbortSignal
  readonly quietMs: number | undefined
  readonly patienceMs: number | undefined
}

/**
 * Finds dead subscriptions, whatever they died of: a message of our own, which looks like any other, goes out by one node and has to
 * come back by every subscription. Only what comes shows that messages come.
 */
export interface Prober {
  /** Once. It ends with the signal. */
  start(): void
  /** A message came by this node. `isOurs`: it was published by us, so it does not show that the node hears others. */
  heard(member: Member, pubsubTopic: string, message: WakuMessage, isOurs: boolean): void
  /** A node that does not hear the others. */
  isDeaf(member: Member): boolean
  /** Whether something did not come by this node that should have. */
  isDoubtful(member: Member): boolean
  isAlive(session: Session): boolean
  stats(): Readonly<Record<string, number>>
}

interface Round {
  readonly arrived: Set<Member>
  readonly hash: string
  check(): void
}

const keyOf = (hash: Uint8Array): string => Buffer.from(hash).toString('latin1')

export const createProber = (options: ProberOptions): Prober => {
  const { sessions, publisher, pubsubTopics, marker, seal, reconnect, onChange, log, signal } = options
  const quiet = options.quietMs ?? quietMs
  /** Of one shard: with many, a node is not given more messages for it. */
  const quietShard = quiet * Math.max(1, pubsubTopics.length / 2)
  const patience = options.patienceMs ?? patienceMs
  const hearings = new Map<Member, Hearing>()
  const counts = { probesSent: 0, probesHeard: 0, probesMissed: 0, probeFailures: 0, subscriptionsMended: 0 }
  const closedUntil = new Map<string, number>()
  let round: Round | undefined
  let lastTried: ReadonlySet<Member> = new Set()
  /** Who took a probe that came by nobody. */
  let unheard: Member | undefined

  const hearingOf = (member: Member): Hearing => {
    const hearing = hearings.get(member) ?? createHearing()
    hearings.set(member, hearing)
    return hearing
  }

  const recovered = (session: Session): void => {
    const hearing = hearingOf(session.member)
    const wasDeaf = isDeaf(hearing)
    recover(hearing)
    session.heardAt = performance.now()
    if (wasDeaf) onChange()
  }

  /** A message of somebody else came by it. */
  const heardOther = (session: Session, shard: string): void => {
    const now = performance.now()
    const { suspect, heardOn, lastOn: times } = hearingOf(session.member)
    heardOn.set(shard, now)
    times.set(shard, now)
    if (suspect === undefined || suspect === shard) recovered(session)
    else session.heardAt = now
  }

  const ready = (): Session[] => sessions.all().filter(({ readyAt }) => readyAt !== undefined)

  const lastOn = ({ member, readyAt }: Session, shard: string): number =>
    Math.max(hearingOf(member).lastOn.get(shard) ?? never, readyAt ?? never)

  const isDue = (session: Session, shard: string): boolean => {
    const { member, readyAt } = session
    const hearing = hearingOf(member)
    if (hearing.suspect !== undefined && hearing.suspect !== shard) return false
    if (isUrgent(hearing)) return true
    // A subscription that was mended has to prove itself at once.
    if (hearing.mends > 0 && hearing.probedAt < (readyAt ?? never)) return true
    return performance.now() - lastOn(session, shard) > quietShard
  }

  const renew = (session: Session, why: string): void => {
    if (!mend(hearingOf(session.member))) return
    counts.subscriptionsMended += 1
    blame(session.member, why, 3)
    log.warn({ peer: session.member.id, why }, 'A filter subscription is dead; its connection is made anew.')
    reconnect(session.member, why)
  }

  const ping = async (session: Session): Promise<void> => {
    const hearing = hearingOf(session.member)
    if (hearing.isPinging) return
    hearing.isPinging = true
    hearing.pingedAt = performance.now()
    const outcome = await session.subscription.ping()
    hearing.isPinging = false
    if (session.closing.signal.aborted || signal.aborted) return
    if (outcome.kind === 'ok') praise(session.member, outcome.tookMs)
    if (outcome.kind === 'failed') renew(session, `filter ping: ${outcome.text}`)
    if (outcome.kind === 'forgotten') {
      hearing.missed = 0
      sessions.renew(session)
    }
  }

  const strike = (session: Session, shard: string, word: 'given' | 'askable' | 'mute'): void => {
    hearingOf(session.member).suspect ??= shard
    counts.probesMissed += 1
    const consequence = miss(hearingOf(session.member), word)
    if (consequence === 'ping') void ping(session)
    if (consequence === 'doubt') onChange()
    if (consequence === 'mend') renew(session, 'probes do not come back')
  }

  const tellApart = ({ member }: Session): void => {
    blame(member, 'it does not hear the other nodes', 3)
    publisher.suspect(member)
    log.warn({ peer: member.id }, 'A filter node does not hear the others; topics go elsewhere.')
  }

  /** Whoever is not under test comes first, and not the same as the last time; before them who has to show that it pushes at all. */
  const orderFor = (due: readonly Session[]): Member[] => {
    const tested = new Set(due.map(({ member }) => member))
    const rank = (member: Member): number =>
      isForSelfTest(hearingOf(member)) ? -1 : (tested.has(member) ? 1 : 0) + (lastTried.has(member) ? 2 : 0)
    return publisher.candidates().sort((a, b) => rank(a) - rank(b))
  }

  const collect = (expected: readonly Session[], hash: string): { arrived: Set<Member>; done: Promise<void> } => {
    const arrived = new Set<Member>()
    const done = new Promise<void>((resolve) => {
      const check = (): void => {
        if (expected.every(({ member }) => arrived.has(member))) resolve()
      }
      round = { arrived, hash, check }
    })
    return { arrived, done }
  }

  /** A node whose probe came by nobody, while another's came: it takes messages and passes none on. */
  const judgeTaker = (taker: Member, wasHeard: boolean): void => {
    if (!wasHeard) unheard = taker
    else if (unheard !== undefined && unheard !== taker) {
      publisher.suspect(unheard)
      unheard = undefined
    }
  }

  const judge = (
    expected: readonly Session[],
    arrived: ReadonlySet<Member>,
    tried: ReadonlySet<Member>,
    since: number,
    shard: string,
  ) => {
    const candidates = publisher.candidates()
    const isAlone = candidates.length < 2
    for (const session of expected) {
      const { member } = session
      const { suspect } = hearingOf(member)
      if (session.closing.signal.aborted || (hearingOf(member).heardOn.get(shard) ?? never) >= since) continue
      const wasGiven = tried.has(member)
      if (!arrived.has(member))
        strike(session, shard, wasGiven ? 'given' : candidates.includes(member) ? 'askable' : 'mute')
      // What is wrong on another shard stays so.
      else if (suspect !== undefined && suspect !== shard) session.heardAt = performance.now()
      else if (!wasGiven || isAlone) recovered(session)
      else if (echo(hearingOf(member))) tellApart(session)
    }
  }

  const probe = async (due: readonly Session[], pubsubTopic: string): Promise<void> => {
    const expected = ready()
    const message = seal(pubsubTopic, contentTopicOf(marker), randomBytes(randomInt(300, 1_500)))
    const parcel: Parcel = { pubsubTopic, message }
    const since = performance.now()
    const { arrived, done } = collect(expected, keyOf(message.hash))
    counts.probesSent += 1
    const taken = await publisher.offer(parcel, orderFor(due), signal, true)
    if (taken === undefined) {
      counts.probeFailures += 1
      if (pubsubTopics.length > 1) closedUntil.set(pubsubTopic, since + closedMs)
      for (const session of due) if (since - hearingOf(session.member).pingedAt > quiet) void ping(session)
      return
    }
    for (const { member } of expected) {
      hearingOf(member).probedAt = since
      hearingOf(member).lastOn.set(pubsubTopic, since)
    }
    lastTried = taken.tried
    await Promise.race([done, sleep(patience, undefined, { signal })])
    counts.probesHeard += arrived.size
    judgeTaker(taken.member, arrived.size > 0)
    judge(expected, arrived, taken.tried, since, pubsubTopic)
  }

  /** The shard that was silent for the longest of those where somebody is due. */
  const mostDue = (now: number): { shard: string; due: Session[] } | undefined => {
    const sessionsNow = ready()
    const oldest = (due: readonly Session[], shard: string): number =>
      Math.min(...due.map((each) => lastOn(each, shard)))
    return pubsubTopics
      .filter((shard) => (closedUntil.get(shard) ?? never) < now)
      .map((shard) => ({ shard, due: sessionsNow.filter((session) => isDue(session, shard)) }))
      .filter(({ due }) => due.length > 0)
      .sort((a, b) => oldest(a.due, a.shard) - oldest(b.due, b.shard))[0]
  }

  const tick = async (): Promise<void> => {
    const now = performance.now()
    for (const session of ready()) if (now - hearingOf(session.member).pingedAt > pingEveryMs) void ping(session)
    const found = mostDue(now)
    if (found !== undefined) await probe(found.due, found.shard)
  }

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const isHurried = ready().some(({ member }) => isUrgent(hearingOf(member)))
      await sleep(isHurried ? hurriedMs : Math.min(tickMs, quiet), undefined, { signal })
      await tick().catch((error: unknown) => {
        signal.throwIfAborted()
        log.error({ error: String(error) }, 'A probe of the filter subscriptions has failed.')
      })
      round = undefined
    }
  }

  return {
    // It ends with the signal.
    start: () => void run().catch(() => undefined),
    heard: (member, pubsubTopic, { hash }, isOurs) => {
      const session = sessions.of(member)
      if (session === undefined) return
      if (!isOurs) heardOther(session, pubsubTopic)
      else if (round?.hash === keyOf(hash)) {
        round.arrived.add(member)
        round.check()
      }
    },
    isDeaf: (member) => isDeaf(hearingOf(member)),
    isDoubtful: (member) => isDoubtful(hearingOf(member)),
    isAlive: ({ member, readyAt, heardAt }) => {
      if (readyAt === undefined) return false
      const { mends, echoAt } = hearingOf(member)
      const last = Math.max(heardAt ?? never, echoAt, mends === 0 ? readyAt : never)
      return performance.now() - last < deadMs
    },
    stats: () => counts,
  }
}
