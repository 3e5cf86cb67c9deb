import { setTimeout as sleep } from 'node:timers/promises'
import type { Libp2p } from '@libp2p/interface'
import { createLanes, type Lanes } from '../lanes.ts'
import { type Parcel, type PushOutcome, pushTo } from './light-push.ts'
import { createPace, type Pace } from './pace.ts'
import { blame, type Member, praise, type Roster } from './roster.ts'

/** How many messages one node is given at a time. */
const width = 16
const firstPauseMs = 50
const maxPauseMs = 1_000
/** How long a node that failed is asked after the others. */
const demotedMs = 60_000

/** A node took it; `alone` where it had nobody to pass it on to. */
export interface Taken {
  readonly member: Member
  readonly alone: boolean
  /** Everybody to whom it was given, whatever came of it. */
  readonly tried: ReadonlySet<Member>
}

export interface Publisher {
  /** Resolves when a node took it. Rejects on abort, and where it is too large for the network. */
  publish(parcel: Parcel, signal: AbortSignal): Promise<Taken>
  /**
   * One try with each node in this order until one takes it; `undefined` where none does. What is urgent does not wait for its
   * turn behind other messages. A failure on another shard than that of the gateway's messages says nothing about a node.
   */
  offer(parcel: Parcel, order: readonly Member[], signal: AbortSignal, isUrgent?: boolean): Promise<Taken | undefined>
  /** Those that are connected and may take a message, the most promising first. */
  candidates(): Member[]
  /** Whether some node would take a message now, as far as we know. */
  isOpen(): boolean
  /** Notes that what this node takes goes nowhere, or that it does. */
  suspect(member: Member): void
  trust(member: Member): void
  reset(member: Member): void
  stats(): Readonly<Record<string, number>>
}

/** What we think of a node as a taker of messages. */
interface Standing {
  readonly lanes: Lanes
  readonly pace: Pace
  isUnsupported: boolean
  /** On the clock of `performance.now`. */
  demotedUntil: number
  hasFailed: boolean
}

export const createPublisher = (
  node: () => Libp2p | undefined,
  { members }: Roster,
  publishTopic: string,
): Publisher => {
  const standings = new Map<Member, Standing>(
    members.map((member) => [
      member,
      { lanes: createLanes(width), pace: createPace(), isUnsupported: false, demotedUntil: 0, hasFailed: false },
    ]),
  )
  const counts = { published: 0, pushTries: 0, pushFailures: 0, pushesRefused: 0, pushesAlone: 0 }

  const change = (member: Member, changes: Partial<Omit<Standing, 'lanes' | 'pace'>>): void => {
    const standing = standings.get(member)
    if (standing !== undefined) Object.assign(standing, changes)
  }

  const demote = (member: Member): void =>
    change(member, { demotedUntil: performance.now() + demotedMs, hasFailed: true })
  const trust = (member: Member): void => change(member, { demotedUntil: 0, hasFailed: false })

  const candidates = (): Member[] => {
    const demotion = (member: Member): number => {
      const until = standings.get(member)?.demotedUntil ?? 0
      return until > performance.now() ? until : 0
    }
    const wait = (member: Member): number => standings.get(member)?.pace.waitMs() ?? 0
    return members
      .filter((member) => member.connected && standings.get(member)?.isUnsupported === false)
      .sort((a, b) => demotion(a) - demotion(b) || wait(a) - wait(b))
  }

  const judge = (member: Member, { pubsubTopic }: Parcel, outcome: PushOutcome): void => {
    if (outcome.kind === 'unsupported') change(member, { isUnsupported: true })
    else if (outcome.kind === 'taken' || outcome.kind === 'alone') {
      member.roles.add('lightpush')
      praise(member, outcome.tookMs)
      standings.get(member)?.pace.accepted()
      trust(member)
    } else if (outcome.kind === 'busy') {
      counts.pushesRefused += 1
      standings.get(member)?.pace.refused()
    } else {
      counts.pushFailures += 1
      if (outcome.kind !== 'failed' || pubsubTopic !== publishTopic) return
      blame(member, `light push: ${outcome.text}`)
      demote(member)
    }
  }

  const give = async (member: Member, parcel: Parcel, signal: AbortSignal): Promise<PushOutcome> => {
    const libp2p = node()
    if (libp2p === undefined) return { kind: 'failed', text: 'not open' }
    counts.pushTries += 1
    const outcome = await pushTo(libp2p, member.id, parcel, signal)
    if (!signal.aborted) judge(member, parcel, outcome)
    return outcome
  }

  const giveInTurn = async (member: Member, parcel: Parcel, signal: AbortSignal): Promise<PushOutcome> => {
    const standing = standings.get(member)
    if (standing === undefined) return give(member, parcel, signal)
    return standing.lanes.run(async () => {
      await standing.pace.turn(signal)
      return give(member, parcel, signal)
    }, signal)
  }

  const offer = async (
    parcel: Parcel,
    order: readonly Member[],
    signal: AbortSignal,
    isUrgent = false,
  ): Promise<Taken | undefined> => {
    const tried = new Set<Member>()
    const refusals: string[] = []
    // A node that has nobody to pass a message on to is better than none, and worse than the next one.
    let lonely: Member | undefined
    for (const member of order) {
      signal.throwIfAborted()
      tried.add(member)
      const outcome = await (isUrgent ? give : giveInTurn)(member, parcel, signal)
      if (outcome.kind === 'taken') return { member, alone: false, tried }
      if (outcome.kind === 'refused') refusals.push(outcome.text)
      if (outcome.kind === 'alone') lonely ??= member
    }
    signal.throwIfAborted()
    // One alone may be wrong, or have a limit of its own.
    if (refusals.length > 0 && refusals.length === order.length)
      throw new Error(`The network does not take the message: ${refusals[0]}`)
    return lonely === undefined ? undefined : { member: lonely, alone: true, tried }
  }

  const publish = async (parcel: Parcel, signal: AbortSignal): Promise<Taken> => {
    for (let round = 0; ; round += 1) {
      const taken = await offer(parcel, candidates(), signal)
      if (taken !== undefined) {
        counts.published += 1
        if (taken.alone) counts.pushesAlone += 1
        return taken
      }
      await sleep(Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(round, 10)), undefined, { signal })
    }
  }

  return {
    publish,
    offer,
    candidates,
    isOpen: () => candidates().some((member) => standings.get(member)?.hasFailed === false),
    suspect: demote,
    trust,
    reset: (member) => change(member, { isUnsupported: false, demotedUntil: 0, hasFailed: false }),
    stats: () => counts,
  }
}
