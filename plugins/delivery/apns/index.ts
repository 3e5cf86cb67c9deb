import { definePlugin, type Log, type Problem, StartError } from '../../../src/ports/index.ts'
import { caProblem, readCa, urlProblem } from '../shared/addresses.ts'
import { type FieldNames, textsOf } from '../shared/wording.ts'
import { createApns } from './apns.ts'
import { type App, readApps } from './apps.ts'
import { type ApnsSettings, apnsSettings } from './settings.ts'

export { type ApnsOptions, createApns } from './apns.ts'
export type { App } from './apps.ts'

const day = 86_400_000
const warnDays = 14

const priorityProblem = ({ APNS_PRIORITY: priority }: ApnsSettings): Problem[] =>
  [1, 5, 10].includes(priority)
    ? []
    : [{ setting: 'APNS_PRIORITY', wrong: `there is no priority ${priority}`, mend: 'choose 10, 5 or 1' }]

const problemsOf = (settings: ApnsSettings, now: number): Problem[] => [
  ...readApps(settings, now).problems,
  ...urlProblem('APNS_URL', settings.APNS_URL, ['https:']),
  ...urlProblem('APNS_PROXY_URL', settings.APNS_PROXY_URL, ['http:', 'https:']),
  ...caProblem('APNS_CA_FILE', settings.APNS_CA_FILE),
  ...priorityProblem(settings),
]

/** At the start and every day: nobody restarts a gateway because a certificate becomes old. */
const warnOfExpiry = (apps: readonly App[], setting: string, log: Log, now: number): void => {
  for (const { topic, credentials } of new Map(apps.map((app) => [app.topic, app])).values()) {
    if (credentials.kind !== 'certificate') continue
    const days = Math.round((credentials.expiresAt - now) / day)
    if (days <= warnDays)
      log.warn({ topic, days }, `${setting}: the certificate for ${topic} expires in ${days} days; renew it`)
  }
}

/** Delivery to Apple's devices over Apple's own interface. */
export default definePlugin({
  kind: 'delivery',
  name: 'apns',
  prefix: 'APNS_',
  settings: apnsSettings,
  preflight: ({ settings, now }) => problemsOf(settings, now()),
  create: ({ settings, log, now }) => {
    const { apps, problems } = readApps(settings, now())
    if (problems.length > 0) throw new StartError(problems)
    const setting = settings.APNS_APPS_FILE === '' ? 'APNS_CERTIFICATE_FILE' : 'APNS_APPS_FILE'
    const warn = (): void => warnOfExpiry(apps, setting, log, now())
    warn()
    const warning = setInterval(warn, day).unref()
    const delivery = createApns({
      apps,
      url: settings.APNS_URL,
      ca: readCa(settings.APNS_CA_FILE),
      proxy: settings.APNS_PROXY_URL || undefined,
      connections: settings.APNS_CONNECTIONS,
      concurrency: settings.APNS_CONCURRENCY,
      timeoutMs: settings.APNS_TIMEOUT_MS,
      interruptionLevel: settings.APNS_INTERRUPTION_LEVEL,
      priority: settings.APNS_PRIORITY,
      fieldNames: settings.APNS_FIELD_NAMES as FieldNames,
      texts: textsOf(settings, 'APNS_'),
      log,
      now,
    })
    return {
      ...delivery,
      close: () => {
        clearInterval(warning)
        return delivery.close()
      },
    }
  },
})
