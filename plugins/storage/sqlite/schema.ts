import type { DatabaseSync } from 'node:sqlite'

/** Marks a database as the gateway's own: `PRAGMA application_id`, the letters `REVE`. */
export const applicationId = 0x52455645

/** `PRAGMA user_version`: how many of the steps a database has been through. */
const steps: readonly string[] = [
  `
  CREATE TABLE identities (id INTEGER PRIMARY KEY, public_key BLOB NOT NULL UNIQUE) STRICT;

  -- state: 0 live, 1 unregistered, 2 retired; a tombstone has no digest, topics or record.
  -- version: 8 bytes, big-endian, because an unsigned number of 64 bits fits no INTEGER. topics: 4 bytes each.
  CREATE TABLE registrations (
    id INTEGER PRIMARY KEY,
    identity INTEGER NOT NULL,
    owner BLOB NOT NULL,
    installation TEXT NOT NULL,
    version BLOB NOT NULL,
    state INTEGER NOT NULL,
    digest BLOB,
    topics BLOB,
    record BLOB,
    UNIQUE (identity, owner, installation)
  ) STRICT;
  CREATE TABLE topics (
    identity INTEGER NOT NULL,
    topic INTEGER NOT NULL,
    registration INTEGER NOT NULL,
    PRIMARY KEY (identity, topic, registration)
  ) STRICT, WITHOUT ROWID;

  -- due: 0 for now, else the Unix milliseconds of a retry or, where in_hand is 1, of the end of the lease.
  CREATE TABLE pushes (
    sequence INTEGER PRIMARY KEY,
    identity INTEGER NOT NULL,
    id BLOB NOT NULL,
    owner BLOB NOT NULL,
    installation TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    body BLOB NOT NULL,
    attempts INTEGER NOT NULL,
    due INTEGER NOT NULL,
    in_hand INTEGER NOT NULL,
    UNIQUE (identity, id)
  ) STRICT;
  CREATE INDEX pushes_by_due ON pushes (identity, due, accepted_at);
  CREATE INDEX pushes_by_age ON pushes (identity, accepted_at);
  CREATE TABLE remembered (
    identity INTEGER NOT NULL,
    id BLOB NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (identity, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX remembered_until ON remembered (until);

  -- position: in decimal digits, of any length.
  CREATE TABLE cursors (
    identity INTEGER NOT NULL,
    name TEXT NOT NULL,
    position TEXT NOT NULL,
    PRIMARY KEY (identity, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE topic_keys (
    identity INTEGER NOT NULL,
    topic TEXT NOT NULL,
    key BLOB NOT NULL,
    PRIMARY KEY (identity, topic)
  ) STRICT, WITHOUT ROWID;

  -- Written to and emptied again to learn whether there is room.
  CREATE TABLE probe (id INTEGER PRIMARY KEY, ballast BLOB NOT NULL) STRICT;
  `,
  `
  -- The newest messages that were handled: what a store node gives again is told apart by it.
  CREATE TABLE handled (sequence INTEGER PRIMARY KEY, identity INTEGER NOT NULL, id BLOB NOT NULL) STRICT;
  CREATE INDEX handled_by_identity ON handled (identity, sequence);
  CREATE INDEX pushes_by_owner ON pushes (identity, owner);
  `,
]

export const schemaVersion = steps.length

export interface Marks {
  readonly applicationId: number
  readonly version: number
  /** Nothing was ever made in it. */
  readonly empty: boolean
}

const numberOf = (database: DatabaseSync, sql: string): number =>
  Number(Object.values(database.prepare(sql).get() ?? {})[0])

/** What a database says of itself, read without a change. */
export const readMarks = (database: DatabaseSync): Marks => ({
  applicationId: numberOf(database, 'PRAGMA application_id'),
  version: numberOf(database, 'PRAGMA user_version'),
  empty: numberOf(database, 'PRAGMA page_count') === 0,
})

/** Brings a database that may be ours up to the newest schema, all or nothing. */
export const migrate = (database: DatabaseSync): void => {
  const { version } = readMarks(database)
  if (version >= schemaVersion) return
  database.exec('BEGIN IMMEDIATE')
  try {
    for (const step of steps.slice(version)) database.exec(step)
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${schemaVersion}; COMMIT`)
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
