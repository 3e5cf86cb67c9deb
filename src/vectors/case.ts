import { hex } from '../protocol/index.ts'

export interface CaseResult {
  readonly note: string
  readonly expected: string
  readonly got: string
  readonly passed: boolean
}

/** Plays the parsed content of one vector file. */
export type VectorPlayer = (file: unknown) => Promise<CaseResult[]>

const longest = 160

export const shorten = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest)}… (${text.length} characters)`

/** Bytes as hex, everything else as JSON with bigints in decimal. */
export const show = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (value instanceof Uint8Array) return value.length === 0 ? 'no bytes' : hex(value)
  if (typeof value === 'string') return value
  return JSON.stringify(value, (_, inner) => {
    if (inner instanceof Uint8Array) return hex(inner)
    return typeof inner === 'bigint' ? inner.toString() : inner
  })
}

/** Shortens two texts around the first place where they differ, so that the difference can be seen. */
const aroundDifference = (expected: string, got: string): [string, string] => {
  if (expected.length <= longest && got.length <= longest) return [expected, got]
  let at = 0
  while (at < expected.length && expected[at] === got[at]) at++
  const from = Math.max(0, at - 40)
  const cut = (text: string): string => `${from > 0 ? '…' : ''}${shorten(text.slice(from))}`
  return [cut(expected), cut(got)]
}

export const compare = (note: string, expected: unknown, got: unknown): CaseResult => {
  const [wanted, actual] = [show(expected), show(got)]
  const [shownExpected, shownGot] = aroundDifference(wanted, actual)
  return { note, expected: shownExpected, got: shownGot, passed: wanted === actual }
}

/** One result for several comparisons: the first that differs, or a pass. */
export const all = (note: string, checks: readonly CaseResult[]): CaseResult => {
  const failure = checks.find((check) => !check.passed)
  if (failure === undefined) return { note, expected: '', got: '', passed: checks.length > 0 }
  return { ...failure, note: failure.note === '' ? note : `${note}: ${failure.note}` }
}
