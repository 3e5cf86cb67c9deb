import type { EnvelopeOutcome } from '../../src/gateway/ledger.ts'
import type { Crypto, WakuMessage } from '../../src/ports/index.ts'
import { topicOf } from '../../src/ports/index.ts'
import { openAsymmetric, openEnvelope, partitionedTopic, topicNumber } from '../../src/protocol/index.ts'
import { BenchError } from '../bench.ts'
import type { Job } from './job.ts'
import type { Played } from './stage.ts'

/** Opening an answer is as dear as handling a message: of a round so many are opened, all are counted. */
const openedPerRound = 40

export interface Expected {
  /** What each message must end as. */
  readonly outcome: EnvelopeOutcome
  readonly answered: boolean
}

/** What grew between two counts, as `3 registered, 1 failed`. */
const grown = (before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): string =>
  Object.entries(after)
    .map(([name, count]) => ({ name, count: count - (before[name] ?? 0) }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => `${count} ${name}`)
    .join(', ')

const hasRightAnswer = (crypto: Crypto, job: Job, answers: ReadonlyMap<number, readonly WakuMessage[]>): boolean => {
  if (job.reader === undefined) return true
  const { keyPair, isRight } = job.reader
  const topic = topicNumber(crypto, partitionedTopic(keyPair.publicKey))
  return (answers.get(topic) ?? []).some(({ payload }) => {
    const frame = openAsymmetric(crypto, keyPair, payload)
    const envelope = frame && openEnvelope(crypto, frame.data)
    return envelope !== undefined && isRight(envelope)
  })
}

/** Throws a BenchError unless every message of a round ended as it should: a benchmark of failures gives no figures. */
export const verify = (
  name: string,
  crypto: Crypto,
  jobs: readonly Job[],
  played: Played,
  expected: Expected,
): void => {
  const { before, after, answers } = played
  const refuse = (found: string): BenchError =>
    new BenchError(`No figures, because ${name} went wrong: of ${jobs.length} messages ${found}.`)
  const { outcome, answered } = expected
  const ended = grown(before.envelopes.outcomes, after.envelopes.outcomes)
  if (ended !== `${jobs.length} ${outcome}`) throw refuse(`there were ${ended || 'none handled'}`)
  const wanted = jobs.reduce((sum, { pushes }) => sum + pushes, 0)
  const entries = grown(before.entries, after.entries)
  if (entries !== (wanted > 0 ? `${wanted} accepted` : '')) throw refuse(`the entries were ${entries || 'none'}`)
  const pushes = grown(before.pushes, after.pushes)
  if (pushes !== (wanted > 0 ? `${wanted} delivered` : '')) throw refuse(`the pushes were ${pushes || 'none'}`)
  if (after.other['topic-keys-derived'] !== before.other['topic-keys-derived'])
    throw refuse('some made the gateway derive a topic key within the measured time')
  if (answers.length !== (answered ? jobs.length : 0)) throw refuse(`${answers.length} were answered`)
  const byTopic = Map.groupBy(answers, ({ contentTopic }) => topicOf(contentTopic) ?? -1)
  const wrong = jobs.slice(0, openedPerRound).filter((job) => !hasRightAnswer(crypto, job, byTopic)).length
  if (wrong > 0) throw refuse(`${wrong} had a wrong answer`)
}
