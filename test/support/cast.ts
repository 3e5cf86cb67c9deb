import { randomUUID } from 'node:crypto'
import {
  type ClientNode,
  createRegisteringClient,
  createSendingClient,
  type Device,
  type Wake,
} from '../../src/client/index.ts'
import type { KeyPair } from '../../src/ports/index.ts'
import { hashOfChatId, hashOfKeyHex } from '../../src/protocol/index.ts'
import { newMessageId } from './person.ts'
import { onStage, type Stage, type StageOptions } from './stage.ts'

export const brief = { attempts: 2, timeoutMs: 150, pauseMs: 10 }

export const hasty = { timeoutMs: 300, lingerMs: 40, retries: 2, retryBaseMs: 10 }

export const device = (changes: Partial<Device> = {}): Device => ({
  tokenType: 1,
  deviceToken: 'ab'.repeat(32),
  apnTopic: 'im.example.app',
  installationId: randomUUID(),
  accessToken: randomUUID(),
  ...changes,
})

export const wakeOf = ({ party: { crypto } }: ClientNode, changes: Partial<Wake> = {}): Wake => ({
  type: 1,
  messageId: newMessageId(),
  message: Uint8Array.of(1, 2, 3),
  chatId: hashOfChatId(crypto, 'a chat'),
  author: hashOfKeyHex(crypto, crypto.identity.publicKey),
  ...changes,
})

export interface Cast {
  readonly bob: ClientNode
  readonly alice: ClientNode
  readonly receiver: KeyPair
  readonly registering: ReturnType<typeof createRegisteringClient>
  readonly sending: ReturnType<typeof createSendingClient>
}

export const withClients = (
  run: (stage: Stage, cast: Cast) => Promise<void>,
  options: StageOptions | (() => StageOptions) = {},
) =>
  onStage(async (stage) => {
    const [bob, alice] = [await stage.client(), await stage.client()]
    const receiver = bob.party.crypto.identity
    const registering = createRegisteringClient(bob, receiver, stage.crypto.identity.compressed, brief)
    await run(stage, { bob, alice, receiver, registering, sending: createSendingClient(alice, hasty) })
  }, options)
