import type { PrivateKey } from '@libp2p/interface'
import type { Log } from '../../../../src/ports/index.ts'

export interface LightOptions {
  /** Multiaddrs with `/p2p/` of the service nodes to use. */
  readonly nodes: readonly string[]
  readonly cluster?: number
  readonly shards?: readonly number[]
  /** One of `shards`. */
  readonly publishShard?: number
  /** Multiaddrs with `/p2p/` of store nodes beside `nodes`. */
  readonly stores?: readonly string[]
  /** Of the encoded WakuMessage, in and out. */
  readonly maxMessageBytes?: number
  /** Of the libp2p peer id; a fresh one where missing. */
  readonly privateKey?: PrivateKey | undefined
  readonly log?: Log
  /** Unix milliseconds. */
  readonly now?: () => number
  /** When a subscription by which nothing comes is put to the test, and how long that may take; milliseconds. */
  readonly quietMs?: number
  readonly patienceMs?: number
  /** How often some of the topics are subscribed to again at a node, milliseconds. */
  readonly refreshMs?: number
}
