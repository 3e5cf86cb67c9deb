import { contentTopicOf, type KeyPair, topicOf, type WakuMessage } from '../ports/index.ts'
import {
  hashedPublicKey,
  hex,
  messageTypes,
  partitionedTopic,
  queryCodec,
  queryResponseCodec,
  registrationResponseCodec,
  requestCodec,
  requestIdOf,
  responseCodec,
  topicNumber,
  unhex,
} from '../protocol/index.ts'
import { answersFor, fieldsOf } from './answers.ts'
import { all, type CaseResult, compare, type VectorPlayer } from './case.ts'
import { type Conversation, checkRecording, type MessageJson } from './recording.ts'
import { keyPairOf } from './seeding.ts'
import { createStage, type Stage } from './stage.ts'

/** What a conversation says the gateway must do with one of its messages. */
type Duty = 'registration' | 'query' | 'request'

interface Scene {
  readonly stage: Stage
  readonly file: Conversation
  /** hashedPublicKeys of who registered so far, in hex. */
  readonly registered: Set<string>
  readonly seen: Set<string>
}

const isAboutRegistered = ({ registered }: Scene, { body = '' }: MessageJson): boolean =>
  (queryCodec.decode(unhex(body))?.publicKeys ?? []).some((key) => registered.has(hex(key)))

const dutyOf = (scene: Scene, message: MessageJson): Duty | undefined => {
  const identity = `${message.contentTopic} ${message.timestamp} ${message.payload}`
  if (scene.seen.has(identity)) return undefined
  scene.seen.add(identity)
  if (message.openedWith === 'server' && message.type === messageTypes.registration) return 'registration'
  if (message.openedWith === 'server' && message.type === messageTypes.request) return 'request'
  return message.type === messageTypes.query && isAboutRegistered(scene, message) ? 'query' : undefined
}

/** What a recorded or received answer says, as far as it must agree; the installed server leaves out its own key. */
const contentOf = (duty: Duty, body: Uint8Array): unknown => {
  if (duty === 'registration') return registrationResponseCodec.decode(body)
  if (duty === 'request') return responseCodec.decode(body)
  return queryResponseCodec.decode(body)?.info.map(({ serverPublicKey, ...info }) => info)
}

const answerType = {
  registration: messageTypes.registrationResponse,
  query: messageTypes.queryResponse,
  request: messageTypes.response,
} as const

/** The id that an answer to this message carries. */
const answeredId = (scene: Scene, duty: Duty, { body = '', messageId = '' }: MessageJson): string => {
  if (duty === 'query') return messageId
  if (duty === 'registration') return hex(requestIdOf(scene.stage.party.crypto, unhex(body)))
  return hex(requestCodec.decode(unhex(body))?.messageId ?? new Uint8Array())
}

const idIn = (duty: Duty, body: Uint8Array): string => {
  const id =
    duty === 'registration'
      ? registrationResponseCodec.decode(body)?.requestId
      : duty === 'query'
        ? queryResponseCodec.decode(body)?.messageId
        : responseCodec.decode(body)?.messageId
  return hex(id ?? new Uint8Array())
}

/** The answer as its receiver reads it, beside the recorded one where that was a success. */
const checkOpened = (
  scene: Scene,
  duty: Duty,
  message: MessageJson,
  receiver: KeyPair,
  replies: readonly WakuMessage[],
): CaseResult[] => {
  const id = answeredId(scene, duty, message)
  const [answer, ...more] = answersFor(scene.stage, receiver, replies)
  const recorded = scene.file.messages.find(
    ({ type, body }) => type === answerType[duty] && body !== undefined && idIn(duty, unhex(body)) === id,
  )
  const said = contentOf(duty, unhex(recorded?.body ?? ''))
  const refused = duty === 'registration' && recorded !== undefined && !(said as { success: boolean }).success
  // Where the installed server refuses, protocol section 8 may want another answer: then only the id must agree.
  const got = answer === undefined ? undefined : contentOf(duty, answer.body)
  return [
    compare('other answers', 0, more.length),
    compare('type of the answer', answerType[duty], answer?.type),
    compare('id in the answer', id, answer === undefined ? undefined : idIn(duty, answer.body)),
    ...(recorded === undefined || refused ? [] : [compare('answer', said, got)]),
    ...(recorded === undefined && duty === 'registration'
      ? [compare('success', true, (got as { success: boolean } | undefined)?.success)]
      : []),
  ]
}

const answered = { query: 'query-answered', request: 'request-answered' } as const

const checkDuty = async (scene: Scene, duty: Duty, message: MessageJson): Promise<CaseResult[]> => {
  const { stage, file } = scene
  const { crypto } = stage.party
  const sender = unhex(message.sender ?? '')
  const before = stage.gateway.engine.ledger.snapshot().envelopes.outcomes
  const replies = await play(scene, message)
  const after = stage.gateway.engine.ledger.snapshot().envelopes.outcomes
  if (duty === 'registration') scene.registered.add(hex(hashedPublicKey(crypto, sender) ?? new Uint8Array()))
  if (duty === 'request' && answeredId(scene, duty, message) === '')
    return [compare('answers to a request without id', 0, replies.length)]
  const checks = [
    compare('number of answers', 1, replies.length),
    compare(
      'topic of the answer',
      contentTopicOf(topicNumber(crypto, partitionedTopic(sender))),
      replies[0]?.contentTopic,
    ),
    ...(duty === 'registration' ? [] : [compare(answered[duty], before[answered[duty]] + 1, after[answered[duty]])]),
  ]
  const known = Object.values(file.keys).find(({ publicKey }) => publicKey === message.sender)
  return known === undefined
    ? checks
    : [...checks, ...checkOpened(scene, duty, message, keyPairOf(crypto, known.privateKey), replies)]
}

const play = ({ stage }: Scene, { contentTopic, payload, timestamp }: MessageJson): Promise<WakuMessage[]> =>
  stage.play(topicOf(contentTopic) ?? 0, unhex(payload), Number(BigInt(timestamp) / 1_000_000n))

/** A message that is not the gateway's business must change nothing. */
const checkNothing = async (scene: Scene, message: MessageJson): Promise<CaseResult[]> => {
  const { ledger } = scene.stage.gateway.engine
  const before = ledger.snapshot()
  const replies = await play(scene, message)
  const after = ledger.snapshot()
  return [
    compare('answers', 0, replies.length),
    compare('entries judged', before.entries, after.entries),
    compare('registrations', before.envelopes.outcomes.registered, after.envelopes.outcomes.registered),
    compare('still open', 0, after.envelopes.open),
  ]
}

const playMessage = async (scene: Scene, message: MessageJson, index: number): Promise<CaseResult> => {
  const about = [message.typeName ?? 'of another layer', ...(message.topic === undefined ? [] : [message.topic])]
  const note = `message ${index} (${about.join(', ')})`
  // A node passes neither on to the gateway: version 1 and the protocol's content topics are the network's filter.
  if ((message.version ?? 1) !== 1 || topicOf(message.contentTopic) === undefined)
    return { note, expected: '', got: '', passed: true }
  const recording = await checkRecording(scene.stage.party.crypto, scene.file, message)
  const duty = dutyOf(scene, message)
  const effects = duty === undefined ? await checkNothing(scene, message) : await checkDuty(scene, duty, message)
  return all(note, [...recording, ...effects])
}

/** Plays whole network messages in their recorded order and time, and compares answers and pushes. */
export const playConversation: VectorPlayer = async (content) => {
  const file = content as Conversation
  const server = file.keys['server']
  if (server === undefined) throw new Error('the conversation has no key named server')
  const senders = file.messages.flatMap(({ sender }) =>
    sender === undefined || sender === server.publicKey ? [] : [sender],
  )
  const stage = await createStage({
    serverPrivateKey: server.privateKey,
    watch: ({ crypto }) => senders.map((sender) => topicNumber(crypto, partitionedTopic(unhex(sender)))),
  })
  try {
    const scene: Scene = { stage, file, registered: new Set(), seen: new Set() }
    const results: CaseResult[] = []
    for (const [index, message] of file.messages.entries()) results.push(await playMessage(scene, message, index))
    await stage.delivered()
    const wanted = (file.gorush ?? []).flatMap(({ notifications }) => notifications).map(fieldsOf)
    results.push(compare('pushes', wanted, stage.pushed.map(fieldsOf)))
    return results
  } finally {
    await stage.close()
  }
}
