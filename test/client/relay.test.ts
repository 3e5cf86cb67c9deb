import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import {
  type ClientNode,
  createClientNode,
  createParty,
  createRegisteringClient,
  createSendingClient,
} from '../../src/client/index.ts'
import { hashOfChatId } from '../../src/protocol/index.ts'
import { newMessageId } from '../support/person.ts'
import { createStage, temporaryFolder, until } from '../support/stage.ts'

const folder = temporaryFolder()
const closers: (() => Promise<unknown>)[] = []

after(async () => {
  for (const close of closers.toReversed()) await close()
  rmSync(folder, { recursive: true, force: true })
})

const startNode = async (peers: string): Promise<ClientNode> => {
  const settings = { WAKU_HOST: '127.0.0.1', WAKU_TCP_PORT: 0, WAKU_PEERS: peers }
  const dataDir = mkdtempSync(join(folder, 'client-'))
  const node = createClientNode(await createParty({ transport: 'waku-relay', settings, dataDir }))
  closers.push(() => node.close())
  await node.start()
  return node
}

const deviceOf = (contactsOnly?: Uint8Array[]) => ({
  tokenType: 1,
  deviceToken: 'ab'.repeat(32),
  apnTopic: 'im.example.app',
  installationId: randomUUID(),
  accessToken: randomUUID(),
  ...(contactsOnly === undefined ? {} : { contactsOnly }),
})

test('over a relay network: registered, refused, found by a contact, woken, unregistered', async () => {
  const stage = await createStage({
    env: { TRANSPORT_PLUGIN: 'waku-relay', WAKU_HOST: '127.0.0.1', WAKU_TCP_PORT: '0' },
  })
  closers.push(() => stage.close())
  const [address = ''] = stage.gateway.app.transport.addresses()
  const [bob, alice] = await Promise.all([startNode(address), startNode(address)])
  await until('both clients have a peer', () =>
    [bob, alice].every(({ party }) => party.transport.health().status === 'ok'),
  )
  const receiver = bob.party.crypto.identity
  const contact = alice.party.crypto.identity
  const registering = createRegisteringClient(bob, receiver, stage.crypto.identity.publicKey)
  const sending = createSendingClient(alice)

  const phone = deviceOf([contact.compressed])
  assert.deepEqual(await registering.register(phone, 2n), { kind: 'registered' })
  assert.deepEqual(await registering.register({ ...phone, deviceToken: 'cd' }, 2n), {
    kind: 'refused',
    error: 'versionMismatch',
  })
  assert.deepEqual(await registering.register({ ...phone, tokenType: 9 }, 3n), {
    kind: 'refused',
    error: 'unsupportedTokenType',
  })
  assert.deepEqual(await registering.register({ ...phone, apnTopic: '' }, 3n), {
    kind: 'refused',
    error: 'malformedMessage',
  })
  assert.deepEqual(await createSendingClient(alice, 300).query(receiver.publicKey), [])

  const targets = await sending.query(receiver.publicKey, { contact })
  assert.deepEqual(
    targets.map(({ accessToken }) => accessToken),
    [phone.accessToken],
  )
  const { crypto } = alice.party
  const chatId = hashOfChatId(crypto, 'a chat')
  const wake = { type: 1, messageId: newMessageId(), message: Uint8Array.of(1), chatId, author: chatId } as const
  assert.deepEqual(
    (await sending.request(targets, wake))?.map(({ success }) => success),
    [true],
  )
  await stage.drained()
  assert.equal(stage.delivery.handed.length, 1)
  assert.deepEqual(await registering.unregister(phone.installationId, 3n), { kind: 'registered' })
  assert.deepEqual(
    (await sending.request(targets, { ...wake, messageId: newMessageId() }))?.map(({ error }) => error),
    [3],
  )
})

test('without a peer everything is unreachable, and nothing throws', async () => {
  const lonely = await startNode('')
  const key = lonely.party.crypto.identity
  const gateway = lonely.party.crypto.generateKeyPair()
  const registering = createRegisteringClient(lonely, key, gateway.publicKey, { attempts: 2, timeoutMs: 200 })
  assert.deepEqual(await registering.register(deviceOf(), 1n), { kind: 'unreachable' })
  const sending = createSendingClient(lonely, 200)
  assert.deepEqual(await sending.query(gateway.publicKey), [])
  const target = {
    installationId: randomUUID(),
    accessToken: randomUUID(),
    gateway: gateway.publicKey,
    publicKey: new Uint8Array(64),
    version: 1n,
  }
  const hash = new Uint8Array(64)
  const wake = { type: 1, messageId: newMessageId(), message: hash, chatId: hash, author: hash } as const
  assert.equal(await sending.request([target], wake), undefined)
})
