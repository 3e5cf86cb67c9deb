import { type Delivery, type Problem, type TokenType, type TokenTypeName, tokenTypes } from '../ports/index.ts'

export interface Router {
  supports(tokenType: number): boolean
  /** The names of the backends for an app's devices, the first choice first; the next ones are for when it cannot. */
  chainOf(tokenType: TokenType, app: string): readonly string[]
}

/** `apn:im.example.app=apns>gorush`. */
interface Rule {
  readonly text: string
  readonly tokenType: TokenTypeName
  /** Bundle id; `undefined`: every app that has no rule of its own. */
  readonly app: string | undefined
  readonly chain: readonly string[]
}

type Backends = ReadonlyMap<string, Delivery>

const tokenNames = Object.keys(tokenTypes) as TokenTypeName[]

const problemOf = (wrong: string, mend: string): Problem => ({ setting: 'DELIVERY_ROUTES', wrong, mend })

const words = (text: string, separator: string): string[] => text.split(separator).map((part) => part.trim())

const readRule = (text: string, backends: Backends): Rule | Problem => {
  const [left = '', right = '', ...rest] = words(text, '=')
  const [type = '', app, ...more] = words(left, ':')
  const tokenType = tokenNames.find((name) => name === type)
  if (tokenType === undefined || more.length > 0 || app === '')
    return problemOf(
      `${text} names no token type`,
      `write ${tokenNames.slice(0, -1).join(', ')} or ${tokenNames.at(-1)} before the =`,
    )
  const chain = words(right, '>')
  const strange = chain.find((name) => !backends.has(name))
  if (rest.length > 0 || strange !== undefined)
    return problemOf(`${text} names no loaded backend`, `write one of ${[...backends.keys()].join(', ')} behind the =`)
  if (new Set(chain).size < chain.length) return problemOf(`${text} names a backend twice`, 'keep one of them')
  const unable = chain.find((name) => !backends.get(name)?.supports.includes(tokenTypes[tokenType]))
  if (unable !== undefined) {
    const able = ableTo(tokenType, backends)
    return problemOf(
      `${unable} does not serve ${tokenType} tokens`,
      `route them to ${able.join(' or ') || 'another backend'}`,
    )
  }
  if (app !== undefined && !chain.some((name) => servesApp(backends.get(name), tokenType, app)))
    return problemOf(`${chain.join(' and ')} has no key for ${app}`, 'add one to its settings, or correct the name')
  return { text, tokenType, app, chain }
}

const ableTo = (tokenType: TokenTypeName, backends: Backends): string[] =>
  [...backends].filter(([, { supports }]) => supports.includes(tokenTypes[tokenType])).map(([name]) => name)

const servesApp = (backend: Delivery | undefined, tokenType: TokenTypeName, app: string): boolean =>
  backend !== undefined && (backend.serves?.(tokenTypes[tokenType], app) ?? true)

const keyOf = ({ tokenType, app }: Pick<Rule, 'tokenType' | 'app'>): string => `${tokenType} ${app ?? ''}`

const readRules = (text: string, backends: Backends): { rules: Map<string, Rule>; problems: Problem[] } => {
  const rules = new Map<string, Rule>()
  const problems: Problem[] = []
  for (const part of words(text, ',').filter(Boolean)) {
    const rule = readRule(part, backends)
    if ('wrong' in rule) problems.push(rule)
    else if (rules.has(keyOf(rule)))
      problems.push(problemOf(`${words(part, '=')[0]} is routed twice`, 'keep one of its rules'))
    else rules.set(keyOf(rule), rule)
  }
  return { rules, problems }
}

/** Finds the backends of each device; two that claim the same token type without a rule for it are a problem. */
export const createRouter = (text: string, backends: Backends): { router: Router; problems: Problem[] } => {
  const { rules, problems } = readRules(text, backends)
  const lefts = words(text, ',').map((part) => words(words(part, '=')[0] ?? '', ':'))
  for (const tokenType of tokenNames) {
    if (lefts.some(([type, app]) => type === tokenType && app === undefined)) continue
    const able = ableTo(tokenType, backends)
    const [only, ...others] = able
    // With rules for some apps alone, others are nobody's.
    if (others.length > 0 && lefts.some(([type]) => type === tokenType)) continue
    if (others.length > 0)
      problems.push(
        problemOf(`${able.join(' and ')} both serve ${tokenType} tokens`, `add a rule such as ${tokenType}=${only}`),
      )
    else if (only !== undefined)
      rules.set(keyOf({ tokenType, app: undefined }), { text: '', tokenType, app: undefined, chain: [only] })
  }
  const types = new Set([...rules.values()].map(({ tokenType }) => tokenTypes[tokenType]))
  const nameOf = new Map(tokenNames.map((name) => [tokenTypes[name], name]))

  const chainOf = (tokenType: TokenType, app: string): readonly string[] => {
    const name = nameOf.get(tokenType)
    if (name === undefined) return []
    const rule = rules.get(keyOf({ tokenType: name, app })) ?? rules.get(keyOf({ tokenType: name, app: undefined }))
    return rule?.chain.filter((backend) => servesApp(backends.get(backend), name, app)) ?? []
  }

  return {
    router: { supports: (tokenType) => (types as ReadonlySet<number>).has(tokenType), chainOf },
    problems,
  }
}
