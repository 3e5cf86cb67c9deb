import {
  type Delivery,
  down,
  healthy,
  type Log,
  type Notification,
  type Outcome,
  tokenTypes,
} from '../../../src/ports/index.ts'
import type { Exchange } from '../shared/http2/exchange.ts'
import { createProviderClient, type ProviderClientOptions } from '../shared/http2/provider-client.ts'
import type { App, Environment } from './apps.ts'
import { type Manner, messageOf, tokenFlaw } from './message.ts'
import { createProviderToken } from './provider-token.ts'
import { isAboutCredentials, verdictOf } from './verdict.ts'

export interface ApnsOptions extends Manner {
  readonly apps: readonly App[]
  /** In place of Apple's two addresses. */
  readonly url?: string | undefined
  readonly ca?: string | undefined
  readonly proxy?: string | undefined
  readonly connections: number
  readonly concurrency: number
  /** Most time for one push, in milliseconds. */
  readonly timeoutMs: number
  readonly watchdog?: ProviderClientOptions['watchdog']
  readonly log: Log
  /** Unix milliseconds. */
  readonly now: () => number
}

/** Addresses of "Sending notification requests to APNs". */
const origins: Readonly<Record<Environment, string>> = {
  production: 'https://api.push.apple.com',
  sandbox: 'https://api.sandbox.push.apple.com',
}
const connectTimeoutMs = 5_000
const day = 86_400_000

/** An app at one environment: its connections, its token, and what Apple thinks of its credentials. */
const createAppSender = (app: App, options: ApnsOptions) => {
  const { credentials, topic, environment } = app
  const { log, now, timeoutMs } = options
  const client = createProviderClient({
    origin: options.url || origins[environment],
    ca: options.ca,
    proxy: options.proxy,
    certificate: credentials.kind === 'certificate' ? credentials : undefined,
    mostConnections: options.connections,
    connectTimeoutMs: Math.min(connectTimeoutMs, timeoutMs),
    timeoutMs,
    ...(options.watchdog === undefined ? {} : { watchdog: options.watchdog }),
  })
  const token = credentials.kind === 'key' ? createProviderToken(credentials, now) : undefined
  let refused: string | undefined

  const whose = credentials.kind === 'key' ? `key ${credentials.keyId} of team ${credentials.teamId}` : 'certificate'

  const noteVerdict = (outcome: Outcome): void => {
    const reason = 'reason' in outcome && isAboutCredentials(outcome.reason) ? outcome.reason : undefined
    if (reason === refused) return
    refused = reason
    if (reason !== undefined)
      log.error(
        { topic, environment, reason },
        `Apple refuses the ${whose} for ${topic}: check that they belong together`,
      )
  }

  const outcomeOf = (exchange: Exchange, deviceToken: string): Outcome => {
    if (exchange.kind === 'not-sent') return { kind: 'retry', reason: `Apple was not reached: ${exchange.reason}` }
    if (exchange.kind === 'no-answer') return { kind: 'unknown', reason: `no answer of Apple: ${exchange.reason}` }
    return verdictOf(exchange, deviceToken, now())
  }

  const send = async (notification: Notification, signal: AbortSignal): Promise<Outcome> => {
    const message = messageOf(notification, app, options)
    if ('flaw' in message) return { kind: 'rejected', reason: message.flaw }
    const attempt = async (): Promise<{ outcome: Outcome; jwt: string | undefined }> => {
      const jwt = token?.current()
      const headers = jwt === undefined ? message.headers : { ...message.headers, authorization: `bearer ${jwt}` }
      const exchange = await client.request(headers, message.body, signal)
      return { outcome: outcomeOf(exchange, notification.deviceToken), jwt }
    }
    const first = await attempt()
    let { outcome } = first
    if (outcome.kind === 'retry' && outcome.reason === 'ExpiredProviderToken' && token && first.jwt) {
      const wait = token.renew(first.jwt)
      if (wait > 0) outcome = { ...outcome, afterMs: wait }
      else outcome = (await attempt()).outcome
    }
    noteVerdict(outcome)
    return outcome
  }

  return {
    app,
    send,
    close: client.close,
    /** What keeps it from working; `undefined`: nothing known. */
    trouble: async (): Promise<string | undefined> => {
      if (refused !== undefined) return `Apple refuses the ${whose} for ${topic} (${refused})`
      const failure = await client.reach()
      return failure === undefined ? undefined : `Apple is not reached for ${topic}: ${failure}`
    },
    stats: () => {
      const { failure, ...counts } = client.state()
      const age = token?.age()
      return {
        topic,
        environment,
        ...counts,
        ...(failure === undefined ? {} : { failure }),
        ...(refused === undefined ? {} : { refused }),
        ...(age === undefined ? {} : { tokenAgeMs: age }),
        ...(credentials.kind === 'certificate'
          ? { certificateDaysLeft: Math.floor((credentials.expiresAt - now()) / day) }
          : {}),
      }
    },
  }
}

type AppSender = ReturnType<typeof createAppSender>

/** Delivery to Apple's devices without a server in between (protocol section 6.4). */
export const createApns = (options: ApnsOptions): Delivery => {
  const senders = new Map<string, AppSender[]>()
  for (const app of options.apps) {
    const known = senders.get(app.topic) ?? []
    senders.set(app.topic, [...known, createAppSender(app, options)])
  }
  const all = [...senders.values()].flat()

  /** A token belongs to one environment and does not say to which: the next one is asked for what the first does not know. */
  const send = async (notification: Notification, signal: AbortSignal): Promise<Outcome> => {
    const flaw = tokenFlaw(notification.deviceToken)
    if (flaw !== undefined) return { kind: 'rejected', reason: flaw }
    const chain = senders.get(notification.apnTopic)
    if (chain === undefined)
      return { kind: 'rejected', reason: 'there is no key for this app: add it to APNS_TOPICS or APNS_APPS_FILE' }
    let outcome: Outcome = { kind: 'retry', reason: 'nobody was asked' }
    for (const sender of chain) {
      outcome = await sender.send(notification, signal)
      const isElsewhere = outcome.kind === 'dead-token' && outcome.reason === 'BadDeviceToken'
      if (!isElsewhere) break
    }
    return outcome
  }

  return {
    supports: [tokenTypes.apn],
    maxBatch: 1,
    concurrency: options.concurrency,
    serves: (tokenType, app) => tokenType === tokenTypes.apn && senders.has(app),
    deliver: (batch, signal) => Promise.all(batch.map((notification) => send(notification, signal))),
    health: async () => {
      const troubles = await Promise.all(all.map((sender) => sender.trouble()))
      const first = troubles.find((trouble) => trouble !== undefined)
      return troubles.every((trouble) => trouble !== undefined) && first !== undefined ? down(`${first}.`) : healthy
    },
    stats: () => ({ apps: all.map((sender) => sender.stats()) }),
    close: async () => {
      for (const sender of all) sender.close()
    },
  }
}
