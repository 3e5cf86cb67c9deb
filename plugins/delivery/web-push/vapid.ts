import { createECDH } from 'node:crypto'
import webPush from 'web-push'
import { readSecretFile } from '../shared/secret-file.ts'

/** Our name at push services (RFC 8292). */
export interface VapidKeys {
  /** P-256 point, uncompressed, 65 bytes, in base64url: browsers subscribe with it. */
  readonly publicKey: string
  /** 32 bytes, in base64url. */
  readonly privateKey: string
}

const generate = 'make one with `npx web-push generate-vapid-keys --json`'

const publicKeyOf = (privateKey: Buffer): string => {
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(privateKey)
  return curve.getPublicKey('base64url')
}

const read = (text: string): { readonly privateKey?: unknown; readonly publicKey?: unknown } => {
  if (!text.trimStart().startsWith('{')) return { privateKey: text.trim() }
  const value: unknown = JSON.parse(text)
  return typeof value === 'object' && value !== null ? value : {}
}

/** Reads a file with a private key in base64url, or the JSON of a pair, or says what is wrong with it. */
export const readVapidKeys = (path: string): VapidKeys | { readonly wrong: string; readonly mend: string } => {
  if (path === '') return { wrong: 'there is no VAPID key', mend: `${generate}, and name its file here` }
  const file = readSecretFile(path)
  if ('wrong' in file) return file
  const none = { wrong: `${path} holds no VAPID key`, mend: generate }
  try {
    const pair = read(file.text)
    const isText = typeof pair.privateKey === 'string' && /^[\w-]{43}$/.test(pair.privateKey)
    if (!isText || typeof pair.privateKey !== 'string') return none
    const { privateKey } = pair
    const publicKey = publicKeyOf(Buffer.from(privateKey, 'base64url'))
    if (pair.publicKey !== undefined && pair.publicKey !== publicKey)
      return { wrong: `${path} holds two keys that do not belong together`, mend: generate }
    return { publicKey, privateKey }
  } catch {
    return none
  }
}

const renewAfterMs = 3_600_000
const mostOrigins = 10_000

export interface Vapid {
  /** The Authorization header for a push service. */
  headerFor(origin: string): string
  /** It was refused: the next one is made anew. */
  drop(origin: string): void
}

/** Signs for twelve hours, and anew every hour. `now` is Unix milliseconds and may jump. */
export const createVapid = ({ publicKey, privateKey }: VapidKeys, subject: string, now: () => number): Vapid => {
  const signed = new Map<string, { readonly at: number; readonly header: string }>()
  return {
    headerFor: (origin) => {
      const known = signed.get(origin)
      const age = known === undefined ? Number.NaN : now() - known.at
      if (known !== undefined && age >= 0 && age < renewAfterMs) return known.header
      const { Authorization: header } = webPush.getVapidHeaders(origin, subject, publicKey, privateKey, 'aes128gcm')
      const [oldest] = signed.size >= mostOrigins ? signed.keys() : []
      if (oldest !== undefined) signed.delete(oldest)
      signed.set(origin, { at: now(), header })
      return header
    },
    drop: (origin) => void signed.delete(origin),
  }
}
