import { createWakuRest } from '../../../plugins/transport/waku/rest/rest.ts'
import type { Transport } from '../../../src/ports/index.ts'
import { createRestNetwork, createRestNode, type RestNode } from '../../fakes/rest-node.ts'
import { transportKit } from '../../kits/transport.ts'

for (const publishBy of ['relay', 'lightpush'] as const)
  transportKit(
    `waku-rest by ${publishBy}`,
    () => {
      const network = createRestNetwork()
      const nodes: RestNode[] = []
      return {
        create: async (): Promise<Transport> => {
          const node = await createRestNode({ network, capacity: 10_000 })
          nodes.push(node)
          const transport = createWakuRest({ url: node.url, publishBy, pollMs: 50, watchMs: 50 })
          // A node of its own for each, which comes when it is subscribed and goes with it.
          return {
            ...transport,
            start: async (events) => {
              await transport.start(events)
              node.attach()
            },
            close: () => {
              node.detach()
              return transport.close()
            },
          }
        },
        close: async () => {
          await Promise.all(nodes.map((node) => node.stop()))
        },
      }
    },
    { history: true, needsPeers: true },
  )
