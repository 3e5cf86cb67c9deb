import { encodeWakuMessage, messageOf } from '../../../plugins/transport/waku/codec.ts'
import { LegacyLightPushRpc, LightPushRequest, LightPushResponse } from '../../../proto/generated/waku-services.js'
import type { WakuMessage } from '../../../src/ports/index.ts'
import type { Service } from './rpc.ts'

/** As of light push v3; the older protocol knows only "went well" and a sentence. */
export interface PushVerdict {
  readonly statusCode: number
  readonly statusDesc?: string
  readonly relayPeerCount?: number
}

/** Takes a message that a client pushed; resolves with how many relay peers got it. */
export type TakePush = (pubsubTopic: string, data: Uint8Array) => Promise<number>

export interface LightPushScript {
  /** Answers in place of the service, which then does not take the message; `undefined`: as usual. */
  answer: ((pubsubTopic: string, message: WakuMessage) => PushVerdict | undefined) | undefined
}

type Wire = Parameters<typeof messageOf>[1]

export interface LightPushOptions {
  readonly pubsubTopics: readonly string[]
  readonly maxMessageBytes: number
  readonly script: LightPushScript
  readonly take: TakePush
}

const createJudge =
  ({ pubsubTopics, maxMessageBytes, script, take }: LightPushOptions) =>
  async (pubsubTopic: string, wire: Wire | null | undefined): Promise<PushVerdict> => {
    if (!wire || wire.contentTopic === '') return { statusCode: 400, statusDesc: 'there is no message in it' }
    if (!pubsubTopics.includes(pubsubTopic)) return { statusCode: 421, statusDesc: 'the shard is not supported' }
    if (wire.payload.length > maxMessageBytes) return { statusCode: 413, statusDesc: 'the message is too large' }
    const message = messageOf(pubsubTopic, { ...wire, payload: new Uint8Array(wire.payload) })
    const scripted = script.answer?.(pubsubTopic, message)
    if (scripted !== undefined) return scripted
    return { statusCode: 200, relayPeerCount: await take(pubsubTopic, encodeWakuMessage(message)) }
  }

/** Light push v3, `/vac/waku/lightpush/3.0.0`. */
export const createLightPush = (options: LightPushOptions): Service => {
  const judge = createJudge(options)
  return {
    name: 'lightpush',
    protocol: '/vac/waku/lightpush/3.0.0',
    answer: async (question) => {
      const { requestId, pubsubTopic, message } = LightPushRequest.decode(question)
      const verdict = await judge(pubsubTopic ?? '', message as Wire | null | undefined)
      return LightPushResponse.encode({ requestId, ...verdict }).finish()
    },
  }
}

/** The older light push, `/vac/waku/lightpush/2.0.0-beta1`. */
export const createLegacyLightPush = (options: LightPushOptions): Service => {
  const judge = createJudge(options)
  return {
    name: 'legacyLightpush',
    protocol: '/vac/waku/lightpush/2.0.0-beta1',
    answer: async (question) => {
      const { requestId, request } = LegacyLightPushRpc.decode(question)
      const verdict = await judge(request?.pubsubTopic ?? '', request?.message as Wire | null | undefined)
      const response = { isSuccess: verdict.statusCode === 200, info: verdict.statusDesc ?? 'OK' }
      return LegacyLightPushRpc.encode({ requestId, response }).finish()
    },
  }
}
