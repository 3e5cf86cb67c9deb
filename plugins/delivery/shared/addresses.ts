import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Problem } from '../../../src/ports/index.ts'

/** Mistakes of an address that a setting holds; empty is none. It is not repeated, as it may hold a password. */
export const urlProblem = (setting: string, text: string, schemes: readonly string[]): Problem[] => {
  if (text === '') return []
  const written = schemes.map((scheme) => `${scheme}//`).join(' or ')
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !schemes.includes(url.protocol))
    return [{ setting, wrong: 'it is no address', mend: `write ${written} and a host` }]
  if (!isEncoded(url.username) || !isEncoded(url.password))
    return [{ setting, wrong: 'its user or password is not encoded', mend: 'write % as %25, @ as %40 and : as %3A' }]
  return []
}

/** Whether a part of an address can be decoded. */
export const isEncoded = (part: string): boolean => {
  try {
    return decodeURIComponent(part) !== undefined
  } catch {
    return false
  }
}

const isCertificate = (text: string): boolean => {
  try {
    return new X509Certificate(text).subject !== undefined
  } catch {
    return false
  }
}

/** What a file of certificates in PEM says; `undefined` where none is named. Throws where it cannot be read. */
export const readCa = (path: string): string | undefined => (path === '' ? undefined : readFileSync(path, 'utf8'))

export const caProblem = (setting: string, path: string): Problem[] => {
  try {
    const text = readCa(path)
    if (text === undefined || isCertificate(text)) return []
    return [{ setting, wrong: `${path} holds no certificate in PEM`, mend: 'name the file of the authority' }]
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return [{ setting, wrong: `${path} cannot be read (${code})`, mend: 'check the path' }]
  }
}
