import { createWakuLight } from '../../../plugins/transport/waku/light/light.ts'
import { createServiceNode } from '../../fakes/service-node.ts'
import { transportKit } from '../../kits/transport.ts'

transportKit(
  'waku-light',
  async () => {
    const node = await createServiceNode()
    return {
      create: () => createWakuLight({ nodes: [node.address] }),
      close: () => node.stop(),
    }
  },
  { history: true, needsPeers: false, seesAll: false },
)
