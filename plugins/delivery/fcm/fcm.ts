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
import { createAccessTokens } from './access-token.ts'
import type { Account } from './accounts.ts'
import { type Manner, messageOf, tokenFlaw } from './message.ts'
import { isAboutCredentials, verdictOf } from './verdict.ts'

export interface FcmOptions extends Manner {
  readonly accounts: readonly Account[]
  /** In place of Google's address. */
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

const origin = 'https://fcm.googleapis.com'
const connectTimeoutMs = 5_000
/** So long health waits for an access token. */
const healthMs = 2_000
/** Which project a token belongs to is remembered of so many. */
const rememberedTokens = 10_000

/** One project: its connections, its access token, and what Google thinks of its account. */
const createProject = (account: Account, options: FcmOptions) => {
  const { log, now, timeoutMs } = options
  const { project } = account
  const to = (address: string, mostConnections: number, readsBody: boolean) =>
    createProviderClient({
      origin: address,
      ca: options.ca,
      proxy: options.proxy,
      mostConnections,
      readsBody,
      connectTimeoutMs: Math.min(connectTimeoutMs, timeoutMs),
      timeoutMs,
      ...(options.watchdog === undefined ? {} : { watchdog: options.watchdog }),
    })
  const client = to(options.url || origin, options.connections, false)
  const tokenClient = to(new URL(account.tokenUrl).origin, 1, true)
  const tokens = createAccessTokens(account, tokenClient, now)
  const path = `/v1/projects/${project}/messages:send`
  let refused: string | undefined

  const note = (reason: string | undefined): void => {
    if (reason === refused) return
    refused = reason
    if (reason !== undefined)
      log.error(
        { project, reason },
        `Google refuses the service account of ${project}: it needs the role for Firebase Cloud Messaging, and the API switched on`,
      )
  }

  const outcomeOf = (exchange: Exchange, deviceToken: string): Outcome => {
    if (exchange.kind === 'not-sent') return { kind: 'retry', reason: `Google was not reached: ${exchange.reason}` }
    if (exchange.kind === 'no-answer') return { kind: 'unknown', reason: `no answer of Google: ${exchange.reason}` }
    return verdictOf(exchange, deviceToken, now())
  }

  const post = async (
    body: Uint8Array,
    deviceToken: string,
    mayRefresh: boolean,
    signal: AbortSignal,
  ): Promise<Outcome> => {
    const access = await tokens.current(signal)
    if ('wrong' in access) {
      if (access.isRefusal) note(access.wrong)
      const { wrong: reason, afterMs, isRefusal } = access
      return {
        kind: 'retry',
        reason,
        ...(afterMs === undefined ? {} : { afterMs }),
        ...(isRefusal ? { isLocal: true } : {}),
      }
    }
    const fields = ['authorization', `Bearer ${access.token}`, 'content-type', 'application/json']
    const outcome = outcomeOf(await client.request({ path, fields, body }, signal), deviceToken)
    const isStale = outcome.kind === 'retry' && outcome.reason === 'UNAUTHENTICATED'
    if (isStale) tokens.drop(access.token)
    if (isStale && mayRefresh) return post(body, deviceToken, false, signal)
    note('reason' in outcome && isAboutCredentials(outcome.reason) ? outcome.reason : undefined)
    return outcome
  }

  return {
    account,
    send: (body: Uint8Array, deviceToken: string, signal: AbortSignal) => post(body, deviceToken, true, signal),
    trouble: async (): Promise<string | undefined> => {
      if (refused !== undefined) return `Google refuses the service account of ${project} (${refused})`
      const access = await tokens.current(AbortSignal.timeout(healthMs))
      if ('wrong' in access)
        return `${project}: ${access.wrong === 'stopped' ? 'Google gives no access token' : access.wrong}`
      const failure = await client.reach()
      return failure === undefined ? undefined : `Google is not reached for ${project}: ${failure}`
    },
    stats: () => {
      const { failure, ...counts } = client.state()
      return {
        project,
        ...(account.app === undefined ? {} : { app: account.app }),
        ...counts,
        ...(failure === undefined ? {} : { failure }),
        ...(refused === undefined ? {} : { refused }),
      }
    },
    close: () => {
      client.close()
      tokenClient.close()
    },
  }
}

type Project = ReturnType<typeof createProject>

/** Delivery to Android's devices over Firebase's HTTP v1 API (protocol section 6.4). */
export const createFcm = (options: FcmOptions): Delivery => {
  const projects = options.accounts.map((account) => createProject(account, options))
  const projectOf = new Map<string, Project>()

  const candidates = (app: string, deviceToken: string): readonly Project[] => {
    const own = projects.filter(({ account }) => account.app === app && app !== '')
    const fit = own.length > 0 ? own : projects.filter(({ account }) => account.app === undefined)
    const known = projectOf.get(deviceToken)
    return known !== undefined && fit.includes(known) ? [known] : fit
  }

  const remember = (deviceToken: string, project: Project): void => {
    if (projects.length === 1) return
    const [oldest] = projectOf.size >= rememberedTokens ? projectOf.keys() : []
    if (oldest !== undefined) projectOf.delete(oldest)
    projectOf.set(deviceToken, project)
  }

  const send = async (notification: Notification, signal: AbortSignal): Promise<Outcome> => {
    const { deviceToken, apnTopic } = notification
    const flaw = tokenFlaw(deviceToken)
    if (flaw !== undefined) return { kind: 'rejected', reason: flaw }
    const message = messageOf(notification, options, options.now())
    if ('flaw' in message) return { kind: 'rejected', reason: message.flaw }
    let later: Outcome | undefined
    let outcome: Outcome = {
      kind: 'rejected',
      reason: 'there is no project for this app: add it to FCM_SERVICE_ACCOUNT_FILES',
    }
    for (const project of candidates(apnTopic, deviceToken)) {
      outcome = await project.send(message.body, deviceToken, signal)
      if (outcome.kind === 'delivered') remember(deviceToken, project)
      // A token does not say whose it is: the next project is asked for what this one does not know, or cannot be asked for.
      if (outcome.kind === 'parked') projectOf.delete(deviceToken)
      else if (outcome.kind === 'retry' && outcome.isLocal) later = outcome
      else return outcome
    }
    // Whose project cannot be asked now may be the one that knows the token.
    return later ?? outcome
  }

  return {
    supports: [tokenTypes.firebase],
    maxBatch: 1,
    concurrency: options.concurrency,
    serves: (tokenType, app) =>
      tokenType === tokenTypes.firebase &&
      projects.some(({ account }) => account.app === undefined || account.app === app),
    deliver: (batch, signal) => Promise.all(batch.map((notification) => send(notification, signal))),
    health: async () => {
      const troubles = await Promise.all(projects.map((project) => project.trouble()))
      const first = troubles.find((trouble) => trouble !== undefined)
      return troubles.every((trouble) => trouble !== undefined) && first !== undefined ? down(`${first}.`) : healthy
    },
    stats: () => ({ projects: projects.map((project) => project.stats()) }),
    close: async () => {
      for (const project of projects) project.close()
    },
  }
}
