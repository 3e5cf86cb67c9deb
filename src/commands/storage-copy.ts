import { createHash } from 'node:crypto'
import type { Archive, Entry, EntryKind } from '../ports/index.ts'
import { hex } from '../protocol/index.ts'
import type { Progress } from './storage-progress.ts'

/** Pushes before the ids of settled ones, which they would be taken for. */
const kinds: readonly EntryKind[] = ['registration', 'topic-key', 'cursor', 'handled', 'push', 'remembered']

const names: Readonly<Record<EntryKind, string>> = {
  registration: 'registrations',
  'topic-key': 'topic keys',
  cursor: 'cursors',
  handled: 'handled ids',
  push: 'pushes',
  remembered: 'remembered ids',
}

export interface KindResult {
  readonly kind: string
  readonly copied: number
  /** Sum of the SHA-256 of all entries modulo 2^256, 64 hex digits: of what was read at the source. */
  readonly checksum: string
  readonly verdict: 'verified' | 'verified, and the destination holds more' | 'missing' | 'left for the last pass'
}

export interface CopyResult {
  readonly kinds: readonly KindResult[]
  readonly verified: boolean
  /** Whether nobody worked on the source, so that nothing can have changed since. */
  readonly final: boolean
  readonly stopped: boolean
}

/** What names an entry, what it says, and how new it is, as far as that matters. */
interface Print {
  readonly key: string
  readonly content: string
  readonly rank: bigint
}

const states = { live: 0n, unregistered: 1n, retired: 2n } as const

const printOf = (entry: Entry): Print => {
  switch (entry.kind) {
    case 'registration': {
      const { owner, installation, version, state, digest, topics, record } = entry
      const content = [digest, record].map((bytes) => (bytes === undefined ? '' : hex(bytes)))
      return {
        key: `${hex(owner)} ${installation}`,
        content: [state, version, topics?.join(','), ...content].join(' '),
        rank: version * 4n + (states[state] > 0n ? 1n : 0n),
      }
    }
    case 'push': {
      const { id, owner, installation, acceptedAt, expiresAt, body } = entry.push
      return { key: hex(id), content: [hex(owner), installation, acceptedAt, expiresAt, hex(body)].join(' '), rank: 0n }
    }
    case 'cursor':
      return { key: entry.name, content: `${entry.value}`, rank: entry.value }
    case 'topic-key':
      return { key: entry.topic, content: hex(entry.key), rank: 0n }
    default:
      return { key: hex(entry.id), content: '', rank: 0n }
  }
}

const modulus = 1n << 256n

const digestOf = ({ key, content }: Print): bigint =>
  BigInt(`0x${createHash('sha256').update(key).update('\0').update(content).digest('hex')}`)

/** The same for the same entries, in whatever order. */
interface Sum {
  count: number
  checksum: bigint
}

const addTo = (sum: Sum, entries: readonly Entry[]): void => {
  for (const entry of entries) sum.checksum = (sum.checksum + digestOf(printOf(entry))) % modulus
  sum.count += entries.length
}

const shortKey = (key: string): string => createHash('sha256').update(key).digest().subarray(0, 16).toString('latin1')

export const copyArchive = async (parts: {
  readonly from: Archive
  readonly to: Archive
  readonly progress: Progress
  readonly signal: AbortSignal
}): Promise<CopyResult> => {
  const { from, to, progress, signal } = parts

  const carry = async (kind: EntryKind): Promise<Sum> => {
    const sum: Sum = { count: 0, checksum: 0n }
    progress.begin(names[kind], await from.count(kind))
    for await (const entries of from.read(kind)) {
      if (signal.aborted) break
      await to.write(entries)
      addTo(sum, entries)
      progress.step(entries.length)
    }
    return sum
  }

  const sumOf = async (archive: Archive, kind: EntryKind, expected: number): Promise<Sum> => {
    const sum: Sum = { count: 0, checksum: 0n }
    progress.begin(`checking ${names[kind]}`, expected)
    for await (const entries of archive.read(kind)) {
      if (signal.aborted) break
      addTo(sum, entries)
      progress.step(entries.length)
    }
    return sum
  }

  /** Whether everything at the source is at the destination, the same or newer. */
  const isContained = async (kind: EntryKind): Promise<boolean> => {
    const there = new Map<string, { readonly rank: bigint; readonly content: string }>()
    for await (const entries of to.read(kind))
      for (const { key, rank, content } of entries.map(printOf))
        there.set(shortKey(key), { rank, content: shortKey(content) })
    for await (const entries of from.read(kind))
      for (const { key, rank, content } of entries.map(printOf)) {
        const found = there.get(shortKey(key))
        const isThere = found !== undefined && found.rank >= rank
        const isSame = found?.rank !== rank || found.content === shortKey(content)
        // What has changed at the source since, while somebody works on it, is for the next pass.
        if (!isSame || !(isThere || from.inUse)) return false
      }
    return true
  }

  const verdictOf = async (kind: EntryKind, carried: Sum): Promise<KindResult['verdict']> => {
    const there = await sumOf(to, kind, carried.count)
    if (there.count === carried.count && there.checksum === carried.checksum) return 'verified'
    return (await isContained(kind)) ? 'verified, and the destination holds more' : 'missing'
  }

  const results: KindResult[] = []
  for (const kind of kinds) {
    if (signal.aborted) break
    if (kind === 'push' && from.inUse) {
      results.push({ kind: names[kind], copied: 0, checksum: '', verdict: 'left for the last pass' })
      continue
    }
    const carried = await carry(kind)
    if (signal.aborted) break
    const verdict = await verdictOf(kind, carried)
    const checksum = carried.checksum.toString(16).padStart(64, '0')
    results.push({ kind: names[kind], copied: carried.count, checksum, verdict })
  }
  const stopped = signal.aborted
  return {
    kinds: results,
    verified: !stopped && results.every(({ verdict }) => verdict !== 'missing'),
    final: !from.inUse,
    stopped,
  }
}
