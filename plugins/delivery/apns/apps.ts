import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Problem } from '../../../src/ports/index.ts'
import { type CredentialField, type CredentialSource, type Credentials, readCredentials } from './credentials.ts'
import type { ApnsSettings } from './settings.ts'

export type Environment = 'production' | 'sandbox'
export type PushType = 'alert' | 'background' | 'voip'

/** An app at one of Apple's two environments. An app of both has two of these, production first. */
export interface App {
  /** Its bundle id. */
  readonly topic: string
  readonly environment: Environment
  readonly credentials: Credentials
  readonly pushType: PushType
}

export interface Apps {
  readonly apps: readonly App[]
  readonly problems: readonly Problem[]
}

/** A whole app of an operator's words, still to be checked. */
interface Entry extends CredentialSource {
  readonly topic: string
  readonly environment: Environment | 'both'
  readonly pushType: PushType
}

/** Where a mistake about a field is told: in settings, or in an entry of the apps file. */
type Place = (field: CredentialField, wrong: string, mend: string) => Problem

const settingOf: Readonly<Record<CredentialField, string>> = {
  keyFile: 'APNS_KEY_FILE',
  keyId: 'APNS_KEY_ID',
  teamId: 'APNS_TEAM_ID',
  certificateFile: 'APNS_CERTIFICATE_FILE',
  certificateKeyFile: 'APNS_CERTIFICATE_KEY_FILE',
}

const inSettings: Place = (field, wrong, mend) => ({ setting: settingOf[field], wrong, mend })

const inFile =
  (topic: string): Place =>
  (field, wrong, mend) => ({ setting: 'APNS_APPS_FILE', wrong: `${field} of ${topic}: ${wrong}`, mend })

const readEntry = (entry: Entry, place: Place, now: number): Apps => {
  const reading = readCredentials(entry, entry.topic, now)
  if ('flaws' in reading)
    return { apps: [], problems: reading.flaws.map(({ field, wrong, mend }) => place(field, wrong, mend)) }
  const { topic, pushType } = entry
  const environments: readonly Environment[] =
    entry.environment === 'both' ? ['production', 'sandbox'] : [entry.environment]
  const { credentials } = reading
  return { apps: environments.map((environment) => ({ topic, environment, credentials, pushType })), problems: [] }
}

const joined = (parts: readonly Apps[]): Apps => {
  const problems = parts.flatMap((part) => part.problems)
  const unique = new Map(problems.map((problem) => [`${problem.setting} ${problem.wrong}`, problem]))
  return { apps: parts.flatMap(({ apps }) => apps), problems: [...unique.values()] }
}

const bundleId = /^[A-Za-z0-9.-]{1,155}$/

const fromSettings = (settings: ApnsSettings, now: number): Apps => {
  const topics = [...new Set(settings.APNS_TOPICS.split(',').map((topic) => topic.trim()))].filter(Boolean)
  const strange = topics.filter((topic) => !bundleId.test(topic))
  if (topics.length === 0 || strange.length > 0) {
    const wrong = topics.length === 0 ? 'it names no app' : `${JSON.stringify(strange[0])} is no bundle id`
    return {
      apps: [],
      problems: [{ setting: 'APNS_TOPICS', wrong, mend: 'name the bundle ids of the apps, such as im.example.app' }],
    }
  }
  const entry = {
    keyFile: settings.APNS_KEY_FILE,
    keyId: settings.APNS_KEY_ID,
    teamId: settings.APNS_TEAM_ID,
    certificateFile: settings.APNS_CERTIFICATE_FILE,
    certificateKeyFile: settings.APNS_CERTIFICATE_KEY_FILE,
    environment: settings.APNS_ENVIRONMENT as Entry['environment'],
    pushType: settings.APNS_PUSH_TYPE as PushType,
  }
  return joined(topics.map((topic) => readEntry({ ...entry, topic }, inSettings, now)))
}

const fields: Readonly<Record<string, RegExp>> = {
  topic: bundleId,
  environment: /^(production|sandbox|both)$/,
  pushType: /^(alert|background|voip)$/,
  keyFile: /./,
  keyId: /./,
  teamId: /./,
  certificateFile: /./,
  certificateKeyFile: /./,
}

/** Why an element of the list is no app; `undefined` where it is one. */
const flawOf = (value: unknown): string | undefined => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'it is no object'
  const strange = Object.keys(value).find((name) => !Object.hasOwn(fields, name))
  if (strange !== undefined) return `it has the unknown field ${strange}`
  if (!('topic' in value)) return 'it has no topic'
  const wrong = Object.entries(value).find(([name, text]) => typeof text !== 'string' || !fields[name]?.test(text))
  return wrong === undefined ? undefined : `its ${wrong[0]} cannot be used`
}

const parse = (path: string): { readonly list: readonly unknown[] } | { readonly problem: Problem } => {
  const problem = (wrong: string, mend: string) => ({ problem: { setting: 'APNS_APPS_FILE', wrong, mend } })
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    return problem(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`, 'check the path and its rights')
  }
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) && list.length > 0
      ? { list }
      : problem(`${path} holds no list of apps`, 'see docs/delivery.md')
  } catch {
    return problem(`${path} is not JSON`, 'see docs/delivery.md for an example')
  }
}

const fromFile = (settings: ApnsSettings, now: number): Apps => {
  const parsed = parse(settings.APNS_APPS_FILE)
  if ('problem' in parsed) return { apps: [], problems: [parsed.problem] }
  const below = (path: string | undefined): string => (path ? resolve(dirname(settings.APNS_APPS_FILE), path) : '')
  const readOne = (value: unknown, index: number): Apps => {
    const flaw = flawOf(value)
    if (flaw !== undefined)
      return {
        apps: [],
        problems: [
          {
            setting: 'APNS_APPS_FILE',
            wrong: `app ${index + 1}: ${flaw}`,
            mend: 'see docs/delivery.md for an example',
          },
        ],
      }
    const given = value as Partial<Entry> & { topic: string }
    const entry: Entry = {
      environment: 'production',
      pushType: settings.APNS_PUSH_TYPE as PushType,
      ...given,
      keyFile: below(given.keyFile),
      certificateFile: below(given.certificateFile),
      certificateKeyFile: below(given.certificateKeyFile),
    }
    return readEntry(entry, inFile(given.topic), now)
  }
  return joined(parsed.list.map(readOne))
}

const twice = ({ apps }: Apps): Problem[] => {
  const seen = new Set<string>()
  return apps.flatMap(({ topic, environment }) => {
    const name = `${topic} (${environment})`
    if (!seen.has(name)) {
      seen.add(name)
      return []
    }
    return [{ setting: 'APNS_APPS_FILE', wrong: `${name} is there twice`, mend: 'keep one of them' }]
  })
}

/** The apps that settings name, with their keys and certificates read and checked. `now` is Unix milliseconds. */
export const readApps = (settings: ApnsSettings, now: number): Apps => {
  const { APNS_APPS_FILE, APNS_KEY_FILE, APNS_CERTIFICATE_FILE } = settings
  const sources = [
    ...(APNS_KEY_FILE || APNS_CERTIFICATE_FILE ? [fromSettings(settings, now)] : []),
    ...(APNS_APPS_FILE ? [fromFile(settings, now)] : []),
  ]
  if (sources.length === 0)
    return {
      apps: [],
      problems: [
        {
          setting: 'APNS_KEY_FILE',
          wrong: 'there is no key for any app',
          mend: 'name a .p8 file here, a certificate in APNS_CERTIFICATE_FILE, or a list of apps in APNS_APPS_FILE',
        },
      ],
    }
  const all = joined(sources)
  return { apps: all.apps, problems: [...all.problems, ...twice(all)] }
}
