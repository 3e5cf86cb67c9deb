import { hex } from '../protocol/index.ts'
import { placeOf, type Target } from './targets.ts'

const mostGateways = 1_000
const mostForgotten = 10_000

/** What a sending client learnt of gateways: who answers, and who knows a device no more. Bounded, in memory. */
export interface Standing {
  answered(gateway: Uint8Array): void
  silent(gateway: Uint8Array): void
  /** NOT_REGISTERED: this gateway is not asked for this device again, until it names it itself. */
  forget(target: Target): void
  /** These gateways just named these devices. */
  found(targets: readonly Target[]): void
  /**
   * Without what is forgotten, best first: gateways that fell silent come last, a lower version (an older registration)
   * behind a higher one, and of the others first the one that answered last.
   */
  ranked(targets: readonly Target[]): Target[]
}

/** The newest entry is the last one; beyond `most` the oldest goes. */
const put = <V>(map: Map<string, V>, key: string, value: V, most: number): void => {
  map.delete(key)
  map.set(key, value)
  const oldest = map.keys().next()
  if (map.size > most && !oldest.done) map.delete(oldest.value)
}

export const createStanding = (): Standing => {
  const answers = new Map<string, number>()
  const forgotten = new Map<string, true>()
  let turn = 0

  const rankOf = ({ gateway }: Target): number => answers.get(hex(gateway)) ?? 0

  const order = (a: Target, b: Target): number => {
    const [first, second] = [rankOf(a), rankOf(b)]
    if (first < 0 !== second < 0) return first < 0 ? 1 : -1
    if (a.version !== b.version) return a.version > b.version ? -1 : 1
    return second - first
  }

  return {
    answered: (gateway) => put(answers, hex(gateway), ++turn, mostGateways),
    // Of several silent ones the one that has been silent longest is tried first: it had the most time to return.
    silent: (gateway) => put(answers, hex(gateway), -++turn, mostGateways),
    forget: (target) => put(forgotten, placeOf(target), true, mostForgotten),
    found: (targets) => {
      for (const target of targets) forgotten.delete(placeOf(target))
    },
    ranked: (targets) => targets.filter((target) => !forgotten.has(placeOf(target))).sort(order),
  }
}
