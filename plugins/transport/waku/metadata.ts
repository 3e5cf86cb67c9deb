import type { Libp2p, PeerId, Stream } from '@libp2p/interface'
import { lpStream } from 'it-length-prefixed-stream'
import { MetadataRequest, MetadataResponse } from '../../../proto/generated/waku.js'
import type { Shards } from './shards.ts'

const protocol = '/vac/waku/metadata/1.0.0'
const timeoutMs = 5_000
/** A cluster, and 1024 shards in both fields, fit well. */
const maxBytes = 8 * 1024

/** What a peer says of itself. No cluster: it did not say. */
export interface PeerMetadata {
  readonly cluster: number | undefined
  readonly shards: readonly number[]
}

/** Peers differ in which of the two fields of shards they read, so both are filled. */
const describe = ({ cluster, shards }: Shards) => ({
  clusterId: cluster,
  shardsUnpacked: [...shards],
  shards: [...shards],
})

const answer = async (stream: Stream, ours: Shards): Promise<void> => {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const messages = lpStream(stream, { maxDataLength: maxBytes })
    MetadataRequest.decode((await messages.read({ signal })).subarray())
    await messages.write(MetadataResponse.encode(describe(ours)).finish(), { signal })
    await stream.close({ signal })
  } catch (error) {
    stream.abort(error as Error)
  }
}

const ask = async (node: Libp2p, peer: PeerId, ours: Shards): Promise<PeerMetadata> => {
  const signal = AbortSignal.timeout(timeoutMs)
  const stream = await node.dialProtocol(peer, protocol, { signal })
  try {
    const messages = lpStream(stream, { maxDataLength: maxBytes })
    await messages.write(MetadataRequest.encode(describe(ours)).finish(), { signal })
    const response = MetadataResponse.decode((await messages.read({ signal })).subarray())
    await stream.close({ signal })
    const shards = new Set([...response.shardsUnpacked, ...response.shards])
    return { cluster: response.clusterId ?? undefined, shards: [...shards] }
  } catch (error) {
    stream.abort(error as Error)
    throw error
  }
}

export interface MetadataEvents {
  onMetadata(peer: PeerId, metadata: PeerMetadata): void
  onFailure(peer: PeerId, error: unknown): void
}

/**
 * Answers peers that ask for our cluster and shards (they leave without an answer), and asks every peer that can answer.
 * Call before the node starts.
 */
export const exchangeMetadata = async (node: Libp2p, ours: Shards, events: MetadataEvents): Promise<void> => {
  await node.handle(protocol, ({ stream }) => void answer(stream, ours))
  await node.register(protocol, {
    onConnect: (peer) => {
      ask(node, peer, ours).then(
        (metadata) => events.onMetadata(peer, metadata),
        (error) => events.onFailure(peer, error),
      )
    },
  })
}
