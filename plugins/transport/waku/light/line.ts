import type { Libp2p, PeerId, PrivateKey } from '@libp2p/interface'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { IgnoredReason, Log, WakuMessage } from '../../../../src/ports/index.ts'
import { createConduct } from '../conduct.ts'
import { callPeer } from '../dial.ts'
import { exchangeMetadata, type PeerMetadata } from '../metadata.ts'
import { createNames } from '../names.ts'
import { keepPulse, type Pulse } from '../pulse.ts'
import { type DialState, keepDialling, type Redialler } from '../redial.ts'
import type { Shards } from '../shards.ts'
import { createFilterClient } from './filter-client.ts'
import { createLightNode } from './node.ts'
import { receivePushes } from './pushes.ts'

/** How long a node that does not fit, or floods, is left alone. */
const restMs = 30_000
/** How long a close waits for the nodes before it cuts the connections. */
const farewellMs = 1_000
const politeMs = 1_500

export interface LineOptions {
  readonly network: Shards
  readonly addresses: readonly Multiaddr[]
  readonly privateKey: PrivateKey | undefined
  readonly maxMessageBytes: number
  readonly log: Log
  /** Unix milliseconds. */
  readonly now: () => number
  readonly signal: AbortSignal
  onPush(peer: PeerId, pubsubTopic: string, message: WakuMessage): void
  onBroken(peer: PeerId, reason: IgnoredReason): void
}

/** The connections to the service nodes: made again and again, and cut where they are of no use. */
export interface Line {
  readonly libp2p: Libp2p
  open(): Promise<void>
  /** Cuts the connections with this peer; they are made anew. */
  cut(peer: string, why: string): void
  states(): readonly DialState[]
  tries(): number
  close(): Promise<void>
}

/** Not started. */
export const createLine = async (options: LineOptions): Promise<Line> => {
  const { network, addresses, privateKey, maxMessageBytes, log, now, signal, onPush, onBroken } = options
  const resting = new Map<string, number>()
  const refuses = (peer: string): boolean => (resting.get(peer) ?? 0) > now()
  const node = await createLightNode({ cluster: network.cluster, privateKey, refuses })
  const { libp2p } = node
  const names = createNames()
  const conduct = createConduct({ isConfigured: () => true, now })
  let redialler: Redialler | undefined
  let pulse: Pulse | undefined

  const cut = (peer: string, why: string, rest = 0): void => {
    if (rest > 0) resting.set(peer, now() + rest)
    for (const connection of libp2p.getConnections()) {
      if (connection.remotePeer.toString() !== peer) continue
      redialler?.blame(connection.remotePeer, why, rest)
      connection.abort(new Error(why))
    }
  }

  const drop = (peer: PeerId, why: string): void => {
    log.warn({ peer: peer.toString(), why }, 'A Waku service node is hung up on for a while.')
    cut(peer.toString(), why, restMs)
  }

  const onMetadata = (peer: PeerId, { cluster, shards }: PeerMetadata): void => {
    if (cluster !== network.cluster) {
      const named = cluster === undefined ? 'it names no cluster' : `it is on cluster ${cluster}`
      drop(peer, `${named}, we are on ${network.cluster}`)
      return
    }
    const missing = network.shards.filter((shard) => !shards.includes(shard))
    if (missing.length > 0 && shards.length > 0)
      log.warn({ peer: peer.toString(), shards, missing }, 'A Waku service node is not on all of our shards.')
  }

  await exchangeMetadata(libp2p, network, {
    onMetadata,
    onFailure: (peer) => log.debug({ peer: peer.toString() }, 'A Waku peer did not tell its shards.'),
  })

  await receivePushes(libp2p, maxMessageBytes, {
    onPush: (peer, pubsubTopic, message) => {
      if (signal.aborted) return
      pulse?.heard(peer.toString())
      const verdict = conduct.take(peer.toString(), message.payload.length)
      if (verdict === 'fine') onPush(peer, pubsubTopic, message)
      if (verdict === 'end') drop(peer, 'it sends more than a whole network does')
    },
    onBroken: (peer, reason) => {
      if (signal.aborted || conduct.refuses(peer.toString())) return
      onBroken(peer, reason)
      if (conduct.spoil(peer.toString()) === 'end') drop(peer, 'it sends what is no message')
    },
  })

  const farewell = async (): Promise<void> => {
    const limit = AbortSignal.timeout(farewellMs)
    const peers = new Set(libp2p.getPeers().map(String))
    await Promise.all([...peers].map((peer) => createFilterClient(libp2p, peer, limit).unsubscribeAll()))
  }

  const close = async (): Promise<void> => {
    if (libp2p.status !== 'started') return
    // Nodes keep the subscriptions of a peer for minutes, and have room for few.
    await farewell()
    const force = setTimeout(() => {
      for (const connection of libp2p.getConnections()) connection.abort(new Error('closing'))
    }, politeMs)
    await node.stop().catch(() => undefined)
    clearTimeout(force)
  }

  return {
    libp2p,
    open: async () => {
      await node.start()
      if (signal.aborted) return
      pulse = keepPulse(libp2p, {
        isClose: () => true,
        onDead: ({ remotePeer }, seconds) => redialler?.blame(remotePeer, `it has said nothing for ${seconds} s`),
        signal,
      })
      const call = (address: Multiaddr) => callPeer(libp2p, address, names, signal)
      redialler = keepDialling(libp2p, addresses, { call, signal })
    },
    cut: (peer, why) => cut(peer, why),
    states: () => redialler?.states() ?? [],
    tries: () => redialler?.tries() ?? 0,
    close,
  }
}
