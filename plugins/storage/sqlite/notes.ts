import type { DatabaseSync } from 'node:sqlite'

/** Cursors, topic keys and handled messages of one identity as synchronous operations; who calls them holds the transaction. */
export const createNoteOperations = (database: DatabaseSync, identity: number) => {
  const getCursor = database.prepare('SELECT position FROM cursors WHERE identity = ? AND name = ?')
  const setCursor = database.prepare(
    'INSERT INTO cursors (identity, name, position) VALUES (?, ?, ?) ON CONFLICT (identity, name) DO UPDATE SET position = excluded.position',
  )
  const getTopicKey = database.prepare('SELECT key FROM topic_keys WHERE identity = ? AND topic = ?')
  const setTopicKey = database.prepare(
    'INSERT INTO topic_keys (identity, topic, key) VALUES (?, ?, ?) ON CONFLICT (identity, topic) DO UPDATE SET key = excluded.key',
  )
  const deleteTopicKey = database.prepare('DELETE FROM topic_keys WHERE identity = ? AND topic = ?')
  const addHandled = database.prepare('INSERT INTO handled (identity, id) VALUES (?, ?)')
  const newest = database.prepare('SELECT id FROM handled WHERE identity = ? ORDER BY sequence DESC LIMIT ?')
  const dropHandled = database.prepare(
    'DELETE FROM handled WHERE identity = ? AND sequence <= (SELECT sequence FROM handled WHERE identity = ? ORDER BY sequence DESC LIMIT 1 OFFSET ?)',
  )

  return {
    /** The newest, oldest of them first. */
    handled: (most: number): Uint8Array[] =>
      (newest.all(identity, most) as unknown as { id: Uint8Array }[]).map(({ id }) => id).reverse(),
    /** Notes handled messages and forgets all but the newest `kept`. */
    noteHandled(ids: readonly Uint8Array[], kept: number): void {
      for (const id of ids) addHandled.run(identity, id)
      dropHandled.run(identity, identity, kept)
    },
    deleteTopicKey: (topic: string): void => void deleteTopicKey.run(identity, topic),
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
