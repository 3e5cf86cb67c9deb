import type { KeyPair } from '../../src/ports/index.ts'
import { hex } from '../../src/protocol/index.ts'
import type { Answer } from './answers.ts'
import type { Letter, Person } from './letters.ts'

export type Kind = 'registration' | 'question' | 'request'

/** One thing that somebody wants of the gateway, however many letters it takes. */
export interface Matter {
  readonly kind: Kind
  readonly person: Person
  /** Of a registration. */
  readonly version?: bigint
  /** Hex: what the device of a request is handed, and by which its push is known. */
  readonly mark?: string
  /** False for what only looks after another matter. */
  readonly counted: boolean
}

/** A letter as the outside parties know it. Times are milliseconds of one clock. */
export interface Dispatch {
  /** Since when which station keeps it. */
  readonly keptSince: ReadonlyMap<string, number>
  /** When each answer was first seen; there should be one. */
  readonly answered: readonly number[]
}

/** A matter with all that became of it. */
export interface Account {
  readonly matter: Matter
  readonly dispatches: readonly Dispatch[]
  /** When its push came; there should be one. */
  readonly pushed: readonly number[]
  /** When it was first known to be handled. */
  readonly handledAt: number | undefined
  /** Handled, but known by other evidence than its first letter's own effect: the time says little. */
  readonly indirect: boolean
  readonly superseded: boolean
  readonly refused: boolean
  /** When somebody last asked again because of the silence. */
  askedAgainAt: number
}

/** What the senders, the stations and the recorder saw. The gateway has no say in it. */
export interface Books {
  readonly accounts: readonly Account[]
  /** Who was told of a successful registration. */
  readonly registered: readonly Person[]
  open(matter: Matter): Account
  /** A letter is about to be published under this hash (32 bytes). */
  sent(account: Account, letter: Letter, hash: Uint8Array): void
  isKept(hash: Uint8Array): boolean
  /** A station took in a message; true where it is a letter of ours that this station did not have. */
  kept(station: string, hash: Uint8Array, at: number): boolean
  answered(answer: Answer, at: number): void
  /** The recorder was handed a push with this mark. */
  pushed(mark: string, at: number): void
}

type Open<T> = { -readonly [K in keyof T]: T[K] }
interface Sent extends Dispatch {
  readonly keptSince: Map<string, number>
  readonly answered: number[]
  readonly account: Entry
}
interface Entry extends Open<Omit<Account, 'dispatches' | 'pushed'>> {
  readonly dispatches: Sent[]
  readonly pushed: number[]
}

const answerKey = (answerId: string, reader: string): string => `${answerId} ${reader}`
const readerName = ({ compressed }: KeyPair): string => hex(compressed)

export const createBooks = (): Books => {
  const accounts: Entry[] = []
  const registered: Person[] = []
  const byMatter = new Map<Matter, Entry>()
  const byHash = new Map<string, Sent>()
  const byAnswer = new Map<string, Sent>()
  const byMark = new Map<string, Entry>()
  const registrations = new Map<string, Entry[]>()

  const handle = (entry: Entry, at: number, indirect: boolean): void => {
    if (entry.handledAt !== undefined) return
    entry.handledAt = at
    entry.indirect = indirect
  }

  /** Whoever is found with a version has had all up to it handled, even where the answers got lost. */
  const isKnownOf = (versions: Answer['versions'], at: number): void => {
    for (const [installation, version] of versions)
      for (const entry of registrations.get(installation) ?? [])
        if ((entry.matter.version ?? 0n) <= version) handle(entry, at, true)
  }

  const isSuperseded = ({ matter: { person, version = 0n } }: Entry): boolean =>
    (registrations.get(person.installation) ?? []).some(({ matter }) => (matter.version ?? 0n) > version)

  const onRegistration = (entry: Entry, { verdict }: Answer, at: number): void => {
    const { person } = entry.matter
    if (verdict === 'success') {
      if (!registered.includes(person)) registered.push(person)
      handle(entry, at, false)
    } else if (verdict === 'version-mismatch' && isSuperseded(entry)) {
      entry.superseded = true
      handle(entry, at, false)
    } else entry.refused = true
  }

  const onQuestion = (sent: Sent, { verdict, versions }: Answer, at: number): void => {
    const { account: entry } = sent
    isKnownOf(versions, at)
    if (verdict !== 'success' || !versions.has(entry.matter.person.installation)) entry.refused = true
    else handle(entry, at, sent !== entry.dispatches[0])
  }

  return {
    accounts,
    registered,
    open: (matter) => {
      const entry: Entry = {
        matter,
        dispatches: [],
        pushed: [],
        handledAt: undefined,
        indirect: false,
        superseded: false,
        refused: false,
        askedAgainAt: 0,
      }
      accounts.push(entry)
      byMatter.set(matter, entry)
      if (matter.mark !== undefined) byMark.set(matter.mark, entry)
      const { installation } = matter.person
      if (matter.kind === 'registration')
        registrations.set(installation, [...(registrations.get(installation) ?? []), entry])
      return entry
    },
    sent: ({ matter }, letter, hash) => {
      const account = byMatter.get(matter)
      if (account === undefined) throw new RangeError('This matter was never opened.')
      const sent: Sent = { keptSince: new Map(), answered: [], account }
      account.dispatches.push(sent)
      byHash.set(hex(hash), sent)
      byAnswer.set(answerKey(letter.answerId, readerName(letter.reader)), sent)
    },
    isKept: (hash) => (byHash.get(hex(hash))?.keptSince.size ?? 0) > 0,
    kept: (station, hash, at) => {
      const sent = byHash.get(hex(hash))
      if (sent === undefined || sent.keptSince.has(station)) return false
      sent.keptSince.set(station, at)
      return true
    },
    answered: (answer, at) => {
      const sent = byAnswer.get(answerKey(answer.answerId, answer.reader))
      if (sent === undefined) return
      sent.answered.push(at)
      const { account } = sent
      if (account.matter.kind === 'registration') onRegistration(account, answer, at)
      else if (account.matter.kind === 'question') onQuestion(sent, answer, at)
      else if (answer.verdict !== 'success') account.refused = true
    },
    pushed: (mark, at) => {
      const entry = byMark.get(mark)
      if (entry === undefined) return
      entry.pushed.push(at)
      handle(entry, at, false)
    },
  }
}
