import { randomBytes } from 'node:crypto'
import { createNobleCrypto } from '../../plugins/crypto/noble.ts'
import type { Crypto } from '../../src/ports/index.ts'
import { type FakeGorush, startFakeGorush } from '../../test/fakes/gorush.ts'
import { createTcpProxy, type TcpProxy } from '../../test/fakes/tcp-proxy.ts'
import type { ChaosContext } from '../scenario.ts'
import { type Books, createBooks } from './books.ts'
import type { Dice } from './dice.ts'
import { createGateway, type Gateway } from './gateway.ts'
import { createReach, type Reach } from './reach.ts'
import { createSender, type Sender } from './sender.ts'
import { createStation, keepCalling, type Station } from './station.ts'

/** The clocks of the network's nodes differ by so much from the gateway's at most, milliseconds. */
const skewMs = 20_000

/** One in so many letters is published without a time. */
const timelessShare = 0.02

/** What happens to messages that is nobody's fault. */
export interface Mood {
  /** Letters are held back for up to so long, each for its own time. */
  holdMs: number
  /** This share of the letters is published again elsewhere. */
  echoes: number
}

/**
 * A small world: two stations with a bridge between them; two senders at each, one before the time and one behind it; a gateway that
 * reaches each station by a way of its own; and who stands in for gorush.
 */
export interface World {
  readonly crypto: Crypto
  readonly dice: Dice
  readonly reach: Reach
  readonly books: Books
  readonly stations: readonly [Station, Station]
  readonly bridge: TcpProxy
  readonly senders: readonly Sender[]
  readonly gorush: FakeGorush
  readonly gateway: Gateway
  readonly mood: Mood
  close(): Promise<void>
}

const freshPrivateKey = (): Uint8Array => {
  const [first = 0, ...rest] = randomBytes(32)
  // Below 2^255 and above 0: always a key of the curve.
  return Uint8Array.of((first & 0x7f) | 1, ...rest)
}

export const createWorld = async (context: ChaosContext, dice: Dice): Promise<World> => {
  const names = ['north', 'south'] as const
  const reach = createReach(names, () => performance.now())
  const books = createBooks()
  const closers: (() => Promise<unknown>)[] = []
  const closing = <T extends { close(): Promise<unknown> }>(part: T): T => {
    closers.push(() => part.close())
    return part
  }
  const close = async (): Promise<void> => {
    for (const closer of closers.toReversed()) await closer().catch(() => undefined)
  }

  try {
    const skewOfStation = Math.round(dice.between(-skewMs, skewMs))
    const north = closing(await createStation({ name: names[0], reach, skewMs: skewOfStation }))
    const south = closing(await createStation({ name: names[1], reach, skewMs: -skewOfStation }))
    const bridge = closing(await createTcpProxy(north.node.address))
    closing(
      keepCalling(
        () => south.node.libp2p,
        () => bridge.address,
        north.node.peerId,
      ),
    )
    const senders: Sender[] = []
    for (const station of [north, south])
      for (const share of [dice.between(0.5, 1), -dice.between(0.5, 1)]) {
        const forgetsTime = () => dice.chance(timelessShare)
        senders.push(closing(await createSender({ station, books, skewMs: share * skewMs, forgetsTime })))
      }
    const gorush = closing(await startFakeGorush())
    const peers = [north.address, south.address]
    const gateway = await createGateway(context, { peers, gorushUrl: gorush.url, reach })
    closers.push(() => gateway.kill())
    return {
      crypto: createNobleCrypto(freshPrivateKey()),
      dice,
      reach,
      books,
      stations: [north, south],
      bridge,
      senders,
      gorush,
      gateway,
      mood: { holdMs: 0, echoes: 0 },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
