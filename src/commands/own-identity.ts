import { join } from 'node:path'
import Fastify from 'fastify'
import { hostSettings, withoutEmpty } from '../config.ts'
import { readIdentity } from '../identity-file.ts'
import { loadPlugin } from '../plugin-host.ts'
import { StartError } from '../ports/index.ts'
import type { CommandContext } from './command.ts'

/** The compressed public key (33 bytes) of the gateway that the settings name; its records are found by it. Rejects with a StartError. */
export const readOwnIdentity = async (environment: CommandContext['env']): Promise<Uint8Array> => {
  const env = withoutEmpty(environment)
  const dataDir = env['DATA_DIR'] ?? hostSettings.DATA_DIR.default
  const file = env['IDENTITY_FILE'] ?? join(dataDir, 'identity.key')
  const known = readIdentity(file)
  if (known === undefined)
    throw new StartError([
      {
        setting: 'IDENTITY_FILE',
        wrong: `${file} does not exist, and records belong to an identity`,
        mend: 'set DATA_DIR or IDENTITY_FILE as the gateway has them',
      },
    ])
  if ('problem' in known) throw new StartError([known.problem])
  const loaded = await loadPlugin('crypto', env['CRYPTO_PLUGIN'] ?? hostSettings.CRYPTO_PLUGIN.default)
  if ('problem' in loaded) throw new StartError([loaded.problem])
  const app = Fastify()
  const context = { settings: {}, dataDir, log: app.log, now: Date.now, privateKey: known.privateKey }
  await app.register(loaded.plugin, { context })
  const { compressed } = app.crypto.identity
  await app.close()
  return compressed
}
