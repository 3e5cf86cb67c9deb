import { setTimeout as sleep } from 'node:timers/promises'
import { createServiceNode } from '../test/fakes/service-node.ts'
import { type RedisServer, startRedis } from '../test/support/redis-server.ts'
import { overRelay, startClients } from './clients.ts'
import { createBalance } from './crash/balance.ts'
import { createFleet, type Member } from './crash/fleet.ts'
import { type CrashLedger, createCrashLedger } from './crash/ledger.ts'
import { outcomeOf } from './crash/outcome.ts'
import { createDice, type Dice } from './network/dice.ts'
import { chaosOptions } from './options.ts'
import { quieten } from './quiet.ts'
import { ChaosError, type Scenario } from './scenario.ts'

const defaultSeconds = 60
const leastSeconds = 5
const replicaCount = 3
/** How long all of them stay up between two troubles, and how long Redis is away. */
const [leastCalmMs, mostCalmMs] = [1_000, 3_500] as const
const [leastAwayMs, mostAwayMs] = [200, 3_000] as const
const redisShare = 0.3
/** A worker whose pushes were found to be stalled may have had them for so long. */
const settledWithinMs = 6_000
const allUpWithinMs = 30_000

const stopRedis = async (redis: RedisServer, ledger: CrashLedger, dice: Dice): Promise<void> => {
  const from = performance.now()
  await redis.kill(dice.chance(0.5) ? 'SIGTERM' : 'SIGKILL')
  await sleep(dice.between(leastAwayMs, mostAwayMs))
  await redis.restart()
  // What was delivered meanwhile could not be written down; neither could its lock be renewed.
  setTimeout(() => ledger.cut(undefined, from, performance.now()), 500).unref()
}

const untilAllAreUp = async (members: readonly Member[]): Promise<void> => {
  for (const from = performance.now(); performance.now() - from < allUpWithinMs; await sleep(50)) {
    const stats = await Promise.all(members.map((member) => member.stats()))
    const living = stats.map((one) => (one?.['replicas'] as { living?: readonly string[] } | null)?.living?.length)
    if (living.every((count) => count === members.length)) return
  }
  throw new ChaosError(`The ${members.length} replicas do not know of each other after ${allUpWithinMs / 1_000} s.`)
}

/** Three gateways of one identity on one Redis; now one of them is killed, now Redis is stopped. */
export const replicas: Scenario = async (context) => {
  const { seconds, seed } = chaosOptions('replicas', context.args, { defaultSeconds, leastSeconds })
  context.progress(`seed ${seed}`)
  const dice = createDice(seed)
  const ledger = createCrashLedger()
  const redis = await startRedis()
  context.atExit(() => void redis.kill('SIGKILL'))
  const station = await createServiceNode({ filter: false, lightpush: false, legacyLightpush: false })
  const env = { STORAGE_PLUGIN: 'redis', REDIS_URL: redis.url }
  const fleet = await createFleet(context, { count: replicaCount, peer: station.address, env, ledger })
  const { members } = fleet
  const clients = await startClients({
    party: overRelay(station.address),
    gateway: members[0]?.publicKey ?? '',
    accepted: ledger.accepted,
  })
  const balance = createBalance(members)
  let [kills, redisRestarts] = [0, 0]
  try {
    await clients.ready
    for (const from = performance.now(); performance.now() - from < seconds * 1_000; ) {
      await untilAllAreUp(members)
      await balance.begin()
      await sleep(dice.between(leastCalmMs, mostCalmMs))
      await balance.end()
      if (dice.chance(redisShare) || (kills > 0 && redisRestarts === 0)) {
        await stopRedis(redis, ledger, dice)
        redisRestarts++
      } else {
        const member = dice.pick(members)
        await member.kill()
        kills++
        await member.start()
      }
      context.progress(`${kills} kills, ${redisRestarts} restarts of Redis, ${ledger.totals.accepted} pushes accepted`)
    }
    await quieten(clients, () => ledger.totals.lost)
    await sleep(settledWithinMs)
    context.progress(`opened while all were up: ${balance.opened.join(', ')}`)
    const outcome = outcomeOf(ledger, { kills, redisRestarts, balanced: Number(balance.isEven) })
    if (balance.isEven) return outcome
    return { ...outcome, broken: [...outcome.broken, `One replica opened too much: ${balance.opened.join(', ')}.`] }
  } finally {
    await clients.close()
    await fleet.close()
    await station.stop()
    await redis.close()
  }
}
