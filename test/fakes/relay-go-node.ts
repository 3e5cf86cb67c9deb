import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A real go-waku in a process of its own, spoken to through its REST API. */
export interface GoNode {
  readonly address: string
  /** Messages that came since the last call. */
  read(pubsubTopic: string): Promise<GoMessage[]>
  send(pubsubTopic: string, message: GoMessage): Promise<void>
  /** Kills it; `start` brings it back with the same key, ports and stored messages. */
  kill(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

/** Services that it offers besides the relay; none by default. */
export interface GoServices {
  /** Keeps messages in a database of its own (legacy store, 2.0.0-beta4). */
  readonly store?: boolean
  readonly filter?: boolean
  readonly lightpush?: boolean
  /** Takes messages to send although no peer is there. */
  readonly alone?: boolean
}

/** As in the REST API: `payload` in base64. The timestamp is a string here: it does not fit a JSON number. */
export interface GoMessage {
  readonly payload: string
  readonly contentTopic: string
  readonly version?: number
  readonly timestamp?: string
  readonly ephemeral?: boolean
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

const call = async (url: string, body?: string): Promise<string> => {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: body ?? '' }
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000), ...(body === undefined ? {} : post) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 200)}`)
  return text
}

/** Timestamps in digits become strings on the way in, and digits again on the way out. */
const parse = (text: string): GoMessage[] => JSON.parse(text.replace(/"timestamp":\s*(\d+)/g, '"timestamp":"$1"')) ?? []
const serialise = (message: GoMessage): string =>
  JSON.stringify(message).replace(/"timestamp":"(\d+)"/, '"timestamp":$1')

const addressWhenUp = async (base: string, exited: () => boolean): Promise<string> => {
  const end = performance.now() + 20_000
  while (performance.now() < end && !exited()) {
    const info = await call(`${base}/debug/v1/info`).catch(() => undefined)
    const address: unknown = info === undefined ? undefined : JSON.parse(info).listenAddresses?.[0]
    if (typeof address === 'string') return address
    await sleep(50)
  }
  throw new Error('The go-waku node did not come up.')
}

/** The process, and how it ended. */
interface Running {
  readonly exited: () => boolean
  kill(): Promise<void>
}

const run = (binary: string, flags: readonly string[], cwd: string): Running => {
  const child = spawn(binary, flags, { cwd, stdio: 'ignore' })
  let ended = false
  const exit = new Promise<void>((resolve) => {
    const end = (): void => {
      ended = true
      resolve()
    }
    child.once('exit', end).once('error', end)
  })
  return {
    exited: () => ended,
    kill: async () => {
      if (!ended) child.kill('SIGKILL')
      await exit
    },
  }
}

export const startGoNode = async (
  binary: string,
  cluster: number,
  pubsubTopics: string[],
  { store = false, filter = false, lightpush = false, alone = false }: GoServices = {},
): Promise<GoNode> => {
  const [tcpPort, restPort] = [await freePort(), await freePort()]
  const cwd = await mkdtemp(join(tmpdir(), 'reveille-go-waku-'))
  const flags = [
    '--relay=true',
    `--cluster-id=${cluster}`,
    ...pubsubTopics.map((topic) => `--pubsub-topic=${topic}`),
    `--nodekey=${randomBytes(32).toString('hex')}`,
    '--address=127.0.0.1',
    `--tcp-port=${tcpPort}`,
    '--rest=true',
    '--rest-address=127.0.0.1',
    `--rest-port=${restPort}`,
    `--filter=${filter}`,
    `--lightpush=${lightpush}`,
    ...(store
      ? [
          '--store=true',
          `--store-message-db-url=sqlite3://${join(cwd, 'store.db')}`,
          '--store-message-retention-time=0',
        ]
      : []),
    ...(alone ? ['--min-relay-peers-to-publish=0'] : []),
    '--log-level=ERROR',
  ]
  const base = `http://127.0.0.1:${restPort}`
  const messagesOf = (topic: string) => `${base}/relay/v1/messages/${encodeURIComponent(topic)}`
  let running: Running | undefined

  const start = async (): Promise<string> => {
    const begun = run(binary, flags, cwd)
    running = begun
    const address = await addressWhenUp(base, begun.exited)
    await call(`${base}/relay/v1/subscriptions`, JSON.stringify(pubsubTopics))
    return address
  }
  const close = async (): Promise<void> => {
    await running?.kill()
    await rm(cwd, { recursive: true, force: true })
  }
  try {
    const address = await start()
    return {
      address,
      read: async (topic) => parse(await call(messagesOf(topic))),
      send: async (topic, message) => void (await call(messagesOf(topic), serialise(message))),
      kill: async () => running?.kill(),
      start: async () => void (await start()),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
