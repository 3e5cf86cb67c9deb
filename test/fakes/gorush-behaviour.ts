import type { ServerResponse } from 'node:http'
import type { PushAnswer } from './gorush-rules.ts'

/**
 * How the fake answers a push. `status` hands nothing on; the others do, and then answer: never (`hang`), with half an answer
 * (`half`), with no JSON (`not-json`), with too small a count (`fewer-counts`), late (`slow`).
 * With `times` it goes back to `ok` after that many requests.
 */
export type Behaviour = { readonly times?: number } & (
  | { readonly kind: 'ok' | 'hang' | 'half' | 'not-json' }
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body?: string
      readonly headers?: Readonly<Record<string, string>>
    }
  | { readonly kind: 'fewer-counts'; readonly counts?: number }
  | { readonly kind: 'slow'; readonly ms: number }
)

export const writeJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
}

const writeHalf = (response: ServerResponse, text: string): void => {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': text.length })
  response.write(text.slice(0, text.length / 2), () => response.destroy())
}

const writeLate = (response: ServerResponse, { status, body }: PushAnswer, ms: number): void => {
  const timer = setTimeout(() => writeJson(response, status, body), ms)
  response.once('close', () => clearTimeout(timer))
}

/** Answers a push that was handed on, the way the behaviour says. */
export const writeAnswer = (response: ServerResponse, answer: PushAnswer, how: Behaviour): void => {
  const { status, body } = answer
  switch (how.kind) {
    case 'hang':
      break
    case 'half':
      writeHalf(response, JSON.stringify(body))
      break
    case 'slow':
      writeLate(response, answer, how.ms)
      break
    case 'not-json':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>all is well</html>')
      break
    case 'fewer-counts':
      writeJson(response, status, { ...body, counts: how.counts ?? 0 })
      break
    default:
      writeJson(response, status, body)
  }
}

/** Which behaviour the next request meets. */
export const createScript = () => {
  let behaviour: Behaviour = { kind: 'ok' }
  let left = Number.POSITIVE_INFINITY
  return {
    set: (next: Behaviour): void => {
      behaviour = next
      left = next.times ?? Number.POSITIVE_INFINITY
    },
    next: (): Behaviour => {
      if (left <= 0) behaviour = { kind: 'ok' }
      left -= 1
      return behaviour
    },
  }
}
