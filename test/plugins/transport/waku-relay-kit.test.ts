import { createWakuRelay } from '../../../plugins/transport/waku/relay/relay.ts'
import type { Transport } from '../../../src/ports/index.ts'
import { transportKit } from '../../kits/transport.ts'

transportKit(
  'waku-relay',
  () => {
    const made: Transport[] = []
    return {
      create: () => {
        const peers = made.flatMap((transport) => transport.addresses())
        const relay = createWakuRelay({ listen: ['/ip4/127.0.0.1/tcp/0'], peers })
        made.push(relay)
        return relay
      },
    }
  },
  { history: false, needsPeers: true },
)
