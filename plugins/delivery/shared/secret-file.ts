import { readFileSync, statSync } from 'node:fs'

const othersMay = 0o007
const mostBytes = 1024 * 1024

/** What a file that holds a secret says, or what is wrong with it and how to mend it. */
export type SecretFile = { readonly text: string } | { readonly wrong: string; readonly mend: string }

const failures: Readonly<Record<string, { wrong: string; mend: string }>> = {
  ENOENT: { wrong: 'there is no such file', mend: 'check the path' },
  EACCES: { wrong: 'it may not be read', mend: 'give the user of the gateway the right to read it' },
  EISDIR: { wrong: 'it is a folder', mend: 'name the file in it' },
}

/** Reads a file of at most 1 MiB that only its owner and group may read, or anybody where it is no secret. */
export const readSecretFile = (path: string, { isPublic = false } = {}): SecretFile => {
  try {
    const stats = statSync(path)
    const { mode, size } = stats
    if (!stats.isFile() && !stats.isDirectory()) return { wrong: `${path}: it is no file`, mend: 'name a regular file' }
    if (stats.isFile() && !isPublic && (mode & othersMay) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, '0')
      return { wrong: `${path} can be read by everybody (mode ${octal})`, mend: `run chmod 600 ${path}` }
    }
    if (size > mostBytes) return { wrong: `${path} is too large`, mend: 'name the right file' }
    return { text: readFileSync(path, 'utf8') }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    const { wrong, mend } = failures[code] ?? { wrong: `it cannot be read (${code})`, mend: 'check the file' }
    return { wrong: `${path}: ${wrong}`, mend }
  }
}
