import { setTimeout as sleep } from 'node:timers/promises'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { messageHash } from '../../plugins/transport/shared/message-hash.ts'
import { createStamper, encodeWakuMessage } from '../../plugins/transport/waku/codec.ts'
import { contentTopicOf } from '../../src/ports/index.ts'
import { createHost, type Host } from '../../test/fakes/service-node/host.ts'
import type { Account, Books } from './books.ts'
import type { Letter } from './letters.ts'
import { keepCalling, pubsubTopic, type Station } from './station.ts'

/** How long a sender waits to see that its station kept a letter before it publishes it again. */
const keptWithinMs = 3_000
const lookEveryMs = 50

/** A field that no Waku message has: other bytes for the network, the same message. */
const unknownField = 0x78

/** The same message in other bytes, so that gossip does not recognise it. */
export const otherwise = (bytes: Uint8Array, variant: number): Uint8Array =>
  variant === 0 ? bytes : Uint8Array.of(...bytes, unknownField, variant & 0x7f)

/** A node of the network from which clients write, at one station, with a clock of its own. */
export interface Sender {
  readonly station: Station
  /** Stamps a letter at once and publishes it after `holdMs`, until a station keeps it. */
  post(account: Account, letter: Letter, holdMs: number): void
  /** Letters that no station keeps yet. */
  readonly waiting: number
  close(): Promise<void>
}

export interface SenderOptions {
  readonly station: Station
  readonly books: Books
  /** How far its clock is ahead, milliseconds. */
  readonly skewMs: number
  /** Says of a letter whether it is published without a time. */
  readonly forgetsTime: () => boolean
}

const startHost = async (): Promise<Pick<Host, 'node'> & { readonly pubsub: NonNullable<Host['pubsub']> }> => {
  const privateKey = (await generateKeyPair('Ed25519')) as PrivateKey
  const { node, pubsub } = await createHost({ privateKey, listen: [], relay: true, pubsubTopics: [pubsubTopic] })
  if (pubsub === undefined) throw new Error('A node with relay has none.')
  await node.start()
  pubsub.subscribe(pubsubTopic)
  return { node, pubsub }
}

export const createSender = async ({ station, books, skewMs, forgetsTime }: SenderOptions): Promise<Sender> => {
  const { node, pubsub } = await startHost()
  const { node: home } = station
  const caller = keepCalling(
    () => node,
    () => home.address,
    home.peerId,
  )
  const stamp = createStamper(() => Date.now() + skewMs)
  const closing = new AbortController()
  const { signal } = closing
  const waiting = new Set<Promise<void>>()

  const until = async (holds: () => boolean, ms: number): Promise<void> => {
    const deadline = performance.now() + ms
    while (!holds() && performance.now() < deadline) await sleep(lookEveryMs, undefined, { signal })
  }

  const isHome = (): boolean => pubsub.getSubscribers(pubsubTopic).length > 0

  const publish = async (bytes: Uint8Array, isKept: () => boolean): Promise<void> => {
    for (let variant = 0; !isKept(); variant++) {
      await until(isHome, Number.POSITIVE_INFINITY)
      // Whoever was there may have left by now: then it is said again.
      await pubsub.publish(pubsubTopic, otherwise(bytes, variant)).catch(() => undefined)
      await until(isKept, keptWithinMs)
    }
  }

  return {
    station,
    post: (account, letter, holdMs) => {
      const timestamp = forgetsTime() ? 0n : stamp()
      const contentTopic = contentTopicOf(letter.topic)
      const { payload } = letter
      const bytes = encodeWakuMessage({ payload, contentTopic, version: 1, timestamp, ephemeral: false })
      const hash = messageHash(pubsubTopic, { payload, contentTopic, timestamp })
      books.sent(account, letter, hash)
      const posting: Promise<void> = sleep(holdMs, undefined, { signal })
        .then(() => publish(bytes, () => books.isKept(hash)))
        .catch(() => undefined)
        .finally(() => waiting.delete(posting))
      waiting.add(posting)
    },
    get waiting() {
      return waiting.size
    },
    close: async () => {
      closing.abort()
      await Promise.all(waiting)
      await caller.close()
      await node.stop()
    },
  }
}
