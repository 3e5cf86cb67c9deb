import { parseArgs } from 'node:util'
import { StartError, tokenTypes } from '../../ports/index.ts'
import { unhex } from '../../protocol/index.ts'

export const actions = ['register', 'status', 'unregister', 'send', 'query', 'advertise'] as const
export type Action = (typeof actions)[number]

export const usage = [
  'usage: reveille client register --gateway KEY --token TOKEN [--type apn|firebase|web-push] [--app BUNDLE] [--contacts-only] [--contact KEY]',
  '       reveille client status | unregister | advertise',
  '       reveille client query --to KEY',
  '       reveille client send --to KEY [--message TEXT] [--wait]',
  '  Each of them: [--gateway KEY] [--dir FOLDER] [--timeout SECONDS] [--json]',
  '  The way to the network comes from TRANSPORT_PLUGIN and its settings, such as WAKU_PEERS.',
].join('\n')

export interface ClientOptions {
  readonly action: Action
  /** Public keys, 33 or 65 bytes. */
  readonly gateways: readonly Uint8Array[]
  /** Where key and state lie. */
  readonly dir: string
  readonly timeoutMs: number
  readonly json: boolean
  readonly wait: boolean
  readonly to: Uint8Array | undefined
  readonly message: string
  readonly token: string | undefined
  readonly tokenType: number
  readonly app: string
  readonly contactsOnly: boolean
  readonly contacts: readonly Uint8Array[]
}

const wrong = (setting: string, what: string, mend: string): StartError =>
  new StartError([{ setting, wrong: what, mend }])

const keyOf =
  (option: string) =>
  (text: string): Uint8Array => {
    const digits = text.replace(/^0x/i, '')
    if (!/^(?:04[0-9a-f]{128}|0[23][0-9a-f]{64})$/i.test(digits))
      throw wrong(
        option,
        `${JSON.stringify(text.slice(0, 12))}… is no public key`,
        'write 66 or 130 hexadecimal digits, as reveille keys show prints them',
      )
    return unhex(digits)
  }

const keysOf = (option: string, texts: readonly string[]): Uint8Array[] =>
  texts
    .flatMap((text) => text.split(','))
    .filter(Boolean)
    .map(keyOf(option))

const typeOf = (name: string): number => {
  const found = Object.entries(tokenTypes).find(([known]) => known === name)
  if (found === undefined)
    throw wrong('--type', `there is no token type ${name}`, `choose ${Object.keys(tokenTypes).join(', ')}`)
  return found[1]
}

const secondsOf = (text: string): number => {
  const seconds = Number(text)
  if (!(seconds > 0 && seconds <= 3_600))
    throw wrong('--timeout', `${text} is no time`, 'write a number of seconds up to 3600')
  return seconds
}

const parse = (args: readonly string[]) => {
  const text = { type: 'string' } as const
  const many = { type: 'string', multiple: true, default: [] as string[] } as const
  const flag = { type: 'boolean', default: false } as const
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        gateway: many,
        dir: { ...text, default: 'reveille-client' },
        timeout: { ...text, default: '20' },
        json: flag,
        wait: flag,
        to: text,
        message: { ...text, default: 'wake up' },
        token: text,
        type: { ...text, default: 'apn' },
        app: { ...text, default: '' },
        'contacts-only': flag,
        contact: many,
      },
    })
  } catch {
    return undefined
  }
}

/** `undefined` where the usage is to be shown; throws a StartError for a value that cannot be used. */
export const readClientOptions = (args: readonly string[]): ClientOptions | undefined => {
  const parsed = parse(args)
  const [name, ...others] = parsed?.positionals ?? []
  const action = actions.find((known) => known === name)
  if (parsed === undefined || action === undefined || others.length > 0) return undefined
  const { values } = parsed
  if ((action === 'send' || action === 'query') && values.to === undefined)
    throw wrong('--to', 'it is missing', 'name the public key of who is to be woken')
  if (action === 'register' && values.token === undefined)
    throw wrong('--token', 'it is missing', 'give the device token of the provider')
  return {
    action,
    gateways: keysOf('--gateway', values.gateway),
    dir: values.dir,
    timeoutMs: secondsOf(values.timeout) * 1_000,
    json: values.json,
    wait: values.wait,
    to: values.to === undefined ? undefined : keyOf('--to')(values.to),
    message: values.message,
    token: values.token,
    tokenType: typeOf(values.type),
    app: values.app,
    contactsOnly: values['contacts-only'],
    contacts: keysOf('--contact', values.contact),
  }
}
