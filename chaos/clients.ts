import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ClientNode,
  createClientNode,
  createParty,
  createRegisteringClient,
  createSendingClient,
  type PartyOptions,
  type Target,
} from '../src/client/index.ts'
import { type KeyPair, notificationTypes, tokenTypes } from '../src/ports/index.ts'
import { hashOfKeyHex, hex, unhex } from '../src/protocol/index.ts'

const people = 24
const sendersAtOnce = 8
const answerWithinMs = 2_500
/** Between two pushes of one sender, milliseconds. */
const [leastPauseMs, mostPauseMs] = [20, 150] as const

/** Clients that register and wake one another, without end. */
export interface Clients {
  /** Resolves when everybody is registered and found. */
  readonly ready: Promise<void>
  /** Nobody begins anything new; what is begun is repeated until it is answered. Resolves when it is. */
  calm(): Promise<void>
  close(): Promise<void>
}

/** What a person registers of a device. */
export interface Device {
  readonly tokenType: number
  readonly deviceToken: string
  readonly apnTopic: string
}

export interface ClientsOptions {
  /** How the clients reach the network. */
  readonly party: Omit<PartyOptions, 'dataDir'>
  /** Of the gateway, 130 hexadecimal digits. */
  readonly gateway: string
  /** A client has the success answer for the push with this mark. */
  readonly accepted: (mark: string) => void
  /** The device of each person, counted from 0; an iPhone unless told otherwise. */
  readonly deviceOf?: (n: number) => Device
}

const iPhone = (): Device => ({
  tokenType: tokenTypes.apn,
  deviceToken: hex(new Uint8Array(randomBytes(32))),
  apnTopic: 'im.example.app',
})

/** Clients on a relay. */
export const overRelay = (peer: string): ClientsOptions['party'] => ({
  transport: 'waku-relay',
  settings: { WAKU_PEERS: peer, WAKU_HOST: '127.0.0.1', WAKU_TCP_PORT: 0 },
})

interface Person {
  readonly keyPair: KeyPair
  readonly device: Device
  targets: readonly Target[]
}

export const startClients = async (options: ClientsOptions): Promise<Clients> => {
  const { gateway, accepted, deviceOf = iPhone } = options
  const folder = mkdtempSync(join(tmpdir(), 'reveille-chaos-clients-'))
  const party = await createParty({ ...options.party, dataDir: folder })
  const { crypto } = party
  const node: ClientNode = createClientNode(party)
  await node.start()
  const closing = new AbortController()
  const { signal } = closing
  const group: Person[] = Array.from({ length: people }, (_, n) => ({
    keyPair: crypto.generateKeyPair(),
    device: deviceOf(n),
    targets: [],
  }))
  let isCalm = false

  const enter = async (person: Person): Promise<void> => {
    const client = createRegisteringClient(node, person.keyPair, unhex(gateway), {
      attempts: 1,
      timeoutMs: answerWithinMs,
    })
    const device = { ...person.device, installationId: randomUUID(), accessToken: randomUUID() }
    for (let version = 1n; ; version++)
      if ((await client.register(device, version, signal)).kind === 'registered') break
    const sending = createSendingClient(node, { timeoutMs: answerWithinMs, lingerMs: 0 })
    while (person.targets.length === 0) person.targets = await sending.query(person.keyPair.publicKey, { signal })
  }

  /** One push, asked for again and again under the same message id until somebody answers. */
  const wake = async ({ keyPair, targets }: Person): Promise<void> => {
    const [message, messageId] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))]
    const chatId = hashOfKeyHex(crypto, keyPair.publicKey)
    const sending = createSendingClient(node, { timeoutMs: answerWithinMs, lingerMs: 0, retries: 0 })
    for (;;) {
      const content = { type: notificationTypes.message, messageId, message, chatId, author: chatId } as const
      const reports = await sending.request(targets, content, { signal })
      if (reports?.some(({ success }) => success)) return accepted(hex(message))
      await sleep(50, undefined, { signal })
    }
  }

  const send = async (n: number): Promise<void> => {
    for (let i = n; !isCalm; i += sendersAtOnce) {
      const person = group[(i * 7 + n) % people]
      if (person !== undefined) await wake(person)
      await sleep(leastPauseMs + Math.random() * (mostPauseMs - leastPauseMs), undefined, { signal })
    }
  }

  const ready = Promise.all(group.map(enter)).then(() => undefined)
  const sending = ready.then(() => Promise.all(Array.from({ length: sendersAtOnce }, (_, n) => send(n))))
  ready.catch(() => undefined)
  sending.catch(() => undefined)

  return {
    ready,
    calm: async () => {
      isCalm = true
      await sending
    },
    close: async () => {
      closing.abort(new Error('the clients leave'))
      await sending.catch(() => undefined)
      await node.close()
      await party.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
