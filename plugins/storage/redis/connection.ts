import { Cluster, Redis } from 'ioredis'
import { faultOf } from './faults.ts'
import type { Script } from './script.ts'
import type { Target } from './settings.ts'

/**
 * What a connection is for: `queue` and the one for commands refuse at once while Redis is away, since whoever asks has to
 * know that nothing was done; `worker` and `notices` wait in blocking commands and go on by themselves.
 */
export type Role = 'queue' | 'worker' | 'notices'

export type Client = Redis | Cluster

export interface Connections {
  readonly commands: Client
  readonly isCluster: boolean
  /** Whether `close` was called: until then a connection that ended is made anew. */
  readonly isClosed: boolean
  /** A connection of its own, closed with the others. */
  open(role: Role): Client
  /** Runs a script on keys of one slot; by its hash, and whole where the server does not know it yet. */
  script(script: Script, keys: readonly Buffer[], args: readonly (string | number | Uint8Array)[]): Promise<unknown>
  /** Rejects with a StorageError where a connection, the one for commands unless told, is not there within its time. */
  ready(ms: number, client?: Client): Promise<void>
  close(): Promise<void>
}

const answerWithinMs = 1_500
const longestPauseMs = 1_000
const slotsEveryMs = 5_000
const endedPauseMs = 200
/**
 * A connection on which nothing comes back for so long is dead, whatever the system says. Blocking commands wait for 10 s at most; and a
 * cluster tries the next node with every command that is lost with a connection, which must not take longer than its answer.
 */
const silentMs = { waiting: 15_000, cluster: 10_000, asking: 3_000 } as const

const again = (attempt: number): number => Math.min(100 * attempt, longestPauseMs)

/** A server that became a replica, or whose user changed, says so on a connection that is fine: a new one finds the new master. */
const isMoved = (error: Error): boolean => /^(READONLY|NOAUTH|WRONGPASS)/.test(error.message)

const optionsOf = (target: Target, role: Role | 'commands') => {
  const isWaiting = role === 'worker' || role === 'notices'
  return {
    lazyConnect: true,
    // The answers of version 3 have other shapes, and BullMQ grew up with these.
    protocol: 2 as const,
    connectTimeout: answerWithinMs,
    retryStrategy: again,
    reconnectOnError: isMoved,
    keepAlive: 5_000,
    noDelay: true,
    socketTimeout: silentMs[isWaiting ? 'waiting' : target.mode === 'cluster' ? 'cluster' : 'asking'],
    ...(isWaiting
      ? { maxRetriesPerRequest: null }
      : { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: answerWithinMs }),
    ...(target.mode === 'cluster' ? {} : { db: target.database }),
    ...(target.username === undefined ? {} : { username: target.username }),
    ...(target.password === undefined ? {} : { password: target.password }),
    ...(target.tls === undefined ? {} : { tls: { ...target.tls } }),
  }
}

const connect = (target: Target, role: Role | 'commands'): Client => {
  const options = optionsOf(target, role)
  const nodes = target.nodes.map((node) => ({ ...node }))
  if (target.mode === 'cluster') {
    const { lazyConnect, retryStrategy: clusterRetryStrategy, ...redisOptions } = options
    return new Cluster(nodes, {
      lazyConnect,
      clusterRetryStrategy,
      enableOfflineQueue: role === 'worker' || role === 'notices',
      slotsRefreshTimeout: answerWithinMs,
      maxRedirections: 6,
      retryDelayOnFailover: 100,
      retryDelayOnClusterDown: 100,
      retryDelayOnTryAgain: 50,
      redisOptions,
      ...(target.tls === undefined ? {} : { dnsLookup: (address, callback) => callback(null, address) }),
    })
  }
  if (target.mode === 'sentinel')
    return new Redis({
      ...options,
      sentinels: nodes,
      name: target.master ?? '',
      role: 'master',
      sentinelRetryStrategy: again,
      failoverDetector: true,
      updateSentinels: true,
      ...(target.sentinelPassword === undefined ? {} : { sentinelPassword: target.sentinelPassword }),
      ...(target.tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: { ...target.tls } }),
    })
  const [node] = nodes
  return new Redis({ ...options, ...node })
}

const isUnknownScript = (error: unknown): boolean => error instanceof Error && error.message.includes('NOSCRIPT')

/** All connections of one storage. Nothing is dialled before the first `open`, `ready` or command. */
export const createConnections = (target: Target): Connections => {
  const all = new Set<Client>()
  const timers = new Set<NodeJS.Timeout>()
  let lastError: Error | undefined
  let closed = false

  const track = (role: Role | 'commands'): Client => {
    const client = connect(target, role)
    // Without a listener an error would end the process; whoever calls hears of it by a rejection.
    client.on('error', (error: Error) => {
      lastError = error
    })
    // A connection that breaks at the wrong moment, during a failover for example, is given up by ioredis for ever.
    client.on('end', () => {
      if (!closed) setTimeout(() => void (closed || client.connect().catch(() => undefined)), endedPauseMs).unref()
    })
    // Not by ioredis' own option: its timer outlives a connection that is closed during a refresh, and with it the process.
    if (client instanceof Cluster) timers.add(setInterval(() => client.refreshSlotsCache(), slotsEveryMs).unref())
    all.add(client)
    client.connect().catch(() => undefined)
    return client
  }

  const commands = track('commands')

  return {
    commands,
    isCluster: target.mode === 'cluster',
    get isClosed() {
      return closed
    },
    open: track,
    async script({ sha, text }, keys, args) {
      const rest = [
        keys.length,
        ...keys,
        ...args.map((arg) =>
          arg instanceof Uint8Array ? Buffer.from(arg.buffer, arg.byteOffset, arg.byteLength) : arg,
        ),
      ]
      try {
        return await commands.callBuffer('EVALSHA', sha, ...rest)
      } catch (error) {
        if (isUnknownScript(error))
          return commands.callBuffer('EVAL', text, ...rest).catch((second: unknown) => {
            throw faultOf(second)
          })
        throw faultOf(error)
      }
    },
    async ready(ms, client = commands) {
      if (client.status === 'ready') return
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const timer = setTimeout(() => reject(faultOf(lastError ?? new Error('timed out'))), ms)
      // What will not change by waiting.
      const refuse = (error: Error): void => {
        if (/^(WRONGPASS|NOAUTH|NOPERM)/.test(error.message)) reject(faultOf(error))
      }
      if (lastError !== undefined) refuse(lastError)
      client.on('error', refuse)
      client.once('ready', resolve)
      await promise.finally(() => {
        clearTimeout(timer)
        client.off('ready', resolve)
        client.off('error', refuse)
      })
    },
    async close() {
      closed = true
      for (const timer of timers) clearInterval(timer)
      for (const client of all) if (client.status !== 'end') client.disconnect()
      all.clear()
    },
  }
}
