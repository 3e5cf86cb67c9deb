/** How often at least the connection with a node that stays deaf is made anew in vain. */
const firstMendPauseMs = 10_000
const maxMendPauseMs = 120_000
/** On the clock of `performance.now`, which starts at 0. */
const never = Number.NEGATIVE_INFINITY

/** What is known of one node's hearing, beyond its connections. Times are of `performance.now`. */
export interface Hearing {
  /** Probes in a row that did not come by it. */
  missed: number
  /** Whether it did not even give back what it was given itself, of late. */
  isMute: boolean
  /** Whether it gives back what it was given itself, and nothing that others were given. */
  isApart: boolean
  /** When it last gave that back. */
  echoAt: number
  /** How often the connection was made anew in vain. */
  mends: number
  mendAfter: number
  probedAt: number
  pingedAt: number
  isPinging: boolean
  /** The shard on which something was missed first; what comes on another does not show that it is well. */
  suspect: string | undefined
  /** When others were last heard by it, by shard. */
  readonly heardOn: Map<string, number>
  /** When they were or it was probed, by shard. */
  readonly lastOn: Map<string, number>
}

export const createHearing = (): Hearing => ({
  missed: 0,
  isMute: false,
  isApart: false,
  echoAt: never,
  mends: 0,
  mendAfter: never,
  probedAt: never,
  pingedAt: performance.now(),
  isPinging: false,
  suspect: undefined,
  heardOn: new Map(),
  lastOn: new Map(),
})

/** Whether the node is no place for topics. */
export const isDeaf = ({ missed, mends }: Hearing): boolean => missed > 1 || mends > 1

/** Whether something did not come by the node that should have. */
export const isDoubtful = ({ missed, mends }: Hearing): boolean => missed > 0 || mends > 0

/** Whether the next probe is to be given to this node itself: does it push at all? */
export const isForSelfTest = ({ missed, isApart }: Hearing): boolean => missed === 2 && !isApart

/** Whether the next probe is not to wait. */
export const isUrgent = (hearing: Hearing): boolean => hearing.missed === 1 || isForSelfTest(hearing)

export const recover = (hearing: Hearing): void => {
  Object.assign(hearing, { missed: 0, isMute: false, isApart: false, mends: 0, mendAfter: never, suspect: undefined })
}

/** What a probe that did not come means. `ping`: ask whether it still knows us. `doubt`: give it one itself. */
export type Consequence = 'none' | 'ping' | 'doubt' | 'mend'

/**
 * Notes a probe that did not come by a node. `word`: whether the node was `given` the probe itself, could be (`askable`), or takes
 * none (`mute`): a node that pushes what it was given, and nothing else, is cut off from the network, and a new connection does
 * not help.
 */
export const miss = (hearing: Hearing, word: 'given' | 'askable' | 'mute'): Consequence => {
  if (hearing.isApart && word !== 'given') return 'none'
  if (hearing.missed < 2) hearing.missed += 1
  if (word === 'given') hearing.isMute = true
  if (hearing.missed === 1) return 'ping'
  return word === 'askable' && !hearing.isMute ? 'doubt' : 'mend'
}

/** Notes that it gave back what it was given itself. True where that shows that it is cut off. */
export const echo = (hearing: Hearing): boolean => {
  hearing.echoAt = performance.now()
  hearing.isMute = false
  if (hearing.missed < 2 || hearing.isApart) return false
  hearing.isApart = true
  return true
}

/** Notes that the connection is about to be made anew. False where that was tried not long ago. */
export const mend = (hearing: Hearing): boolean => {
  const now = performance.now()
  if (now < hearing.mendAfter) return false
  hearing.mends += 1
  hearing.missed = 0
  hearing.isMute = false
  hearing.isApart = false
  const pause = hearing.mends < 2 ? 0 : firstMendPauseMs * 2 ** (hearing.mends - 2)
  hearing.mendAfter = now + Math.min(maxMendPauseMs, pause)
  return true
}
