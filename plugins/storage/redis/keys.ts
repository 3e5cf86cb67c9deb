import { createHash } from 'node:crypto'

const slots = 16_384
/** Enough that the load spreads over any sensible number of masters, few enough that all of them can be asked at once. */
export const shardCount = 32

/** CRC-16/XMODEM, by which Redis Cluster chooses a slot (cluster specification, "Key distribution model"). */
const crc16 = (bytes: Uint8Array): number => {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = ((crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021) & 0xffff
  }
  return crc
}

export const slotOf = (tag: string): number => crc16(Buffer.from(tag)) % slots

/** What a key is, by one letter: registrations, topics, claims in hand, claims that are done, topic keys, probes of the health. */
export type KeyKind = 'r' | 't' | 'c' | 'd' | 'k' | 'p'

/** The names of one identity's keys. Those that a script uses together share a hash tag, and with it a slot. */
export interface Keys {
  /** `reveille:0123456789abcdef`: the prefix and 16 digits of the identity's hash. */
  readonly base: string
  /** The shard of an owner or an id, by its first two bytes, which are as good as random. */
  shardOf(bytes: Uint8Array): number
  /** The shard of any text. */
  shardOfText(text: string): number
  /** The key of this kind in a shard, with an owner or an id of its own where it has one. */
  key(shard: number, kind: KeyKind, suffix?: Uint8Array): Buffer
  /** A hash tag in braces for whatever lies together in the `n`th of `count` equal parts of all slots. */
  tag(name: string, n: number, count: number): string
}

export const createKeys = (prefix: string, identity: Uint8Array): Keys => {
  const base = `${prefix}:${createHash('sha256').update(identity).digest('hex').slice(0, 16)}`

  const tag = (name: string, n: number, count: number): string => {
    for (let i = 0; ; i++) {
      const candidate = `${base}:${name}${i}`
      if (Math.floor((slotOf(candidate) * count) / slots) === n) return `{${candidate}}`
    }
  }

  const tags = Array.from({ length: shardCount }, (_, shard) => Buffer.from(tag('', shard, shardCount)))

  return {
    base,
    shardOf: (bytes) => (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) % shardCount,
    shardOfText: (text) => (createHash('sha256').update(text).digest()[0] ?? 0) % shardCount,
    key: (shard, kind, suffix) =>
      Buffer.concat([tags[shard] ?? Buffer.of(), Buffer.from(kind), ...(suffix === undefined ? [] : [suffix])]),
    tag,
  }
}
