import { definePlugin, type Problem, StartError } from '../../../src/ports/index.ts'
import { caProblem, readCa } from '../shared/addresses.ts'
import { type FieldNames, textsOf } from '../shared/wording.ts'
import type { Urgency } from './message.ts'
import { isPattern, readPatterns } from './patterns.ts'
import { type WebPushSettings, webPushSettings } from './settings.ts'
import { readVapidKeys } from './vapid.ts'
import { createWebPush } from './web-push.ts'

export type { VapidKeys } from './vapid.ts'
export { createWebPush, type WebPushOptions } from './web-push.ts'

const keyProblem = (path: string): Problem[] => {
  const keys = readVapidKeys(path)
  return 'wrong' in keys ? [{ setting: 'WEB_PUSH_VAPID_KEY_FILE', ...keys }] : []
}

const isSubject = (text: string): boolean =>
  /^mailto:[^@\s]+@[^@\s]+$/.test(text) || (/^https:\/\/\S+$/.test(text) && URL.canParse(text))

const subjectProblem = (text: string): Problem[] =>
  isSubject(text)
    ? []
    : [
        {
          setting: 'WEB_PUSH_SUBJECT',
          wrong: text === '' ? 'push services want to know whom to write to' : 'it is neither mailto: nor https:',
          mend: 'write mailto: and an address that somebody reads',
        },
      ]

const patternProblems = (setting: string, text: string): Problem[] =>
  readPatterns(text)
    .filter((pattern) => !isPattern(pattern))
    .map((pattern) => ({
      setting,
      wrong: `${JSON.stringify(pattern)} is no host`,
      mend: 'write names such as push.example.org or *.example.org, with commas',
    }))

const problemsOf = (settings: WebPushSettings): Problem[] => [
  ...keyProblem(settings.WEB_PUSH_VAPID_KEY_FILE),
  ...subjectProblem(settings.WEB_PUSH_SUBJECT),
  ...patternProblems('WEB_PUSH_HOSTS', settings.WEB_PUSH_HOSTS),
  ...patternProblems('WEB_PUSH_PRIVATE_HOSTS', settings.WEB_PUSH_PRIVATE_HOSTS),
  ...caProblem('WEB_PUSH_CA_FILE', settings.WEB_PUSH_CA_FILE),
]

/** Delivery to browsers and to UnifiedPush, without Apple's and Google's app push. */
export default definePlugin({
  kind: 'delivery',
  name: 'web-push',
  prefix: 'WEB_PUSH_',
  settings: webPushSettings,
  preflight: ({ settings }) => problemsOf(settings),
  create: ({ settings, now }) => {
    const keys = readVapidKeys(settings.WEB_PUSH_VAPID_KEY_FILE)
    if ('wrong' in keys) throw new StartError(keyProblem(settings.WEB_PUSH_VAPID_KEY_FILE))
    return createWebPush({
      keys,
      subject: settings.WEB_PUSH_SUBJECT,
      urgency: settings.WEB_PUSH_URGENCY as Urgency,
      hosts: readPatterns(settings.WEB_PUSH_HOSTS),
      privateHosts: readPatterns(settings.WEB_PUSH_PRIVATE_HOSTS),
      ca: readCa(settings.WEB_PUSH_CA_FILE),
      concurrency: settings.WEB_PUSH_CONCURRENCY,
      timeoutMs: settings.WEB_PUSH_TIMEOUT_MS,
      fieldNames: settings.WEB_PUSH_FIELD_NAMES as FieldNames,
      texts: textsOf(settings, 'WEB_PUSH_'),
      now,
    })
  },
})
