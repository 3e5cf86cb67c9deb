import {
  type Delivery,
  down,
  healthy,
  type Log,
  type Notification,
  type Outcome,
  tokenTypes,
} from '../../../src/ports/index.ts'
import type { Exchange } from '../shared/exchange.ts'
import { createProviderClient, type ProviderClientOptions } from '../shared/http2/provider-client.ts'
import type { App, Environment } from './apps.ts'
import type { Credentials } from './credentials.ts'
import { type AppleMessage, type Manner, messageOf, requestOf, tokenFlaw } from './message.ts'
import { createProviderToken, type ProviderToken } from './provider-token.ts'
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
const noKey: Outcome = {
  kind: 'rejected',
  reason: 'there is no key for this app: add it to APNS_TOPICS or APNS_APPS_FILE',
}

const remedyOf = (reason: string): string =>
  reason === 'ExpiredProviderToken' ? 'check the clock of this machine' : 'check that they belong together'

/** An app at one environment: its connections, its token, and what Apple thinks of its credentials. */
const createAppSender = (app: App, options: ApnsOptions, token: ProviderToken | undefined) => {
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
  let refused: string | undefined

  const whose = credentials.kind === 'key' ? `key ${credentials.keyId} of team ${credentials.teamId}` : 'certificate'

  const noteVerdict = (outcome: Outcome): void => {
    const reason = 'reason' in outcome && isAboutCredentials(outcome.reason) ? outcome.reason : undefined
    if (reason === refused) return
    refused = reason
    if (reason !== undefined)
      log.error({ topic, environment, reason }, `Apple refuses the ${whose} for ${topic}: ${remedyOf(reason)}`)
  }

  const outcomeOf = (exchange: Exchange, deviceToken: string): Outcome => {
    if (exchange.kind === 'not-sent') return { kind: 'retry', reason: `Apple was not reached: ${exchange.reason}` }
    if (exchange.kind === 'no-answer') return { kind: 'unknown', reason: `no answer of Apple: ${exchange.reason}` }
    return verdictOf(exchange, deviceToken, now())
  }

  /** Apple calls our token expired: with a new one it is tried again at once, if there may be a new one already. */
  const isExpired = (outcome: Outcome): outcome is Outcome & { readonly kind: 'retry' } =>
    outcome.kind === 'retry' && outcome.reason === 'ExpiredProviderToken'

  const send = async (
    notification: Notification,
    message: AppleMessage,
    signal: AbortSignal,
    mayRenew = true,
  ): Promise<Outcome> => {
    const jwt = token?.current()
    const outcome = outcomeOf(await client.request(requestOf(message, jwt), signal), notification.deviceToken)
    if (mayRenew && isExpired(outcome) && token !== undefined && jwt !== undefined) {
      const wait = token.renew(jwt)
      if (wait === 0) return send(notification, message, signal, false)
      noteVerdict(outcome)
      return { ...outcome, afterMs: wait }
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

/** One token for each key, whatever apps use it: Apple counts how often a key shows a new one. */
const createTokens = (now: () => number) => {
  const tokens = new Map<string, ProviderToken>()
  return (credentials: Credentials): ProviderToken | undefined => {
    if (credentials.kind !== 'key') return undefined
    const name = `${credentials.teamId}/${credentials.keyId}`
    const token = tokens.get(name) ?? createProviderToken(credentials, now)
    tokens.set(name, token)
    return token
  }
}

type AppSender = ReturnType<typeof createAppSender>

/** Delivery to Apple's devices without a server in between (protocol section 6.4). */
export const createApns = (options: ApnsOptions): Delivery => {
  const senders = new Map<string, AppSender[]>()
  const tokenOf = createTokens(options.now)
  for (const app of options.apps) {
    const known = senders.get(app.topic) ?? []
    senders.set(app.topic, [...known, createAppSender(app, options, tokenOf(app.credentials))])
  }
  const all = [...senders.values()].flat()

  /** A token belongs to one environment and does not say to which: the next one is asked for what the first does not know. */
  const send = async (notification: Notification, signal: AbortSignal): Promise<Outcome> => {
    const flaw = tokenFlaw(notification.deviceToken)
    if (flaw !== undefined) return { kind: 'rejected', reason: flaw }
    let outcome: Outcome = noKey
    for (const sender of senders.get(notification.apnTopic) ?? []) {
      const message = messageOf(notification, sender.app, options)
      if ('flaw' in message) return { kind: 'rejected', reason: message.flaw }
      outcome = await sender.send(notification, message, signal)
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
    deliver: async (batch, signal) => {
      const [only, ...others] = batch
      // The usual batch, many thousand times a second.
      if (only !== undefined && others.length === 0) return [await send(only, signal)]
      return Promise.all(batch.map((notification) => send(notification, signal)))
    },
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
