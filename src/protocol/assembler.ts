/** Joins segments to messages, in any order and from any sufficient subset (protocol section 4.2). */
import type { Crypto } from '../ports/index.ts'
import { concat, hex } from './bytes.ts'
import { maxShards, restoreData } from './reed-solomon.ts'
import type { Segment } from './segments.ts'

export interface AssemblerLimits {
  /** Most messages that are not complete; the oldest makes room. */
  readonly maxMessages: number
  /** Most bytes in all of them, with 64 bytes on top of each segment for keeping it. */
  readonly maxBytes: number
  /** Age in milliseconds, since the first segment, at which a message is given up. */
  readonly maxAgeMs: number
}

/** `late`: of a message that was joined before. */
export type AssemblyResult =
  | { readonly kind: 'complete'; readonly payload: Uint8Array; readonly tags?: readonly Uint8Array[] }
  | { readonly kind: 'waiting' | 'late' }
  | { readonly kind: 'refused'; readonly reason: string }

export interface Assembler {
  /**
   * `signer` is that of the frame, 65 bytes; `now` in milliseconds. `tag` is the caller's name of the segment: a complete
   * message names those of all that came. Never throws.
   */
  add(signer: Uint8Array | undefined, segment: Segment, now: number, tag?: Uint8Array): AssemblyResult
  /** Tags of segments that were given up since the last call, for their age or for want of room. */
  givenUp(): Uint8Array[]
  readonly pending: { readonly messages: number; readonly bytes: number }
}

interface Pending {
  readonly since: number
  /** How many data segments there are; 0 until the first of them is there. */
  count: number
  parityCount: number
  bytes: number
  readonly data: Map<number, Uint8Array>
  readonly parity: Map<number, Uint8Array>
  readonly tags: Uint8Array[]
}

/** What remains of a joined message, so that its late segments do not start a new one. */
interface Joined {
  readonly since: number
  readonly seen: Set<string>
}

const overhead = 64
const waiting: AssemblyResult = { kind: 'waiting' }
const late: AssemblyResult = { kind: 'late' }
const refused = (reason: string): AssemblyResult => ({ kind: 'refused', reason })

// Each guess at the padding costs a hash of the whole: so many bytes are hashed for one message, about a quarter of a second.
const guessedBytes = 8 << 20

const isParity = (segment: Segment): boolean => segment.count === 0
const labelOf = (segment: Segment): string => (isParity(segment) ? `p${segment.parityIndex}` : `${segment.index}`)

/** Why a segment makes no sense, by itself or beside those that came before. */
const faultOf = (segment: Segment, message: Pending): string | undefined => {
  const { count, parityCount } = message
  if (isParity(segment)) {
    if (segment.parityIndex >= segment.parityCount) return 'a parity index out of range'
    if (parityCount !== 0 && parityCount !== segment.parityCount) return 'two counts of parity segments'
  } else {
    if (segment.count < 2 || segment.index >= segment.count) return 'an index out of range'
    if (count !== 0 && count !== segment.count) return 'two counts of segments'
  }
  const [data, parity] = isParity(segment) ? [count, segment.parityCount] : [segment.count, parityCount]
  return parity > 0 && data + parity > maxShards ? 'too many segments for parity' : undefined
}

const keep = (message: Pending, segment: Segment): void => {
  if (isParity(segment)) {
    message.parityCount = segment.parityCount
    message.parity.set(segment.parityIndex, segment.payload)
  } else {
    message.count = segment.count
    message.data.set(segment.index, segment.payload)
  }
  message.bytes += segment.payload.length + overhead
}

const isComplete = ({ count, data, parity }: Pending): boolean => count > 0 && data.size + parity.size >= count

/** Shards of one length with holes, data first; `undefined` where the lengths do not fit together. */
const shardsOf = ({ count, parityCount, data, parity }: Pending): (Uint8Array | undefined)[] | undefined => {
  const length = parity.values().next().value?.length ?? 0
  const shards = Array.from({ length: count + parityCount }, (_, index) => {
    const shard = index < count ? data.get(index) : parity.get(index - count)
    if (shard === undefined || index !== count - 1 || shard.length > length) return shard
    const last = new Uint8Array(length)
    last.set(shard)
    return last
  })
  return shards.every((shard) => shard === undefined || shard.length === length) ? shards : undefined
}

const inOrder = ({ count, data }: Pending): Uint8Array[] =>
  Array.from({ length: count }, (_, index) => data.get(index) ?? new Uint8Array(0))

/** The candidates for the whole: what restoring padded with zeros could have ended in some of its own. */
const candidatesOf = function* (message: Pending): Generator<Uint8Array> {
  const { count, data } = message
  if (data.size === count) return yield concat(...inOrder(message))
  const shards = shardsOf(message)
  const restored = shards && restoreData(shards, count)
  if (restored === undefined) return
  const lastLength = data.get(count - 1)?.length
  const whole = concat(...restored)
  const shardLength = restored[0]?.length ?? 0
  if (lastLength !== undefined) return yield whole.subarray(0, whole.length - shardLength + lastLength)
  const shortest = Math.max(whole.findLastIndex((byte) => byte !== 0) + 1, whole.length - shardLength + 1)
  const guesses = 1 + Math.ceil(guessedBytes / whole.length)
  for (let end = shortest; end <= whole.length && end < shortest + guesses; end++) yield whole.subarray(0, end)
}

const join = (crypto: Crypto, message: Pending, hash: Uint8Array): AssemblyResult => {
  for (const candidate of candidatesOf(message)) {
    if (!crypto.equal(crypto.keccak256(candidate), hash)) continue
    const { tags } = message
    return { kind: 'complete', payload: new Uint8Array(candidate), ...(tags.length === 0 ? {} : { tags }) }
  }
  return refused('the segments do not give what the hash names')
}

/** Makes an assembler. Messages of different frame signers never meet, and neither do those of different hashes. */
export const createAssembler = (crypto: Crypto, limits: AssemblerLimits): Assembler => {
  // Both maps are in order of age: nothing in them is ever moved to the end.
  const messages = new Map<string, Pending>()
  const joined = new Map<string, Joined>()
  let abandoned: Uint8Array[] = []
  let bytes = 0

  /** Whether the whole of a segment's message can be held, as far as this segment tells. */
  const fits = ({ index, count, payload }: Segment): boolean => {
    const others = index < count - 1 ? payload.length : 1
    return payload.length + overhead + Math.max(0, count - 1) * (others + overhead) <= limits.maxBytes
  }

  const drop = (key: string, message: Pending): void => {
    messages.delete(key)
    bytes -= message.bytes
  }

  const giveUp = (key: string, message: Pending): void => {
    drop(key, message)
    abandoned.push(...message.tags)
  }

  const forgetOld = (now: number): void => {
    for (const [key, message] of messages) {
      if (now - message.since < limits.maxAgeMs) break
      giveUp(key, message)
    }
    for (const [key, { since }] of joined) {
      if (now - since < limits.maxAgeMs && joined.size <= limits.maxMessages) break
      joined.delete(key)
    }
  }

  const makeRoom = (): void => {
    for (const [key, message] of messages) {
      if (messages.size <= limits.maxMessages && bytes <= limits.maxBytes) return
      giveUp(key, message)
    }
  }

  /** Whether a segment is a late one of a joined message; one that came before means that all of it is sent again. */
  const isLate = (key: string, segment: Segment): boolean => {
    const seen = joined.get(key)?.seen
    if (seen === undefined) return false
    if (seen.has(labelOf(segment)) || seen.size >= maxShards) joined.delete(key)
    else seen.add(labelOf(segment))
    return joined.has(key)
  }

  /** Without parity every segment was needed, so that none can be late. */
  const remember = (key: string, { since, count, data, parity }: Pending): void => {
    if (count > maxShards) return
    const labels = [...Array.from(data.keys(), String), ...Array.from(parity.keys(), (index) => `p${index}`)]
    joined.set(key, { since, seen: new Set(labels) })
  }

  const finish = (key: string, message: Pending, hash: Uint8Array): AssemblyResult => {
    drop(key, message)
    const result = join(crypto, message, hash)
    if (result.kind === 'complete') remember(key, message)
    return result
  }

  const add = (signer: Uint8Array | undefined, segment: Segment, now: number, tag?: Uint8Array): AssemblyResult => {
    forgetOld(now)
    const key = `${signer === undefined ? '' : hex(signer)}:${hex(segment.hash)}`
    if (isLate(key, segment)) return late
    const known = messages.get(key)
    const message: Pending = known ?? {
      since: now,
      count: 0,
      parityCount: 0,
      bytes: 0,
      data: new Map(),
      parity: new Map(),
      tags: [],
    }
    const fault = faultOf(segment, message) ?? (fits(segment) ? undefined : 'larger than all that may wait')
    if (fault !== undefined) return refused(fault)
    if (isParity(segment) ? message.parity.has(segment.parityIndex) : message.data.has(segment.index)) return waiting
    const before = message.bytes
    keep(message, segment)
    if (tag !== undefined) message.tags.push(tag)
    bytes += message.bytes - before
    messages.set(key, message)
    if (isComplete(message)) return finish(key, message, segment.hash)
    makeRoom()
    return messages.has(key) ? waiting : refused('no room')
  }

  return {
    add,
    givenUp: () => {
      const tags = abandoned
      abandoned = []
      return tags
    },
    get pending() {
      return { messages: messages.size, bytes }
    },
  }
}
