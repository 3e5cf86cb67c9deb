import { deviceOf, placeOf, type Target } from './targets.ts'

/** Of one person: nobody has more devices and gateways than that. */
export const mostTargets = 64

/** What a sending client knows of people's devices, with its age. Bounded, in memory. People go by any name that is theirs alone. */
export interface KnownTargets {
  /** All that there is to know now: a query was answered. */
  replace(person: string, targets: readonly Target[]): void
  /** What one advertisement tells: of each of its devices only the highest version is kept. */
  learn(person: string, targets: readonly Target[]): void
  /** Nothing was missed: with what is known by now a query can be spared. */
  complete(person: string): void
  /** What is known, where it is all that there is to know, and none of it is too old. */
  fresh(person: string): Target[] | undefined
  forget(person: string): void
}

interface Known {
  readonly target: Target
  /** Unix milliseconds. */
  readonly at: number
}

interface Person {
  readonly places: readonly Known[]
  readonly isWhole: boolean
}

/** `rememberMs`: how long a target is used without asking again; `most`: of how many people something is known, the oldest go first. */
export const createKnownTargets = (options: { rememberMs: number; most: number; now: () => number }): KnownTargets => {
  const { rememberMs, most, now } = options
  const people = new Map<string, Person>()

  const put = (name: string, person: Person): void => {
    people.delete(name)
    people.set(name, person)
    const oldest = people.keys().next()
    if (people.size > most && !oldest.done) people.delete(oldest.value)
  }

  const stamped = (targets: readonly Target[]): Known[] =>
    targets.slice(0, mostTargets).map((target) => ({ target, at: now() }))

  const learn: KnownTargets['learn'] = (name, told) => {
    const { places = [], isWhole = false } = people.get(name) ?? {}
    const highest = new Map<string, bigint>()
    for (const target of [...places.map((known) => known.target), ...told]) {
      const version = highest.get(deviceOf(target)) ?? 0n
      if (target.version >= version) highest.set(deviceOf(target), target.version)
    }
    const isNewest = (target: Target): boolean => target.version === highest.get(deviceOf(target))
    const spoken = new Set(told.map(deviceOf))
    const byPlace = new Map<string, Known>()
    // Another device's gateways may lag behind each other: that is for the ranking to judge.
    for (const known of [...places, ...stamped(told)])
      if (!spoken.has(deviceOf(known.target)) || isNewest(known.target)) byPlace.set(placeOf(known.target), known)
    put(name, { places: [...byPlace.values()].slice(-mostTargets), isWhole })
  }

  return {
    replace: (name, targets) => put(name, { places: stamped(targets), isWhole: true }),
    learn,
    complete: (name) => put(name, { places: people.get(name)?.places ?? [], isWhole: true }),
    fresh: (name) => {
      const person = people.get(name)
      if (person === undefined || !person.isWhole || person.places.length === 0) return undefined
      if (person.places.some(({ at }) => now() - at >= rememberMs)) return undefined
      return person.places.map(({ target }) => target)
    },
    forget: (name) => void people.delete(name),
  }
}
