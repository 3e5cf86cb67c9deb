import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { hex } from '../../src/protocol/index.ts'
import type { AnswerReader } from './answers.ts'
import type { Account } from './books.ts'
import type { Letter, Letters, Person } from './letters.ts'
import type { World } from './world.ts'

/** What is sent each second, so that two cores have enough to spare. */
const perSecond = 6
const mostPeople = 150
/** Shares of what is sent. */
const registrationShare = 0.35
const questionShare = 0.15
/** A person whose data changes twice in a moment: the two registrations may overtake each other. */
const hastyShare = 0.1
/** A request that its sender repeats, not having waited for the answer: pushed once, answered twice. */
const repeatShare = 0.1
const latestRepeatMs = 10_000

/** How long clients bear silence before they ask again (protocol section 7). */
const patienceMs = 20_000
const lookEveryMs = 1_000

/** Many clients that register, ask and wake one another. */
export interface Traffic {
  /** Nothing new is begun; what is silent is still asked for again. */
  calm(): void
  close(): void
}

export const startTraffic = (world: World, letters: Letters, answers: AnswerReader): Traffic => {
  const { books, senders, mood } = world
  const dice = world.dice.fork()
  const closing = new AbortController()
  const { signal } = closing
  const people: Person[] = []
  const versions = new Map<Person, bigint>()
  let isCalm = false

  const post = (account: Account, letter: Letter): void => {
    answers.expect(letter.answerTopic, letter.reader)
    dice.pick(senders).post(account, letter, dice.between(0, mood.holdMs))
  }

  const register = (person: Person): void => {
    const version = (versions.get(person) ?? 0n) + 1n
    versions.set(person, version)
    post(books.open({ kind: 'registration', person, version, counted: true }), letters.registration(person, version))
  }

  const ask = async (account: Account): Promise<void> => {
    const letter = await letters.question(account.matter.person)
    if (!signal.aborted) post(account, letter)
  }

  const wake = async (person: Person): Promise<void> => {
    const [message, messageId] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))]
    const account = books.open({ kind: 'request', person, mark: hex(message), counted: true })
    post(account, letters.request(person, message, messageId))
    if (!dice.chance(repeatShare)) return
    await sleep(dice.between(0, latestRepeatMs), undefined, { signal })
    post(account, letters.request(person, message, messageId))
  }

  const registerSomebody = (): void => {
    const isNew = people.length < mostPeople && (people.length < 3 || dice.chance(0.5))
    const person = isNew ? letters.person() : dice.pick(people)
    if (isNew) people.push(person)
    register(person)
    if (dice.chance(hastyShare)) register(person)
  }

  /** Whom the gateway has registered is known only by its answer: others are not asked about, nor woken. */
  const next = async (): Promise<void> => {
    const share = dice.roll()
    if (share < registrationShare || books.registered.length === 0) return registerSomebody()
    const person = dice.pick(books.registered)
    if (share < registrationShare + questionShare) return ask(books.open({ kind: 'question', person, counted: true }))
    return wake(person)
  }

  const isSilent = ({ matter, handledAt, refused, dispatches, askedAgainAt }: Account): boolean => {
    if (handledAt !== undefined || refused || !matter.counted || matter.kind === 'request') return false
    const last = dispatches.at(-1)
    const since = Math.max(askedAgainAt, ...(last?.keptSince.values() ?? []))
    return (last?.keptSince.size ?? 0) > 0 && performance.now() - since > patienceMs
  }

  /** A question is put again. Of a registration it is asked what became of it: to repeat it would hide that it was lost. */
  const askAgain = async (account: Account): Promise<void> => {
    account.askedAgainAt = performance.now()
    const { kind, person } = account.matter
    await ask(kind === 'question' ? account : books.open({ kind: 'question', person, counted: false }))
  }

  const run = async (): Promise<void> => {
    while (!isCalm) {
      await sleep((2_000 / perSecond) * dice.roll(), undefined, { signal })
      if (!isCalm) next().catch(() => undefined)
    }
  }

  run().catch(() => undefined)
  const timer = setInterval(() => {
    for (const account of books.accounts.filter(isSilent)) askAgain(account).catch(() => undefined)
  }, lookEveryMs)

  return {
    calm: () => {
      isCalm = true
    },
    close: () => {
      closing.abort()
      clearInterval(timer)
    },
  }
}
