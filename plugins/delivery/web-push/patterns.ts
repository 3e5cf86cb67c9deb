const form = /^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$|^[0-9a-f:]*:[0-9a-f:.]*$/i

/** Names with commas; `*.example.org` means all below it. */
export const readPatterns = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== '')

export const isPattern = (text: string): boolean => form.test(text)

export const matches = (patterns: readonly string[], host: string): boolean => {
  const name = host.toLowerCase()
  return patterns.some((pattern) =>
    pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) && name.length >= pattern.length : name === pattern,
  )
}
