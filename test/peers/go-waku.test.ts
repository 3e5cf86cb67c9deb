import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { buildGateway } from '../../src/app.ts'
import { createClientNode, createParty, createRegisteringClient, createSendingClient } from '../../src/client/index.ts'
import { notificationTypes, tokenTypes } from '../../src/ports/index.ts'
import { startFakeGorush } from '../fakes/gorush.ts'
import { startGoNode } from '../fakes/relay-go-node.ts'
import { until } from '../kits/transport.ts'

const binary = process.env['WAKU_NODE_BIN'] ?? ''
const skip = binary === '' ? 'WAKU_NODE_BIN does not name a go-waku binary' : false
const cleanups: (() => Promise<unknown>)[] = []

after(async () => {
  for (const clean of cleanups.toReversed()) await clean()
})

test('a registration, a query and a push travel through a go-waku node between gateway and clients', {
  skip,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reveille-go-waku-'))
  cleanups.push(() => rm(folder, { recursive: true, force: true }))
  const go = await startGoNode(binary, 16, ['/waku/2/rs/16/32'])
  cleanups.push(() => go.close())
  const gorush = await startFakeGorush()
  cleanups.push(() => gorush.close())
  const network = { WAKU_HOST: '127.0.0.1', WAKU_TCP_PORT: '0', WAKU_PEERS: go.address }
  const own = { DATA_DIR: join(folder, 'data'), HTTP_PORT: '0', DELIVERY_PLUGINS: 'gorush', GORUSH_URL: gorush.url }
  const gateway = await buildGateway({ ...network, ...own, LOG_LEVEL: 'silent' })
  cleanups.push(() => gateway.close())
  await gateway.start()

  const joinNetwork = async () => {
    const settings = { ...network, WAKU_TCP_PORT: 0 }
    const node = createClientNode(
      await createParty({ transport: 'waku-relay', settings, dataDir: await mkdtemp(join(folder, 'client-')) }),
    )
    cleanups.push(() => node.close())
    await node.start()
    await until('a peer of the client', () => node.party.transport.health().status === 'ok')
    return node
  }
  const [bob, alice] = await Promise.all([joinNetwork(), joinNetwork()])
  await until('a peer of the gateway', () => gateway.app.transport.health().status === 'ok')

  const receiver = bob.party.crypto.identity
  const registering = createRegisteringClient(bob, receiver, gateway.app.crypto.identity.compressed)
  const device = {
    tokenType: tokenTypes.firebase,
    deviceToken: 'a-token',
    installationId: randomUUID(),
    accessToken: randomUUID(),
  }
  assert.deepEqual(await registering.register(device, 1n), { kind: 'registered' })

  const sending = createSendingClient(alice)
  const targets = await sending.query(receiver.publicKey)
  assert.deepEqual(
    targets.map(({ accessToken }) => accessToken),
    [device.accessToken],
  )

  const wake = {
    type: notificationTypes.message,
    messageId: randomBytes(32),
    message: randomBytes(100),
    chatId: randomBytes(64),
    author: randomBytes(64),
  }
  const reports = await sending.request(targets, wake)
  assert.deepEqual(
    reports?.map(({ success }) => success),
    [true],
  )
  await gorush.waitFor(({ pushes }) => pushes.length === 1, 10_000)
  assert.equal(gorush.pushes[0]?.token, 'a-token')
})
