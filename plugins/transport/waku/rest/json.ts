/** What JSON has learned since the types of it were written. */
interface ExactJson {
  parse(text: string, revive: (key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown
  rawJSON(text: string): unknown
}

const json = JSON as unknown as ExactJson

/**
 * `JSON.parse`, except that an integer which a number cannot hold becomes a bigint: timestamps are nanoseconds in 64 bits,
 * and a number would round them. Throws SyntaxError.
 */
export const parseExactly = (text: string): unknown =>
  json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && source !== undefined && /^-?\d+$/.test(source)
      ? BigInt(source)
      : value,
  )

/** `JSON.stringify`, except that a bigint becomes the number that it is. */
export const stringifyExactly = (value: object): string =>
  JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? json.rawJSON(String(inner)) : inner))

/** A JSON object as something to look into; `undefined` for everything else. */
export const recordOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined
