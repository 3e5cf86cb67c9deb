/** What a gorush is set to, as far as its answers depend on it. */
export interface FakeRules {
  /** `core.max_notification`. */
  readonly maxNotifications: number
  /** Whether the platform is enabled. */
  readonly ios: boolean
  readonly android: boolean
  /** `core.sync`: false leaves the logs empty, and posts failures to the hook. */
  readonly sync: boolean
  /** `log.hide_token`. */
  readonly hideToken: boolean
}

interface LogEntry {
  readonly notif_id?: string
  readonly type: 'failed-push'
  readonly platform: string
  readonly token: string
  readonly message: string
  readonly error: string
}

export interface HandedOn {
  readonly notifId: string
  readonly token: string
  readonly platform: number
  readonly body: Readonly<Record<string, unknown>>
}

/** What gorush logs of a failed push, and posts to its feedback hook in asynchronous mode. */
export type FailedPush = LogEntry

export interface PushAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly pushes: readonly HandedOn[]
  /** What an asynchronous gorush tells later. */
  readonly failures: readonly FailedPush[]
}

type Json = Readonly<Record<string, unknown>>

const platformNames = new Map([
  [1, 'ios'],
  [2, 'android'],
])

const isRecord = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === 'string'
const textOf = (value: unknown): string => (isText(value) ? value : '')

const refusal = (message: string): PushAnswer => ({
  status: 400,
  body: { code: 400, message },
  pushes: [],
  failures: [],
})

/**
 * Stars for the ends of a token, as gorush has it: both ends of ten characters are replaced wherever they occur, so that of
 * tokens like 000…0410 nearly all goes.
 */
export const maskToken = (token: string): string => {
  const ends = 10
  if (token.length < 2 * ends) return '*'.repeat(token.length)
  const stars = '*'.repeat(ends)
  return token.replaceAll(token.slice(-ends), stars).replaceAll(token.slice(0, ends), stars)
}

const readNotifications = (text: string): readonly Json[] | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    const list = isRecord(value) ? value['notifications'] : undefined
    return Array.isArray(list) && list.every(isRecord) ? list : undefined
  } catch {
    return undefined
  }
}

const entryOf = (notification: Json, token: string, error: string, rules: FakeRules): LogEntry => {
  const id = textOf(notification['notif_id'])
  return {
    ...(id ? { notif_id: id } : {}),
    type: 'failed-push',
    platform: platformNames.get(Number(notification['platform'])) ?? '',
    token: rules.hideToken ? maskToken(token) : token,
    message: textOf(notification['message']),
    error,
  }
}

const tokensOf = (notification: Json): string[] => {
  const tokens = notification['tokens']
  return Array.isArray(tokens) ? tokens.filter(isText) : []
}

/** What gorush 1.22 answers to a body posted to /api/push, and which pushes leave it. */
export const answerPush = (text: string, rules: FakeRules, verdicts: ReadonlyMap<string, string>): PushAnswer => {
  const notifications = readNotifications(text)
  if (!notifications) return refusal('Missing notifications field.')
  if (notifications.length === 0) return refusal('Notifications field is empty.')
  if (notifications.length > rules.maxNotifications) {
    return refusal(`Number of notifications(${notifications.length}) over limit(${rules.maxNotifications})`)
  }
  const served = notifications.filter(
    ({ platform }) => (platform === 1 && rules.ios) || (platform === 2 && rules.android),
  )
  const failed: LogEntry[] = []
  const pushes: HandedOn[] = []
  let counts = 0
  for (const notification of served) {
    const tokens = tokensOf(notification)
    counts += tokens.length + (textOf(notification['topic']) ? 1 : 0)
    for (const token of tokens) {
      const platform = Number(notification['platform'])
      pushes.push({ notifId: textOf(notification['notif_id']), token, platform, body: notification })
      const error = verdicts.get(token)
      if (error !== undefined) failed.push(entryOf(notification, token, error, rules))
    }
  }
  const logs = rules.sync ? failed : []
  return { status: 200, body: { counts, logs, success: 'ok' }, pushes, failures: failed }
}
