import type { Dice } from './dice.ts'
import type { Station } from './station.ts'
import type { World } from './world.ts'

/** Something that goes wrong for a while. */
export interface Fault {
  readonly says: string
  /** For how long, in milliseconds, at full length. */
  readonly lastsMs: readonly [least: number, most: number]
  begin(): Promise<void> | void
  end(): Promise<void> | void
}

/** Makes a fault: which way, which node, how bad. */
export type FaultMaker = (world: World, dice: Dice) => Fault

const outage = [10_000, 30_000] as const
const longOutage = [30_000, 150_000] as const
const inMoments = [4_000, 10_000] as const

const cutOf = (stations: readonly Station[], dice: Dice): Fault => {
  const how = dice.pick(['reset', 'refuse', 'silence'] as const)
  const after = dice.pick(['resume', 'forget'] as const)
  const names = stations.map(({ name }) => name).join(' and ')
  return {
    says: `no way to ${names} (${how}${how === 'silence' ? `, then ${after}` : ''})`,
    lastsMs: outage,
    begin: () => {
      for (const station of stations) station.cutWay(how)
    },
    end: async () => {
      for (const station of stations) await station.mendWay(after)
    },
  }
}

const oneWay: FaultMaker = ({ stations }, dice) => cutOf([dice.pick(stations)], dice)
const allWays: FaultMaker = ({ stations }, dice) => cutOf(stations, dice)

const slowWays: FaultMaker = ({ stations }, dice) => {
  const slow = dice.chance(0.5) ? stations : [dice.pick(stations)]
  const ms = Math.round(dice.between(200, 3_000))
  return {
    says: `the way to ${slow.map(({ name }) => name).join(' and ')} takes ${ms} ms`,
    lastsMs: outage,
    begin: () => {
      for (const station of slow) station.slowWay(ms)
    },
    end: () => {
      for (const station of slow) station.slowWay(0)
    },
  }
}

const stationAway: FaultMaker = ({ stations }, dice) => {
  const station = dice.pick(stations)
  return {
    says: `${station.name} restarts`,
    lastsMs: inMoments,
    begin: () => station.stop(),
    end: () => station.restart(),
  }
}

const bridgeCut: FaultMaker = ({ bridge }, dice) => {
  const how = dice.pick(['reset', 'silence'] as const)
  return {
    says: `no bridge between the stations (${how})`,
    lastsMs: outage,
    begin: () => bridge.cut(how),
    end: () => bridge.mend('resume'),
  }
}

/** What is written there meanwhile is kept there alone. */
const splitOff: FaultMaker = ({ stations, bridge }, dice) => {
  const station = dice.pick(stations)
  const how = dice.pick(['reset', 'silence'] as const)
  return {
    says: `${station.name} is alone with its senders (${how})`,
    lastsMs: longOutage,
    begin: () => {
      station.cutWay(how)
      bridge.cut(how)
    },
    end: async () => {
      await bridge.mend('resume')
      await station.mendWay('resume')
    },
  }
}

const storeWithGaps: FaultMaker = ({ stations }, dice) => {
  const station = dice.pick(stations)
  const share = dice.between(0.3, 1)
  return {
    says: `the store of ${station.name} leaves out ${Math.round(100 * share)} %`,
    lastsMs: outage,
    begin: () => station.hide((hash) => (hash[0] ?? 0) < 256 * share),
    end: () => station.hide(undefined),
  }
}

const slowStore: FaultMaker = ({ stations }, dice) => {
  const station = dice.pick(stations)
  const ms = Math.round(dice.between(500, 4_000))
  return {
    says: `the store of ${station.name} takes ${ms} ms`,
    lastsMs: outage,
    begin: () => station.slowStore(ms),
    end: () => station.slowStore(0),
  }
}

const gatewayStopped: FaultMaker = ({ gateway }) => ({
  says: 'the gateway is stopped, and started again',
  lastsMs: inMoments,
  begin: () => gateway.stop(),
  end: () => gateway.start(),
})

const gatewayKilled: FaultMaker = ({ gateway }) => ({
  says: 'the gateway is killed, and started again',
  lastsMs: inMoments,
  begin: () => gateway.kill(),
  end: () => gateway.start(),
})

const shuffle: FaultMaker = ({ mood }, dice) => {
  const ms = Math.round(dice.between(2_000, 8_000))
  return {
    says: `letters are held back for up to ${ms} ms`,
    lastsMs: outage,
    begin: () => {
      mood.holdMs = ms
    },
    end: () => {
      mood.holdMs = 0
    },
  }
}

const echoes: FaultMaker = ({ mood }) => ({
  says: 'letters come twice',
  lastsMs: outage,
  begin: () => {
    mood.echoes = 0.7
  },
  end: () => {
    mood.echoes = 0
  },
})

/** What never happens twice at once stands in one lane; the lanes know nothing of each other. */
export const lanes: Readonly<Record<string, readonly FaultMaker[]>> = {
  ways: [allWays, oneWay, slowWays, bridgeCut, splitOff],
  stations: [stationAway, storeWithGaps, slowStore],
  gateway: [gatewayStopped, gatewayKilled, gatewayStopped],
  letters: [shuffle, echoes],
}

/** Calm between two faults of a lane, at full length, in milliseconds. */
export const calm: Readonly<Record<string, readonly [least: number, most: number]>> = {
  ways: [5_000, 15_000],
  stations: [5_000, 15_000],
  gateway: [25_000, 50_000],
  letters: [5_000, 15_000],
}
