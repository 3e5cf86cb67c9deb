import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { Problem } from './ports/index.ts'

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'an unknown error'

/** Makes a folder of mode 0700 where there is none; answers the problem if it cannot be used. */
export const prepareFolder = (setting: string, folder: string): Problem | undefined => {
  try {
    const made = mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (made !== undefined) chmodSync(folder, 0o700)
  } catch (error) {
    return {
      setting,
      wrong: `the folder ${folder} cannot be made (${codeOf(error)})`,
      mend: 'name a folder that can be written to',
    }
  }
  return undefined
}

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
export const makeIdentity = (path: string): Uint8Array => {
  const privateKey = new Uint8Array(randomBytes(32))
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}.new`
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeSync(file, `${Buffer.from(privateKey).toString('hex')}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
  return privateKey
}
