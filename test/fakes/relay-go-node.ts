import { spawn } from 'node:child_process'
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
  close(): Promise<void>
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

export const startGoNode = async (binary: string, cluster: number, pubsubTopics: string[]): Promise<GoNode> => {
  const [tcpPort, restPort] = [await freePort(), await freePort()]
  const cwd = await mkdtemp(join(tmpdir(), 'reveille-go-waku-'))
  const flags = [
    '--relay=true',
    `--cluster-id=${cluster}`,
    ...pubsubTopics.map((topic) => `--pubsub-topic=${topic}`),
    '--address=127.0.0.1',
    `--tcp-port=${tcpPort}`,
    '--rest=true',
    '--rest-address=127.0.0.1',
    `--rest-port=${restPort}`,
    '--log-level=ERROR',
  ]
  const child = spawn(binary, flags, { cwd, stdio: 'ignore' })
  let ended = false
  const exit = new Promise<void>((resolve) => {
    const end = (): void => {
      ended = true
      resolve()
    }
    child.once('exit', end).once('error', end)
  })
  const close = async (): Promise<void> => {
    if (!ended) child.kill('SIGKILL')
    await exit
    await rm(cwd, { recursive: true, force: true })
  }
  const base = `http://127.0.0.1:${restPort}`
  const messagesOf = (topic: string) => `${base}/relay/v1/messages/${encodeURIComponent(topic)}`
  try {
    const address = await addressWhenUp(base, () => ended)
    await call(`${base}/relay/v1/subscriptions`, JSON.stringify(pubsubTopics))
    return {
      address,
      read: async (topic) => parse(await call(messagesOf(topic))),
      send: async (topic, message) => void (await call(messagesOf(topic), serialise(message))),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
