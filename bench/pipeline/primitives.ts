import type { Crypto, KeyPair } from '../../src/ports/index.ts'

/** One call of a primitive, to be made again. */
export interface Primitive {
  readonly name: string
  readonly run: () => unknown
}

/** How often the protocol needs each of the dear ones; what the code does beyond that is its own cost. */
export type Needed = Readonly<Record<'recover' | 'sign' | 'sharedSecret' | 'generateKeyPair', number>>

const isKeyPair = (value: unknown): value is KeyPair => typeof value === 'object' && value !== null && 'sign' in value

const watch = <T extends object>(target: T, calls: Primitive[]): T => {
  const watched = Object.entries(target).map(([name, value]): [string, unknown] => {
    if (isKeyPair(value)) return [name, watch(value, calls)]
    if (typeof value !== 'function') return [name, value]
    return [
      name,
      (...args: unknown[]) => {
        const run = (): unknown => Reflect.apply(value, target, args)
        calls.push({ name, run })
        const result = run()
        return isKeyPair(result) ? watch(result, calls) : result
      },
    ]
  })
  return Object.fromEntries(watched) as T
}

/** The primitives that `work` calls, with the arguments that it gives them: at most `needed` of the dear ones. */
export const primitivesOf = (crypto: Crypto, needed: Needed, work: (crypto: Crypto) => void): Primitive[] => {
  const calls: Primitive[] = []
  work(watch(crypto, calls))
  const left: Record<string, number> = { ...needed }
  return calls.filter(({ name }) => {
    const rest = left[name]
    if (rest === undefined) return true
    left[name] = rest - 1
    return rest > 0
  })
}

/** `3 recover, 2 sign, …`, the frequent ones first. */
export const named = (primitives: readonly Primitive[]): string =>
  [...Map.groupBy(primitives, ({ name }) => name)]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([name, calls]) => `${calls.length} ${name}`)
    .join(', ')
