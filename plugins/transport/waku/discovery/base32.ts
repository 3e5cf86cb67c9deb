const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 base32 without padding. */
export const toBase32 = (bytes: Uint8Array): string => {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet[(value >> bits) & 31]
    }
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text
}

/** The inverse; `undefined` for what `toBase32` never gives, but for lower case. */
export const fromBase32 = (text: string): Uint8Array | undefined => {
  const bytes: number[] = []
  let bits = 0
  let value = 0
  for (const letter of text.toUpperCase()) {
    const digit = alphabet.indexOf(letter)
    if (digit < 0) return undefined
    value = ((value << 5) | digit) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    bytes.push((value >> bits) & 255)
  }
  const decoded = Uint8Array.from(bytes)
  return toBase32(decoded) === text.toUpperCase() ? decoded : undefined
}
