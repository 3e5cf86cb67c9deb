/** Reads all topics of a gateway's database with nothing but node:sqlite. */
import { DatabaseSync } from 'node:sqlite'
import { memoryInUse, serve } from '../child.ts'

export interface ReadQuestion {
  readonly file: string
}

export interface Read {
  /** Since the start of the process. */
  readonly seconds: number
  /** Bytes that the topics take. */
  readonly memory: number
}

serve<ReadQuestion>(({ file }): Read => {
  const before = memoryInUse()
  const database = new DatabaseSync(file, { readOnly: true })
  const topics = new Set<unknown>()
  for (const { topic } of database.prepare('SELECT topic FROM topics').iterate()) topics.add(topic)
  const seconds = performance.now() / 1000
  database.close()
  const memory = memoryInUse() - before
  if (topics.size === 0) throw new Error('the database has no topics')
  return { seconds, memory }
})
