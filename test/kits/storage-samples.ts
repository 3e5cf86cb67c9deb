import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { InstallationKey, Push, Registration, Topic } from '../../src/ports/index.ts'

/** Bytes that depend on the seed alone. */
export const bytesOf = (seed: string, length: number): Uint8Array =>
  new Uint8Array(createHash('shake256', { outputLength: length }).update(seed).digest())

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

export const identityOf = (seed: string): Uint8Array => bytesOf(`identity ${seed}`, 33)

const uuidOf = (seed: string): string =>
  hex(bytesOf(`installation ${seed}`, 16)).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

export const keyOf = (owner: string, installation = 'phone'): InstallationKey => ({
  owner: bytesOf(`owner ${owner}`, 64),
  installation: uuidOf(installation),
})

export interface RegistrationSeed {
  readonly owner: string
  readonly installation?: string
  readonly version?: bigint
  readonly content?: string
  readonly topics?: readonly Topic[]
}

export const registrationOf = ({
  owner,
  installation,
  version = 1n,
  content = 'content',
  topics = [1, 2],
}: RegistrationSeed): Registration => ({
  ...keyOf(owner, installation),
  version,
  digest: bytesOf(`digest ${content}`, 32),
  topics,
  record: bytesOf(`record ${content}`, 300),
})

export const pushOf = (seed: string, acceptedAt = Date.now()): Push => ({
  ...keyOf(seed),
  id: bytesOf(`push ${seed}`, 32),
  acceptedAt,
  expiresAt: acceptedAt + 86_400_000,
  body: bytesOf(`body ${seed}`, 200),
})

/** Registrations in plain values, so that arrays and Buffers, views and copies compare by what they hold. */
export const plain = (registration: Registration | undefined): unknown =>
  registration && {
    owner: hex(registration.owner),
    installation: registration.installation,
    version: registration.version,
    digest: hex(registration.digest),
    topics: [...registration.topics],
    record: hex(registration.record),
  }

/** Waits until the condition holds; rejects, naming it, when it does not within the limit. */
export const until = async (
  what: string,
  condition: () => boolean | Promise<boolean>,
  limitMs = 10_000,
): Promise<void> => {
  const end = performance.now() + limitMs
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Not within ${limitMs} ms: ${what}`)
    await sleep(5)
  }
}

/** Rejects, naming it, when a promise takes too long. */
export const within = async <T>(what: string, promise: Promise<T>, limitMs = 10_000): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not within ${limitMs} ms: ${what}`)), limitMs)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

export const collect = async <T>(chunks: AsyncIterable<readonly T[]>): Promise<T[]> => {
  const all: T[] = []
  for await (const chunk of chunks) all.push(...chunk)
  return all
}
