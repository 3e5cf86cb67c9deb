import type { Outcome } from '../../../src/ports/index.ts'
import { countOf, type GorushNotification } from './notification.ts'
import { verdictOf } from './verdicts.ts'

interface Answer {
  readonly counts: number
  readonly logs: readonly unknown[]
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

const readAnswer = (body: string): Answer | undefined => {
  const value = parse(body)
  if (!isRecord(value) || value['success'] !== 'ok') return undefined
  const { counts, logs } = value
  return Number.isSafeInteger(counts) && Array.isArray(logs) ? { counts: Number(counts), logs } : undefined
}

const entryVerdict = (entry: unknown, push: GorushNotification, tokens: readonly string[]): Outcome => {
  if (!isRecord(entry) || typeof entry['error'] !== 'string')
    return { kind: 'unknown', reason: "unreadable entry in gorush's log" }
  if (entry['type'] === 'succeeded-push') return { kind: 'delivered' }
  if (entry['type'] !== 'failed-push') return { kind: 'unknown', reason: "unreadable entry in gorush's log" }
  return verdictOf(push.platform, entry['error'], tokens)
}

/** What is true of the pushes that gorush's log does not name. */
const silence = (pushes: readonly GorushNotification[], answer: Answer, strangers: boolean): Outcome => {
  const expected = pushes.reduce((sum, push) => sum + countOf(push), 0)
  if (strangers) return { kind: 'unknown', reason: 'gorush reported a failure without saying whose' }
  if (answer.counts === expected) return { kind: 'delivered' }
  if (answer.counts === 0) return { kind: 'retry', reason: 'gorush has this platform switched off' }
  return { kind: 'unknown', reason: 'gorush counted another number than it was given' }
}

export interface Reading {
  /** One per push, in their order. */
  readonly outcomes: Outcome[]
  readonly readable: boolean
  /** Nothing was taken: the platform is switched off in gorush. */
  readonly platformOff: boolean
}

/**
 * Reads the body of a 200, which gorush gives whatever the provider said. The pushes are of one platform, so that a count of
 * nothing has one meaning. Of several entries for a push (gorush's own retries) the last one counts.
 */
export const readOutcomes = (pushes: readonly GorushNotification[], body: string): Reading => {
  const answer = readAnswer(body)
  if (!answer) {
    const outcomes = pushes.map((): Outcome => ({ kind: 'unknown', reason: "gorush's answer was not readable" }))
    return { outcomes, readable: false, platformOff: false }
  }
  if (answer.logs.length === 0) {
    const rest = silence(pushes, answer, false)
    return { outcomes: pushes.map(() => rest), readable: true, platformOff: answer.counts === 0 }
  }
  const tokens = pushes.map((push) => push.tokens[0])
  const byId = new Map(pushes.map((push) => [push.notif_id, push]))
  const verdicts = new Map<string, Outcome>()
  let strangers = false
  for (const entry of answer.logs) {
    const id = isRecord(entry) ? entry['notif_id'] : undefined
    const push = typeof id === 'string' ? byId.get(id) : undefined
    if (push) verdicts.set(push.notif_id, entryVerdict(entry, push, tokens))
    else strangers = true
  }
  const rest = silence(pushes, answer, strangers)
  const outcomes = pushes.map((push) => verdicts.get(push.notif_id) ?? rest)
  return { outcomes, readable: true, platformOff: answer.counts === 0 && verdicts.size === 0 && !strangers }
}
