import { tmpdir } from 'node:os'
import { createParty } from '../client/party.ts'
import type { Crypto, KeyPair } from '../ports/index.ts'
import { contentTopicOf } from '../ports/index.ts'
import {
  contactCodeTopic,
  createAssembler,
  hashedPublicKey,
  openAsymmetric,
  openEnvelope,
  openSymmetric,
  parseSegment,
  partitionedTopic,
  personalTopic,
  queryTopic,
  sealEnvelope,
  splitIntoSegments,
  topicNumber,
  unhex,
} from '../protocol/index.ts'
import { all, type CaseResult, compare, type VectorPlayer } from './case.ts'

/** A player for files of independent cases. A case that throws has failed; the others go on. */
const eachCase =
  <Case>(
    play: (crypto: Crypto, one: Case) => CaseResult | Promise<CaseResult>,
    noteOf: (one: Case) => string,
  ): VectorPlayer =>
  async (file) => {
    const { cases } = file as { cases: Case[] }
    const party = await createParty({ transport: 'memory', dataDir: tmpdir() })
    const results: CaseResult[] = []
    for (const [i, one] of cases.entries()) {
      const note = `case ${i} (${noteOf(one)})`
      try {
        results.push({ ...(await play(party.crypto, one)), note })
      } catch (error) {
        results.push({ note, expected: 'no exception', got: String(error), passed: false })
      }
    }
    await party.close()
    return results
  }

const keyPair = (crypto: Crypto, privateKey: string): KeyPair => {
  const pair = crypto.keyPairFrom(unhex(privateKey))
  if (pair === undefined) throw new Error('the private key is out of range')
  return pair
}

interface KeyCase {
  readonly privateKey: string
  readonly publicKey: string
  readonly compressed: string
  readonly hashedPublicKey: string
}

const playKey = (crypto: Crypto, one: KeyCase): CaseResult => {
  const { publicKey, compressed } = keyPair(crypto, one.privateKey)
  return all('', [
    compare('publicKey', one.publicKey, publicKey),
    compare('compressed', one.compressed, compressed),
    compare('compressed to uncompressed', one.publicKey, crypto.uncompress(compressed)),
    compare('hashedPublicKey', one.hashedPublicKey, hashedPublicKey(crypto, publicKey)),
  ])
}

interface TopicCase {
  readonly kind: string
  readonly publicKey: string
  readonly string: string
  readonly topic: string
  readonly contentTopic: string
  readonly symmetricKey?: string
}

const topicString = (crypto: Crypto, { kind, publicKey }: TopicCase): string | undefined => {
  const key = unhex(publicKey)
  const hashed = hashedPublicKey(crypto, key)
  if (kind === 'partitioned') return partitionedTopic(key)
  if (kind === 'personal') return personalTopic(key)
  if (kind === 'contact-code') return contactCodeTopic(key)
  return kind === 'query' && hashed !== undefined ? queryTopic(hashed) : undefined
}

const playTopic = async (crypto: Crypto, one: TopicCase): Promise<CaseResult> => {
  const text = topicString(crypto, one)
  const topic = topicNumber(crypto, text ?? '')
  return all('', [
    compare('string', one.string, text),
    compare('topic', one.topic, topic.toString(16).padStart(8, '0')),
    compare('contentTopic', one.contentTopic, contentTopicOf(topic)),
    ...(one.symmetricKey ? [compare('symmetricKey', one.symmetricKey, await crypto.deriveTopicKey(text ?? ''))] : []),
  ])
}

interface PayloadCase {
  readonly kind: 'asymmetric' | 'symmetric'
  readonly encoded: string
  readonly recipientPrivateKey?: string
  readonly symmetricKey?: string
  readonly signed: boolean
  readonly valid: boolean
  readonly data?: string
  readonly signerPublicKey?: string
}

const playPayload = (crypto: Crypto, one: PayloadCase): CaseResult => {
  const encoded = unhex(one.encoded)
  if (one.kind !== 'asymmetric' && one.kind !== 'symmetric') return compare('kind', 'asymmetric or symmetric', one.kind)
  const frame =
    one.kind === 'asymmetric'
      ? openAsymmetric(crypto, keyPair(crypto, one.recipientPrivateKey ?? ''), encoded)
      : openSymmetric(crypto, unhex(one.symmetricKey ?? ''), encoded)
  if (!one.valid) return compare('', undefined, frame)
  return all('', [
    compare('data', unhex(one.data ?? ''), frame?.data),
    compare('signer', one.signed ? one.signerPublicKey : undefined, frame?.signer),
  ])
}

interface EnvelopeCase {
  readonly senderPrivateKey: string
  readonly senderPublicKey: string
  readonly type: number
  readonly payload: string
  readonly encoded: string
  readonly messageId: string
}

const playEnvelope = (crypto: Crypto, one: EnvelopeCase): CaseResult => {
  const envelope = openEnvelope(crypto, unhex(one.encoded))
  const signer = keyPair(crypto, one.senderPrivateKey)
  return all('', [
    compare('type', one.type, envelope?.type),
    compare('payload', unhex(one.payload), envelope?.body),
    compare('sender', one.senderPublicKey, envelope?.sender),
    compare('messageId', one.messageId, envelope?.messageId),
    compare('encoded again', one.encoded, sealEnvelope(crypto, { signer, type: one.type, body: unhex(one.payload) })),
  ])
}

interface SegmentCase {
  readonly payload: string
  readonly segmentSize: number
  readonly segments: string[]
  readonly hash: string
  readonly segmented: boolean
  readonly note?: string
}

const limits = { maxMessages: 10, maxBytes: 64 * 1024 * 1024, maxAgeMs: 60_000 }

const join = (crypto: Crypto, segments: readonly Uint8Array[]): Uint8Array | undefined => {
  const assembler = createAssembler(crypto, limits)
  for (const bytes of segments) {
    const segment = parseSegment(bytes)
    if (segment === undefined) return undefined
    const joined = assembler.add(undefined, segment, 0)
    if (joined.kind === 'complete') return joined.payload
  }
  return undefined
}

const isParity = (bytes: Uint8Array): boolean => (parseSegment(bytes)?.parityCount ?? 0) > 0

const playSegments = (crypto: Crypto, one: SegmentCase): CaseResult => {
  const payload = unhex(one.payload)
  const segments = one.segments.map(unhex)
  const checks = [
    compare('segmented', one.segmented, segments.length > 1),
    compare('hash', one.hash, crypto.keccak256(payload)),
    compare(
      'segments',
      one.segments,
      splitIntoSegments(crypto, payload, one.segmentSize).map((bytes) => Buffer.from(bytes).toString('hex')),
    ),
  ]
  if (!one.segmented) return all('', checks)
  const dataCount = segments.filter((bytes) => !isParity(bytes)).length
  const lost = segments.length - dataCount
  // As many losses as there is parity, at the start, at the end and spread over the middle; in both directions.
  const subsets = [
    segments,
    segments.slice(lost),
    segments.slice(0, dataCount),
    segments.filter((_, i) => i % 2 === 0 || i >= 2 * lost),
    segments.filter((_, i) => i < dataCount - lost || i >= dataCount),
  ]
  for (const subset of subsets)
    for (const order of [subset, subset.toReversed()])
      checks.push(compare(`joined from ${subset.length} of ${segments.length}`, payload, join(crypto, order)))
  return all('', checks)
}

const kindOf = ({ kind }: { kind: string }): string => kind

/** Files whose cases the protocol core answers alone. */
export const corePlayers: Readonly<Record<string, VectorPlayer>> = {
  'keys.json': eachCase<KeyCase>(playKey, ({ compressed }) => compressed),
  'topics.json': eachCase<TopicCase>(playTopic, kindOf),
  'payloads.json': eachCase<PayloadCase & { note?: string }>(playPayload, ({ kind, note }) => note ?? kind),
  'envelopes.json': eachCase<EnvelopeCase>(playEnvelope, ({ type }) => `type ${type}`),
  'segments.json': eachCase<SegmentCase>(playSegments, ({ note }) => note ?? ''),
}
