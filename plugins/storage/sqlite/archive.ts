import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Archive, StartError } from '../../../src/ports/index.ts'
import { openArchiveReader } from './archive-reader.ts'
import { inspectFile, isInUse } from './inspect.ts'
import { startStoreThread } from './store-thread.ts'

export const sqliteScheme = 'sqlite'

const fileOf = (address: string): string => resolve(address.replace(/^sqlite:(\/\/)?/, ''))

const refuse = (wrong: string, mend: string): StartError => new StartError([{ setting: 'sqlite', wrong, mend }])

/**
 * Opens a database as a whole. To be read it may be in use; where it is not, and to be written, it is locked, so that no
 * gateway starts on it meanwhile. Rejects with a StartError for what an operator can mend.
 */
export const openSqliteArchive = async (
  address: string,
  identity: Uint8Array,
  purpose: 'read' | 'write',
): Promise<Archive> => {
  const file = fileOf(address)
  if (purpose === 'read' && !existsSync(file))
    throw refuse(`there is no file ${file}`, 'name the database of a gateway')
  const inUse = isInUse(file)
  if (inUse && purpose === 'write') throw refuse(`a gateway works on ${file}`, 'stop it, then run the command again')
  const problem = inUse ? undefined : inspectFile(file)
  if (problem !== undefined) throw new StartError([{ ...problem, setting: 'sqlite' }])
  const thread = inUse ? undefined : await startStoreThread({ file, identity })
  const reader = openArchiveReader(file, identity)
  return {
    inUse,
    count: reader.count,
    read: reader.read,
    write: async (entries) => {
      const [outcome] = (await thread?.write([{ name: 'restore', args: [entries] }])) ?? []
      if (outcome === undefined) throw refuse(`${file} was opened for reading`, 'open it for writing')
      if ('error' in outcome) throw outcome.error
    },
    close: async () => {
      reader.close()
      await thread?.close()
    },
  }
}
