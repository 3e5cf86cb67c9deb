import { StorageError } from '../../../src/ports/index.ts'

/** Primary result codes of SQLite that say something of the disk or the file rather than of one statement. */
const codes = {
  busy: 5,
  locked: 6,
  noMemory: 7,
  readonly: 8,
  io: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
}

/** Extended codes by which a full disk or a used-up quota shows without being called so. */
const fullInDisguise = new Set([778 /* IOERR_WRITE */, 4874 /* IOERR_SHMSIZE */])

const tryLater = 'The gateway tries again by itself'

const words: Record<number, [StorageError['code'], string]> = {
  [codes.busy]: ['unavailable', `Another program holds the database: end it. ${tryLater}.`],
  [codes.locked]: ['unavailable', `Another program holds the database: end it. ${tryLater}.`],
  [codes.noMemory]: ['unavailable', `There is not enough memory for the database: give the gateway more. ${tryLater}.`],
  [codes.readonly]: [
    'readonly',
    `The database has become read-only: make the file of SQLITE_FILE and its folder writable. ${tryLater}.`,
  ],
  [codes.io]: ['unavailable', `The disk of the database fails to read or write: check it. ${tryLater}.`],
  [codes.corrupt]: [
    'unavailable',
    'The database is damaged: stop the gateway and restore the file of SQLITE_FILE from a backup.',
  ],
  [codes.full]: ['full', `The disk of the database is full: free space on it. ${tryLater}.`],
  [codes.cannotOpen]: [
    'unavailable',
    `The database cannot be opened: check the file of SQLITE_FILE and its folder. ${tryLater}.`,
  ],
  [codes.notADatabase]: [
    'unavailable',
    'The database was overwritten: stop the gateway and restore the file of SQLITE_FILE from a backup.',
  ],
}

/** The primary result code of an error of node:sqlite. */
export const resultCode = (error: unknown): number | undefined => {
  const code = (error as { errcode?: unknown } | undefined)?.errcode
  if (typeof code !== 'number') return undefined
  return fullInDisguise.has(code) ? codes.full : code & 0xff
}

/** A StorageError where disk or file are to blame; any other error as it is. SQLite's own messages hold no values. */
export const faultOf = (error: unknown): Error => {
  if (error instanceof StorageError) return error
  const [code, message] = words[resultCode(error) ?? -1] ?? []
  if (code !== undefined && message !== undefined) return new StorageError(code, message, { cause: error })
  return error instanceof Error ? error : new Error(String(error))
}

export const isBusy = (error: unknown): boolean => resultCode(error) === codes.busy
