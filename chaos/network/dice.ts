/** Chance that a seed repeats. */
export interface Dice {
  /** From 0, below 1. */
  roll(): number
  between(least: number, most: number): number
  chance(share: number): boolean
  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T
  shuffled<T>(list: readonly T[]): T[]
  /** Dice of their own, so that who throws more often does not change what others throw. */
  fork(): Dice
}

/** `seed` is a whole number of 32 bits. */
export const createDice = (seed: number): Dice => {
  let state = seed >>> 0

  /** Mulberry32: small, and even enough for weather. */
  const word = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }

  const roll = (): number => word() / 2 ** 32

  const pick = <T>(list: readonly T[]): T => {
    const [one] = list.slice(Math.floor(roll() * list.length))
    if (one === undefined) throw new RangeError('There is nothing to pick from.')
    return one
  }

  return {
    roll,
    between: (least, most) => least + roll() * (most - least),
    chance: (share) => roll() < share,
    pick,
    shuffled: (list) =>
      list
        .map((item) => ({ item, at: roll() }))
        .sort((a, b) => a.at - b.at)
        .map(({ item }) => item),
    fork: () => createDice(word()),
  }
}
