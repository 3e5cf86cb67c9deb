import { createECDH } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { unhex } from '../../src/protocol/index.ts'
import { BenchError } from '../bench.ts'

/** Messages of clients, each a whole payload encrypted to the server; request n asks for the device of registration n. */
export interface Load {
  /** 32 bytes. */
  readonly serverPrivateKey: Uint8Array
  readonly registrations: readonly Uint8Array[]
  readonly requests: readonly Uint8Array[]
}

const maxBytes = 512 * 1024 * 1024

const textOf = (file: string): string => {
  try {
    const bytes = readFileSync(file)
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
    return (isGzip ? gunzipSync(bytes, { maxOutputLength: maxBytes }) : bytes).toString('utf8')
  } catch (error) {
    const { code = 'unreadable' } = error as NodeJS.ErrnoException
    throw new BenchError(`The load file ${file} cannot be read (${code}).`)
  }
}

const isHex = (value: unknown): value is string =>
  typeof value === 'string' && value.length % 2 === 0 && /^[0-9a-f]+$/i.test(value)

const isKey = (value: unknown): value is string => {
  if (!isHex(value) || value.length !== 64) return false
  try {
    createECDH('secp256k1').setPrivateKey(value, 'hex')
    return true
  } catch {
    return false
  }
}

/** Reads a load file, plain or gzipped; throws a BenchError for whatever is wrong with it. */
export const readLoad = (file: string): Load => {
  const refuse = (wrong: string): BenchError => new BenchError(`The load file ${file} is not one: ${wrong}.`)
  let value: unknown
  try {
    value = JSON.parse(textOf(file))
  } catch (error) {
    throw error instanceof BenchError ? error : refuse('it is no JSON')
  }
  if (typeof value !== 'object' || value === null) throw refuse('it holds no object')
  const { serverPrivateKey, registrations, requests } = value as Readonly<Record<string, unknown>>
  if (!isKey(serverPrivateKey)) throw refuse('serverPrivateKey must be a key of secp256k1 in 64 hex digits')
  const payloads = (name: string, list: unknown): Uint8Array[] => {
    if (Array.isArray(list) && list.length > 0 && list.every(isHex)) return list.map(unhex)
    throw refuse(`${name} must be a list of payloads in hex`)
  }
  const load = {
    serverPrivateKey: unhex(serverPrivateKey),
    registrations: payloads('registrations', registrations),
    requests: payloads('requests', requests),
  }
  if (load.requests.length > load.registrations.length) throw refuse('it has more requests than registrations')
  return load
}
