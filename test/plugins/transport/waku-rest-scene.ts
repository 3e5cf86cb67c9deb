import { createWakuRest, type RestOptions } from '../../../plugins/transport/waku/rest/rest.ts'
import { contentTopicOf, type Transport } from '../../../src/ports/index.ts'
import {
  createRestNetwork,
  createRestNode,
  type RestMessage,
  type RestNetwork,
  type RestNode,
  type RestNodeOptions,
} from '../../fakes/rest-node.ts'
import { type Station, startStation, until } from '../../kits/transport.ts'

export const pubsubTopic = '/waku/2/rs/16/32'

/** A node on a network where somebody else is too, and a transport on the node. */
export interface Scene {
  readonly network: RestNetwork
  readonly node: RestNode
  readonly station: Station
  /** What reached the other one, as the network carried it. */
  readonly carried: RestMessage[]
  /** The other one, who can leave and come back. */
  readonly other: { leave(): void; comeBack(): void }
  /** Lets the other one say something, on topic 1. */
  say(text: string, changes?: Partial<RestMessage>): RestMessage
  publish(text: string, signal?: AbortSignal): Promise<void>
  texts(): string[]
  reason(): string
  healthy(): Promise<void>
}

export interface Stagehand {
  scene(options?: Partial<RestOptions>, node?: Partial<RestNodeOptions>): Promise<Scene>
  /** Closed at the end. */
  keep(transport: Transport): void
  /** Closes all that was made. */
  clean(): Promise<void>
}

export const messageOf = (text: string, changes: Partial<RestMessage> = {}): RestMessage => ({
  payload: Buffer.from(text).toString('base64'),
  contentTopic: contentTopicOf(1),
  version: 1,
  timestamp: BigInt(Date.now()) * 1_000_000n + BigInt(Math.floor(Math.random() * 1_000_000)),
  ephemeral: false,
  ...changes,
})

export const createStagehand = (): Stagehand => {
  const cleanups: (() => Promise<void>)[] = []

  const scene = async (options: Partial<RestOptions> = {}, nodeOptions: Partial<RestNodeOptions> = {}) => {
    const network = createRestNetwork()
    const node = await createRestNode({ network, ...nodeOptions })
    node.attach()
    const carried: RestMessage[] = []
    const other = (_topic: string, message: RestMessage): void => void carried.push(message)
    network.join(other)
    const transport = createWakuRest({ url: node.url, pollMs: 30, watchMs: 30, ...options })
    cleanups.push(async () => {
      await transport.close()
      await node.stop()
    })
    transport.listen([1])
    const station = await startStation(transport)
    return {
      network,
      node,
      station,
      carried,
      other: { leave: () => network.leave(other), comeBack: () => network.join(other) },
      say: (text: string, changes: Partial<RestMessage> = {}) => {
        const message = messageOf(text, changes)
        network.send(pubsubTopic, message)
        return message
      },
      publish: (text: string, signal = AbortSignal.timeout(15_000)) =>
        transport.publish({ topic: 1, payload: Buffer.from(text) }, signal),
      texts: () => station.messages.map(({ payload }) => Buffer.from(payload).toString()),
      reason: () => {
        const health = transport.health()
        return health.status === 'down' ? health.reason : ''
      },
      healthy: () => until('it is healthy', () => transport.health().status === 'ok'),
    }
  }

  return {
    scene,
    keep: (transport) => void cleanups.push(() => transport.close()),
    clean: async () => {
      for (const clean of cleanups.splice(0).reverse()) await clean()
    },
  }
}
