import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import noble, { createNobleCrypto } from '../../../plugins/crypto/noble.ts'
import { manifestKey, type PluginContext } from '../../../src/ports/index.ts'
import { cryptoKit } from '../../kits/crypto.ts'

cryptoKit('noble', createNobleCrypto)

const contextOf = (privateKey: Uint8Array): { context: PluginContext } => {
  const nothing = (): void => undefined
  const log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
  return { context: { settings: {}, dataDir: '', log, now: Date.now, privateKey } as PluginContext }
}

test('noble: the plugin decorates the host with a crypto around the key that it is given', async () => {
  const privateKey = new Uint8Array(32).fill(3)
  const app = Fastify()
  await app.register(noble, contextOf(privateKey))
  assert.deepEqual(app.crypto.identity.publicKey, createNobleCrypto(privateKey).identity.publicKey)
  await app.close()
})

test('noble: the host does not start with a key that is none', async () => {
  const app = Fastify()
  await assert.rejects(async () => app.register(noble, contextOf(new Uint8Array(32))), /IDENTITY_FILE/)
})

test('noble: its manifest names its kind and prefix and has no settings', () => {
  const { kind, name, prefix, settings } = noble[manifestKey]
  assert.deepEqual({ kind, name, prefix, settings }, { kind: 'crypto', name: 'noble', prefix: 'NOBLE_', settings: {} })
})
