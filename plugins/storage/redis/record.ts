import type { KeptRegistration, Registration, Topic } from '../../../src/ports/index.ts'

/**
 * A registration as the value of a hash field: version (8 bytes, big endian), state (1), and of a live one digest (32), count of topics
 * (2), the topics (4 each), and the record. Scripts read the head; the record is nobody's business here.
 */
export const states = { live: 0, unregistered: 1, retired: 2 } as const
export type State = keyof typeof states

export const headBytes = 9
export const digestBytes = 32
const countAt = headBytes + digestBytes
const topicsAt = countAt + 2

const stateNames = Object.keys(states) as State[]

/** Throws a RangeError for what is no unsigned 64-bit number. */
export const packVersion = (version: bigint): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(version)
  return bytes
}

export const packTopic = (topic: Topic): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(topic)
  return bytes
}

export const packTombstone = (version: bigint, state: 'unregistered' | 'retired'): Buffer =>
  Buffer.concat([packVersion(version), Buffer.of(states[state])])

export const packLive = ({ version, digest, topics, record }: Omit<Registration, 'owner' | 'installation'>): Buffer => {
  const count = Buffer.alloc(2)
  count.writeUInt16BE(topics.length)
  return Buffer.concat([packVersion(version), Buffer.of(states.live), digest, count, ...topics.map(packTopic), record])
}

/** A UUID in canonical text form as its 16 bytes, and back. */
export const packInstallation = (installation: string): Buffer => Buffer.from(installation.replaceAll('-', ''), 'hex')
export const unpackInstallation = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

export const unpack = (owner: Uint8Array, installation: string, value: Buffer): KeptRegistration => {
  const version = value.readBigUInt64BE(0)
  const state = stateNames[value.readUInt8(8)] ?? 'retired'
  const key = { kind: 'registration', owner, installation, version, state } as const
  if (state !== 'live') return key
  const count = value.readUInt16BE(countAt)
  const recordAt = topicsAt + 4 * count
  return {
    ...key,
    digest: value.subarray(headBytes, countAt),
    topics: Array.from({ length: count }, (_, i) => value.readUInt32BE(topicsAt + 4 * i)),
    record: value.subarray(recordAt),
  }
}

/** The registration where it is live. */
export const unpackLive = (owner: Uint8Array, installation: string, value: Buffer): Registration | undefined => {
  const { version, digest, topics, record } = unpack(owner, installation, value)
  if (digest === undefined || topics === undefined || record === undefined) return undefined
  return { owner, installation, version, digest, topics, record }
}
