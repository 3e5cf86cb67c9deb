import type { SettingSchema, SettingsOf, SettingsSchema } from './ports/index.ts'

/** The host's own settings: the one source of the checks, of `.env.example` and of the settings table in the docs. */
export const hostSettings = {
  TRANSPORT_PLUGIN: {
    type: 'string',
    default: 'waku-relay',
    description: 'How messages come in and go out: a built-in name, an npm package or a file path.',
  },
  CRYPTO_PLUGIN: { type: 'string', default: 'noble', description: 'Who computes signatures, secrets and ciphers.' },
  STORAGE_PLUGIN: {
    type: 'string',
    default: 'sqlite',
    description: 'Where registrations and pushes are kept. `memory` forgets everything at the end.',
  },
  DELIVERY_PLUGINS: {
    type: 'string',
    default: 'console',
    description: 'Who wakes the devices: one name or several, separated by commas.',
  },
  DELIVERY_ROUTES: {
    type: 'string',
    default: '',
    description:
      'Which backend serves which token type, where several could: `apn=apns,firebase=gorush`. `apn=apns>gorush`: gorush gets what apns cannot deliver now. `apn:im.example.app=apns`: for the devices of one app. See docs/delivery.md.',
  },
  DATA_DIR: {
    type: 'string',
    default: 'data',
    minLength: 1,
    description: 'Folder for identity and database (mode 0700).',
  },
  IDENTITY_FILE: {
    type: 'string',
    default: '',
    description:
      'File with the private key, 64 hex digits, mode 0600. Default: `identity.key` in DATA_DIR, made at the first start.',
  },
  HTTP_HOST: { type: 'string', default: '127.0.0.1', minLength: 1, description: 'Address for health and stats.' },
  HTTP_PORT: {
    type: 'integer',
    default: 8085,
    minimum: 0,
    maximum: 65535,
    description: 'Port for health and stats; 0 takes any free one.',
  },
  LOG_LEVEL: {
    type: 'string',
    default: 'info',
    enum: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    description: 'How much is logged, as JSON lines on standard error.',
  },
  INTAKE_MESSAGES: {
    type: 'integer',
    default: 10000,
    minimum: 1,
    maximum: 1000000,
    description: 'Messages that may wait to be opened; what comes beyond is dropped and counted.',
  },
  INTAKE_BYTES: {
    type: 'integer',
    default: 67108864,
    minimum: 1048576,
    description: 'Bytes of messages that may wait to be opened.',
  },
  PUSH_TTL_SECONDS: {
    type: 'integer',
    default: 86400,
    minimum: 1,
    maximum: 2592000,
    description:
      'A push that was not delivered by then is given up and counted as expired; requests older than this are not handled.',
  },
  PUSH_REMEMBER_SECONDS: {
    type: 'integer',
    default: 86400,
    minimum: 1,
    maximum: 2592000,
    description:
      'How long an accepted push is remembered, so that a repeated request does not wake the device again. Below PUSH_TTL_SECONDS, one that a store node gives once more may wake it twice.',
  },
  RETRY_BASE_MS: {
    type: 'integer',
    default: 1000,
    minimum: 10,
    maximum: 600000,
    description: 'First pause before a failed push is tried again, in milliseconds; it doubles at every attempt.',
  },
  RETRY_MAX_MS: {
    type: 'integer',
    default: 300000,
    minimum: 10,
    maximum: 86400000,
    description: 'Longest pause between two attempts, in milliseconds.',
  },
  CATCH_UP_INTERVAL_SECONDS: {
    type: 'integer',
    default: 20,
    minimum: 0,
    maximum: 3600,
    description:
      'How often the network’s store nodes are asked for messages that were missed; 0: never. Up to 20 s close every gap within a minute.',
  },
  CATCH_UP_FIRST_HOURS: {
    type: 'integer',
    default: 24,
    minimum: 0,
    maximum: 8760,
    description: 'How far back a gateway looks that has never caught up before, in hours.',
  },
  CATCH_UP_MAX_HOURS: {
    type: 'integer',
    default: 720,
    minimum: 1,
    maximum: 8760,
    description: 'How far back a gateway looks after a long absence, in hours.',
  },
  CANARY_ENABLED: {
    type: 'boolean',
    default: false,
    description:
      'Whether the gateway registers with itself over the network, as a stranger would, and asks itself for a push, again and again: `/stats` and `/metrics` tell how often it arrived and how long it took.',
  },
  CANARY_INTERVAL_SECONDS: {
    type: 'integer',
    default: 60,
    minimum: 5,
    maximum: 3600,
    description: 'Time from the beginning of one canary to that of the next, in seconds.',
  },
  CANARY_TIMEOUT_SECONDS: {
    type: 'integer',
    default: 15,
    minimum: 1,
    maximum: 60,
    description: 'How long each stage of a canary may take before the run has failed, in seconds.',
  },
  SEGMENT_BYTES: {
    type: 'integer',
    default: 112500,
    minimum: 1024,
    maximum: 786432,
    description:
      'Answers larger than this many bytes are split: three quarters of 150,000, the smallest limit that relay nodes have.',
  },
} as const satisfies SettingsSchema

export type HostSettings = SettingsOf<typeof hostSettings>

/** A setting that starts like one of ours and is none is a mistyped one, but for these, which belong to others. */
export const hostPrefixes: readonly string[] = [
  ...new Set(Object.keys(hostSettings).map((name) => `${name.split('_')[0]}_`)),
]
const foreign = new Set(['HTTP_PROXY'])

/** The JSON schema that @fastify/env checks, for any settings. */
export const jsonSchemaOf = (settings: SettingsSchema): object => ({
  type: 'object',
  properties: settings,
})

/** Settings of the environment without the empty ones: `NAME=` means the default. */
export const withoutEmpty = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => !!entry[1]))

/** Names in the environment that have one of the prefixes and are no setting. */
export const unknownSettings = (
  env: Readonly<Record<string, string>>,
  known: ReadonlySet<string>,
  prefixes: readonly string[],
): string[] =>
  Object.keys(env).filter(
    (name) => !known.has(name) && !foreign.has(name) && prefixes.some((prefix) => name.startsWith(prefix)),
  )

/** The nearest of some names, if it is near enough to be meant. */
export const didYouMean = (name: string, candidates: Iterable<string>): string | undefined => {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return best
}

const editDistance = (a: string, b: string): number => {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(substitution, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    previous = row
  }
  return previous[b.length] ?? 0
}

/** What a setting may be, in words, for the sentence that refuses a wrong one. */
export const expectation = (schema: SettingSchema): string => {
  if (schema.enum !== undefined) return `choose one of ${schema.enum.join(', ')}`
  if (schema.type === 'boolean') return 'write true or false'
  if (schema.type === 'string')
    return schema.minLength === undefined ? 'see its description in the docs' : 'give it a value'
  const kind = schema.type === 'integer' ? 'a whole number' : 'a number'
  if (schema.minimum !== undefined && schema.maximum !== undefined)
    return `choose ${kind} from ${schema.minimum} to ${schema.maximum}`
  if (schema.minimum !== undefined) return `choose ${kind} of at least ${schema.minimum}`
  return `write ${kind}`
}
