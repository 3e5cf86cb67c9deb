import { setTimeout as sleep } from 'node:timers/promises'
import { createServiceNode } from '../test/fakes/service-node.ts'
import { overRelay, startClients } from './clients.ts'
import { createFleet } from './crash/fleet.ts'
import { createCrashLedger } from './crash/ledger.ts'
import { outcomeOf } from './crash/outcome.ts'
import { createDice } from './network/dice.ts'
import { chaosOptions } from './options.ts'
import { quieten } from './quiet.ts'
import type { Scenario } from './scenario.ts'

/** Enough for 200 kills on two cores. */
const defaultSeconds = 330
const leastSeconds = 5
const [soonestMs, latestMs] = [0, 1_200] as const
const sayEvery = 20

/** One gateway on SQLite that is killed again and again, at any moment, and started again at once. */
export const single: Scenario = async (context) => {
  const { seconds, seed } = chaosOptions('single', context.args, { defaultSeconds, leastSeconds })
  context.progress(`seed ${seed}`)
  const dice = createDice(seed)
  const ledger = createCrashLedger()
  const station = await createServiceNode({ filter: false, lightpush: false, legacyLightpush: false })
  const env = { STORAGE_PLUGIN: 'sqlite' }
  const fleet = await createFleet(context, { count: 1, peer: station.address, env, ledger })
  const [gateway] = fleet.members
  const clients = await startClients({
    party: overRelay(station.address),
    gateway: gateway?.publicKey ?? '',
    accepted: ledger.accepted,
  })
  let kills = 0
  try {
    await clients.ready
    for (const from = performance.now(); performance.now() - from < seconds * 1_000; ) {
      await sleep(dice.between(soonestMs, latestMs))
      await gateway?.kill()
      kills++
      await gateway?.start()
      if (kills % sayEvery === 0) context.progress(`${kills} kills, ${ledger.totals.accepted} pushes accepted`)
    }
    await quieten(clients, () => ledger.totals.lost)
    if (ledger.totals.lost > 0) context.progress(`the gateway of itself: ${JSON.stringify(await gateway?.stats())}`)
    return outcomeOf(ledger, { kills })
  } finally {
    await clients.close()
    await fleet.close()
    await station.stop()
  }
}
