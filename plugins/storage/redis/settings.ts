import { readFileSync } from 'node:fs'
import type { Problem, SettingsOf } from '../../../src/ports/index.ts'

export const redisSettings = {
  REDIS_URL: {
    type: 'string',
    description:
      'Where Redis is: `redis://user:password@host:port/db`, `rediss://` for TLS. Several, separated by commas: nodes of a cluster, or the Sentinels.',
    default: 'redis://127.0.0.1:6379',
    minLength: 1,
  },
  REDIS_MODE: {
    type: 'string',
    description:
      'What stands there: one server (`single`), a Redis Cluster (`cluster`), or Sentinels that know the master (`sentinel`).',
    default: 'single',
    enum: ['single', 'cluster', 'sentinel'],
  },
  REDIS_SENTINEL_MASTER: {
    type: 'string',
    description: 'The name under which the Sentinels know the master. Needed with REDIS_MODE=sentinel only.',
    default: '',
  },
  REDIS_SENTINEL_PASSWORD: {
    type: 'string',
    description:
      'The password of the Sentinels themselves, where they have one. User and password in REDIS_URL are those of the master.',
    default: '',
  },
  REDIS_TLS_CA_FILE: {
    type: 'string',
    description:
      'With `rediss://`: a PEM file of the authority that signed the server’s certificate, unless the system knows it.',
    default: '',
  },
  REDIS_TLS_CERT_FILE: {
    type: 'string',
    description:
      'With `rediss://`: our own certificate in a PEM file, where the server wants one. Needs REDIS_TLS_KEY_FILE.',
    default: '',
  },
  REDIS_TLS_KEY_FILE: {
    type: 'string',
    description: 'The private key of REDIS_TLS_CERT_FILE, in a PEM file.',
    default: '',
  },
  REDIS_TLS_SERVERNAME: {
    type: 'string',
    description: 'The name that the server’s certificate must have, where it is not that in REDIS_URL.',
    default: '',
  },
  REDIS_KEY_PREFIX: {
    type: 'string',
    description: 'What all of our keys begin with, so that other applications can use the same Redis.',
    default: 'reveille',
    pattern: '^[A-Za-z0-9_.-]{1,64}$',
  },
  REDIS_ALLOW_DATA_LOSS: {
    type: 'boolean',
    description: 'Start although Redis keeps nothing on a disk, or may evict records: for trying out.',
    default: false,
  },
} as const

export type RedisSettings = SettingsOf<typeof redisSettings>

export interface Tls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly servername?: string
}

/** Where to connect to, checked. */
export interface Target {
  readonly mode: 'single' | 'cluster' | 'sentinel'
  readonly nodes: readonly { readonly host: string; readonly port: number }[]
  readonly username?: string
  readonly password?: string
  readonly database: number
  readonly tls?: Tls
  readonly master?: string
  readonly sentinelPassword?: string
}

const defaultPorts: Readonly<Record<string, number>> = { single: 6379, cluster: 6379, sentinel: 26_379 }

const parseUrl = (text: string): URL | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url !== undefined && /^rediss?:$/.test(url.protocol) && url.hostname !== '' ? url : undefined
}

const databaseOf = ({ pathname }: URL): number | undefined => {
  const text = pathname.replace(/^\//, '')
  return text === '' ? 0 : /^\d{1,5}$/.test(text) ? Number(text) : undefined
}

/** A `%` that begins no escape stands for itself. */
const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

type Read = { readonly target: Target } | { readonly problems: readonly Problem[] }

const readFile = (setting: string, path: string, problems: Problem[]): string | undefined => {
  if (path === '') return undefined
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    problems.push({
      setting,
      wrong: `${path} cannot be read (${(error as NodeJS.ErrnoException).code})`,
      mend: 'name a PEM file that the gateway may read',
    })
    return undefined
  }
}

const tlsOf = (settings: RedisSettings, problems: Problem[]): Tls => {
  const ca = readFile('REDIS_TLS_CA_FILE', settings.REDIS_TLS_CA_FILE, problems)
  const cert = readFile('REDIS_TLS_CERT_FILE', settings.REDIS_TLS_CERT_FILE, problems)
  const key = readFile('REDIS_TLS_KEY_FILE', settings.REDIS_TLS_KEY_FILE, problems)
  if ((settings.REDIS_TLS_CERT_FILE === '') !== (settings.REDIS_TLS_KEY_FILE === ''))
    problems.push({
      setting: settings.REDIS_TLS_CERT_FILE === '' ? 'REDIS_TLS_CERT_FILE' : 'REDIS_TLS_KEY_FILE',
      wrong: 'certificate and key belong together, and one of them is missing',
      mend: 'set both REDIS_TLS_CERT_FILE and REDIS_TLS_KEY_FILE, or none',
    })
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(settings.REDIS_TLS_SERVERNAME === '' ? {} : { servername: settings.REDIS_TLS_SERVERNAME }),
  }
}

/** What the settings say of where Redis is, or every mistake in them. Never shows an address: it may hold a password. */
export const readTarget = (settings: RedisSettings): Read => {
  const problems: Problem[] = []
  const mode = settings.REDIS_MODE as Target['mode']
  const texts = settings.REDIS_URL.split(',').map((text) => text.trim())
  const urls = texts.map(parseUrl)
  const wrong = (what: string, mend: string): void => void problems.push({ setting: 'REDIS_URL', wrong: what, mend })
  const usable = urls.filter((url) => url !== undefined)
  const [first] = usable
  for (const [i, url] of urls.entries())
    if (url === undefined)
      wrong(
        texts.length === 1 ? 'it is no address of Redis' : `address ${i + 1} of ${texts.length} is no address of Redis`,
        'write redis://host:port or rediss://user:password@host:port, with %-escapes for special characters in a password',
      )
  if (mode === 'single' && texts.length > 1)
    wrong(`there are ${texts.length} addresses`, 'name one, or set REDIS_MODE=cluster or REDIS_MODE=sentinel')
  if (new Set(usable.map(({ protocol }) => protocol)).size > 1)
    wrong('some addresses are redis:// and some rediss://', 'use one of them for all')
  if (new Set(usable.map((url) => `${url.username}:${url.password}`).filter((text) => text !== ':')).size > 1)
    wrong('the addresses have different users or passwords', 'use one user and password for all')
  const database = first === undefined ? 0 : databaseOf(first)
  if (database === undefined) wrong('what follows the port is no number of a database', 'write /0 or nothing')
  else if (mode === 'cluster' && database !== 0) wrong('a cluster has database 0 only', 'leave the number out')
  if (mode === 'sentinel' && settings.REDIS_SENTINEL_MASTER === '')
    problems.push({
      setting: 'REDIS_SENTINEL_MASTER',
      wrong: 'it is missing',
      mend: 'name the master as the Sentinels know it, for example mymaster',
    })
  const isTls = first?.protocol === 'rediss:'
  for (const name of [
    'REDIS_TLS_CA_FILE',
    'REDIS_TLS_CERT_FILE',
    'REDIS_TLS_KEY_FILE',
    'REDIS_TLS_SERVERNAME',
  ] as const)
    if (!isTls && first !== undefined && settings[name] !== '')
      problems.push({
        setting: name,
        wrong: 'it is set, and REDIS_URL does not use TLS',
        mend: 'write rediss://, or leave it out',
      })
  const tls = isTls ? tlsOf(settings, problems) : undefined
  if (problems.length > 0) return { problems }
  const withUser = usable.find(({ username, password }) => username !== '' || password !== '')
  return {
    target: {
      mode,
      nodes: usable.map(({ hostname, port }) => ({
        host: hostname.replace(/^\[|\]$/g, ''),
        port: port === '' ? (defaultPorts[mode] ?? 6379) : Number(port),
      })),
      database: database ?? 0,
      ...(withUser === undefined || withUser.username === '' ? {} : { username: decoded(withUser.username) }),
      ...(withUser === undefined || withUser.password === '' ? {} : { password: decoded(withUser.password) }),
      ...(tls === undefined ? {} : { tls }),
      ...(mode === 'sentinel' ? { master: settings.REDIS_SENTINEL_MASTER } : {}),
      ...(settings.REDIS_SENTINEL_PASSWORD === '' ? {} : { sentinelPassword: settings.REDIS_SENTINEL_PASSWORD }),
    },
  }
}
