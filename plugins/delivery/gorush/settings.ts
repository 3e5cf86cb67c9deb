import type { Problem, SettingsOf, TokenType } from '../../../src/ports/index.ts'
import { tokenTypes } from '../../../src/ports/index.ts'
import { isEncoded } from '../shared/addresses.ts'
import { wordingSettings } from '../shared/wording.ts'

export const gorushSettings = {
  GORUSH_URL: {
    type: 'string',
    description:
      'Address of gorush, with the path in front of its /api/push if there is one; several with commas share the work, and one that fails is left alone for a while. gorush asks nobody for a password and shows its configuration: only the gateway should reach it.',
    default: 'http://127.0.0.1:8088',
  },
  GORUSH_MODE: {
    type: 'string',
    description:
      '`sync`: gorush runs with core.sync true and answers with what became of the pushes. `async`: it runs with core.sync false, answers at once, and posts failures to us: its core.feedback_hook_url is `http://GATEWAY:8085/gorush/feedback/SECRET` then.',
    default: 'sync',
    enum: ['sync', 'async'],
  },
  GORUSH_HOOK_SECRET: {
    type: 'string',
    description:
      'The last part of that address, 16 to 100 characters; it keeps strangers from telling us that tokens are dead. Needed with `async` only.',
    default: '',
  },
  GORUSH_FEEDBACK_WAIT_MS: {
    type: 'integer',
    description:
      'With `async`: a push that nothing was heard of for so long is delivered, in milliseconds. Keep it above 7,000: gorush tries five times, for 7 seconds, while Firebase is down.',
    default: 10_000,
    minimum: 50,
    maximum: 60_000,
  },
  GORUSH_TIMEOUT_MS: {
    type: 'integer',
    description:
      'Most time for one call, in milliseconds. Keep it above 10,000: gorush tries five times, for 7 seconds, while Firebase is down.',
    default: 15_000,
    minimum: 50,
    maximum: 60_000,
  },
  GORUSH_MAX_NOTIFICATIONS: {
    type: 'integer',
    description:
      "Most notifications in one request, at most gorush's core.max_notification; a smaller limit of gorush is found out. gorush may lose one of several failures that come at the same instant, and it then counts as delivered: 1 rules that out.",
    default: 100,
    minimum: 1,
    maximum: 10_000,
  },
  GORUSH_CONCURRENCY: {
    type: 'integer',
    description: 'Most calls at once; a call makes one request for iOS and one for Android.',
    default: 4,
    minimum: 1,
    maximum: 256,
  },
  GORUSH_FIELD_NAMES: wordingSettings.FIELD_NAMES,
  GORUSH_TOKEN_TYPES: {
    type: 'string',
    description: 'Token types to serve, with commas: apn, firebase.',
    default: 'apn,firebase',
  },
  GORUSH_TEXT_MESSAGE: wordingSettings.TEXT_MESSAGE,
  GORUSH_TEXT_MENTION: wordingSettings.TEXT_MENTION,
  GORUSH_TEXT_REQUEST_TO_JOIN: wordingSettings.TEXT_REQUEST_TO_JOIN,
} as const

export type Mode = 'sync' | 'async'
export type GorushSettings = SettingsOf<typeof gorushSettings>

const names = new Map<string, TokenType>([
  ['apn', tokenTypes.apn],
  ['firebase', tokenTypes.firebase],
])
const words = (list: string): string[] =>
  list
    .split(',')
    .map((word) => word.trim().toLowerCase())
    .filter(Boolean)

/** The token types of a list such as `apn,firebase`; words of no meaning are left out (`problemsOf` names them). */
export const readTokenTypes = (list: string): TokenType[] => [
  ...new Set(words(list).flatMap((word) => names.get(word) ?? [])),
]

const urlProblem = (text: string): string | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url) return 'it is not a URL'
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'it is not a URL of http or https'
  if (url.search || url.hash) return 'it has a query or a fragment'
  if (!isEncoded(url.username) || !isEncoded(url.password))
    return 'its user or password is not encoded (% is written %25)'
  return undefined
}

/** The addresses of a list; one that is written twice, with a slash at its end or without, is one. */
export const readUrls = (list: string): string[] => {
  const urls = list
    .split(',')
    .map((url) => url.trim())
    .filter(Boolean)
  const nameOf = (url: string): string => (URL.canParse(url) ? new URL(url).href.replace(/\/+$/, '') : url)
  const urlNames = urls.map(nameOf)
  return urls.filter((_, n) => urlNames.indexOf(urlNames[n] ?? '') === n)
}

const [leastSecret, mostSecret] = [16, 100] as const
const secretProblem = ({ GORUSH_MODE: mode, GORUSH_HOOK_SECRET: secret }: ModeSettings): Problem[] => {
  if (mode !== 'async' || (secret.length >= leastSecret && secret.length <= mostSecret && /^[\w.~-]+$/.test(secret)))
    return []
  const wrong =
    secret === ''
      ? 'GORUSH_MODE is async, and there is no secret'
      : `it is shorter than ${leastSecret} or longer than ${mostSecret} characters, or has some that do not belong into an address`
  return [{ setting: 'GORUSH_HOOK_SECRET', wrong, mend: 'make one: openssl rand -hex 24' }]
}

type ModeSettings = Pick<GorushSettings, 'GORUSH_MODE' | 'GORUSH_HOOK_SECRET'>

/** Mistakes in values that a schema cannot see. A URL is not repeated in the sentence, as it may hold a password. */
export const problemsOf = (
  settings: Pick<GorushSettings, 'GORUSH_URL' | 'GORUSH_TOKEN_TYPES'> & ModeSettings,
): Problem[] => {
  const problems = secretProblem(settings)
  const urls = readUrls(settings.GORUSH_URL)
  const wrongUrl = urls.length === 0 ? 'it is empty' : urls.map(urlProblem).find(Boolean)
  if (wrongUrl) {
    problems.push({
      setting: 'GORUSH_URL',
      wrong: wrongUrl,
      mend: 'give the address of gorush, such as http://127.0.0.1:8088',
    })
  }
  const strange = words(settings.GORUSH_TOKEN_TYPES).filter((word) => !names.has(word))
  if (strange.length > 0 || readTokenTypes(settings.GORUSH_TOKEN_TYPES).length === 0) {
    problems.push({
      setting: 'GORUSH_TOKEN_TYPES',
      wrong: strange.length > 0 ? `it names ${strange.join(', ')}` : 'it is empty',
      mend: 'name apn, firebase or both, with a comma',
    })
  }
  return problems
}
