const encoder = new TextEncoder()

export const utf8 = (text: string): Uint8Array => encoder.encode(text)

/** A new array that shares memory with none of its parts. */
export const concat = (...parts: readonly Uint8Array[]): Uint8Array => {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** A copy that shares no memory, whatever kind of view `bytes` is. */
export const copyOf = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes)

const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Lower-case hex without a prefix. */
export const hex = (bytes: Uint8Array & { toHex?(): string }): string => {
  // Newer engines have it, ten times as fast.
  if (bytes.toHex !== undefined) return bytes.toHex()
  let text = ''
  for (const byte of bytes) text += pairs[byte]
  return text
}

/** The inverse of `hex`, in either case; throws a RangeError for everything else. The message does not repeat the text. */
export const unhex = (text: string): Uint8Array => {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(text)) throw new RangeError('not a text of whole bytes in hex')
  const bytes = new Uint8Array(text.length / 2)
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16)
  return bytes
}
