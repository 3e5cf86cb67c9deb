import { randomBytes } from 'node:crypto'
import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { keccak_256 } from '@noble/hashes/sha3.js'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

export const base32 = (bytes: Uint8Array): string => {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => letters[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

const sign = (content: Uint8Array, key: Uint8Array): Uint8Array =>
  secp256k1.sign(keccak_256(content), key, { prehash: false })

const rlpHead = (base: number, length: number): Buffer =>
  length < 56
    ? Buffer.of(base + length)
    : length < 256
      ? Buffer.of(base + 56, length)
      : Buffer.of(base + 57, length >> 8, length & 255)

const rlp = (item: Uint8Array | readonly Uint8Array[]): Buffer => {
  if (item instanceof Uint8Array)
    return item.length === 1 && (item[0] ?? 128) < 128
      ? Buffer.from(item)
      : Buffer.concat([rlpHead(0x80, item.length), item])
  const body = Buffer.concat(item.map((part) => rlp(part)))
  return Buffer.concat([rlpHead(0xc0, body.length), body])
}

export interface MadeRecord {
  /** RLP. */
  readonly bytes: Uint8Array
  /** With its prefix. */
  readonly text: string
  readonly peerId: string
}

/** A node record signed by a fresh key, or by a given one of 32 bytes. */
export const makeRecord = (
  fields: Readonly<Record<string, Uint8Array>> = { ip: Uint8Array.of(127, 0, 0, 1), tcp: Uint8Array.of(0xea, 0x60) },
  key: Uint8Array = secp256k1.utils.randomSecretKey(),
): MadeRecord => {
  const publicKey = secp256k1.getPublicKey(key, true)
  const all: Readonly<Record<string, Uint8Array>> = { ...fields, id: Buffer.from('v4'), secp256k1: publicKey }
  const pairs = Object.keys(all)
    .sort()
    .flatMap((name) => [Buffer.from(name), all[name] ?? new Uint8Array()])
  const content = [Uint8Array.of(1), ...pairs]
  const bytes = new Uint8Array(rlp([sign(rlp(content), key), ...content]))
  const text = `enr:${Buffer.from(bytes).toString('base64url')}`
  return { bytes, text, peerId: publicKeyFromRaw(publicKey).toString() }
}

/** The `rs` field. */
export const listedShards = (cluster: number, shards: readonly number[]): Uint8Array => {
  const bytes = Buffer.alloc(3 + 2 * shards.length)
  bytes.writeUInt16BE(cluster, 0)
  bytes.writeUInt8(shards.length, 2)
  for (const [i, shard] of shards.entries()) bytes.writeUInt16BE(shard, 3 + 2 * i)
  return bytes
}

export interface TreeContent {
  readonly domain: string
  readonly records?: readonly string[]
  /** URLs of other trees. */
  readonly links?: readonly string[]
  readonly seq?: number
  /** Children of a branch at most. */
  readonly width?: number
  /** So many branches with one child are put above the records. */
  readonly depth?: number
  /** 32 bytes. */
  readonly key?: Uint8Array
}

export interface MadeTree {
  readonly url: string
  readonly key: Uint8Array
  /** What a DNS server has to say, by name in lower case. */
  readonly texts: Map<string, readonly string[]>
}

/** A signed tree as a publisher puts it into a zone. */
export const makeTree = (content: TreeContent): MadeTree => {
  const {
    domain,
    records = [],
    links = [],
    seq = 1,
    width = 3,
    depth = 0,
    key = new Uint8Array(randomBytes(32)),
  } = content
  const texts = new Map<string, readonly string[]>()
  const add = (text: string): string => {
    const name = base32(keccak_256(Buffer.from(text)).subarray(0, 16))
    texts.set(`${name}.${domain}`.toLowerCase(), [text])
    return name
  }
  const branch = (names: readonly string[]): string => {
    if (names.length <= Math.max(width, 2)) return add(`enrtree-branch:${names.join(',')}`)
    const groups = Array.from({ length: Math.ceil(names.length / width) }, (_, i) =>
      names.slice(i * width, (i + 1) * width),
    )
    return branch(groups.map(branch))
  }
  let top = branch(records.map(add))
  for (let i = 0; i < depth; i += 1) top = add(`enrtree-branch:${top}`)
  const signed = `enrtree-root:v1 e=${top} l=${branch(links.map(add))} seq=${seq}`
  const signature = Buffer.from([...sign(Buffer.from(signed), key), 0]).toString('base64url')
  texts.set(domain, [`${signed} sig=${signature}`])
  return { url: `enrtree://${base32(secp256k1.getPublicKey(key, true))}@${domain}`, key, texts }
}
