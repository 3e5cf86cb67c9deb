import type { Libp2p, PeerId } from '@libp2p/interface'
import { lpStream } from 'it-length-prefixed-stream'
import { PeerExchangeRpc } from '../../../../proto/generated/waku-services.js'

const protocol = '/vac/waku/peer-exchange/2.0.0-alpha1'
const timeoutMs = 10_000
const maxAnswerBytes = 64 * 1024
/** How many peers are asked for; more are not read. */
const wanted = 30
const mostRead = 100

/** The connected peers that can be asked for others. */
export const exchangers = async (node: Libp2p): Promise<PeerId[]> => {
  const peers = node.getPeers()
  const known = await Promise.all(peers.map((peer) => node.peerStore.get(peer).catch(() => undefined)))
  return peers.filter((_, i) => known[i]?.protocols.includes(protocol))
}

/** The records that one peer knows, RLP bytes each, at most 100. Rejects where it gives no answer within 10 s and 64 KiB. */
export const askForPeers = async (node: Libp2p, peer: PeerId, closing: AbortSignal): Promise<Uint8Array[]> => {
  const signal = AbortSignal.any([closing, AbortSignal.timeout(timeoutMs)])
  const stream = await node.dialProtocol(peer, protocol, { signal })
  try {
    const messages = lpStream(stream, { maxDataLength: maxAnswerBytes })
    await messages.write(PeerExchangeRpc.encode({ query: { numPeers: wanted } }).finish(), { signal })
    const { response } = PeerExchangeRpc.decode((await messages.read({ signal })).subarray())
    await stream.close({ signal })
    if (!response) throw new Error('the answer has no peers in it')
    const { peers, statusCode, statusDesc } = response
    // Older nodes send no status at all.
    if (statusCode && statusCode !== 200) throw new Error(`it answered ${statusCode} ${statusDesc?.slice(0, 100)}`)
    return (peers ?? []).slice(0, mostRead).flatMap(({ enr }) => (enr ? [enr] : []))
  } catch (error) {
    stream.abort(error as Error)
    throw error
  }
}
