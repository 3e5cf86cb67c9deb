import { randomBytes, randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolders } from './folder.ts'
import { type Problem, StartError } from './ports/index.ts'

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'an unknown error'

export type Identity = { readonly privateKey: Uint8Array } | { readonly problem: Problem }

/** Reads the private key (32 bytes as 64 hex digits, file mode 0600); `undefined` where the file does not exist. */
export const readIdentity = (path: string): Identity | undefined => {
  const refuse = (wrong: string, mend: string): Identity => ({ problem: { setting: 'IDENTITY_FILE', wrong, mend } })
  try {
    const stat = statSync(path)
    if (!stat.isFile()) return refuse(`${path} is no file`, 'name a file with 64 hex digits')
    if ((stat.mode & 0o077) !== 0)
      return refuse(`${path} can be read by others (mode ${(stat.mode & 0o777).toString(8)})`, `run chmod 600 ${path}`)
    const text = readFileSync(path, 'utf8').trim()
    if (!/^[0-9a-f]{64}$/i.test(text))
      return refuse(
        `${path} does not hold a private key of 64 hex digits`,
        'restore it from a backup, or make one with reveille keys make',
      )
    return { privateKey: Uint8Array.from(Buffer.from(text, 'hex')) }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    return refuse(`${path} cannot be read (${codeOf(error)})`, 'give the gateway’s user the right to read it')
  }
}

/** Makes a key and its file, whole or not at all. Throws where the file exists or cannot be written. */
const makeIdentity = (path: string): Uint8Array => {
  const privateKey = new Uint8Array(randomBytes(32))
  makeFolders(dirname(path))
  const draft = `${path}.${randomUUID()}.new`
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeSync(file, `${Buffer.from(privateKey).toString('hex')}\n`)
    fsyncSync(file)
    // Unlike a rename, a link never replaces what another process has made meanwhile.
    linkSync(draft, path)
  } finally {
    closeSync(file)
    unlinkSync(draft)
  }
  return privateKey
}

/** The same for an operator: throws a StartError where it cannot be made. */
export const createIdentity = (path: string): Uint8Array => {
  try {
    return makeIdentity(path)
  } catch (error) {
    const wrong = `${path} cannot be made (${codeOf(error)})`
    throw new StartError([{ setting: 'IDENTITY_FILE', wrong, mend: 'name a file in a folder that can be written to' }])
  }
}
