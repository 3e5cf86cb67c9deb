import { Cluster } from 'ioredis'
import {
  type Archive,
  type Entry,
  type EntryKind,
  type KeptPush,
  StartError,
  StorageError,
} from '../../../src/ports/index.ts'
import { createClaims } from './claims.ts'
import { type Connections, createConnections } from './connection.ts'
import { faultOf } from './faults.ts'
import { createKeys, type Keys, shardCount } from './keys.ts'
import { createNotes } from './notes.ts'
import { createRedisOutbox, type RedisOutbox } from './outbox.ts'
import { packLive, packTombstone, unpack, unpackInstallation } from './record.ts'
import { createRegistrations } from './registrations.ts'
import type { Target } from './settings.ts'

const atOnce = 1_000
const openWithinMs = 5_000
const goneAfterSeconds = 4

const name = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')

/** All keys that match a pattern, on every master; each once, though SCAN may give some twice. */
const scan = async function* ({ commands }: Connections, pattern: string): AsyncGenerator<Buffer[]> {
  const seen = new Set<string>()
  for (const server of commands instanceof Cluster ? commands.nodes('master') : [commands])
    for (let cursor = '0'; ; ) {
      const [next, found] = (await server.callBuffer('SCAN', cursor, 'MATCH', pattern, 'COUNT', atOnce)) as [
        Buffer,
        Buffer[],
      ]
      const fresh = found.filter((key) => !seen.has(name(key)))
      for (const key of fresh) seen.add(name(key))
      if (fresh.length > 0) yield fresh
      cursor = String(next)
      if (cursor === '0') break
    }
}

type Reading = AsyncGenerator<readonly Entry[]>

/** How each kind is found among the keys. */
const createReadings = (connections: Connections, keys: Keys, outbox: RedisOutbox) => {
  const { commands } = connections
  const ownerBytes = 64

  const registrations = async function* (): Reading {
    for (let shard = 0; shard < shardCount; shard++)
      for await (const found of scan(connections, `${keys.key(shard, 'r')}*`)) {
        const owners = found.map((key) => Uint8Array.from(key.subarray(-ownerBytes)))
        const hashes = (await Promise.all(found.map((key) => commands.callBuffer('HGETALL', key)))) as Buffer[][]
        yield hashes.flatMap((flat, i) =>
          Array.from({ length: flat.length / 2 }, (_, n): Entry => {
            const [field = Buffer.of(), value = Buffer.of()] = [flat[2 * n], flat[2 * n + 1]]
            return unpack(owners[i] ?? Buffer.of(), unpackInstallation(field), value)
          }),
        )
      }
  }

  const handled = async function* (): Reading {
    for (let shard = 0; shard < shardCount; shard++)
      for (let from = 0; ; from += atOnce) {
        const ids = (await commands.callBuffer('ZRANGE', keys.key(shard, 'd'), from, from + atOnce - 1)) as Buffer[]
        if (ids.length > 0) yield ids.map((id) => ({ kind: 'handled', id: Uint8Array.from(id) }))
        if (ids.length < atOnce) break
      }
  }

  const topicKeys = async function* (): Reading {
    for (let shard = 0; shard < shardCount; shard++) {
      const seen = new Set<string>()
      for (let cursor = '0'; ; ) {
        const answer = await commands.callBuffer('HSCAN', keys.key(shard, 'k'), cursor, 'COUNT', atOnce)
        const [next, flat] = answer as [Buffer, Buffer[]]
        const entries: Entry[] = []
        for (let i = 0; i < flat.length; i += 2) {
          const topic = String(flat[i])
          if (!seen.has(topic)) entries.push({ kind: 'topic-key', topic, key: Uint8Array.from(flat[i + 1] ?? []) })
          seen.add(topic)
        }
        if (entries.length > 0) yield entries
        cursor = String(next)
        if (cursor === '0') break
      }
    }
  }

  const cursors = async function* (): Reading {
    const prefix = `${keys.base}:cursor:`
    for await (const found of scan(connections, `${prefix}*`)) {
      const values = (await Promise.all(found.map((key) => commands.callBuffer('GET', key)))) as (Buffer | null)[]
      yield found.flatMap((key, i): Entry[] => {
        const value = values[i]
        return value ? [{ kind: 'cursor', name: String(key).slice(prefix.length), value: BigInt(String(value)) }] : []
      })
    }
  }

  return {
    registration: registrations,
    handled,
    'topic-key': topicKeys,
    cursor: cursors,
    push: () => outbox.archive.pushes(),
    remembered: () => outbox.archive.remembered((pattern) => scan(connections, pattern)),
  } satisfies Record<EntryKind, () => AsyncIterable<readonly Entry[]>>
}

const createWriting = (connections: Connections, keys: Keys, outbox: RedisOutbox) => {
  const registrations = createRegistrations(connections, keys)
  const notes = createNotes(connections, keys)
  const claims = createClaims(connections, keys, { own: '', isGone: async () => false })

  const writeOne = async (entry: Exclude<Entry, KeptPush>): Promise<void> => {
    switch (entry.kind) {
      case 'registration': {
        const { state, version, digest, topics, record } = entry
        if (state !== 'live') await registrations.restore(entry, packTombstone(version, state))
        else if (digest && topics && record)
          await registrations.restore(entry, packLive({ version, digest, topics, record }))
        break
      }
      case 'remembered':
        await outbox.archive.remember(entry.id, entry.until)
        break
      case 'handled':
        await claims.finish(entry.id)
        break
      case 'cursor': {
        const known = await notes.cursors.get(entry.name)
        if (known === undefined || known < entry.value) await notes.cursors.set(entry.name, entry.value)
        break
      }
      default:
        await notes.topicKeys.set(entry.topic, entry.key)
    }
  }

  return async (entries: readonly Entry[]): Promise<void> => {
    const pushes = entries.filter((entry) => entry.kind === 'push')
    const others = entries.filter((entry) => entry.kind !== 'push')
    for (let from = 0; from < others.length; from += 200)
      await Promise.all(others.slice(from, from + 200).map(writeOne))
    if (pushes.length > 0) await outbox.archive.restore(pushes)
  }
}

/** A gateway signs each second. */
const isInUse = async ({ commands }: Connections, keys: Keys): Promise<boolean> => {
  const [seconds = '0'] = (await commands.call('TIME')) as string[]
  const signs = (await commands.call('ZRANGE', `${keys.tag('replicas', 0, 1)}:signs`, -1, -1, 'WITHSCORES')) as string[]
  return Number(signs[1] ?? 0) > (Number(seconds) - goneAfterSeconds) * 1_000
}

const refuse = (wrong: string, mend: string): StartError => new StartError([{ setting: 'redis', wrong, mend }])

/** Opens what one identity keeps in Redis as a whole. Rejects with a StartError for what an operator can mend. */
export const openRedisArchive = async (parts: {
  readonly target: Target
  readonly prefix: string
  readonly identity: Uint8Array
  readonly purpose: 'read' | 'write'
}): Promise<Archive> => {
  const { target, prefix, identity, purpose } = parts
  const connections = createConnections(target)
  const keys = createKeys(prefix, identity)
  const outbox = createRedisOutbox({ connections, keys, now: Date.now })
  try {
    await Promise.all([connections.ready(openWithinMs), outbox.open(openWithinMs)])
    const inUse = await isInUse(connections, keys)
    if (inUse && purpose === 'write')
      throw refuse('a gateway works on what this identity keeps there', 'stop it, then run the command again')
    const readings = createReadings(connections, keys, outbox)
    const write = createWriting(connections, keys, outbox)
    const told = async <T>(work: Promise<T>): Promise<T> =>
      work.catch((error: unknown) => {
        throw faultOf(error)
      })
    return {
      inUse,
      count: (kind) => told(countOf(connections, keys, outbox, kind)),
      read: (kind) => readings[kind](),
      write: (entries) => told(write(entries)),
      close: async () => {
        await outbox.close()
        await connections.close()
      },
    }
  } catch (error) {
    await connections.close()
    if (error instanceof StorageError)
      throw refuse(error.message.replace(/[.:] .*$/s, ''), 'mend that and run the command again')
    throw error
  }
}

/** Registrations by their topics in the index: two each, as the protocol has it. Of the rest about so many. */
const countOf = async (connections: Connections, keys: Keys, outbox: RedisOutbox, kind: EntryKind): Promise<number> => {
  const { commands } = connections
  const sum = async (command: string, letter: 't' | 'd' | 'k'): Promise<number> => {
    const shards = Array.from({ length: shardCount }, (_, shard) => commands.call(command, keys.key(shard, letter)))
    return (await Promise.all(shards)).reduce((total: number, one) => total + Number(one), 0)
  }
  if (kind === 'registration') return Math.ceil((await sum('ZCARD', 't')) / 2)
  if (kind === 'handled') return sum('ZCARD', 'd')
  if (kind === 'topic-key') return sum('HLEN', 'k')
  if (kind === 'push') return (await outbox.counts()).queued
  return 0
}
