import { createParty } from '../../src/client/party.ts'
import { type Topic, topicOf, type WakuMessage } from '../../src/ports/index.ts'
import { openAsymmetric, openEnvelope, partitionedTopic, queryTopic, topicNumber } from '../../src/protocol/index.ts'
import { BenchError } from '../bench.ts'
import { createClients } from '../pipeline/clients.ts'
import { userOf } from './users.ts'

const patienceMs = 30_000

/** Somebody on the network who asks a gateway about its users. */
export interface Asker {
  /** Multiaddr. */
  readonly address: string
  /** Rejects with a BenchError unless `server` (public key, 65 bytes) answers with the installation of this user. */
  ask(server: Uint8Array, user: number): Promise<void>
  close(): Promise<void>
}

export const createAsker = async (dataDir: string): Promise<Asker> => {
  const { crypto, transport, close } = await createParty({
    transport: 'waku-relay',
    settings: { WAKU_HOST: '127.0.0.1', WAKU_TCP_PORT: 0, WAKU_SHARDS: '32' },
    dataDir,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
  })
  const waiting = new Map<Topic, (message: WakuMessage) => void>()
  await transport.start({
    onMessage: (message) => waiting.get(topicOf(message.contentTopic) ?? -1)?.(message),
    onIgnored: () => undefined,
  })
  return {
    address: transport.addresses()[0] ?? '',
    ask: async (server, user) => {
      const device = userOf(user)
      const topicKey = await crypto.deriveTopicKey(queryTopic(device.owner))
      const { reader, ...query } = createClients(crypto, server).query(device, topicKey)
      if (reader === undefined) throw new Error('a query that nobody can read the answer of')
      const topic = topicNumber(crypto, partitionedTopic(reader.keyPair.publicKey))
      const { promise, resolve } = Promise.withResolvers<void>()
      const limit = AbortSignal.timeout(patienceMs)
      waiting.set(topic, ({ payload }) => {
        const frame = openAsymmetric(crypto, reader.keyPair, payload)
        const envelope = frame && openEnvelope(crypto, frame.data)
        if (envelope !== undefined && reader.isRight(envelope)) resolve()
      })
      transport.listen([topic])
      const late = new Promise<never>((_, reject) => {
        const fail = () => reject(new BenchError(`No figures: a query for user ${user} was not answered.`))
        limit.addEventListener('abort', fail)
      })
      await transport.publish(query, limit)
      await Promise.race([promise, late])
      transport.unlisten([topic])
      waiting.delete(topic)
    },
    close,
  }
}
