import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Behaviour, createScript, writeAnswer, writeJson } from './gorush-behaviour.ts'
import { answerPush, type FailedPush, type FakeRules, type PushAnswer } from './gorush-rules.ts'
import { createLooks } from './looks.ts'

export type { Behaviour } from './gorush-behaviour.ts'

/** One token that the fake handed on, in order of arrival. */
export interface FakePush {
  readonly notifId: string
  readonly token: string
  readonly platform: number
  /** Unix milliseconds. */
  readonly at: number
  /** The notification as it was posted. */
  readonly body: Readonly<Record<string, unknown>>
}

export interface FakeGorushOptions extends Partial<FakeRules> {
  /** 0, the default, takes a free one. */
  readonly port?: number
  /** `core.feedback_hook_url`: where failures are posted in asynchronous mode. */
  readonly hook?: string
  /** How long after its answer it posts them, in milliseconds. */
  readonly hookDelayMs?: number
  /** Whether every request and push is kept: for measuring, they are not. */
  readonly keep?: boolean
  /** Hears of every push that is acted on. */
  readonly onPush?: (push: FakePush) => void
}

export interface FakeGorush {
  readonly url: string
  readonly port: number
  /** Bodies of the posted pushes as they came. */
  readonly requests: readonly string[]
  readonly pushes: readonly FakePush[]
  /** Lets pushes to a token fail with this `error`; undefined lets them pass again. */
  verdict(token: string, error: string | undefined): void
  behave(behaviour: Behaviour): void
  /** Answers of the hook to what was posted to it. */
  readonly hookStatuses: readonly number[]
  /** Resolves when the condition holds; it is looked at after each request. Rejects after `timeoutMs`. */
  waitFor(condition: (fake: FakeGorush) => boolean, timeoutMs: number): Promise<void>
  /** Drops every connection at once; the port can be opened again. Idempotent. */
  close(): Promise<void>
}

const maxBodyBytes = 32 * 1024 * 1024

const readText = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) throw new Error('body too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Its own counters, since its start. */
interface Counters {
  readonly success: Record<1 | 2, number>
  readonly error: Record<1 | 2, number>
}

const metricsOf = ({ success, error }: Counters): string =>
  [
    `gorush_total_push_count ${success[1] + success[2] + error[1] + error[2]}`,
    `gorush_ios_success ${success[1]}`,
    `gorush_ios_error ${error[1]}`,
    `gorush_android_success ${success[2]}`,
    `gorush_android_fail ${error[2]}`,
    '',
  ].join('\n')

const writeOther = (
  path: string,
  { rules, hook, counters }: { rules: FakeRules; hook: string; counters: Counters },
  response: ServerResponse,
): void => {
  if (path === '/healthz') response.writeHead(200).end()
  else if (path === '/metrics') response.writeHead(200, { 'content-type': 'text/plain' }).end(metricsOf(counters))
  else if (path === '/version') {
    writeJson(response, 200, { source: 'https://github.com/appleboy/gorush', version: 'No Version Provided' })
  } else if (path === '/api/config') {
    response.writeHead(200, { 'content-type': 'application/yaml; charset=utf-8' })
    response.end(
      `core:\n  enabled: true\n  max_notification: ${rules.maxNotifications}\n  sync: ${rules.sync}\n  feedback_hook_url: "${hook}"\n`,
    )
  } else response.writeHead(404).end('404 page not found')
}

const listen = async (server: Server, port: number): Promise<number> => {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
  return (server.address() as AddressInfo).port
}

const shut = async (server: Server): Promise<void> => {
  if (!server.listening) return
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
}

/** A gorush for tests and demonstrations, on a real socket, which answers as the recordings of a real one do. */
export const startFakeGorush = async (options: FakeGorushOptions = {}): Promise<FakeGorush> => {
  const rules: FakeRules = { maxNotifications: 100, ios: true, android: true, sync: true, hideToken: true, ...options }
  const requests: string[] = []
  const pushes: FakePush[] = []
  const verdicts = new Map<string, string>()
  const looks = createLooks('the fake gorush')
  const script = createScript()
  const counters: Counters = { success: { 1: 0, 2: 0 }, error: { 1: 0, 2: 0 } }
  const hookStatuses: number[] = []
  const { hook = '', hookDelayMs = 0, keep = true } = options

  const tellHook = (failures: readonly FailedPush[]): void => {
    if (rules.sync || hook === '') return
    for (const failure of failures)
      setTimeout(() => {
        fetch(hook, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(failure) })
          .then(({ status }) => hookStatuses.push(status))
          .catch(() => undefined)
      }, hookDelayMs)
  }

  const count = ({ pushes: handedOn, failures }: PushAnswer): void => {
    const failed = new Set(failures.map(({ notif_id }) => notif_id))
    for (const { notifId, platform } of handedOn)
      counters[failed.has(notifId) ? 'error' : 'success'][platform as 1 | 2]++
  }

  const onPush = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await readText(request)
    if (keep) requests.push(text)
    const how = script.next()
    if (how.kind === 'status') response.writeHead(how.status, how.headers ?? {}).end(how.body ?? '')
    else {
      const answer = answerPush(text, rules, verdicts)
      const handedOn = answer.pushes.map((push) => ({ ...push, at: Date.now() }))
      if (keep) pushes.push(...handedOn)
      for (const push of handedOn) options.onPush?.(push)
      count(answer)
      writeAnswer(response, answer, how)
      tellHook(answer.failures)
    }
    looks.look()
  }

  const server = createServer((request, response) => {
    if (request.method === 'POST' && request.url === '/api/push') {
      onPush(request, response).catch(() => response.destroy())
    } else writeOther(request.url ?? '/', { rules, hook, counters }, response)
  })
  const port = await listen(server, options.port ?? 0)

  const fake: FakeGorush = {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    pushes,
    verdict: (token, error) => {
      if (error === undefined) verdicts.delete(token)
      else verdicts.set(token, error)
    },
    behave: script.set,
    hookStatuses,
    waitFor: (condition, timeoutMs) => looks.waitFor(() => condition(fake), timeoutMs),
    close: () => shut(server),
  }
  return fake
}
