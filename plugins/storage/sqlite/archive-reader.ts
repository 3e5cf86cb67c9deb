import { realpathSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Archive, Entry, EntryKind } from '../../../src/ports/index.ts'
import { faultOf } from './faults.ts'
import { unpackTopics } from './registrations.ts'

const atOnce = 1_000
const states = ['live', 'unregistered', 'retired'] as const

type Row = Readonly<Record<string, unknown>>

const bytes = (value: unknown): Uint8Array => value as Uint8Array

const registrationOf = ({ owner, installation, version, state, digest, topics, record }: Row): Entry => {
  const packed = bytes(version)
  const key = {
    kind: 'registration',
    owner: bytes(owner),
    installation: String(installation),
    version: new DataView(packed.buffer, packed.byteOffset, packed.byteLength).getBigUint64(0),
    state: states[Number(state)] ?? 'retired',
  } as const
  if (key.state !== 'live') return key
  return { ...key, digest: bytes(digest), topics: unpackTopics(bytes(topics)), record: bytes(record) }
}

const pushOf = (row: Row): Entry => ({
  kind: 'push',
  push: {
    id: bytes(row['id']),
    owner: bytes(row['owner']),
    installation: String(row['installation']),
    acceptedAt: Number(row['accepted_at']),
    expiresAt: Number(row['expires_at']),
    body: bytes(row['body']),
  },
  attempts: Number(row['attempts']),
  // What is in somebody's hand is to be handed out again.
  due: Number(row['in_hand']) === 1 ? 0 : Number(row['due']),
  rememberUntil: Number(row['until'] ?? 0),
})

interface Table {
  /** Rows after a mark, in its order; the mark of a row is its column `mark`. */
  readonly sql: string
  readonly first: unknown
  readonly entryOf: (row: Row) => Entry
}

const tables: Readonly<Record<EntryKind, Table>> = {
  registration: {
    sql: 'SELECT id AS mark, * FROM registrations WHERE identity = ? AND id > ? ORDER BY id LIMIT ?',
    first: -1,
    entryOf: registrationOf,
  },
  push: {
    sql: `SELECT sequence AS mark, pushes.*, until FROM pushes LEFT JOIN remembered USING (identity, id)
          WHERE pushes.identity = ? AND sequence > ? ORDER BY sequence LIMIT ?`,
    first: -1,
    entryOf: pushOf,
  },
  remembered: {
    sql: `SELECT id AS mark, id, until FROM remembered WHERE identity = ? AND id > ?
          AND NOT EXISTS (SELECT 1 FROM pushes WHERE pushes.identity = remembered.identity AND pushes.id = remembered.id)
          ORDER BY id LIMIT ?`,
    first: new Uint8Array(),
    entryOf: ({ id, until }) => ({ kind: 'remembered', id: bytes(id), until: Number(until) }),
  },
  handled: {
    sql: 'SELECT sequence AS mark, id FROM handled WHERE identity = ? AND sequence > ? ORDER BY sequence LIMIT ?',
    first: -1,
    entryOf: ({ id }) => ({ kind: 'handled', id: bytes(id) }),
  },
  cursor: {
    sql: 'SELECT name AS mark, name, position FROM cursors WHERE identity = ? AND name > ? ORDER BY name LIMIT ?',
    first: '',
    entryOf: ({ name, position }) => ({ kind: 'cursor', name: String(name), value: BigInt(String(position)) }),
  },
  'topic-key': {
    sql: 'SELECT topic AS mark, topic, key FROM topic_keys WHERE identity = ? AND topic > ? ORDER BY topic LIMIT ?',
    first: '',
    entryOf: ({ topic, key }) => ({ kind: 'topic-key', topic: String(topic), key: bytes(key) }),
  },
}

const names: Readonly<Record<EntryKind, string>> = {
  registration: 'registrations',
  push: 'pushes',
  remembered: 'remembered',
  handled: 'handled',
  cursor: 'cursors',
  'topic-key': 'topic_keys',
}

/** Reads a database as a whole by a connection that changes nothing, also while a gateway works on it. */
export const openArchiveReader = (
  file: string,
  identity: Uint8Array,
): Pick<Archive, 'count' | 'read'> & { close(): void } => {
  const database = new DatabaseSync(realpathSync(file), { readOnly: true, timeout: 5_000 })
  const ask = <T>(work: () => T): T => {
    try {
      return work()
    } catch (error) {
      throw faultOf(error)
    }
  }
  /** Nothing was ever kept for an identity that the database does not know. */
  const numberOf = (): number =>
    Number(database.prepare('SELECT id FROM identities WHERE public_key = ?').get(identity)?.['id'] ?? -1)

  return {
    count: async (kind) =>
      ask(() =>
        Number(
          database.prepare(`SELECT count(*) AS total FROM ${names[kind]} WHERE identity = ?`).get(numberOf())?.[
            'total'
          ],
        ),
      ),
    async *read(kind) {
      const { sql, first, entryOf } = tables[kind]
      const select = database.prepare(sql)
      const number = numberOf()
      for (let mark = first; ; ) {
        const rows = ask(() => select.all(number, mark as never, atOnce)) as Row[]
        if (rows.length > 0) yield rows.map(entryOf)
        if (rows.length < atOnce) return
        mark = rows.at(-1)?.['mark']
        await new Promise(setImmediate)
      }
    },
    close: () => database.close(),
  }
}
