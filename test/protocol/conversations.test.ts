import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { contentTopicOf } from '../../src/ports/index.ts'
import {
  contactCodeTopic,
  decideRegistration,
  type Frame,
  hashedPublicKey,
  hex,
  judge,
  messageTypes,
  openAsymmetric,
  openEnvelope,
  openProtocolMessage,
  openSymmetric,
  partitionedTopic,
  personalTopic,
  queryTopic,
  readRequest,
  registrationCodec,
  topicNumber,
  unhex,
} from '../../src/protocol/index.ts'
import { cryptoOf, pairOf, present, server } from './support.ts'

interface Person {
  readonly privateKey: string
  readonly publicKey: string
}
interface Message {
  readonly topic: string | null
  readonly contentTopic: string
  readonly payload: string
  readonly openedWith: string | null
  readonly frameSigner?: string
  readonly insideProtocolMessage?: boolean
  readonly sender?: string
  readonly type?: number
  readonly typeName?: string
  readonly messageId?: string
  readonly body?: string
}
interface Conversation {
  readonly keys: Readonly<Record<string, Person>>
  readonly messages: readonly Message[]
}

const read = <T>(file: string): T =>
  JSON.parse(readFileSync(new URL(`../fixtures/vectors/${file}`, import.meta.url), 'utf8')) as T

const topicsOf = (publicKey: Uint8Array): Record<string, string> => ({
  partitioned: partitionedTopic(publicKey),
  personal: personalTopic(publicKey),
  query: queryTopic(present(hashedPublicKey(server, publicKey))),
  'contact-code': contactCodeTopic(publicKey),
})

/** "personal topic of server" and the like, as a topic string. */
const topicOf = (description: string, keys: Conversation['keys']): string | undefined => {
  const [, kind = '', name = ''] = /^(\S+) topic of (\S+)$/.exec(description) ?? []
  const person = keys[name]
  return person && topicsOf(unhex(person.publicKey))[kind]
}

const open = async (message: Message, topic: string | undefined, keys: Conversation['keys']): Promise<Frame> => {
  const payload = unhex(message.payload)
  const person = keys[message.openedWith ?? '']
  if (person !== undefined) return present(openAsymmetric(server, pairOf(person.privateKey), payload))
  return present(openSymmetric(server, await server.deriveTopicKey(present(topic)), payload))
}

for (const file of ['conversation-apns.json', 'conversation-contacts.json']) {
  const { keys, messages } = read<Conversation>(file)

  describe(file, () => {
    for (const [index, message] of messages.entries()) {
      const topic = topicOf(message.topic ?? '', keys)

      test(`message ${index}, ${message.typeName ?? 'closed'}, on ${message.topic}`, async () => {
        if (topic !== undefined) assert.equal(contentTopicOf(topicNumber(server, topic)), message.contentTopic)
        if (message.openedWith === null) {
          for (const { privateKey } of Object.values(keys))
            assert.equal(openAsymmetric(server, pairOf(privateKey), unhex(message.payload)), undefined)
          return
        }
        const frame = await open(message, topic, keys)
        assert.equal(frame.signer && hex(frame.signer), message.frameSigner)
        // Chat messages are encrypted once more inside: nothing of ours.
        if (message.sender === undefined) return assert.equal(openEnvelope(server, frame.data), undefined)
        const bytes = message.insideProtocolMessage === true ? present(openProtocolMessage(frame.data)) : frame.data
        const envelope = present(openEnvelope(server, bytes))
        assert.deepEqual(
          [hex(envelope.sender), envelope.type, hex(envelope.messageId), hex(envelope.body)],
          [message.sender, message.type, message.messageId, message.body],
        )
      })
    }
  })
}

describe('load-sample.json', () => {
  const sample = read<{ serverPrivateKey: string; registrations: string[]; requests: string[] }>('load-sample.json')
  const crypto = cryptoOf(sample.serverPrivateKey)
  const envelopeOf = (payload: string) =>
    present(openEnvelope(crypto, present(openAsymmetric(crypto, crypto.identity, unhex(payload))).data))

  test('every request asks for the device of its registration, and is pushed', () => {
    assert.equal(sample.requests.length, sample.registrations.length)
    for (const [index, payload] of sample.registrations.entries()) {
      const { sender, body, type } = envelopeOf(payload)
      assert.equal(type, messageTypes.registration)
      const decision = decideRegistration(crypto, { sender, body, supports: () => true })
      assert.ok(decision.kind === 'register')
      const request = envelopeOf(present(sample.requests[index]))
      const [entry] = present(readRequest(request.body)).requests
      assert.deepEqual(present(entry).publicKey, decision.owner)
      assert.deepEqual(judge(crypto, present(entry), registrationCodec.decode(decision.content)), { kind: 'push' })
    }
  })
})
