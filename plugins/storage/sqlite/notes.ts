import type { DatabaseSync } from 'node:sqlite'

/** Cursors and topic keys of one identity as synchronous operations; who calls them holds the transaction. */
export const createNoteOperations = (database: DatabaseSync, identity: number) => {
  const getCursor = database.prepare('SELECT position FROM cursors WHERE identity = ? AND name = ?')
  const setCursor = database.prepare(
    'INSERT INTO cursors (identity, name, position) VALUES (?, ?, ?) ON CONFLICT (identity, name) DO UPDATE SET position = excluded.position',
  )
  const getTopicKey = database.prepare('SELECT key FROM topic_keys WHERE identity = ? AND topic = ?')
  const setTopicKey = database.prepare(
    'INSERT INTO topic_keys (identity, topic, key) VALUES (?, ?, ?) ON CONFLICT (identity, topic) DO UPDATE SET key = excluded.key',
  )

  return {
    getCursor(name: string): bigint | undefined {
      const row = getCursor.get(identity, name) as { position: string } | undefined
      return row && BigInt(row.position)
    },
    setCursor: (name: string, value: bigint): void => void setCursor.run(identity, name, value.toString()),
    getTopicKey: (topic: string): Uint8Array | undefined =>
      (getTopicKey.get(identity, topic) as { key: Uint8Array } | undefined)?.key,
    setTopicKey: (topic: string, key: Uint8Array): void => void setTopicKey.run(identity, topic, key),
  }
}
