import { multiaddr } from '@multiformats/multiaddr'
import { createServiceNode, type ServiceNode } from '../../test/fakes/service-node.ts'
import { type Cut, createTcpProxy, type TcpProxy } from '../../test/fakes/tcp-proxy.ts'
import type { Reach } from './reach.ts'

export const pubsubTopic = '/waku/2/rs/16/32'

/** A node that relays and keeps messages, with the gateway's way to it. */
export interface Station {
  readonly name: string
  readonly node: ServiceNode
  /** Where the gateway finds it: a multiaddr. */
  readonly address: string
  cutWay(how: Cut): void
  mendWay(how: 'resume' | 'forget'): Promise<void>
  /** Holds back every byte on the gateway's way for this long, in both directions. */
  slowWay(ms: number): void
  stop(): Promise<void>
  restart(): Promise<void>
  /** Leaves out of its answers every message for which `isHidden`; `undefined`: it tells all again. */
  hide(isHidden: ((hash: Uint8Array) => boolean) | undefined): void
  /** Milliseconds before its store answers. */
  slowStore(ms: number): void
  close(): Promise<void>
}

export interface StationOptions {
  readonly name: string
  readonly reach: Reach
  /** How far its clock is ahead, milliseconds; it stamps what comes without a time. */
  readonly skewMs: number
}

export const createStation = async ({ name, reach, skewMs }: StationOptions): Promise<Station> => {
  const node = await createServiceNode({
    now: () => Date.now() + skewMs,
    filter: false,
    lightpush: false,
    legacyLightpush: false,
    legacyStore: false,
  })
  const way: TcpProxy = await createTcpProxy(node.address)

  return {
    name,
    node,
    address: way.address,
    cutWay: (how) => {
      reach.note(`way ${name}`, false)
      way.cut(how)
    },
    mendWay: async (how) => {
      await way.mend(how)
      reach.note(`way ${name}`, true)
    },
    slowWay: (ms) => way.delay(ms),
    stop: async () => {
      reach.note(`node ${name}`, false)
      await node.stop()
    },
    restart: async () => {
      await node.restart()
      reach.note(`node ${name}`, true)
    },
    hide: (isHidden) => {
      node.store.answer =
        isHidden === undefined
          ? undefined
          : (_, { messages, ...honest }) => ({
              ...honest,
              messages: (messages ?? []).filter(({ messageHash }) => !messageHash || !isHidden(messageHash)),
            })
      reach.note(`store ${name}`, isHidden === undefined)
    },
    slowStore: (ms) => node.delay('store', ms),
    close: async () => {
      await node.stop()
      await way.close()
    },
  }
}

const callEveryMs = 250
const callMs = 2_000

/** Somebody who calls a station again as soon as the connection is gone. */
export interface Caller {
  close(): Promise<void>
}

type Libp2p = ServiceNode['libp2p']

/** `from` gives the libp2p node of now: a station has another one after a restart. */
export const keepCalling = (from: () => Libp2p, address: () => string, peerId: string): Caller => {
  const closing = new AbortController()
  let calling: Promise<unknown> | undefined

  const call = async (): Promise<void> => {
    const node = from()
    if (node.status !== 'started') return
    if (node.getConnections().some(({ remotePeer }) => remotePeer.toString() === peerId)) return
    await node.dial(multiaddr(address()), { signal: AbortSignal.any([closing.signal, AbortSignal.timeout(callMs)]) })
  }

  const tick = (): void => {
    calling ??= call()
      .catch(() => undefined)
      .finally(() => {
        calling = undefined
      })
  }
  const timer = setInterval(tick, callEveryMs)
  tick()

  return {
    close: async () => {
      clearInterval(timer)
      closing.abort()
      await calling
    },
  }
}
