import type { Replicas } from '../ports/index.ts'

/** Mixes 32 bits so that each of them depends on all (the finaliser of MurmurHash3). */
const mix = (bits: number): number => {
  let mixed = bits
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

const wordOf = (hash: Uint8Array): number =>
  ((hash[0] ?? 0) << 24) | ((hash[1] ?? 0) << 16) | ((hash[2] ?? 0) << 8) | (hash[3] ?? 0)

/**
 * Whose turn a message is (rendezvous hashing): each replica weighs it with its own name, and the heaviest opens it. All come
 * to the same without asking, and one that leaves moves only what was its own.
 */
export const turnOf = (hash: Uint8Array, replicas: readonly string[]): string | undefined => {
  const word = wordOf(hash)
  let [best, most]: [string | undefined, number] = [undefined, -1]
  for (const replica of replicas) {
    const weight = mix(mix(word) ^ Number.parseInt(replica.slice(0, 8), 16))
    if (weight > most) [best, most] = [replica, weight]
  }
  return best
}

export const isOurs = (hash: Uint8Array, { own, living }: Pick<Replicas, 'own' | 'living'>): boolean => {
  const replicas = living()
  return replicas.length < 2 || turnOf(hash, replicas) === own
}
