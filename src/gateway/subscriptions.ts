import type { Crypto, Log, Storage, Topic, Transport } from '../ports/index.ts'
import { hex, partitionedTopic, personalTopic, queryTopics, topicNumber, unhex } from '../protocol/index.ts'
import type { Bulletin } from './bulletin.ts'
import type { Ledger } from './ledger.ts'

const keptKeys = 10_000

export interface Subscriptions {
  /** Listens on the gateway's own topics and on those of every stored registration. */
  restore(): Promise<void>
  /** True for the topics on which messages are encrypted to the gateway. */
  isOwn(topic: Topic): boolean
  /** The topics on which queries about an owner (64 bytes) arrive, with and without `0x`. */
  topicsOf(owner: Uint8Array): Topic[]
  /** Listens, and lets every other replica do so. */
  listen(topics: readonly Topic[]): Promise<void>
  /** Stops listening on the topics of an owner who has no registration any more, here and at every other replica. */
  forget(owner: Uint8Array): Promise<void>
  /** Forgets an owner's topic keys here; resolves when none is being derived or stored any more. */
  forgetKeys(owner: Uint8Array): Promise<void>
  /** Keys that may open a message on this topic: one for each owner and spelling that share its four bytes. */
  keysFor(topic: Topic): Promise<Uint8Array[]>
}

/** Which topics we listen on, and the keys of the symmetric ones: derived at the first message, then kept (protocol section 3). */
export const createSubscriptions = (parts: {
  crypto: Crypto
  storage: Storage
  transport: Transport
  bulletin: Bulletin
  ledger: Ledger
  log: Log
}): Subscriptions => {
  const { crypto, storage, transport, bulletin, ledger, log } = parts
  const { publicKey } = crypto.identity
  const own = new Set([personalTopic(publicKey), partitionedTopic(publicKey)].map((text) => topicNumber(crypto, text)))
  const keys = new Map<string, Promise<Uint8Array>>()

  const derive = async (text: string): Promise<Uint8Array> => {
    const stored = await storage.topicKeys.get(text)
    if (stored !== undefined) return stored
    const key = await crypto.deriveTopicKey(text)
    ledger.note('topic-keys-derived')
    await storage.topicKeys.set(text, key).catch(() => undefined)
    return key
  }

  const keyOf = (text: string): Promise<Uint8Array> => {
    const known = keys.get(text)
    if (known !== undefined) return known
    const oldest = keys.keys().next()
    if (keys.size >= keptKeys && !oldest.done) keys.delete(oldest.value)
    const key = derive(text)
    keys.set(text, key)
    key.catch(() => keys.delete(text))
    return key
  }

  const isWanted = async (topic: Topic): Promise<boolean> =>
    (await storage.registrations.ownersByTopic(topic)).length > 0

  const topicsOf = (owner: Uint8Array): Topic[] => queryTopics(owner).map((text) => topicNumber(crypto, text))

  const restore = async (): Promise<void> => {
    transport.listen(own)
    for await (const topics of storage.registrations.topics()) transport.listen(topics)
  }

  const forgetHere = async (owner: Uint8Array): Promise<void> => {
    if ((await storage.registrations.listByOwners([owner])).length > 0) return
    for (const topic of topicsOf(owner)) {
      if (own.has(topic) || (await isWanted(topic))) continue
      transport.unlisten([topic])
      // Somebody may have registered between the look and the leave.
      if (await isWanted(topic)) transport.listen([topic])
    }
  }

  /** A topic too many costs next to nothing, and one too few is found by the next restoring. */
  const inBackground = (work: Promise<void>): void =>
    void work.catch((error: Error) =>
      log.warn({ event: 'subscriptions', reason: error.message }, 'topics could not be brought up to date yet'),
    )

  bulletin.on({
    listen: ({ topics }) => transport.listen(topics),
    forget: ({ owner }) => inBackground(forgetHere(unhex(owner))),
  })
  bulletin.onMissed(() => inBackground(restore()))

  return {
    restore,
    isOwn: (topic) => own.has(topic),
    topicsOf,
    listen: async (topics) => {
      transport.listen(topics)
      await bulletin.tell({ kind: 'listen', topics })
    },
    forget: async (owner) => {
      await forgetHere(owner)
      await bulletin.tell({ kind: 'forget', owner: hex(owner) })
    },
    forgetKeys: async (owner) => {
      const texts = queryTopics(owner)
      await Promise.allSettled(texts.map((text) => keys.get(text)))
      for (const text of texts) keys.delete(text)
    },
    keysFor: async (topic) => {
      const owners = await storage.registrations.ownersByTopic(topic)
      const texts = owners.flatMap((owner) => queryTopics(owner)).filter((text) => topicNumber(crypto, text) === topic)
      return Promise.all(texts.map(keyOf))
    },
  }
}
