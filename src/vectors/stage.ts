import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { buildGateway, type Gateway } from '../app.ts'
import { createParty, type Party } from '../client/party.ts'
import type { Topic, WakuMessage } from '../ports/index.ts'
import { unhex } from '../protocol/index.ts'

/** A notification as it was posted to `/api/push`. */
export interface GorushNotification {
  readonly tokens: readonly string[]
  readonly platform: number
  readonly message: string
  readonly topic?: string
  readonly data: Readonly<Record<string, string>>
}

/** A complete gateway on memory transport and storage, its pushes recorded as gorush would receive them. */
export interface Stage {
  readonly gateway: Gateway
  readonly party: Party
  readonly pushed: readonly GorushNotification[]
  /** Lets the network carry a message at a time (Unix ms), and answers what the gateway published in reply. */
  play(topic: Topic, payload: Uint8Array, at?: number): Promise<WakuMessage[]>
  /** Resolves when every accepted push has reached the recorder. */
  delivered(): Promise<void>
  close(): Promise<void>
}

interface Recorder {
  readonly url: string
  readonly notifications: GorushNotification[]
  close(): Promise<void>
}

const createRecorder = async (): Promise<Recorder> => {
  const notifications: GorushNotification[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const sent: GorushNotification[] = request.method === 'POST' ? JSON.parse(text).notifications : []
    notifications.push(...sent)
    const counts = sent.reduce((sum, { tokens, topic }) => sum + tokens.length + (topic ? 1 : 0), 0)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ counts, logs: [], success: 'ok' }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    notifications,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const patienceMs = 10_000

/** `seed` fills the storage before the gateway starts; `watch` are the topics on which answers are expected. */
export const createStage = async (options: {
  serverPrivateKey: string
  seed?: (gateway: Gateway, party: Party) => Promise<void>
  watch: (party: Party) => Topic[]
}): Promise<Stage> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'reveille-vectors-'))
  const recorder = await createRecorder()
  let time = Date.now()
  const now = (): number => time
  const bus = randomUUID()
  const environment = {
    TRANSPORT_PLUGIN: 'memory',
    MEMORY_BUS: bus,
    STORAGE_PLUGIN: 'memory',
    DELIVERY_PLUGINS: 'gorush',
    GORUSH_URL: recorder.url,
    DATA_DIR: dataDir,
    HTTP_PORT: '0',
    LOG_LEVEL: 'silent',
    PUSH_TTL_SECONDS: '86400',
  }
  const gateway = await buildGateway(environment, { privateKey: unhex(options.serverPrivateKey), now })
  const party = await createParty({ transport: 'memory', settings: { MEMORY_BUS: bus }, dataDir, now })
  await options.seed?.(gateway, party)
  const received: WakuMessage[] = []
  party.transport.listen(options.watch(party))
  await party.transport.start({ onMessage: (message) => received.push(message), onIgnored: () => undefined })
  await gateway.start()

  const queued = async (): Promise<number> => (await gateway.engine.counts()).queued

  return {
    gateway,
    party,
    pushed: recorder.notifications,
    play: async (topic, payload, at) => {
      if (at !== undefined) time = at
      await party.transport.publish({ topic, payload }, AbortSignal.timeout(patienceMs))
      await nextTurn()
      await gateway.engine.idle()
      await nextTurn()
      return received.splice(0)
    },
    delivered: async () => {
      const deadline = Date.now() + patienceMs
      while ((await queued()) > 0 && Date.now() < deadline) await nextTurn()
    },
    close: async () => {
      await gateway.close()
      await party.close()
      await recorder.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}
