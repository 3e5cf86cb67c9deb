import { definePlugin, type Log } from '../../../src/ports/index.ts'
import { type FieldNames, textsOf } from '../shared/wording.ts'
import { createGorush, type GorushDelivery } from './gorush.ts'
import { registerHook } from './hook.ts'
import { type GorushSettings, gorushSettings, problemsOf, readTokenTypes, readUrls } from './settings.ts'

export { createGorush, type GorushDelivery, type GorushOptions } from './gorush.ts'

const advisedTimeoutMs = 10_000
const advisedWaitMs = 7_500

const fieldNames = (name: string): FieldNames => (name === 'rfc71' ? 'rfc71' : 'installed')

const adviseTimes = (log: Log, settings: GorushSettings): void => {
  if (settings.GORUSH_TIMEOUT_MS <= advisedTimeoutMs && settings.GORUSH_MODE === 'sync')
    log.warn(
      { timeoutMs: settings.GORUSH_TIMEOUT_MS },
      'GORUSH_TIMEOUT_MS is short: gorush may take 7 seconds while Firebase is down',
    )
  if (settings.GORUSH_FEEDBACK_WAIT_MS < advisedWaitMs && settings.GORUSH_MODE === 'async')
    log.warn(
      { waitMs: settings.GORUSH_FEEDBACK_WAIT_MS },
      'GORUSH_FEEDBACK_WAIT_MS is short: gorush may take 7 seconds to tell of a failure; later ones are no more tried again',
    )
}

/** Delivery to iOS and Android through gorush servers. */
export default definePlugin({
  kind: 'delivery',
  name: 'gorush',
  prefix: 'GORUSH_',
  settings: gorushSettings,
  preflight: ({ settings }) => problemsOf(settings),
  create: ({ settings, log, now }) => {
    adviseTimes(log, settings)
    const delivery = createGorush({
      urls: readUrls(settings.GORUSH_URL),
      mode: settings.GORUSH_MODE === 'async' ? 'async' : 'sync',
      feedbackWaitMs: settings.GORUSH_FEEDBACK_WAIT_MS,
      timeoutMs: settings.GORUSH_TIMEOUT_MS,
      maxNotifications: settings.GORUSH_MAX_NOTIFICATIONS,
      concurrency: settings.GORUSH_CONCURRENCY,
      fieldNames: fieldNames(settings.GORUSH_FIELD_NAMES),
      texts: textsOf(settings, 'GORUSH_'),
      tokenTypes: readTokenTypes(settings.GORUSH_TOKEN_TYPES),
      log,
      now,
    })
    return delivery
  },
  routes: (app, delivery, { settings }) => {
    if (settings.GORUSH_MODE === 'async')
      registerHook(app, settings.GORUSH_HOOK_SECRET, (delivery as GorushDelivery).hear)
  },
})
