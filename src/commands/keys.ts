import { join } from 'node:path'
import Fastify from 'fastify'
import { hostSettings, withoutEmpty } from '../config.ts'
import { prepareFolder } from '../folder.ts'
import { createIdentity, readIdentity } from '../identity-file.ts'
import { type LoadedPlugin, loadPlugin } from '../plugin-host.ts'
import { StartError } from '../ports/index.ts'
import { hex } from '../protocol/index.ts'
import type { Command, CommandContext } from './command.ts'

const usage = 'usage: reveille keys make | show'

const settingsOf = (env: CommandContext['env']) => {
  const given = withoutEmpty(env)
  const dataDir = given['DATA_DIR'] ?? hostSettings.DATA_DIR.default
  return {
    dataDir,
    file: given['IDENTITY_FILE'] ?? join(dataDir, 'identity.key'),
    crypto: given['CRYPTO_PLUGIN'] ?? hostSettings.CRYPTO_PLUGIN.default,
  }
}

const loadCrypto = async (name: string): Promise<LoadedPlugin> => {
  const loaded = await loadPlugin('crypto', name)
  if ('problem' in loaded) throw new StartError([loaded.problem])
  return loaded
}

/** The public key as the crypto plugin computes it; the private one stays inside. */
const publicKeysOf = async (
  { plugin }: LoadedPlugin,
  dataDir: string,
  privateKey: Uint8Array,
): Promise<{ publicKey: string; compressed: string }> => {
  const app = Fastify()
  const context = { settings: {}, dataDir, log: app.log, now: Date.now, privateKey }
  await app.register(plugin, { context })
  const { publicKey, compressed } = app.crypto.identity
  await app.close()
  return { publicKey: hex(publicKey), compressed: hex(compressed) }
}

const make = (dataDir: string, file: string): Uint8Array => {
  const folder = prepareFolder('DATA_DIR', dataDir)
  if ('problem' in folder) throw new StartError([folder.problem])
  return createIdentity(file)
}

/** `make` writes a new identity file and never replaces one; `show` prints the public key of the one that is there. */
export const keys: Command = async ({ args: [action], env, print, warn }) => {
  const { dataDir, file, crypto } = settingsOf(env)
  if (action !== 'make' && action !== 'show') {
    warn(usage)
    return 1
  }
  const known = readIdentity(file)
  if (known !== undefined && 'problem' in known) throw new StartError([known.problem])
  if (action === 'make' && known !== undefined) {
    warn(`IDENTITY_FILE: ${file} exists; move it away first, for clients know the gateway by it.`)
    return 1
  }
  if (action === 'show' && known === undefined) {
    warn(`IDENTITY_FILE: ${file} does not exist; run reveille keys make, or start the gateway once.`)
    return 1
  }
  const plugin = await loadCrypto(crypto)
  const privateKey = known?.privateKey ?? make(dataDir, file)
  const { publicKey, compressed } = await publicKeysOf(plugin, dataDir, privateKey)
  if (action === 'make') print(`made         ${file}`)
  print(`public key   0x${publicKey}`)
  print(`compressed   0x${compressed}`)
  return 0
}
