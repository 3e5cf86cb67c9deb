import { createMemoryTransport, sharedMemoryBus } from '../../plugins/transport/memory.ts'
import {
  definePlugin,
  down,
  type GatewayPlugin,
  type HistoryRange,
  type Transport,
  type WakuMessage,
} from '../../src/ports/index.ts'

/** A transport that does not hear what a test does not let it, on a network that keeps everything. */
export interface PatchyTransport {
  readonly plugin: GatewayPlugin
  /** While true nothing comes in. */
  deaf: boolean
  /** While true there is no connection: neither health nor history. */
  away: boolean
  /** Every range that was asked for. */
  readonly ranges: HistoryRange[]
  /** What the network kept, in place of what the bus kept. */
  history: Transport['history'] | undefined
  /** Which peer hands a message over. */
  viaOf: (message: WakuMessage) => string
}

export const createPatchyTransport = (): PatchyTransport => {
  const patchy: PatchyTransport = {
    deaf: false,
    away: false,
    ranges: [],
    history: undefined,
    viaOf: () => 'a peer',
    plugin: definePlugin({
      kind: 'transport',
      name: 'patchy',
      prefix: 'MEMORY_',
      settings: { MEMORY_BUS: { type: 'string', description: 'Name of the bus.', default: 'patchy' } },
      create: ({ settings, now }) => {
        const inner = createMemoryTransport(sharedMemoryBus(settings.MEMORY_BUS), { now })
        return {
          ...inner,
          start: (events) =>
            inner.start({
              onMessage: (message) =>
                void (patchy.deaf || patchy.away || events.onMessage({ ...message, via: patchy.viaOf(message) })),
              onIgnored: (reason) => void (patchy.deaf || patchy.away || events.onIgnored(reason)),
            }),
          health: () => (patchy.away ? down('the network is away') : inner.health()),
          history: (range) => {
            patchy.ranges.push(range)
            if (patchy.away) throw new Error('no store node answered')
            return (patchy.history ?? inner.history)(range)
          },
        }
      },
    }),
  }
  return patchy
}
