import { parseExactly } from './json.ts'

/** What came of a call. Where no answer came, the node may have acted on it all the same. */
export type Outcome =
  | { readonly ok: true; readonly status: number; readonly body: string }
  | { readonly ok: false; readonly reason: string; readonly tooLarge: boolean }

/** A JSON answer, or why there is none. */
export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: string; readonly status?: number; readonly tooLarge: boolean }

export interface Call {
  readonly method?: 'GET' | 'POST'
  /** Starts with a slash. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  /** JSON text. */
  readonly body?: string
  readonly timeoutMs: number
  /** The most that the answer may have; 1 MiB where this is missing, never more than the client takes. */
  readonly maxBytes?: number
}

export interface RestClient {
  /** As an operator may see it. */
  readonly url: string
  /** Never waits longer than the call's timeout nor takes more than the limit of bytes. Rejects only with the signal's reason. */
  call(call: Call, signal: AbortSignal): Promise<Outcome>
  /** The same for calls that answer JSON: everything but a 2xx with JSON is a failure. */
  ask(call: Call, signal: AbortSignal): Promise<Answer>
}

export interface RestClientOptions {
  /** Of the API, without a slash at its end. */
  readonly url: string
  /** The most that any answer may have. */
  readonly maxAnswerBytes: number
}

const usualBytes = 1024 * 1024

class TooLarge extends Error {}

/** Reads what fits; more than that is not waited for. */
const readBody = async (response: Response, limit: number): Promise<string> => {
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop cancels the rest of the body.
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > limit) throw new TooLarge(`answered with more than ${limit} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

const plain: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections',
  ENOTFOUND: 'has a name that nobody knows',
  EAI_AGAIN: 'has a name that cannot be looked up now',
  ECONNRESET: 'broke the connection off',
  UND_ERR_SOCKET: 'broke the connection off',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
}

const reasonOf = (error: unknown, timeoutMs: number): string => {
  if (error instanceof TooLarge) return error.message
  if (error instanceof Error && error.name === 'TimeoutError') return `did not answer within ${timeoutMs} ms`
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const { code, message } = cause as NodeJS.ErrnoException
  return plain[code ?? ''] ?? `cannot be asked (${code ?? message})`
}

/** The beginning of a text of the node's, in one line. */
export const excerpt = (text: string): string => {
  const line = text
    .slice(0, 400)
    .replace(/[\s\p{C}]+/gu, ' ')
    .trim()
  return line.length > 120 ? `${line.slice(0, 120)}…` : line
}

/** Speaks to one node's REST API. */
export const createRestClient = ({ url, maxAnswerBytes }: RestClientOptions): RestClient => {
  const call = async (request: Call, signal: AbortSignal): Promise<Outcome> => {
    const { method = 'GET', path, query, body, timeoutMs, maxBytes = usualBytes } = request
    const search = query === undefined ? '' : `?${new URLSearchParams(query)}`
    signal.throwIfAborted()
    try {
      const response = await fetch(`${url}${path}${search}`, {
        method,
        redirect: 'error',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        headers: { accept: 'application/json, text/plain' },
        ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
      })
      return { ok: true, status: response.status, body: await readBody(response, Math.min(maxBytes, maxAnswerBytes)) }
    } catch (error) {
      signal.throwIfAborted()
      return { ok: false, reason: reasonOf(error, timeoutMs), tooLarge: error instanceof TooLarge }
    }
  }

  return {
    url,
    call,
    ask: async (request, signal) => {
      const outcome = await call(request, signal)
      if (!outcome.ok) return outcome
      const { status, body } = outcome
      if (status < 200 || status > 299)
        return { ok: false, reason: `answered ${status}: ${excerpt(body)}`, status, tooLarge: false }
      try {
        return { ok: true, value: parseExactly(body) }
      } catch (error) {
        const what = error instanceof RangeError ? error.message : 'something that is no JSON'
        return { ok: false, reason: `answered with ${what}`, status, tooLarge: false }
      }
    },
  }
}

const neverOffered = new Set([401, 403, 404, 405, 501])

/** Whether an answer says that such calls are not offered, rather than that they cannot be answered now. */
export const isNotOffered = (answer: Answer): boolean => {
  if (answer.ok || answer.status === undefined) return false
  // A node that starts says this of all that it will offer.
  if (/initiali[sz]ing/i.test(answer.reason)) return false
  return neverOffered.has(answer.status) || (answer.status === 400 && /invalid path/i.test(answer.reason))
}

/** What a call that is not expected to bring anything back says of itself; `undefined` where all is well. */
export const faultOf = (outcome: Outcome): string | undefined => {
  if (!outcome.ok) return outcome.reason
  const { status, body } = outcome
  return status >= 200 && status <= 299 ? undefined : `answered ${status}: ${excerpt(body)}`
}
