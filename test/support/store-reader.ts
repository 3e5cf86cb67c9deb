import { generateKeyPair } from '@libp2p/crypto/keys'
import type { Libp2p, PrivateKey } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { createIgnored, type Ignored } from '../../plugins/transport/waku/ignored.ts'
import { createHistory, type History, type HistoryOptions } from '../../plugins/transport/waku/store/history.ts'
import { contentTopicOf, type HistoryRange, type Log, type Topic, type WakuMessage } from '../../src/ports/index.ts'
import { createHost } from '../fakes/service-node/host.ts'
import { createManners, serve } from '../fakes/service-node/rpc.ts'
import { createMetadata } from '../fakes/service-node/small-services.ts'
import { createServiceNode, type ServiceNode, type ServiceNodeOptions, type Unnamed } from '../fakes/service-node.ts'

export const shard32 = '/waku/2/rs/16/32'
export const shard64 = '/waku/2/rs/16/64'
/** When the messages of a test begin, Unix milliseconds. */
export const start = Date.UTC(2026, 5, 1, 12)
const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** Message `number`, sent so many seconds after `start`. */
export const messageAt = (seconds: number, number = seconds, changes: Partial<Unnamed> = {}): Unnamed => ({
  payload: Buffer.from(`message ${number}`),
  contentTopic: contentTopicOf(1),
  version: 1,
  timestamp: BigInt(start + seconds * 1000) * 1_000_000n,
  ephemeral: false,
  ...changes,
})

/** From `start` on; ten minutes unless said otherwise. */
export const rangeOf = (seconds = 600, changes: Partial<HistoryRange> = {}): HistoryRange => ({
  from: new Date(start),
  to: new Date(start + seconds * 1000),
  signal: AbortSignal.timeout(60_000),
  ...changes,
})

export const textsOf = (messages: readonly WakuMessage[]): string[] =>
  messages.map(({ payload }) => Buffer.from(payload).toString())

/** `message <number>` for these. */
export const texts = (...numbers: readonly number[]): string[] => numbers.map((number) => `message ${number}`)

export interface Reader {
  readonly node: Libp2p
  readonly history: History
  readonly listened: Set<Topic>
  readonly ignored: Ignored
  /** Reads a range to its end; `error` is what it ended with. */
  read(range?: HistoryRange): Promise<{ messages: WakuMessage[]; error: Error | undefined }>
}

/** Nodes of one test; `end` stops them. */
export interface Library {
  store(options?: ServiceNodeOptions): Promise<ServiceNode>
  /** Reads at these stores; not configured, but connected, where `connected` says so. */
  reader(stores: readonly ServiceNode[], options?: Partial<HistoryOptions> & { connected?: boolean }): Promise<Reader>
  /** Reads at these multiaddrs. */
  readerAt(addresses: readonly string[], options?: Partial<HistoryOptions>): Promise<Reader>
  end(): Promise<void>
}

const drain = async (history: History, range: HistoryRange) => {
  const messages: WakuMessage[] = []
  try {
    for await (const message of history.read(range)) messages.push(message)
    return { messages, error: undefined }
  } catch (error) {
    return { messages, error: error as Error }
  }
}

export const createLibrary = (): Library => {
  let open: (() => Promise<unknown>)[] = []

  const readerAt: Library['readerAt'] = async (addresses, options = {}) => {
    const privateKey = (await generateKeyPair('Ed25519')) as PrivateKey
    const { node } = await createHost({ privateKey, listen: [], relay: false, pubsubTopics: [] })
    // Go nodes part from whoever does not tell its shards.
    await serve(node, createMetadata(16, [32, 64]), createManners())
    await node.start()
    open.push(async () => node.stop())
    const listened = new Set<Topic>([1])
    const ignored = createIgnored(listened)
    const history = createHistory({
      node: () => node,
      pubsubTopics: [shard32, shard64],
      stores: addresses,
      listened,
      filterTopics: 0,
      ignored,
      log: silent,
      now: Date.now,
      ...options,
    })
    return { node, history, listened, ignored, read: (range = rangeOf()) => drain(history, range) }
  }

  return {
    store: async (options = {}) => {
      const node = await createServiceNode({ relay: false, ...options })
      open.push(() => node.stop())
      return node
    },
    readerAt,
    reader: async (stores, { connected = false, ...options } = {}) => {
      const addresses = stores.map(({ address }) => address)
      const reader = await readerAt(connected ? [] : addresses, options)
      if (connected) await Promise.all(addresses.map((address) => reader.node.dial(multiaddr(address))))
      return reader
    },
    end: async () => {
      await Promise.all(open.map((close) => close()))
      open = []
    },
  }
}
