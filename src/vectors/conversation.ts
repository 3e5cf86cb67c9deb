import { contentTopicOf, topicOf, type WakuMessage } from '../ports/index.ts'
import {
  hashedPublicKey,
  hex,
  messageTypes,
  partitionedTopic,
  readQuery,
  topicNumber,
  unhex,
} from '../protocol/index.ts'
import { answersFor, fieldsOf } from './answers.ts'
import { all, type CaseResult, compare, type VectorPlayer } from './case.ts'
import { keyPairOf } from './seeding.ts'
import { createStage, type GorushNotification, type Stage } from './stage.ts'

interface MessageJson {
  readonly contentTopic: string
  readonly payload: string
  readonly timestamp: string
  readonly openedWith?: string | null
  readonly sender?: string
  readonly type?: number
  readonly typeName?: string
  readonly body?: string
  readonly topic?: string
}

interface Conversation {
  readonly keys: Readonly<Record<string, { readonly privateKey: string; readonly publicKey: string }>>
  readonly messages: MessageJson[]
  readonly gorush: { readonly notifications: GorushNotification[] }[] | null
}

/** What a conversation says the gateway must do with one of its messages. */
type Duty = 'registration' | 'query' | 'request' | undefined

const dutyOf = (stage: Stage, message: MessageJson, registered: ReadonlySet<string>): Duty => {
  if (message.openedWith === 'server' && message.type === messageTypes.registration) return 'registration'
  if (message.openedWith === 'server' && message.type === messageTypes.request) return 'request'
  if (message.type !== messageTypes.query || message.openedWith === null) return undefined
  const keys = readQuery(unhex(message.body ?? ''))?.keys ?? []
  const known = [...registered].map((publicKey) =>
    hex(hashedPublicKey(stage.party.crypto, unhex(publicKey)) ?? new Uint8Array()),
  )
  return keys.some((key) => known.includes(hex(key))) ? 'query' : undefined
}

const answerType = {
  registration: messageTypes.registrationResponse,
  query: messageTypes.queryResponse,
  request: messageTypes.response,
} as const
const answeredOutcome = { registration: 'registered', query: 'query-answered', request: 'request-answered' } as const

/** The answer as its receiver reads it, where the conversation kept the receiver's key; otherwise that there is exactly one. */
const checkAnswer = (
  stage: Stage,
  file: Conversation,
  index: number,
  duty: Exclude<Duty, undefined>,
  replies: readonly WakuMessage[],
): CaseResult[] => {
  const { sender = '' } = file.messages[index] ?? {}
  const key = Object.values(file.keys).find(({ publicKey }) => publicKey === sender)
  if (key === undefined) return [compare('number of answers', 1, replies.length)]
  const [answer, ...more] = answersFor(stage, keyPairOf(stage.party.crypto, key.privateKey), replies)
  const recorded = file.messages.slice(index).find(({ type, body }) => type === answerType[duty] && body !== undefined)
  return [
    compare('number of answers', 0, more.length),
    compare('answer', recorded?.body, answer === undefined ? undefined : hex(answer.body)),
  ]
}

const playMessage = async (
  stage: Stage,
  file: Conversation,
  index: number,
  registered: Set<string>,
): Promise<CaseResult> => {
  const message = file.messages[index]
  const topic = topicOf(message?.contentTopic ?? '')
  const note = `message ${index} (${message?.typeName ?? 'of another layer'}${message?.topic === undefined ? '' : `, ${message.topic}`})`
  if (message === undefined || topic === undefined)
    return compare(note, 'a content topic of the protocol', message?.contentTopic)
  const duty = dutyOf(stage, message, registered)
  const before = stage.gateway.engine.ledger.snapshot()
  const replies = await stage.play(topic, unhex(message.payload), Number(BigInt(message.timestamp) / 1_000_000n))
  const after = stage.gateway.engine.ledger.snapshot()
  if (duty === undefined)
    return all(note, [
      compare('answers', 0, replies.length),
      compare('entries judged', before.entries, after.entries),
      compare('stays open', 0, after.envelopes.open),
    ])
  if (duty === 'registration') registered.add(message.sender ?? '')
  const outcome = answeredOutcome[duty]
  return all(note, [
    compare(outcome, before.envelopes.outcomes[outcome] + 1, after.envelopes.outcomes[outcome]),
    compare(
      'topic of the answer',
      contentTopicOf(topicNumber(stage.party.crypto, partitionedTopic(unhex(message.sender ?? '')))),
      replies[0]?.contentTopic,
    ),
    ...checkAnswer(stage, file, index, duty, replies),
  ])
}

/** Plays whole network messages in their recorded order and time, and compares answers and pushes. */
export const playConversation: VectorPlayer = async (content) => {
  const file = content as Conversation
  const server = file.keys['server']
  if (server === undefined) throw new Error('the conversation has no key named server')
  const stage = await createStage({
    serverPrivateKey: server.privateKey,
    watch: ({ crypto }) =>
      file.messages.flatMap(({ sender }) =>
        sender === undefined || sender === server.publicKey
          ? []
          : [topicNumber(crypto, partitionedTopic(unhex(sender)))],
      ),
  })
  try {
    const registered = new Set<string>()
    const results: CaseResult[] = []
    for (const index of file.messages.keys()) results.push(await playMessage(stage, file, index, registered))
    await stage.delivered()
    const wanted = (file.gorush ?? []).flatMap(({ notifications }) => notifications).map(fieldsOf)
    results.push(compare('pushes', wanted, stage.pushed.map(fieldsOf)))
    return results
  } finally {
    await stage.close()
  }
}
