import { setImmediate as nextTurn } from 'node:timers/promises'
import { queryTopic } from '../../src/protocol/index.ts'
import { createClients, topicsOf } from './clients.ts'
import type { Device, Job } from './job.ts'
import type { Load } from './load-file.ts'
import { createRecorded } from './recorded.ts'
import type { Stage } from './stage.ts'

/** Messages for each case, made before anything is measured: at most `count`, fewer where a load file has no more. */
export interface Supply {
  registrations(count: number): Promise<{ devices: Device[]; jobs: Job[] }>
  /** The devices must be registered by then. */
  queries(count: number, devices: readonly Device[]): Promise<Job[]>
  requests(count: number, devices: readonly Device[]): Promise<Job[]>
  foreign(count: number): Promise<Job[]>
}

/** Deriving a topic's key takes as long as handling two messages. */
const mostTopics = 64
const turnEvery = 32

const times = async <T>(count: number, make: (index: number) => T): Promise<T[]> => {
  const made: T[] = []
  for (let i = 0; i < count; i++) {
    made.push(make(i))
    if (i % turnEvery === 0) await nextTurn()
  }
  return made
}

const unzip = (pairs: readonly { device: Device; job: Job }[]) => ({
  devices: pairs.map(({ device }) => device),
  jobs: pairs.map(({ job }) => job),
})

const at = <T>(list: readonly T[], index: number): T => {
  const found = list[index % list.length]
  if (found === undefined) throw new Error('an empty list')
  return found
}

/**
 * Derives the topic keys and puts them where the gateway looks first: one PBKDF2 per topic for ever is no part of what a
 * message costs.
 */
const topicKeysOf = async ({ gateway, party }: Stage, devices: readonly Device[]): Promise<Uint8Array[]> => {
  const keys: Uint8Array[] = []
  for (let i = 0; i < devices.length; i += turnEvery) {
    const texts = devices.slice(i, i + turnEvery).map(({ owner }) => queryTopic(owner))
    const derived = await Promise.all(texts.map((text) => party.crypto.deriveTopicKey(text)))
    for (const [n, key] of derived.entries()) await gateway.app.storage.topicKeys.set(at(texts, n), key)
    keys.push(...derived)
  }
  return keys
}

/** As many messages as are asked for, of made-up clients. */
export const createMadeSupply = (stage: Stage): Supply => {
  const clients = createClients(stage.party.crypto, stage.gateway.app.crypto.identity.publicKey)
  return {
    registrations: async (count) => unzip(await times(count, clients.registration)),
    queries: async (count, devices) => {
      const asked = devices.slice(0, Math.min(mostTopics, count))
      const keys = await topicKeysOf(stage, asked)
      return times(count, (i) => clients.query(at(asked, i), at(keys, i)))
    },
    requests: (count, devices) => times(count, (i) => clients.request(at(devices, i))),
    foreign: (count) => times(count, clients.foreign),
  }
}

/** What a load file has, each once; queries ask for the senders of its registrations, once each. */
export const createLoadSupply = (stage: Stage, load: Load): Supply => {
  const { crypto } = stage.gateway.app
  const recorded = createRecorded(crypto, topicsOf(crypto, crypto.identity.publicKey))
  const made = createMadeSupply(stage)
  const clients = createClients(stage.party.crypto, crypto.identity.publicKey)
  return {
    registrations: async (count) => {
      const payloads = load.registrations.slice(0, count)
      return unzip(await times(payloads.length, (i) => recorded.registration(at(payloads, i), i)))
    },
    queries: async (count, devices) => {
      const asked = devices.slice(0, count)
      const keys = await topicKeysOf(stage, asked)
      return times(asked.length, (i) => clients.query(at(asked, i), at(keys, i)))
    },
    requests: async (count, devices) => {
      const payloads = load.requests.slice(0, Math.min(count, devices.length))
      return times(payloads.length, (i) => recorded.request(at(payloads, i), i, at(devices, i)))
    },
    foreign: made.foreign,
  }
}
