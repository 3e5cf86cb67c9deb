import { definePlugin, type Log, notificationTypes } from '../../../src/ports/index.ts'
import type { FieldNames, Texts } from '../shared/wording.ts'
import { createGorush } from './gorush.ts'
import { type GorushSettings, gorushSettings, problemsOf, readTokenTypes } from './settings.ts'

export { createGorush, type GorushOptions } from './gorush.ts'

const advisedTimeoutMs = 10_000

const textsOf = (settings: GorushSettings): Texts => ({
  [notificationTypes.message]: settings.GORUSH_TEXT_MESSAGE,
  [notificationTypes.mention]: settings.GORUSH_TEXT_MENTION,
  [notificationTypes.requestToJoinCommunity]: settings.GORUSH_TEXT_REQUEST_TO_JOIN,
})

const fieldNames = (name: string): FieldNames => (name === 'rfc71' ? 'rfc71' : 'installed')

const adviseTimeout = (log: Log, timeoutMs: number): void => {
  if (timeoutMs > advisedTimeoutMs) return
  log.warn({ timeoutMs }, 'GORUSH_TIMEOUT_MS is short: gorush may take 7 seconds while Firebase is down')
}

/** Delivery to iOS and Android through a gorush server. */
export default definePlugin({
  kind: 'delivery',
  name: 'gorush',
  prefix: 'GORUSH_',
  settings: gorushSettings,
  preflight: ({ settings }) => problemsOf(settings),
  create: ({ settings, log, now }) => {
    adviseTimeout(log, settings.GORUSH_TIMEOUT_MS)
    return createGorush({
      url: settings.GORUSH_URL,
      timeoutMs: settings.GORUSH_TIMEOUT_MS,
      maxNotifications: settings.GORUSH_MAX_NOTIFICATIONS,
      concurrency: settings.GORUSH_CONCURRENCY,
      fieldNames: fieldNames(settings.GORUSH_FIELD_NAMES),
      texts: textsOf(settings),
      tokenTypes: readTokenTypes(settings.GORUSH_TOKEN_TYPES),
      log,
      now,
    })
  },
})
