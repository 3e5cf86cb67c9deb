import type { DatabaseSync } from 'node:sqlite'
import type { InstallationKey, PutResult, Registration, Topic } from '../../../src/ports/index.ts'

const states = { live: 0, unregistered: 1, retired: 2 } as const

interface HeadRow {
  readonly id: number
  readonly version: Uint8Array
  readonly state: number
  readonly digest: Uint8Array | null
  readonly topics: Uint8Array | null
}

interface LiveRow {
  readonly owner: Uint8Array
  readonly installation: string
  readonly version: Uint8Array
  readonly digest: Uint8Array
  readonly topics: Uint8Array
  readonly record: Uint8Array
}

/** Big-endian, so that bytes compare as the numbers do. Throws a RangeError for what is no unsigned 64-bit number. */
const packVersion = (version: bigint): Uint8Array => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(version)
  return bytes
}

const packTopics = (topics: readonly Topic[]): Uint8Array => {
  const bytes = Buffer.alloc(4 * topics.length)
  for (const [i, topic] of topics.entries()) bytes.writeUInt32BE(topic, 4 * i)
  return bytes
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export const unpackTopics = (bytes: Uint8Array): Topic[] => {
  const view = viewOf(bytes)
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i))
}

const registrationOf = ({ owner, installation, version, digest, topics, record }: LiveRow): Registration => ({
  owner,
  installation,
  version: viewOf(version).getBigUint64(0),
  digest,
  topics: unpackTopics(topics),
  record,
})

/** The registrations of one identity as synchronous operations; who calls them holds the transaction. */
export const createRegistrationOperations = (database: DatabaseSync, identity: number) => {
  const key = 'identity = ? AND owner = ? AND installation = ?'
  const head = database.prepare(`SELECT id, version, state, digest, topics FROM registrations WHERE ${key}`)
  const insert = database.prepare(
    'INSERT INTO registrations (identity, owner, installation, version, state, digest, topics, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const update = database.prepare(
    'UPDATE registrations SET version = ?, state = ?, digest = ?, topics = ?, record = ? WHERE id = ?',
  )
  const insertTopic = database.prepare('INSERT OR IGNORE INTO topics (identity, topic, registration) VALUES (?, ?, ?)')
  const deleteTopic = database.prepare('DELETE FROM topics WHERE identity = ? AND topic = ? AND registration = ?')
  const live = 'SELECT owner, installation, version, digest, topics, record FROM registrations'
  const one = database.prepare(`${live} WHERE ${key} AND state = ${states.live}`)
  const ofOwner = database.prepare(`${live} WHERE identity = ? AND owner = ? AND state = ${states.live}`)
  const topicsAfter = database.prepare(
    'SELECT DISTINCT topic FROM topics WHERE identity = ? AND topic > ? ORDER BY topic LIMIT ?',
  )
  const owners = database.prepare(
    'SELECT DISTINCT owner FROM topics JOIN registrations ON registrations.id = topics.registration WHERE topics.identity = ? AND topic = ?',
  )

  const ofAnyState = database.prepare('SELECT id, topics FROM registrations WHERE identity = ? AND owner = ?')
  const deleteOwner = database.prepare('DELETE FROM registrations WHERE identity = ? AND owner = ?')

  const headOf = ({ owner, installation }: InstallationKey): HeadRow | undefined =>
    head.get(identity, owner, installation) as unknown as HeadRow | undefined

  const setTopics = (id: number, before: Uint8Array | null, after: Uint8Array | null): void => {
    if (before !== null && after !== null && Buffer.compare(before, after) === 0) return
    for (const topic of before === null ? [] : unpackTopics(before)) deleteTopic.run(identity, topic, id)
    for (const topic of after === null ? [] : unpackTopics(after)) insertTopic.run(identity, topic, id)
  }

  const bury = (row: HeadRow, version: Uint8Array, state: number): void => {
    setTopics(row.id, row.topics, null)
    update.run(version, state, null, null, null, row.id)
  }

  return {
    /** Removes an owner's registrations, tombstones included. */
    erase(owner: Uint8Array): void {
      for (const row of ofAnyState.all(identity, owner) as unknown as Pick<HeadRow, 'id' | 'topics'>[])
        setTopics(row.id, row.topics, null)
      deleteOwner.run(identity, owner)
    },

    put(registration: Registration): PutResult {
      const { owner, installation, digest, record } = registration
      const version = packVersion(registration.version)
      const topics = packTopics(registration.topics)
      const row = headOf(registration)
      if (row === undefined) {
        const { lastInsertRowid } = insert.run(
          identity,
          owner,
          installation,
          version,
          states.live,
          digest,
          topics,
          record,
        )
        setTopics(Number(lastInsertRowid), null, topics)
        return 'stored'
      }
      const order = Buffer.compare(version, row.version)
      if (order === 0 && row.digest !== null && Buffer.compare(digest, row.digest) === 0) return 'same'
      if (order <= 0) return 'stale'
      setTopics(row.id, row.topics, topics)
      update.run(version, states.live, digest, topics, record, row.id)
      return 'stored'
    },

    unregister(key: InstallationKey, unregistered: bigint): PutResult {
      const version = packVersion(unregistered)
      const row = headOf(key)
      if (row === undefined) {
        insert.run(identity, key.owner, key.installation, version, states.unregistered, null, null, null)
        return 'stored'
      }
      const order = Buffer.compare(version, row.version)
      if (order === 0 && row.state === states.unregistered) return 'same'
      if (order <= 0) return 'stale'
      bury(row, version, states.unregistered)
      return 'stored'
    },

    retire(key: InstallationKey, version: bigint): boolean {
      const row = headOf(key)
      if (row === undefined || row.state !== states.live || Buffer.compare(packVersion(version), row.version) !== 0)
        return false
      bury(row, row.version, states.retired)
      return true
    },

    /** Leaves a tombstone, unless there is a newer record, or one of this version that is a tombstone already. */
    bury(key: InstallationKey, buried: bigint, state: 'unregistered' | 'retired'): void {
      const version = packVersion(buried)
      const row = headOf(key)
      if (row === undefined) {
        insert.run(identity, key.owner, key.installation, version, states[state], null, null, null)
        return
      }
      const order = Buffer.compare(version, row.version)
      if (order > 0 || (order === 0 && row.state === states.live)) bury(row, version, states[state])
    },

    get: (keys: readonly InstallationKey[]): (Registration | undefined)[] =>
      keys.map(({ owner, installation }) => {
        const row = one.get(identity, owner, installation) as unknown as LiveRow | undefined
        return row && registrationOf(row)
      }),

    listByOwners: (asked: readonly Uint8Array[]): Registration[] => {
      const distinct = new Map(asked.map((owner) => [Buffer.from(owner).toString('latin1'), owner]))
      return [...distinct.values()].flatMap((owner) =>
        (ofOwner.all(identity, owner) as unknown as LiveRow[]).map(registrationOf),
      )
    },

    /** Ascending, without repetitions, from above `after` on. */
    topicsAfter: (after: number, limit: number): Topic[] =>
      (topicsAfter.all(identity, after, limit) as unknown as { topic: number }[]).map(({ topic }) => topic),

    ownersByTopic: (topic: Topic): Uint8Array[] =>
      (owners.all(identity, topic) as unknown as { owner: Uint8Array }[]).map(({ owner }) => owner),
  }
}
