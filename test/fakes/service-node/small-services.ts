import { MetadataRequest, MetadataResponse } from '../../../proto/generated/waku.js'
import { PeerExchangeRpc } from '../../../proto/generated/waku-services.js'
import type { Service } from './rpc.ts'

/** `/vac/waku/metadata/1.0.0`: says which cluster and shards the node is on. */
export const createMetadata = (cluster: number, shards: readonly number[]): Service => ({
  name: 'metadata',
  protocol: '/vac/waku/metadata/1.0.0',
  answer: (question) => {
    MetadataRequest.decode(question)
    return MetadataResponse.encode({ clusterId: cluster, shardsUnpacked: [...shards], shards: [...shards] }).finish()
  },
})

/** `/vac/waku/peer-exchange/2.0.0-alpha1`: hands out these records of other nodes. */
export const createPeerExchange = (records: readonly Uint8Array[]): Service => ({
  name: 'peerExchange',
  protocol: '/vac/waku/peer-exchange/2.0.0-alpha1',
  answer: (question) => {
    const wanted = Number(PeerExchangeRpc.decode(question).query?.numPeers ?? 0)
    const peers = records.slice(0, wanted).map((enr) => ({ enr }))
    return PeerExchangeRpc.encode({ response: { peers, statusCode: 200, statusDesc: 'OK' } }).finish()
  },
})
