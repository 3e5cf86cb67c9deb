import type { InstallationKey, PutResult, Registration, Registrations, Topic } from '../../../src/ports/index.ts'
import { copy, hex, type Room } from './bytes.ts'

const copyRegistration = ({ owner, installation, version, digest, topics, record }: Registration): Registration => ({
  owner: copy(owner),
  installation,
  version,
  digest: copy(digest),
  topics: [...topics],
  record: copy(record),
})

type State =
  | { readonly kind: 'live'; readonly version: bigint; readonly registration: Registration }
  | { readonly kind: 'unregistered' | 'retired'; readonly version: bigint }

const chunkSize = 2000

/** The registrations of a `Storage`, in maps. */
export const createRegistrations = (room: Room): Registrations & { erase(owner: Uint8Array): void } => {
  const owners = new Map<string, Map<string, State>>()
  const byTopic = new Map<Topic, Map<string, number>>()
  const states = new Map<string, State>()

  const find = ({ owner, installation }: InstallationKey): State | undefined =>
    owners.get(hex(owner))?.get(installation)

  const count = (owner: string, topics: readonly Topic[], step: 1 | -1): void => {
    for (const topic of topics) {
      const named = byTopic.get(topic) ?? new Map<string, number>()
      const left = (named.get(owner) ?? 0) + step
      if (left > 0) named.set(owner, left)
      else named.delete(owner)
      if (named.size > 0) byTopic.set(topic, named)
      else byTopic.delete(topic)
    }
  }

  const write = ({ owner, installation }: InstallationKey, state: State): void => {
    const key = hex(owner)
    const before = find({ owner, installation })
    if (before === undefined) room(states)
    if (before?.kind === 'live') count(key, before.registration.topics, -1)
    if (state.kind === 'live') count(key, state.registration.topics, 1)
    const installations = owners.get(key) ?? new Map<string, State>()
    installations.set(installation, state)
    owners.set(key, installations)
    states.set(`${key} ${installation}`, state)
  }

  const live = (state: State | undefined): Registration | undefined =>
    state?.kind === 'live' ? copyRegistration(state.registration) : undefined

  return {
    async put(registration): Promise<PutResult> {
      const before = find(registration)
      const { version } = registration
      if (before !== undefined && before.version >= version) {
        const same = before.kind === 'live' && before.version === version
        return same && hex(before.registration.digest) === hex(registration.digest) ? 'same' : 'stale'
      }
      write(registration, { kind: 'live', version, registration: copyRegistration(registration) })
      return 'stored'
    },
    async unregister(key, version) {
      const before = find(key)
      if (before !== undefined && before.version >= version)
        return before.kind === 'unregistered' && before.version === version ? 'same' : 'stale'
      write(key, { kind: 'unregistered', version })
      return 'stored'
    },
    async retire(key, version) {
      const before = find(key)
      if (before?.kind !== 'live' || before.version !== version) return false
      write(key, { kind: 'retired', version })
      return true
    },
    get: async (keys) => keys.map((key) => live(find(key))),
    async listByOwners(asked) {
      const found = [...new Set(asked.map(hex))].flatMap((owner) => [...(owners.get(owner)?.values() ?? [])])
      return found.map(live).filter((registration) => registration !== undefined)
    },
    async *topics() {
      let chunk: Topic[] = []
      for (const topic of byTopic.keys()) {
        if (chunk.push(topic) < chunkSize) continue
        yield chunk
        chunk = []
        await new Promise(setImmediate)
      }
      if (chunk.length > 0) yield chunk
    },
    erase(owner) {
      const key = hex(owner)
      for (const [installation, state] of owners.get(key) ?? []) {
        if (state.kind === 'live') count(key, state.registration.topics, -1)
        states.delete(`${key} ${installation}`)
      }
      owners.delete(key)
    },
    ownersByTopic: async (topic) =>
      [...(byTopic.get(topic)?.keys() ?? [])].map((owner) => new Uint8Array(Buffer.from(owner, 'hex'))),
  }
}
