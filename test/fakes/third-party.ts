import { multiaddr } from '@multiformats/multiaddr'
import { encodeWakuMessage } from '../../plugins/transport/waku/codec.ts'
import { MetadataResponse } from '../../proto/generated/waku.js'
import { contentTopicOf, type Topic } from '../../src/ports/index.ts'
import { createRelayPeer, type RelayPeer } from './relay-peer.ts'

/** Somebody elsewhere on the network who keeps sending. */
export interface ThirdParty {
  readonly peer: RelayPeer
  /** How many messages it has sent. */
  sent(): number
  close(): Promise<void>
}

const pubsubTopic = '/waku/2/rs/16/32'
const everyMs = 100

/** Joins a peer and sends to it, ten messages a second on one topic; it calls again when it loses its peer. */
export const startThirdParty = async (address: string, topic: Topic): Promise<ThirdParty> => {
  const metadata = MetadataResponse.encode({ clusterId: 16, shards: [32, 64], shardsUnpacked: [32, 64] }).finish()
  const peer = await createRelayPeer({ metadata })
  let sent = 0
  const send = async (): Promise<void> => {
    if (peer.node.getConnections().length === 0)
      await peer.node.dial(multiaddr(address), { signal: AbortSignal.timeout(1_000) })
    if (peer.takers(pubsubTopic) === 0) return
    sent += 1
    const timestamp = BigInt(Date.now()) * 1_000_000n + BigInt(sent)
    const payload = Buffer.from(`${sent}`)
    const message = { payload, contentTopic: contentTopicOf(topic), version: 1, timestamp, ephemeral: false }
    await peer.publish(pubsubTopic, encodeWakuMessage(message))
  }
  const timer = setInterval(() => void send().catch(() => undefined), everyMs)
  return {
    peer,
    sent: () => sent,
    close: () => {
      clearInterval(timer)
      return peer.close()
    },
  }
}
