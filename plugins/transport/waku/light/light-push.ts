import { randomUUID } from 'node:crypto'
import type { Libp2p } from '@libp2p/interface'
import { LegacyLightPushRpc, LightPushRequest, LightPushResponse } from '../../../../proto/generated/waku-services.js'
import type { WakuMessage } from '../../../../src/ports/index.ts'
import { toHalves } from '../codec.ts'
import { type Answer, ask, isUnsupported } from './ask.ts'

const v3 = '/vac/waku/lightpush/3.0.0'
const v2 = '/vac/waku/lightpush/2.0.0-beta1'
const timeoutMs = 5_000

/** A message for one pubsub topic, the same bytes whoever it is given to. */
export interface Parcel {
  readonly pubsubTopic: string
  readonly message: WakuMessage
}

/**
 * `taken`: it is on the network. `alone`: the node has it and knows nobody to give it to. `refused`: no other node would
 * take it either. `busy`: it was given too many. `failed`: another one may.
 */
export type PushOutcome =
  | { readonly kind: 'taken' | 'alone'; readonly tookMs: number }
  | { readonly kind: 'refused' | 'busy' | 'failed' | 'unsupported'; readonly text: string }

/** Nim nodes refuse what reached them by another way meanwhile: then it is where it should be. */
const isRepeat = (text: string): boolean => /already[- ]seen|duplicate/i.test(text)

const outcomeOf = (status: number, text: string, peers: number | undefined, tookMs: number): PushOutcome => {
  if (status === 200) return { kind: peers === 0 ? 'alone' : 'taken', tookMs }
  if (isRepeat(text)) return { kind: 'taken', tookMs }
  const isBusy = status === 429 || /rate limit|too many requests/i.test(text)
  const kind = status === 413 ? 'refused' : isBusy ? 'busy' : 'failed'
  return { kind, text: `${status} ${text}`.trim().slice(0, 200) }
}

const read = ({ protocol, bytes, tookMs }: Answer): PushOutcome => {
  if (protocol === v3) {
    const { statusCode, statusDesc, relayPeerCount } = LightPushResponse.decode(bytes)
    return outcomeOf(statusCode, statusDesc ?? '', relayPeerCount ?? undefined, tookMs)
  }
  const { response } = LegacyLightPushRpc.decode(bytes)
  return outcomeOf(response?.isSuccess ? 200 : 500, response?.info ?? '', undefined, tookMs)
}

const write = (protocol: string, { pubsubTopic, message }: Parcel): Uint8Array => {
  const { payload, contentTopic, version, ephemeral, timestamp } = message
  const wire = { payload, contentTopic, version, ephemeral, timestamp: toHalves(timestamp) }
  const requestId = randomUUID()
  return protocol === v3
    ? LightPushRequest.encode({ requestId, pubsubTopic, message: wire }).finish()
    : LegacyLightPushRpc.encode({ requestId, request: { pubsubTopic, message: wire } }).finish()
}

/**
 * Hands one message to one node, once: by light push v3 (19/WAKU2-LIGHTPUSH), or by v2 where it speaks nothing newer. The SDK's
 * own waits for ever, refuses an empty payload, and its retries stamp the message anew, which makes it another one. Never rejects.
 */
export const pushTo = async (node: Libp2p, peer: string, parcel: Parcel, signal: AbortSignal): Promise<PushOutcome> => {
  try {
    const encode = (protocol: string) => write(protocol, parcel)
    return read(await ask(node, peer, { protocols: [v3, v2], encode, timeoutMs, signal }))
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return { kind: isUnsupported(error) ? 'unsupported' : 'failed', text }
  }
}
