/** The entries of an ENR tree (EIP-1459): what they look like and whether they are genuine. */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { fromBase32 } from './base32.ts'

/** Where a tree is and whose it is. */
export interface TreeUrl {
  /** Lower case, without a dot at the end. */
  readonly domain: string
  /** Compressed secp256k1, 33 bytes. */
  readonly key: Uint8Array
}

export interface Root {
  /** The entry under which the records are. */
  readonly records: string
  /** The entry under which the links to other trees are. */
  readonly links: string
  readonly seq: bigint
}

export type Entry =
  | { readonly kind: 'branch'; readonly children: readonly string[] }
  /** Base64url of an RLP-encoded record, without its prefix. */
  | { readonly kind: 'record'; readonly text: string }
  | { readonly kind: 'link'; readonly tree: TreeUrl }

export const linkPrefix = 'enrtree://'
export const rootPrefix = 'enrtree-root:'
const branchPrefix = 'enrtree-branch:'
const recordPrefix = 'enr:'

const encoder = new TextEncoder()
const domainPattern = /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/

const isKey = (bytes: Uint8Array): boolean => secp256k1.utils.isValidPublicKey(bytes, true)

/** `enrtree://<base32 of the key>@<domain>`; where it is none, what is wrong with it. */
export const parseTreeUrl = (text: string): TreeUrl | string => {
  if (!text.startsWith(linkPrefix)) return `does not begin with ${linkPrefix}`
  const [keyText = '', domainText, ...rest] = text.slice(linkPrefix.length).split('@')
  if (domainText === undefined || rest.length > 0) return 'has not the form enrtree://KEY@DOMAIN'
  const key = fromBase32(keyText)
  if (key === undefined || !isKey(key)) return 'names no compressed secp256k1 key in base32'
  const domain = domainText.toLowerCase().replace(/\.$/, '')
  return domainPattern.test(domain) ? { domain, key } : 'names no domain'
}

/** The name of the subdomain of an entry: base32 of 12 to 32 bytes, the beginning of its hash. */
const hashOf = (name: string): Uint8Array | undefined => {
  const hash = fromBase32(name)
  return hash !== undefined && hash.length >= 12 && hash.length <= 32 ? hash : undefined
}

const rootPattern = /^(enrtree-root:v1 e=([A-Za-z2-7]+) l=([A-Za-z2-7]+) seq=(\d{1,20})) sig=([\w-]{86,88})=*$/

/** A root entry signed with this key; `undefined` for every other text. */
export const verifiedRoot = (text: string, key: Uint8Array): Root | undefined => {
  const [, signed = '', records = '', links = '', seq = '', signature = ''] = rootPattern.exec(text) ?? []
  if (hashOf(records) === undefined || hashOf(links) === undefined) return undefined
  // The last of the 65 bytes helps to find the key, which is known here.
  const compact = new Uint8Array(Buffer.from(signature, 'base64url').subarray(0, 64))
  const genuine = secp256k1.verify(compact, keccak_256(encoder.encode(signed)), key, { prehash: false })
  return genuine ? { records, links, seq: BigInt(seq) } : undefined
}

/** Whether a text is the one that this subdomain stands for. */
export const isNamed = (name: string, text: string): boolean => {
  const wanted = hashOf(name)
  return (
    wanted !== undefined &&
    Buffer.from(keccak_256(encoder.encode(text)))
      .subarray(0, wanted.length)
      .equals(wanted)
  )
}

/** `undefined` for an entry of an unknown kind, a branch with a child that can be no entry, or a wrong link. */
export const parseEntry = (text: string): Entry | undefined => {
  if (text.startsWith(recordPrefix)) return { kind: 'record', text: text.slice(recordPrefix.length) }
  if (text.startsWith(linkPrefix)) {
    const tree = parseTreeUrl(text)
    return typeof tree === 'string' ? undefined : { kind: 'link', tree }
  }
  if (!text.startsWith(branchPrefix)) return undefined
  const children = text
    .slice(branchPrefix.length)
    .split(',')
    .filter((child) => child !== '')
  return children.every((child) => hashOf(child) !== undefined) ? { kind: 'branch', children } : undefined
}
