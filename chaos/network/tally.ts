import type { Figure, Outcome } from '../scenario.ts'
import type { Account, Dispatch, Kind } from './books.ts'
import type { World } from './world.ts'

/** What any message may wait for, once the gateway can have it. */
const promiseMs = 60_000

/** How long before a kill something may have been done that the gateway had no time to write down. */
const unwrittenMs = 3_000
/** The same for an answer, which comes late over a slow way. */
const unseenMs = 5_000
/** What happened is seen so much later at most: those outside look now and then. */
const seenLateMs = 500

export interface Tally {
  readonly seconds: number
  readonly seed: number
  readonly world: Pick<World, 'books' | 'reach'> & { readonly gateway: Pick<World['gateway'], 'kills' | 'restarts'> }
  /** How many faults of the weather there were. */
  readonly faults: number
  readonly now: number
}

/** Times of what should be there once. A kill near the first one, but not before `since`, explains the others. */
interface Series {
  readonly times: readonly number[]
  readonly since: number
  readonly unknownMs: number
}

/** How many too many there are; what a kill explains is told apart. */
const surplusOf = ({ times, since, unknownMs }: Series, kills: readonly number[]) => {
  const [first = 0, ...others] = times
  const isExcused = (at: number): boolean =>
    kills.some(
      (kill) => kill >= Math.max(since - seenLateMs, first - unknownMs) && kill <= Math.min(at, first + unknownMs),
    )
  const excused = others.filter(isExcused).length
  return { excused, duplicated: others.length - excused }
}

const isSent = ({ dispatches }: Account): boolean => dispatches.some(({ keptSince }) => keptSince.size > 0)

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

/** When a letter had its own effect: a request's first one is pushed, all others are answered. */
const effectOf = ({ matter, dispatches, handledAt }: Account, dispatch: Dispatch): number | undefined =>
  matter.kind === 'request' && dispatch === dispatches[0] ? handledAt : dispatch.answered[0]

/** Milliseconds for which each letter waited although the gateway could have had it; none where its answer got lost. */
const waitsOf = (account: Account, { world: { reach }, now }: Tally): number[] =>
  account.dispatches.flatMap((dispatch) => {
    const until = effectOf(account, dispatch) ?? (account.handledAt === undefined ? now : undefined)
    return until === undefined ? [] : reach.longestWait(dispatch.keptSince, until)
  })

/** Longest time from the end of a whole outage to the next message that was handled, if one was before the next outage. */
const longestReturnMs = ({ world: { books, reach } }: Tally): number => {
  const handled = books.accounts.flatMap(({ handledAt, indirect }) => (indirect ? [] : (handledAt ?? [])))
  const times = handled.sort((a, b) => a - b)
  const [, ...afterOutages] = reach.reached()
  const returns = afterOutages.flatMap(({ from, to }) => {
    const next = times.find((at) => at >= from)
    return next === undefined || next > to ? [] : [next - from]
  })
  return Math.max(0, ...returns)
}

const figuresOf = (tally: Tally) => {
  const { books, gateway } = tally.world
  const sent = books.accounts.filter((account) => account.matter.counted && isSent(account))
  const handled = sent.filter(({ handledAt }) => handledAt !== undefined)
  const dispatches: readonly Dispatch[] = books.accounts.flatMap((account) => account.dispatches)
  const pushes = books.accounts.map(({ pushed: times }) => ({ times, since: times[0] ?? 0, unknownMs: unwrittenMs }))
  const answers = dispatches.map(({ answered: times, keptSince }) => {
    return { times, since: Math.min(...keptSince.values()), unknownMs: unseenMs }
  })
  const doubles = [...pushes, ...answers].map((series) => surplusOf(series, gateway.kills))
  const ofKind = (kind: Kind): number => sent.filter(({ matter }) => matter.kind === kind).length
  const kept = dispatches.filter(({ keptSince }) => keptSince.size > 0)
  const unanswered = sent.flatMap((account) => account.dispatches).filter(({ answered }) => answered.length === 0)
  return {
    sent: sent.length,
    handled: handled.length,
    lost: sent.length - handled.length,
    duplicated: sum(doubles.map(({ duplicated }) => duplicated)),
    longestGapMs: Math.round(Math.max(0, ...sent.flatMap((account) => waitsOf(account, tally)))),
    registrations: ofKind('registration'),
    questions: ofKind('question'),
    requests: ofKind('request'),
    pushes: sum(books.accounts.map(({ pushed }) => pushed.length)),
    letters: kept.length,
    lettersUnanswered: unanswered.length,
    neverKept: dispatches.length - kept.length,
    superseded: sent.filter(({ superseded }) => superseded).length,
    refused: sent.filter(({ refused }) => refused).length,
    indirect: sent.filter(({ indirect }) => indirect).length,
    inFlightAtKills: sum(doubles.map(({ excused }) => excused)),
  }
}

const meanings: Readonly<Record<string, string>> = {
  seconds: 'of weather',
  seed: 'the same seed, the same weather',
  sent: 'registrations, questions and requests that a store node kept',
  handled: 'of these: answered, found to be stored, pushed',
  lost: 'of these: not handled a minute after everything was mended',
  duplicated: 'pushes that came again, letters that were answered twice',
  longestGapMs: 'longest time in one piece in which one of them waited although the gateway could have had it',
  longestReturnMs: 'longest time from the end of a whole outage to the next message that was handled',
  registrations: 'of those sent',
  questions: 'of those sent',
  requests: 'of those sent',
  pushes: 'that the stand-in for gorush was handed',
  letters: 'that a store node kept: all that was sent, with repetitions and inquiries',
  lettersUnanswered: 'of those sent, whose own answer nobody saw; it may have been on a way that broke',
  neverKept: 'letters that no node took',
  superseded: 'registrations that a newer version overtook',
  refused: 'that the gateway refused',
  indirect: 'known to be handled by a later question only',
  inFlightAtKills: 'repeated because a SIGKILL came before they were written down',
  faults: 'of the weather',
  restarts: 'of the gateway, kills among them',
  kills: 'of the gateway, by SIGKILL',
}

/** Draws the balance and says which promises broke. */
export const draw = (tally: Tally): Outcome => {
  const counted = figuresOf(tally)
  const { seconds, seed, faults } = tally
  const { restarts, kills } = tally.world.gateway
  const rest = { longestReturnMs: Math.round(longestReturnMs(tally)), faults, restarts, kills: kills.length }
  const figures: Figure[] = Object.entries({ seconds, seed, ...counted, ...rest }).map(([name, value]) => ({
    name,
    value,
    says: meanings[name] ?? '',
  }))
  const { sent, lost, duplicated, longestGapMs } = counted
  const broken = [
    ...(sent === 0 ? ['Nothing was sent, so nothing is shown.'] : []),
    ...(lost > 0 ? [`${lost} of ${sent} were lost.`] : []),
    ...(duplicated > 0 ? [`${duplicated} came twice.`] : []),
    ...(longestGapMs > promiseMs ? [`One waited for ${longestGapMs} ms; ${promiseMs} are promised.`] : []),
  ]
  return { figures, broken }
}
