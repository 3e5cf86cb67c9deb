import { setTimeout as sleep } from 'node:timers/promises'
import type { Clients } from './clients.ts'

const answersWithinMs = 60_000
const deliveriesWithinMs = 60_000
const repetitionsWithinMs = 3_000

/** Lets what was begun end: the last answers, the last deliveries, and a while in which repetitions would come. `lost`: how many are missing. */
export const quieten = async (clients: Clients, lost: () => number): Promise<void> => {
  await Promise.race([clients.calm(), sleep(answersWithinMs, undefined, { ref: false })])
  const from = performance.now()
  while (lost() > 0 && performance.now() - from < deliveriesWithinMs) await sleep(50)
  await sleep(repetitionsWithinMs)
}
