const maxLength = 160

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const forms = (token: string): string[] => [token, encodeURIComponent(token)]

// Tokens are long runs with digits; the provider's own words, such as BadEnvironmentKeyIdInToken, have none.
const longRun = /[\w:+/=%.~-]{16,}/g
const looksSecret = (run: string): boolean => /\d/.test(run) || run.length > 40

/**
 * gorush's words without addresses, without any of `tokens` and without long runs that could be a token;
 * one line of at most 160 characters.
 */
export const redact = (text: string, tokens: readonly string[]): string => {
  const known = tokens
    .filter(Boolean)
    .flatMap(forms)
    .sort((a, b) => b.length - a.length)
  const withoutTokens =
    known.length === 0 ? text : text.replace(new RegExp(known.map(escapeRegExp).join('|'), 'gi'), '[token]')
  const clean = withoutTokens
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]*/gi, '[address]')
    .replace(longRun, (run) => (looksSecret(run) ? '[…]' : run))
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
  return clean.length > maxLength ? `${clean.slice(0, maxLength)}…` : clean
}
