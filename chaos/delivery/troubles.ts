import { setTimeout as sleep } from 'node:timers/promises'
import type { ProviderBehaviour, ProviderServer } from '../../test/fakes/provider-server.ts'
import type { Dice } from '../network/dice.ts'
import { type Providers, usualAnswerMs } from './providers.ts'

/** Something that a provider, or the way to it, does for a while. Resolves when it is over and all is well again. */
interface Trouble {
  readonly name: string
  run(server: ProviderServer, ms: number, dice: Dice): Promise<void>
}

const fewStreams = 2
const manyStreams = 1_000

/** Answers or breaks off requests in one way. */
const behaving = (name: string, behaviour: (dice: Dice) => ProviderBehaviour): Trouble => ({
  name,
  run: async (server, ms, dice) => {
    server.behave(behaviour(dice))
    await sleep(ms)
    server.behave({ kind: 'ok' })
  },
})

const saying =
  (status: number) =>
  (dice: Dice): ProviderBehaviour => ({
    kind: 'status',
    status,
    ...(dice.chance(0.5) ? { headers: { 'retry-after': '1' } } : {}),
  })

/** Does something again and again. */
const repeating = (name: string, act: (server: ProviderServer) => void): Trouble => ({
  name,
  run: async (server, ms, dice) => {
    for (const until = performance.now() + ms; performance.now() < until; ) {
      act(server)
      await sleep(dice.between(20, 200))
    }
  },
})

/** Sets something that is put back at the end. */
const setting = (
  name: string,
  set: (server: ProviderServer, dice: Dice) => void,
  putBack: (server: ProviderServer) => void | Promise<void>,
): Trouble => ({
  name,
  run: async (server, ms, dice) => {
    set(server, dice)
    await sleep(ms)
    await putBack(server)
  },
})

const troubles: readonly Trouble[] = [
  behaving('streams are reset after the push was taken', () => ({ kind: 'reset' })),
  behaving('streams are refused', () => ({ kind: 'refuse' })),
  behaving('no answer comes', () => ({ kind: 'hang' })),
  behaving('503 for everything', saying(503)),
  behaving('429 for everything', saying(429)),
  behaving('500 for everything', saying(500)),
  repeating('connections are reset', (server) => server.cut()),
  repeating('GOAWAY', (server) => server.goaway()),
  repeating('GOAWAY with an error', (server) => server.goaway({ abrupt: true })),
  setting(
    'a black hole',
    (server) => server.blackhole(),
    (server) => server.heal(),
  ),
  setting(
    'nobody listens',
    (server) => {
      server.takeAway()
      server.cut()
    },
    (server) => server.heal(),
  ),
  setting(
    'few streams',
    (server) => server.setMaxConcurrentStreams(fewStreams),
    (server) => server.setMaxConcurrentStreams(manyStreams),
  ),
  setting(
    'slow answers',
    (server, dice) => server.setDelay(dice.between(200, 1_500)),
    (server) => server.setDelay(usualAnswerMs),
  ),
]

/** Google's token service fails, and the tokens that are out are good no more. */
const tokenTrouble = ({ fcm }: Providers): Trouble => ({
  name: 'no access tokens',
  run: async (_, ms, dice) => {
    fcm.revokeTokens()
    fcm.failTokens(dice.chance(0.5) ? 'hang' : { status: 503 })
    await sleep(ms)
    fcm.failTokens(undefined)
  },
})

export interface TroubleOptions {
  readonly providers: Providers
  readonly dice: Dice
  readonly tell: (line: string) => void
  /** All clocks go forward. */
  readonly jump: (ms: number) => void
}

export interface Troubles {
  readonly count: number
  readonly jumps: number
  /** Both providers have one trouble after the other for so long; resolves when all is well. */
  play(ms: number): Promise<void>
}

const minute = 60_000
const [leastTroubleMs, mostTroubleMs] = [150, 2_500] as const
const [leastCalmMs, mostCalmMs] = [50, 1_500] as const
const [leastJumpMs, mostJumpMs] = [40 * minute, 90 * minute] as const
const [leastBetweenJumpsMs, mostBetweenJumpsMs] = [2_000, 6_000] as const

export const createTroubles = ({ providers, dice, tell, jump }: TroubleOptions): Troubles => {
  let count = 0
  let jumps = 0

  /** Every kind comes before one comes again. */
  const besiege = async (name: string, server: ProviderServer, kinds: readonly Trouble[], until: number) => {
    const own = dice.fork()
    for (let deck: Trouble[] = []; performance.now() < until; ) {
      if (deck.length === 0) deck = own.shuffled(kinds)
      const trouble = deck.pop()
      const ms = Math.min(own.between(leastTroubleMs, mostTroubleMs), Math.max(0, until - performance.now()))
      tell(`${name}: ${trouble?.name}, for ${(ms / 1_000).toFixed(1)} s`)
      await trouble?.run(server, ms, own)
      count++
      await sleep(own.between(leastCalmMs, mostCalmMs))
    }
  }

  const moveClocks = async (until: number): Promise<void> => {
    const own = dice.fork()
    for (;;) {
      await sleep(own.between(leastBetweenJumpsMs, mostBetweenJumpsMs))
      if (performance.now() >= until) return
      const ms = Math.round(own.between(leastJumpMs, mostJumpMs))
      tell(`all clocks: ${Math.round(ms / minute)} minutes on`)
      jump(ms)
      jumps++
    }
  }

  return {
    get count() {
      return count
    },
    get jumps() {
      return jumps
    },
    play: async (ms) => {
      const until = performance.now() + ms
      await Promise.all([
        besiege('apns', providers.apns.server, troubles, until),
        besiege('fcm', providers.fcm.server, [...troubles, tokenTrouble(providers)], until),
        moveClocks(until),
      ])
    },
  }
}
