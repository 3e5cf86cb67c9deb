import { setTimeout as sleep } from 'node:timers/promises'
import type { Outcome } from '../scenario.ts'
import { createAnswerReader } from './answers.ts'
import type { Account } from './books.ts'
import { createLetters } from './letters.ts'
import { draw } from './tally.ts'
import { startTraffic } from './traffic.ts'
import { troubles } from './trouble.ts'
import { startWatch } from './watch.ts'
import { type Forecast, happen } from './weather.ts'
import type { World } from './world.ts'

/** Everything that a store keeps is to be handled within so long after the last fault. */
const settleMs = 60_000
/** And so long is waited for what comes twice. */
const quietMs = 4_000
const reportEveryMs = 10_000
const lookEveryMs = 100

export interface Play {
  /** How long the weather lasts. */
  readonly seconds: number
  readonly seed: number
  readonly weather: readonly (readonly Forecast[])[]
  readonly progress: (line: string) => void
}

const isOpen = ({ matter, handledAt, refused }: Account): boolean =>
  matter.counted && handledAt === undefined && !refused

/** Waits until nothing is open any more, but not for ever. */
const settle = async ({ senders, books }: World): Promise<void> => {
  const deadline = performance.now() + settleMs
  const isSettled = (): boolean => senders.every(({ waiting }) => waiting === 0) && !books.accounts.some(isOpen)
  while (!isSettled() && performance.now() < deadline) await sleep(lookEveryMs)
  await sleep(quietMs)
}

/** Traffic in the weather, then calm until everything had its time; answers with the balance. */
export const play = async (world: World, { seconds, seed, weather, progress }: Play): Promise<Outcome> => {
  const { gateway, crypto, books } = world
  const begun = performance.now()
  const tell = (line: string): void =>
    progress(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${line}`)
  const report = (): void => {
    const open = books.accounts.filter(isOpen).length
    tell(`${books.accounts.length} sent, ${open} open, ${world.gorush.pushes.length} pushes`)
  }
  const stopping = new AbortController()
  const { signal } = stopping
  const answers = createAnswerReader(crypto, gateway.publicKey)
  const watch = startWatch(world, answers)
  const traffic = startTraffic(world, createLetters(crypto, gateway.publicKey), answers)
  const reporter = setInterval(report, reportEveryMs)
  try {
    const storm = Promise.all([happen(weather, tell, signal), sleep(seconds * 1000, undefined, { signal })])
    storm.catch(() => undefined)
    await Promise.race([storm, gateway.crashed])
    traffic.calm()
    tell('the weather is over; what is open has a minute')
    await Promise.race([settle(world), gateway.crashed])
    report()
  } finally {
    stopping.abort()
    clearInterval(reporter)
    traffic.close()
    watch.close()
  }
  const outcome = draw({ seconds, seed, world, faults: weather.flat().length, now: performance.now() })
  if (outcome.broken.length > 0) for (const line of troubles(books, begun)) progress(line)
  return outcome
}
