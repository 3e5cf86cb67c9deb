import { after } from 'node:test'
import { createWakuLight } from '../../../../plugins/transport/waku/light/light.ts'
import type { LightOptions } from '../../../../plugins/transport/waku/light/options.ts'
import type { Topic } from '../../../../src/ports/index.ts'
import { createServiceNode, type ServiceNode, type ServiceNodeOptions } from '../../../fakes/service-node.ts'
import { type Station, startStation, until } from '../../../kits/transport.ts'

export const pubsubTopic = '/waku/2/rs/16/32'
export const soon = (milliseconds = 15_000): AbortSignal => AbortSignal.timeout(milliseconds)

export interface Line {
  readonly level: string
  readonly message: string
  readonly details: object
}

/** A log that a test reads. */
export const createLog = () => {
  const lines: Line[] = []
  const at = (level: string) => (details: object, message: string) => void lines.push({ level, message, details })
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** Makes service nodes and light nodes for a file of tests, and ends them all afterwards. */
export const createStage = () => {
  const nodes: ServiceNode[] = []
  const stations: Station[] = []
  const end = async (): Promise<void> => {
    await Promise.all(stations.splice(0).map(({ transport }) => transport.close()))
  }
  after(async () => {
    await end()
    await Promise.all(nodes.map((node) => node.stop()))
  })

  const node = async (options: ServiceNodeOptions = {}): Promise<ServiceNode> => {
    const made = await createServiceNode(options)
    nodes.push(made)
    return made
  }

  return {
    node,
    /** Closes the light nodes. */
    end,
    /** Nodes whose relays are joined. */
    network: async (...options: ServiceNodeOptions[]): Promise<ServiceNode[]> => {
      const made = await Promise.all(options.map((each) => node(each)))
      const [first, ...others] = made
      for (const other of others) await first?.connect(other)
      await until('the relays are joined', () =>
        made.every((each) => each.takers(pubsubTopic) > 0 || made.length === 1),
      )
      return made
    },
    light: async (addresses: readonly string[], topics: Iterable<Topic> = [], options: Partial<LightOptions> = {}) => {
      const transport = createWakuLight({ nodes: addresses, ...options })
      transport.listen(topics)
      const station = await startStation(transport)
      stations.push(station)
      return station
    },
  }
}

export const isOk = ({ transport }: Station): boolean => transport.health().status === 'ok'
export const healthy = (station: Station): Promise<void> => until('it is healthy', () => isOk(station))
export const stat = ({ transport }: Station, name: string): number => transport.stats()[name] ?? Number.NaN
export const textsOf = ({ messages }: Station): string[] =>
  messages.map(({ payload }) => Buffer.from(payload).toString())

let stamp = 0n
/** A message as somebody on the network would send it. */
export const letter = (topic: Topic, text: string) => {
  const clock = BigInt(Date.now()) * 1_000_000n
  stamp = clock > stamp ? clock : stamp + 1n
  const contentTopic = `/waku/1/0x${topic.toString(16).padStart(8, '0')}/rfc26`
  return { payload: Buffer.from(text), contentTopic, version: 1, timestamp: stamp, ephemeral: false }
}

/** Content topics that a node was asked to push to somebody. */
export const criteriaAt = (node: ServiceNode): number =>
  [...node.filter.subscribers().values()].reduce((sum, each) => sum + each.size, 0)
