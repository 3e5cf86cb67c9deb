import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../../fixtures/gorush/', import.meta.url)

export interface RecordedNotification {
  readonly notif_id?: string
  readonly tokens: readonly string[]
  readonly platform: number
  readonly message: string
  readonly topic?: string
  readonly data: Readonly<Record<string, string>>
}

interface ProviderVerdict {
  readonly token: string
  readonly reason?: string
  readonly body?: { readonly error: { readonly message: string } }
}

export interface RecordedEntry {
  readonly notif_id?: string
  readonly type: string
  readonly platform: string
  readonly token: string
  readonly message: string
  readonly error: string
}

/** One recorded request and answer. `request` is a body as text, or its JSON; lists of more than four are cut. */
export interface Exchange {
  readonly name: string
  readonly verdicts: readonly ProviderVerdict[]
  readonly request: string | { readonly notifications: readonly (RecordedNotification | string)[] }
  readonly response: {
    readonly status: number
    readonly body: { readonly counts?: number; readonly logs?: readonly RecordedEntry[]; readonly message?: string }
  }
  /** What was posted to the feedback hook. */
  readonly feedback?: readonly RecordedEntry[]
}

interface Recording {
  readonly settings: Readonly<Record<string, unknown>>
  readonly exchanges: readonly Exchange[]
}

const isPush = ({ name, request }: Exchange): boolean => request !== undefined && !name.startsWith('GET ')

/** Recordings whose file is named like that: file name, settings, exchanges with /api/push. */
export const recordingsOf = (files: RegExp) =>
  readdirSync(folder)
    .filter((file) => files.test(file))
    .sort()
    .map((file) => {
      const { settings, exchanges } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Recording
      return { file, settings, exchanges: exchanges.filter(isPush) }
    })

/** Those of gorush in synchronous mode. */
export const recordings = recordingsOf(/^sync.*\.json$/)

/** The notifications of a request that was not cut; none of a body that is no request. */
export const wholeRequest = ({ request }: Exchange): readonly RecordedNotification[] | undefined => {
  if (typeof request === 'string') return []
  const whole = request.notifications.filter((item) => typeof item !== 'string')
  return whole.length === request.notifications.length ? whole : undefined
}

/** The `error` that gorush made of a provider's verdict: Apple's reason, or Google's message. */
export const errorOf = ({ reason, body }: ProviderVerdict): string => reason ?? body?.error.message ?? ''
