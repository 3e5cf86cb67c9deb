import type { Crypto, Storage } from '../ports/index.ts'
import {
  type AssemblerLimits,
  concat,
  createAssembler,
  type Frame,
  parseSegment,
  type Segment,
} from '../protocol/index.ts'

/** Bounds of what is kept of split messages until their last segment comes (protocol section 4.2). */
const limits: AssemblerLimits = { maxMessages: 1_000, maxBytes: 64 * 1024 * 1024, maxAgeMs: 10 * 60_000 }
const claimMs = 30_000

/**
 * `whole`: the last of the segments that it took. `segments` are claims that end with its handling, of network messages or of the
 * whole itself; `shared` names it among the replicas' parts. `kept`: to be waited for; `isLate` where nothing depends on this
 * process any more.
 */
export type Joined =
  | {
      readonly kind: 'whole'
      readonly payload: Uint8Array
      readonly segments: readonly Uint8Array[]
      readonly shared?: Uint8Array
    }
  | { readonly kind: 'kept'; readonly isLate: boolean }
  | { readonly kind: 'refused' }

export interface Joining {
  /** `hash`: of the network message that the frame came in. */
  add(frame: Frame, segment: Segment, hash: Uint8Array): Promise<Joined>
  /** Hashes of messages whose segments were kept and are given up since the last call. */
  givenUp(): Uint8Array[]
}

/** In this process: a restart needs all segments again. */
const createOwnJoining = (crypto: Crypto, now: () => number): Joining => {
  const assembler = createAssembler(crypto, limits)
  return {
    add: async ({ signer }, segment, hash) => {
      const result = assembler.add(signer, segment, now(), hash)
      if (result.kind === 'refused') return result
      if (result.kind !== 'complete') return { kind: 'kept', isLate: result.kind === 'late' }
      return { kind: 'whole', payload: result.payload, segments: result.tags ?? [] }
    },
    givenUp: assembler.givenUp,
  }
}

const labelOf = ({ count, index, parityIndex }: Segment): string => (count === 0 ? `p${parityIndex}` : `${index}`)

/**
 * Among replicas: each opens its share of the segments, and whoever's completes the message joins it. Late segments begin a
 * new message that never becomes whole, unless all of it is sent again.
 */
const createSharedJoining = (
  crypto: Crypto,
  { parts }: NonNullable<Storage['replicas']>,
  claims: Storage['claims'],
): Joining => {
  const keyOf = ({ signer }: Frame, { hash }: Segment): Uint8Array =>
    crypto.sha256(signer === undefined ? hash : concat(signer, hash))

  /** The payload, `undefined` while something is missing. */
  const join = async (key: Uint8Array, frame: Frame): Promise<Uint8Array | 'refused' | undefined> => {
    const assembler = createAssembler(crypto, limits)
    for (const { bytes } of await parts.list(key)) {
      const segment = parseSegment(bytes)
      if (segment === undefined) continue
      const result = assembler.add(frame.signer, segment, 0)
      if (result.kind === 'complete') return result.payload
      if (result.kind === 'refused') return 'refused'
    }
    return undefined
  }

  const add: Joining['add'] = async (frame, segment) => {
    // Alone it may make no sense already.
    if (createAssembler(crypto, limits).add(frame.signer, segment, 0).kind === 'refused') return { kind: 'refused' }
    const key = keyOf(frame, segment)
    const { count, since } = await parts.add(key, { label: labelOf(segment), bytes: frame.data }, limits.maxAgeMs)
    const kept: Joined = { kind: 'kept', isLate: true }
    // A parity segment does not say how many segments of data there are.
    if (segment.count > count) return kept
    const payload = await join(key, frame)
    if (payload === 'refused') {
      await parts.remove(key)
      return { kind: 'refused' }
    }
    if (payload === undefined) return kept
    const round = crypto.sha256(concat(key, new TextEncoder().encode(`${since}`)))
    if ((await claims.take(round, claimMs)) !== 'mine') return kept
    return { kind: 'whole', payload, segments: [round], shared: key }
  }

  return { add, givenUp: () => [] }
}

export const createJoining = (parts: {
  crypto: Crypto
  storage: Pick<Storage, 'claims' | 'replicas'>
  now: () => number
}): Joining => {
  const { crypto, storage, now } = parts
  return storage.replicas === undefined
    ? createOwnJoining(crypto, now)
    : createSharedJoining(crypto, storage.replicas, storage.claims)
}
