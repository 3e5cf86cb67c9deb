import { StorageError } from '../../../src/ports/index.ts'

const tryLater = 'The gateway tries again by itself'

/** Redis' own error codes, the first word of its answer. */
const words: Readonly<Record<string, [StorageError['code'], string]>> = {
  OOM: ['full', 'Redis has used up its memory: raise its maxmemory or give the machine more. '],
  READONLY: [
    'readonly',
    'Redis is a replica and takes no writes: point REDIS_URL at the master, or end the failover. ',
  ],
  MISCONF: ['readonly', 'Redis cannot save to its disk and takes no writes: look at its log and its disk. '],
  NOREPLICAS: ['unavailable', 'Redis has fewer replicas than min-replicas-to-write asks for: start them. '],
  LOADING: ['unavailable', 'Redis is still loading its data: wait. '],
  BUSY: ['unavailable', 'Redis is busy with a script: look for who runs it. '],
  MASTERDOWN: ['unavailable', 'Redis is a replica without its master: end the failover. '],
  CLUSTERDOWN: [
    'unavailable',
    'The Redis cluster is down or a part of its slots has no master: look at CLUSTER INFO. ',
  ],
  TRYAGAIN: ['unavailable', 'The Redis cluster is moving slots. '],
  WRONGPASS: ['unavailable', 'Redis refuses user or password: correct those in REDIS_URL. '],
  NOAUTH: ['unavailable', 'Redis wants a password: add it to REDIS_URL. '],
  NOPERM: [
    'unavailable',
    'The user in REDIS_URL may not do this: give it the rights that the operator’s guide lists. ',
  ],
}

/** The code of an error that Redis answered, whether alone or in the name of several nodes. */
export const codeOf = (error: unknown): string | undefined => {
  const { message, lastNodeError } = (error ?? {}) as { message?: unknown; lastNodeError?: unknown }
  if (lastNodeError !== undefined && lastNodeError !== null) return codeOf(lastNodeError) ?? codeOf({ message })
  if (typeof message !== 'string') return undefined
  const found = /(?:^|\s|-)(OOM|[A-Z]{4,})\b/.exec(message)?.[1]
  return found === 'ERR' ? undefined : found
}

/** A StorageError that names Redis and the mend. What Redis says may hold values: its words stay in `cause`. */
export const faultOf = (error: unknown): StorageError => {
  if (error instanceof StorageError) return error
  const [code, message] = words[codeOf(error) ?? ''] ?? [
    'unavailable',
    `Redis does not answer${reasonOf(error)}: check that it runs and can be reached at REDIS_URL. `,
  ]
  return new StorageError(code, `${message}${tryLater}.`, { cause: error })
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/ECONNREFUSED/, ' (connection refused)'],
  [/ENOTFOUND|EAI_AGAIN/, ' (its name cannot be looked up)'],
  [/ETIMEDOUT|timed out/i, ' in time'],
  [/certificate|self.signed|TLS|SSL/i, ' (its certificate is not accepted)'],
  [/None of startup nodes/i, ' at any of its addresses'],
]

const reasonOf = (error: unknown): string => {
  const { message, code } = (error ?? {}) as { message?: unknown; code?: unknown }
  return reasons.find(([pattern]) => pattern.test(`${String(code)} ${String(message)}`))?.[1] ?? ''
}
