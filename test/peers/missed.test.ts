/** What was said while the gateway was away, through nodes that keep it. */
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, test } from 'node:test'
import { buildGateway, type Gateway } from '../../src/app.ts'
import { createClientNode, createParty, createRegisteringClient, createSendingClient } from '../../src/client/index.ts'
import { notificationTypes, tokenTypes } from '../../src/ports/index.ts'
import { startFakeGorush } from '../fakes/gorush.ts'
import { startGoNode } from '../fakes/relay-go-node.ts'
import { createServiceNode } from '../fakes/service-node.ts'
import { until } from '../kits/transport.ts'

const binary = process.env['WAKU_NODE_BIN'] ?? ''
const shard32 = '/waku/2/rs/16/32'
/** What store nodes kept is handled within this time of the connection's return. */
const promisedMs = 60_000

interface StoreNode {
  readonly address: string
  close(): Promise<unknown>
}

const worlds: readonly { what: string; skip: string | false; start: () => Promise<StoreNode> }[] = [
  {
    what: 'a service node',
    skip: false,
    start: async () => {
      const node = await createServiceNode({ shards: [32] })
      return { address: node.address, close: () => node.stop() }
    },
  },
  {
    what: 'a go-waku node',
    skip: binary === '' ? 'WAKU_NODE_BIN does not name a go-waku binary' : false,
    start: () => startGoNode(binary, 16, [shard32], { store: true, alone: true }),
  },
]

const cleanups: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean()
})

const setTheScene = async ({ address }: StoreNode) => {
  const folder = await mkdtemp(join(tmpdir(), 'reveille-missed-'))
  cleanups.push(() => rm(folder, { recursive: true, force: true }))
  const gorush = await startFakeGorush()
  cleanups.push(() => gorush.close())
  const network = { WAKU_HOST: '127.0.0.1', WAKU_PEERS: address, WAKU_SHARDS: '32' }
  const own = { DATA_DIR: join(folder, 'data'), HTTP_PORT: '0', DELIVERY_PLUGINS: 'gorush', GORUSH_URL: gorush.url }
  const often = { CATCH_UP_INTERVAL_SECONDS: '2' }

  const open = async (): Promise<Gateway> => {
    const gateway = await buildGateway({ ...network, WAKU_TCP_PORT: '0', ...own, ...often, LOG_LEVEL: 'silent' })
    cleanups.push(() => gateway.close())
    await gateway.start()
    await until('a peer of the gateway', () => gateway.app.transport.health().status === 'ok')
    return gateway
  }
  const joinNetwork = async () => {
    const dataDir = await mkdtemp(join(folder, 'client-'))
    const settings = { ...network, WAKU_TCP_PORT: 0 }
    const node = createClientNode(await createParty({ transport: 'waku-relay', settings, dataDir }))
    cleanups.push(() => node.close())
    await node.start()
    await until('a peer of the client', () => node.party.transport.health().status === 'ok')
    return node
  }
  return { gorush, open, joinNetwork }
}

describe('what was said while the gateway was away', () => {
  for (const { what, skip, start } of worlds)
    test(`is handled when it is back, once, through ${what}`, { skip }, async () => {
      const store = await start()
      cleanups.push(() => store.close())
      const { gorush, open, joinNetwork } = await setTheScene(store)
      const first = await open()
      const { compressed } = first.app.crypto.identity
      await until('it is caught up', () => first.engine.catchUp.state === 'caught up')
      const [bob, alice] = await Promise.all([joinNetwork(), joinNetwork()])
      await first.close()

      const receiver = bob.party.crypto.identity
      const patience = { attempts: 1, timeoutMs: promisedMs }
      const device = {
        tokenType: tokenTypes.firebase,
        deviceToken: 'a-token',
        installationId: randomUUID(),
        accessToken: randomUUID(),
      }
      const published = bob.party.transport.stats()['published'] ?? 0
      const registered = createRegisteringClient(bob, receiver, compressed, patience).register(device, 1n)
      await until('it is published', () => (bob.party.transport.stats()['published'] ?? 0) > published)
      const second = await open()
      assert.deepEqual(await registered, { kind: 'registered' })
      const sending = createSendingClient(alice)
      const targets = await sending.query(receiver.publicKey)
      assert.equal(targets.length, 1)
      await second.close()

      const messageId = randomBytes(32)
      const wake = { type: notificationTypes.message, messageId, message: randomBytes(100) }
      const waking = createSendingClient(alice, { timeoutMs: promisedMs }).request(targets, {
        ...wake,
        chatId: randomBytes(64),
        author: randomBytes(64),
      })
      const third = await open()
      assert.deepEqual(
        (await waking)?.map(({ success }) => success),
        [true],
      )
      await gorush.waitFor(({ pushes }) => pushes.length === 1, 10_000)
      const looks = third.engine.catchUp.looks
      await until('another look', () => third.engine.catchUp.looks > looks + 1, promisedMs)
      assert.equal(gorush.pushes.length, 1)
      assert.equal(third.engine.ledger.snapshot().envelopes.outcomes.registered, 0)
    })
})
