import { definePlugin, type Problem, StartError } from '../../../src/ports/index.ts'
import { caProblem, readCa, urlProblem } from '../shared/addresses.ts'
import type { FieldNames } from '../shared/wording.ts'
import { type Account, readAccounts } from './accounts.ts'
import { createFcm } from './fcm.ts'
import { type FcmSettings, fcmSettings } from './settings.ts'

export type { Account } from './accounts.ts'
export { createFcm, type FcmOptions } from './fcm.ts'

const problemsOf = (settings: FcmSettings): Problem[] => [
  ...readAccounts(settings.FCM_SERVICE_ACCOUNT_FILES, settings.FCM_TOKEN_URL).problems,
  ...urlProblem('FCM_URL', settings.FCM_URL, ['https:']),
  ...urlProblem('FCM_TOKEN_URL', settings.FCM_TOKEN_URL, ['https:']),
  ...urlProblem('FCM_PROXY_URL', settings.FCM_PROXY_URL, ['http:', 'https:']),
  ...caProblem('FCM_CA_FILE', settings.FCM_CA_FILE),
]

const at =
  (tokenUrl: string) =>
  (account: Account): Account =>
    tokenUrl === '' ? account : { ...account, tokenUrl }

/** Delivery to Android's devices over Google's own interface. */
export default definePlugin({
  kind: 'delivery',
  name: 'fcm',
  prefix: 'FCM_',
  settings: fcmSettings,
  preflight: ({ settings }) => problemsOf(settings),
  create: ({ settings, log, now }) => {
    const { accounts, problems } = readAccounts(settings.FCM_SERVICE_ACCOUNT_FILES, settings.FCM_TOKEN_URL)
    if (problems.length > 0) throw new StartError(problems)
    return createFcm({
      accounts: accounts.map(at(settings.FCM_TOKEN_URL)),
      url: settings.FCM_URL,
      ca: readCa(settings.FCM_CA_FILE),
      proxy: settings.FCM_PROXY_URL || undefined,
      connections: settings.FCM_CONNECTIONS,
      concurrency: settings.FCM_CONCURRENCY,
      timeoutMs: settings.FCM_TIMEOUT_MS,
      collapse: settings.FCM_COLLAPSE === 'none' ? 'none' : 'push',
      fieldNames: settings.FCM_FIELD_NAMES as FieldNames,
      log,
      now,
    })
  },
})
