import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Fault, play } from './rest-node/faults.ts'
import { type RestMessage, readMessage, write } from './rest-node/message.ts'
import type { Archive, Member, RestNetwork } from './rest-node/network.ts'
import { storeAnswer } from './rest-node/store.ts'

export type { Fault } from './rest-node/faults.ts'
export { hashOf, type RestMessage } from './rest-node/message.ts'
export { type Archive, createArchive, createRestNetwork, type RestNetwork } from './rest-node/network.ts'

export type Route = 'subscribe' | 'poll' | 'publish' | 'lightpush' | 'store' | 'peers' | 'health' | 'info'

export interface RestNodeOptions {
  readonly network: RestNetwork
  /** How many messages the node keeps until they are read, over all topics. */
  readonly capacity?: number
  /** How it lists its peers: as nwaku does now or did once, as go-waku does, or not at all. */
  readonly admin?: 'nwaku' | 'old' | 'go' | 'off'
  /** Whether `/health` tells of the relay. */
  readonly health?: boolean
  /** A node that answers an empty list where it knows no subscription. */
  readonly lenient?: boolean
  /** Its peer id, one of its own by default; `null` for a node that does not tell. */
  readonly peerId?: string | null
  /** The record that it shows of itself, `enr:…`. */
  readonly record?: string
  /** Stores that it can ask, by multiaddr. */
  readonly stores?: ReadonlyMap<string, Archive>
}

export interface Asked {
  readonly route: Route | undefined
  readonly query: URLSearchParams
  readonly body: string
}

/** A Waku node that speaks REST as nwaku does, on a real socket, and that a test can make misbehave. */
export interface RestNode {
  readonly url: string
  readonly asked: readonly Asked[]
  readonly subscriptions: Set<string>
  /** On the network or off it: off it, it has no peers. */
  attach(): void
  detach(): void
  /** Lets calls of a route fail until told otherwise, or so many times. */
  fail(route: Route, fault: Fault | undefined, times?: number): void
  /** The process ends; open connections break. */
  stop(): Promise<void>
  /** The process runs again, at the same port, and knows nothing of what was. */
  start(): Promise<void>
}

interface Reply {
  readonly status?: number
  readonly value: unknown
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

const routes: readonly (readonly [method: string, path: RegExp, route: Route])[] = [
  ['POST', /^\/relay\/v1\/subscriptions$/, 'subscribe'],
  ['GET', /^\/relay\/v1\/messages\/([^/]+)$/, 'poll'],
  ['POST', /^\/relay\/v1\/messages\/([^/]+)$/, 'publish'],
  ['POST', /^\/lightpush\/v3\/message$/, 'lightpush'],
  ['GET', /^\/store\/v3\/messages$/, 'store'],
  ['GET', /^\/admin\/v1\/peers$/, 'peers'],
  ['GET', /^\/health$/, 'health'],
  ['GET', /^\/debug\/v1\/info$/, 'info'],
]

const peerWriters = {
  nwaku: (id: string) => ({
    multiaddr: `/ip4/192.0.2.1/tcp/60000/p2p/${id}`,
    protocols: ['/vac/waku/relay/2.0.0', '/vac/waku/store-query/3.0.0', '/ipfs/id/1.0.0'],
    shards: [32, 64],
    connected: 'Connected',
    agent: 'nwaku',
    origin: 'Static',
    score: 1.5,
  }),
  old: (id: string) => ({
    multiaddr: `/ip4/192.0.2.1/tcp/60000/p2p/${id}`,
    protocols: [{ protocol: '/vac/waku/relay/2.0.0', connected: true }],
    origin: 'Discv5',
  }),
  go: (id: string) => ({
    id,
    multiaddrs: ['/ip4/192.0.2.1/tcp/60000'],
    protocols: ['/vac/waku/relay/2.0.0'],
    connected: true,
    pubsubTopics: ['/waku/2/rs/16/32'],
  }),
}

export const createRestNode = async (options: RestNodeOptions): Promise<RestNode> => {
  const { network, capacity = 50, admin = 'nwaku', health = true, lenient = false, stores, record } = options
  const { peerId = `16Uiu2HAm${randomBytes(16).toString('hex')}` } = options
  const asked: Asked[] = []
  const subscriptions = new Set<string>()
  const faults = new Map<Route, { readonly fault: Fault; left: number }>()
  let cache: { readonly pubsubTopic: string; readonly message: RestMessage }[] = []

  const member: Member = (pubsubTopic, message) => {
    if (!subscriptions.has(pubsubTopic)) return
    cache.push({ pubsubTopic, message })
    if (cache.length > capacity) cache.shift()
  }
  const peerCount = (): number => (network.members.has(member) ? network.members.size - 1 : 0)
  const carry = (pubsubTopic: string, message: RestMessage): void => {
    if (network.members.has(member)) network.send(pubsubTopic, message)
    else member(pubsubTopic, message)
  }

  const handlers: Record<Route, (part: string, query: URLSearchParams, body: string) => Reply> = {
    subscribe: (_part, _query, body) => {
      for (const topic of JSON.parse(body)) subscriptions.add(topic)
      return { value: 'OK' }
    },
    poll: (topic) => {
      if (!subscriptions.has(topic)) return lenient ? { value: [] } : { status: 404, value: '' }
      const value = cache.filter(({ pubsubTopic }) => pubsubTopic === topic).map(({ message }) => message)
      cache = cache.filter(({ pubsubTopic }) => pubsubTopic !== topic)
      return { value: admin === 'go' && value.length === 0 ? null : value }
    },
    publish: (topic, _query, body) => {
      const message = readMessage(body)
      if (message === undefined) return { status: 400, value: 'Invalid content body, could not decode' }
      if (!subscriptions.has(topic)) return { status: 400, value: 'Failed to publish: Node not subscribed to topic' }
      carry(topic, message)
      return { value: admin === 'go' ? true : 'OK' }
    },
    lightpush: (_part, _query, body) => {
      const message = readMessage(body, 'message')
      if (message === undefined) return { status: 400, value: { statusDesc: 'Invalid push request!' } }
      if (peerCount() === 0) return { status: 505, value: { statusDesc: 'No peers for topic, skipping publish' } }
      carry(JSON.parse(body).pubsubTopic, message)
      return { value: { relayPeerCount: peerCount() } }
    },
    store: (_part, query) => {
      const peer = query.get('peerAddr')
      const archive = peer === null ? network.archive : stores?.get(peer)
      if (archive === undefined) return { status: 500, value: 'Error occurred in queryFut.read() [PEER_DIAL_FAILURE]' }
      return { value: storeAnswer(archive, query) }
    },
    peers: () => {
      if (admin === 'off') return { status: 404, value: '/admin endpoints are not available.' }
      return { value: Array.from({ length: peerCount() }, (_, index) => peerWriters[admin](`16Uiu2HAmPeer${index}`)) }
    },
    health: () => {
      if (!health) return { status: 501, value: 'Non RLN healthcheck is not implemented' }
      const relay = peerCount() > 0 ? { Relay: 'READY' } : { Relay: 'NOT_READY', desc: 'No connected peers' }
      return { value: { nodeHealth: 'READY', protocolsHealth: [{ 'Rln Relay': 'NOT_MOUNTED' }, relay] } }
    },
    info: () => {
      const listenAddresses = peerId === null ? [] : [`/ip4/127.0.0.1/tcp/60000/p2p/${peerId}`]
      return { value: { listenAddresses, ...(record === undefined ? {} : { enrUri: record }) } }
    },
  }

  const faultFor = (route: Route): Fault | undefined => {
    const entry = faults.get(route)
    if (entry === undefined || entry.left <= 0) return undefined
    entry.left -= 1
    return entry.fault
  }

  const answer = (response: ServerResponse, { status = 200, value }: Reply): void => {
    const text = typeof value === 'string' ? value : write(value)
    const type = typeof value === 'string' ? 'text/plain' : 'application/json'
    response.writeHead(status, { 'content-type': type }).end(text)
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://node')
    const body = await bodyOf(request)
    const found = routes.find(([method, path]) => method === request.method && path.test(pathname))
    asked.push({ route: found?.[2], query, body })
    if (found === undefined) return answer(response, { status: 400, value: 'Invalid path or method used.' })
    const [, path, route] = found
    const fault = faultFor(route)
    if (fault !== undefined && play(fault, response)) return
    const reply = handlers[route](decodeURIComponent(path.exec(pathname)?.[1] ?? ''), query, body)
    if (fault?.kind === 'afterwards') return void response.socket?.resetAndDestroy()
    if (fault?.kind === 'change') return answer(response, { value: fault.change(Object(reply.value)) })
    answer(response, reply)
  }

  let server: Server | undefined
  let port = 0
  const start = async (): Promise<void> => {
    subscriptions.clear()
    cache = []
    const next = createServer((request, response) => void serve(request, response).catch(() => response.destroy()))
    await new Promise<void>((resolve, reject) => {
      next.once('error', reject)
      next.listen(port, '127.0.0.1', resolve)
    })
    port = (next.address() as AddressInfo).port
    server = next
  }
  await start()

  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    subscriptions,
    attach: () => network.join(member),
    detach: () => network.leave(member),
    fail: (route, fault, times = Number.POSITIVE_INFINITY) =>
      void (fault === undefined ? faults.delete(route) : faults.set(route, { fault, left: times })),
    stop: async () => {
      const stopping = server
      server = undefined
      if (stopping === undefined) return
      const closed = new Promise((resolve) => stopping.close(resolve))
      stopping.closeAllConnections()
      await closed
    },
    start,
  }
}
