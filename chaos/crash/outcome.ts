import type { Figure, Outcome } from '../scenario.ts'
import type { CrashLedger } from './ledger.ts'

const meanings: Readonly<Record<string, string>> = {
  accepted: 'pushes of which a client has the success answer',
  delivered: 'of these: the provider’s stand-in got them',
  lost: 'of these: it never did',
  duplicated: 'deliveries beyond the first of a push',
  inFlightAtKills:
    'deliveries that a process may not have written down when it was killed, or Redis when it was stopped',
  kills: 'of gateways, by SIGKILL',
  redisRestarts: 'of Redis, by SIGTERM and SIGKILL',
  balanced: '1: no replica opened more than twice its share while all were up',
}

/** What was counted outside, and the promises that broke. */
export const outcomeOf = (ledger: CrashLedger, further: Readonly<Record<string, number>>): Outcome => {
  const { totals } = ledger
  const figures = Object.entries({ ...totals, ...further }).map(
    ([name, value]): Figure => ({ name, value, says: meanings[name] ?? '' }),
  )
  const broken: string[] = []
  if (totals.accepted === 0) broken.push('No push was accepted: there is nothing to judge.')
  if (totals.lost > 0)
    broken.push(`${totals.lost} accepted pushes were lost, for example ${ledger.missing().slice(0, 3).join(', ')}.`)
  if (totals.duplicated > totals.inFlightAtKills)
    broken.push(`${totals.duplicated} repetitions are more than the ${totals.inFlightAtKills} that were in flight.`)
  return { figures, broken }
}
