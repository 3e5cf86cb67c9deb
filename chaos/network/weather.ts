import { setTimeout as sleep } from 'node:timers/promises'
import type { Dice } from './dice.ts'
import { calm, type Fault, type FaultMaker, lanes } from './faults.ts'
import type { World } from './world.ts'

/** Shorter weather has shorter faults, so that there are enough of them. */
const fullLengthSeconds = 120
const shortest = 0.2

export interface Forecast {
  readonly fault: Fault
  /** Milliseconds from the beginning. */
  readonly from: number
  readonly to: number
}

/** One lane's weather: each of its faults comes before one comes again, none goes on after the end. */
const forecastLane = (
  makers: readonly FaultMaker[],
  pause: readonly [number, number],
  endMs: number,
  make: (maker: FaultMaker) => Fault,
  dice: Dice,
): Forecast[] => {
  const scale = Math.min(1, Math.max(shortest, endMs / 1000 / fullLengthSeconds))
  const found: Forecast[] = []
  let deck: FaultMaker[] = []
  let misses = 0
  for (let from = scale * dice.between(...pause); misses < makers.length; ) {
    if (deck.length === 0) deck = dice.shuffled(makers)
    const fault = deck.splice(0, 1).map(make)[0]
    if (fault === undefined) break
    const to = from + scale * dice.between(...fault.lastsMs)
    if (to > endMs) misses += 1
    else {
      found.push({ fault, from, to })
      from = to + scale * dice.between(...pause)
    }
  }
  return found
}

/** What goes wrong, and when: the same for the same dice. */
export const forecast = (world: World, seconds: number): Forecast[][] =>
  Object.entries(lanes).map(([lane, makers]) => {
    const dice = world.dice.fork()
    return forecastLane(makers, calm[lane] ?? [0, 0], seconds * 1000, (maker) => maker(world, dice), dice)
  })

/** Lets it happen; resolves when everything is mended. */
export const happen = async (
  weather: readonly (readonly Forecast[])[],
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> => {
  const begun = performance.now()
  const until = (at: number) => sleep(Math.max(0, at - (performance.now() - begun)), undefined, { signal })
  const lane = async (faults: readonly Forecast[]): Promise<void> => {
    for (const { fault, from, to } of faults) {
      await until(from)
      tell(`${fault.says}, for ${((to - from) / 1000).toFixed(1)} s`)
      await fault.begin()
      await until(to)
      await fault.end()
    }
  }
  await Promise.all(weather.map(lane))
}
