/** What JSON has learned since the types of it were written. */
interface ExactJson {
  parse(text: string, revive: (key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown
  rawJSON(text: string): unknown
}

const json = JSON as unknown as ExactJson

/** Ten thousand messages have some seventy thousand values, a store page of a hundred a thousand. */
const mostValues = 100_000
const deepest = 64

/** Where a string ends that begins here; the end of the text where it does not end. */
const endOfString = (text: string, start: number): number => {
  for (let at = start; ; ) {
    at = text.indexOf('"', at + 1)
    if (at === -1) return text.length
    let slash = at
    while (text[slash - 1] === '\\') slash -= 1
    if ((at - slash) % 2 === 0) return at
  }
}

/** Throws RangeError where reading the text as JSON would cost far more than its length says. */
const requireModest = (text: string): void => {
  let depth = 0
  let values = 1
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (character === '"') at = endOfString(text, at)
    else if (character === ']' || character === '}') depth -= 1
    else if (character === ',') values += 1
    else if (character === '[' || character === '{') {
      depth += 1
      values += 1
    }
    if (depth > deepest) throw new RangeError(`lists in lists, deeper than ${deepest}`)
    if (values > mostValues) throw new RangeError(`more than ${mostValues} values`)
  }
}

/**
 * `JSON.parse`, except that an integer of up to 64 bits which a number cannot hold becomes a bigint: timestamps are nanoseconds
 * in 64 bits, and a number would round them. Throws SyntaxError for what is no JSON, and RangeError for more than 100 000
 * values or more than 64 levels: no node has that much to say, and reading it would stop all else.
 */
export const parseExactly = (text: string): unknown => {
  requireModest(text)
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d{1,20}$/.test(source)
      ? BigInt(source)
      : value,
  )
}

/** `JSON.stringify`, except that a bigint becomes the number that it is. */
export const stringifyExactly = (value: object): string =>
  JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? json.rawJSON(String(inner)) : inner))

/** A JSON object as something to look into; `undefined` for everything else. */
export const recordOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
