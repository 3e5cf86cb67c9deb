import { definePlugin } from '../../../../src/ports/index.ts'
import { loadPeerKey } from '../identity.ts'
import { createWakuLight } from './light.ts'
import { lightOptionsOf, preflight, settings } from './settings.ts'

export default definePlugin({
  kind: 'transport',
  name: 'waku-light',
  prefix: 'WAKU_',
  settings,
  preflight,
  create: async ({ settings: values, dataDir, log, now }) =>
    createWakuLight({ ...lightOptionsOf(values), privateKey: await loadPeerKey(dataDir), log, now }),
})
