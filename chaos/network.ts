import { createDice } from './network/dice.ts'
import { play } from './network/play.ts'
import { forecast } from './network/weather.ts'
import { createWorld } from './network/world.ts'
import { chaosOptions } from './options.ts'
import type { Scenario } from './scenario.ts'

const defaultSeconds = 180
const leastSeconds = 10

/** A real gateway among stations, senders and faults; what became of every message is counted by those outside. */
export const network: Scenario = async (context) => {
  const { seconds, seed } = chaosOptions('network', context.args, { defaultSeconds, leastSeconds })
  context.progress(`seed ${seed}`)
  const world = await createWorld(context, createDice(seed))
  try {
    const weather = forecast(world, seconds)
    const outcome = await play(world, { seconds, seed, weather, progress: context.progress })
    if (outcome.broken.length > 0)
      context.progress(`the gateway of itself: ${await world.gateway.stats().catch(String)}`)
    return outcome
  } finally {
    await world.close()
  }
}
