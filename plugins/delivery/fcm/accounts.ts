import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { Problem } from '../../../src/ports/index.ts'
import { readSecretFile } from '../shared/secret-file.ts'

/** A service account of one Firebase project. */
export interface Account {
  readonly project: string
  readonly email: string
  readonly key: KeyObject
  readonly keyId: string
  readonly tokenUrl: string
  /** The app whose devices are this project's; `undefined`: any. */
  readonly app: string | undefined
}

const setting = 'FCM_SERVICE_ACCOUNT_FILES'
const download = 'download the key file of a service account anew from the Firebase console'

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const parse = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

const readKey = (pem: string): KeyObject | undefined => {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'rsa' ? key : undefined
  } catch {
    return undefined
  }
}

const isHttps = (text: string): boolean => URL.canParse(text) && new URL(text).protocol === 'https:'

const readAccount = (entry: string, givenTokenUrl: string): Account | Problem => {
  const [, app, path = ''] = /^(?:([A-Za-z0-9._-]+)=)?(.*)$/.exec(entry) ?? []
  const problem = (wrong: string, mend: string): Problem => ({ setting, wrong, mend })
  const file = readSecretFile(path)
  if ('wrong' in file) return problem(file.wrong, file.mend)
  const json = parse(file.text)
  if (json === undefined) return problem(`${path} is not JSON`, download)
  if (json['type'] !== 'service_account') return problem(`${path} is no key of a service account`, download)
  const [project, email] = [textOf(json['project_id']), textOf(json['client_email'])]
  if (!/^[a-z0-9:.-]+$/.test(project)) return problem(`${path} names no project_id`, download)
  if (email === '') return problem(`${path} names no client_email`, download)
  const key = readKey(textOf(json['private_key']))
  if (key === undefined) return problem(`${path} holds no RSA key as private_key`, download)
  const tokenUrl = givenTokenUrl || textOf(json['token_uri'])
  if (!isHttps(tokenUrl)) return problem(`${path} names no token_uri with https`, download)
  return { project, email, key, keyId: textOf(json['private_key_id']), tokenUrl, app }
}

/** Reads the accounts that a list such as `one.json,im.example.app=two.json` names; `tokenUrl` stands in place of theirs. */
export const readAccounts = (
  list: string,
  tokenUrl = '',
): { readonly accounts: Account[]; readonly problems: Problem[] } => {
  const entries = list
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
  if (entries.length === 0)
    return {
      accounts: [],
      problems: [{ setting, wrong: 'it names no file', mend: 'name the key file of a service account' }],
    }
  const accounts: Account[] = []
  const problems: Problem[] = []
  for (const read of entries.map((entry) => readAccount(entry, tokenUrl)))
    if ('wrong' in read) problems.push(read)
    else if (accounts.some(({ project, app }) => project === read.project && app === read.app))
      problems.push({ setting, wrong: `the project ${read.project} is there twice`, mend: 'keep one of its files' })
    else accounts.push(read)
  return { accounts, problems }
}
