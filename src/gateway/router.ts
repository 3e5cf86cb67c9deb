import { type Delivery, type Problem, type TokenType, tokenTypes } from '../ports/index.ts'

export interface Router {
  supports(tokenType: number): boolean
  /** The name of the backend that serves a token type. */
  backendOf(tokenType: TokenType): string | undefined
}

const tokenNames = Object.keys(tokenTypes) as (keyof typeof tokenTypes)[]

/** `apn=gorush,firebase=console` as pairs; what is no pair becomes a problem. */
const readRoutes = (
  text: string,
  names: readonly string[],
): { routes: Map<TokenType, string>; problems: Problem[] } => {
  const routes = new Map<TokenType, string>()
  const problems: Problem[] = []
  for (const rule of text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)) {
    const [type = '', backend = ''] = rule.split('=').map((part) => part.trim())
    const tokenName = tokenNames.find((name) => name === type)
    if (tokenName === undefined)
      problems.push({
        setting: 'DELIVERY_ROUTES',
        wrong: `${rule} names no token type`,
        mend: `write ${tokenNames.join(' or ')} before the =`,
      })
    else if (!names.includes(backend))
      problems.push({
        setting: 'DELIVERY_ROUTES',
        wrong: `${rule} names no loaded backend`,
        mend: `write one of ${names.join(', ')} behind the =`,
      })
    else if (routes.has(tokenTypes[tokenName]))
      problems.push({
        setting: 'DELIVERY_ROUTES',
        wrong: `${tokenName} is routed twice`,
        mend: 'keep one of its rules',
      })
    else routes.set(tokenTypes[tokenName], backend)
  }
  return { routes, problems }
}

/** Finds the one backend of each token type; two that claim the same one without a rule are a problem. */
export const createRouter = (
  rules: string,
  backends: ReadonlyMap<string, Delivery>,
): { router: Router; problems: Problem[] } => {
  const { routes, problems } = readRoutes(rules, [...backends.keys()])
  for (const tokenName of tokenNames) {
    const type = tokenTypes[tokenName]
    const able = [...backends].filter(([, backend]) => backend.supports.includes(type)).map(([name]) => name)
    const chosen = routes.get(type)
    if (chosen !== undefined && !able.includes(chosen))
      problems.push({
        setting: 'DELIVERY_ROUTES',
        wrong: `${chosen} does not serve ${tokenName} tokens`,
        mend: `route them to ${able.join(' or ') || 'another backend'}`,
      })
    if (chosen !== undefined) continue
    const [only, ...others] = able
    if (only !== undefined && others.length === 0) routes.set(type, only)
    else if (only !== undefined)
      problems.push({
        setting: 'DELIVERY_ROUTES',
        wrong: `${able.join(' and ')} both serve ${tokenName} tokens`,
        mend: `add a rule such as ${tokenName}=${only}`,
      })
  }
  return {
    router: {
      supports: (tokenType) => routes.has(tokenType as TokenType),
      backendOf: (tokenType) => routes.get(tokenType),
    },
    problems,
  }
}
