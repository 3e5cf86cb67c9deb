import type { KeyPair, WakuMessage } from '../ports/index.ts'
import { type Envelope, hex, openAsymmetric, openEnvelope } from '../protocol/index.ts'
import type { CaseResult } from './case.ts'
import type { GorushNotification, Stage } from './stage.ts'

/** A case that threw. */
export const failed = (note: string, error: unknown): CaseResult => ({
  note,
  expected: 'no exception',
  got: String(error),
  passed: false,
})

/** Opens what came back for a client; an answer that is not the server's, or not for the client, does not count. */
export const answersFor = (stage: Stage, client: KeyPair, messages: readonly WakuMessage[]): Envelope[] => {
  const { crypto } = stage.party
  const server = hex(stage.gateway.app.crypto.identity.publicKey)
  return messages.flatMap(({ payload }) => {
    const frame = openAsymmetric(crypto, client, payload)
    if (frame?.signer === undefined || hex(frame.signer) !== server) return []
    const envelope = openEnvelope(crypto, frame.data)
    return envelope !== undefined && hex(envelope.sender) === server ? [envelope] : []
  })
}

/** The one answer to a message; `several` also where another type or another's answer came. */
export const onlyAnswer = (
  stage: Stage,
  client: KeyPair,
  messages: readonly WakuMessage[],
  type: number,
): Envelope | undefined | 'several' => {
  const answers = answersFor(stage, client, messages)
  if (answers.length === 0) return undefined
  const [answer] = answers
  return answers.length === 1 && messages.length === 1 && answer?.type === type ? answer : 'several'
}

/** An error of the protocol by its name on the wire, `WRONG_TOKEN`. */
export const errorName = (names: Readonly<Record<string, number>>, error: number): string => {
  const name = Object.keys(names).find((key) => names[key] === error) ?? String(error)
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

/** The fields of a notification that must agree, in a fixed order. */
export const fieldsOf = ({ tokens, platform, message, topic, data }: GorushNotification) => ({
  tokens,
  platform,
  message,
  topic: topic ?? '',
  data: Object.fromEntries(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1))),
})
