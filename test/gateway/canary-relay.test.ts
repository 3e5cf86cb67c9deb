import assert from 'node:assert/strict'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type ClientNode, createClientNode, createParty } from '../../src/client/index.ts'
import { canaryEnv, canaryOf, noteOf, ran, rowsOf } from '../support/canary-stage.ts'
import { createStage, temporaryFolder, until } from '../support/stage.ts'

const createHub = async (folder: string): Promise<ClientNode> => {
  const dataDir = join(folder, 'hub')
  mkdirSync(dataDir)
  const settings = { WAKU_HOST: '127.0.0.1', WAKU_TCP_PORT: 0 }
  const hub = createClientNode(await createParty({ transport: 'waku-relay', settings, dataDir }))
  await hub.start()
  return hub
}

test('over a relay network: through another peer and back, and no longer once that peer is gone', async () => {
  const folder = temporaryFolder()
  const hub = await createHub(folder)
  const dataDir = join(folder, 'gateway')
  const stage = await createStage({
    dataDir,
    env: {
      ...canaryEnv,
      CANARY_TIMEOUT_SECONDS: '3',
      TRANSPORT_PLUGIN: 'waku-relay',
      STORAGE_PLUGIN: 'sqlite',
      WAKU_HOST: '127.0.0.1',
      WAKU_TCP_PORT: '0',
      WAKU_PEERS: hub.party.transport.addresses()[0] ?? '',
    },
  })
  try {
    await until('a run that works', () => canaryOf(stage).ok > 0, 40_000)
    assert.equal(canaryOf(stage).last?.ok, true)
    assert.deepEqual([rowsOf(dataDir), existsSync(noteOf(dataDir))], [{}, false])
    await hub.close()
    await ran(stage.gateway.canary, canaryOf(stage).runs + 1)
    await until('a run that fails', () => canaryOf(stage).last?.ok === false, 20_000)
    assert.equal(canaryOf(stage).last?.stage, 'registration')
  } finally {
    const from = performance.now()
    await stage.close()
    assert.ok(performance.now() - from < 9_000)
    await hub.close()
    rmSync(folder, { recursive: true, force: true })
  }
})
