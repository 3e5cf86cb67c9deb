import { setTimeout as sleep } from 'node:timers/promises'
import type { Clients } from './clients.ts'
import type { CrashLedger } from './ledger.ts'

const answersWithinMs = 60_000
const deliveriesWithinMs = 60_000
const repetitionsWithinMs = 3_000

/** Lets what was begun end: the last answers, the last deliveries, and a while in which repetitions would come. */
export const quieten = async (clients: Clients, ledger: CrashLedger): Promise<void> => {
  await Promise.race([clients.calm(), sleep(answersWithinMs, undefined, { ref: false })])
  const from = performance.now()
  while (ledger.totals.lost > 0 && performance.now() - from < deliveriesWithinMs) await sleep(50)
  await sleep(repetitionsWithinMs)
}
