import { open, readFile, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hex, unhex } from '../protocol/index.ts'

const longestNote = 65_536

/** What a run leaves in the storage until it is erased. No secret. */
export interface Trace {
  /** hashedPublicKey, 64 bytes. */
  readonly owner: Uint8Array
  /** Id of its push, 32 bytes. */
  readonly push: Uint8Array
}

/** Remembers over a crash what has to be erased. */
export interface Note {
  /** Nothing where there is no note; rejects where it cannot be read or makes no sense. */
  read(): Promise<Trace[]>
  /** Durable on resolve; without traces there is no file. */
  write(traces: readonly Trace[]): Promise<void>
}

const traceOf = (entry: unknown): Trace => {
  const { owner, push } = (entry ?? {}) as Record<string, unknown>
  const isHex = (value: unknown, bytes: number): value is string =>
    typeof value === 'string' && value.length === 2 * bytes && /^[0-9a-f]*$/.test(value)
  if (!isHex(owner, 64) || !isHex(push, 32)) throw new Error('an entry is no owner with a push')
  return { owner: unhex(owner), push: unhex(push) }
}

const draftOf = (path: string): string => `${path}.new`

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(dirname(path), 'r')
  await folder.sync().finally(() => folder.close())
}

/** A small file of mode 0600, replaced whole. */
export const createNote = (path: string): Note => ({
  read: async () => {
    // Of a write that a crash cut short.
    await unlink(draftOf(path)).catch(() => undefined)
    try {
      const text = await readFile(path, 'utf8')
      const entries: unknown = text.length > longestNote ? undefined : JSON.parse(text)
      if (!Array.isArray(entries)) throw new Error('it is no list')
      return entries.map(traceOf)
    } catch (error) {
      if (isMissing(error)) return []
      throw error
    }
  },
  write: async (traces) => {
    if (traces.length === 0) {
      await unlink(path).catch((error: unknown) => {
        if (!isMissing(error)) throw error
      })
      return
    }
    const draft = draftOf(path)
    try {
      const file = await open(draft, 'w', 0o600)
      try {
        await file.writeFile(JSON.stringify(traces.map(({ owner, push }) => ({ owner: hex(owner), push: hex(push) }))))
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(draft, path)
    } catch (error) {
      await unlink(draft).catch(() => undefined)
      throw error
    }
    await syncFolder(path)
  },
})
