/**
 * Reed-Solomon erasure coding as installed clients use it (protocol section 4.2): GF(2^8) with the polynomial 0x11d and
 * a Vandermonde matrix (row r, column c: r^c) times the inverse of its top square. That product says: shard r is the value
 * at r of the polynomial whose values at 0, 1, 2… are the data shards. So no matrix is needed, only interpolation.
 */

/** Data and parity shards together: GF(2^8) has no more points. */
export const maxShards = 256

const polynomial = 0x11d
const order = 255

const exponentials = new Uint8Array(order)
const logarithms = new Uint8Array(256)
for (let power = 0, value = 1; power < order; power++) {
  exponentials[power] = value
  logarithms[value] = power
  value = value < 128 ? value << 1 : (value << 1) ^ polynomial
}

const log = (value: number): number => logarithms[value] ?? 0
const multiply = (a: number, b: number): number =>
  a === 0 || b === 0 ? 0 : (exponentials[(log(a) + log(b)) % order] ?? 0)

const products = Array.from({ length: 256 }, (_, factor) =>
  Uint8Array.from({ length: 256 }, (_, value) => multiply(factor, value)),
)

/** `target += factor * source`, the inner loop of everything here: one table look-up for each byte. */
const addScaled = (target: Uint8Array, source: Uint8Array, factor: number): void => {
  const row = products[factor]
  if (row === undefined) return
  for (let index = 0; index < target.length; index++) {
    target[index] = (target[index] ?? 0) ^ (row[source[index] ?? 0] ?? 0)
  }
}

/** A shard and where it stands: subtraction in this field, and so the distance of two points, is exclusive or. */
interface Known {
  readonly point: number
  readonly shard: Uint8Array
}

const logOfDistances = (from: number, known: readonly Known[]): number =>
  known.reduce((sum, { point }) => (point === from ? sum : sum + log(from ^ point)), 0)

/** Logarithms of the denominators of Lagrange's formula, one for each known shard. */
const denominatorsOf = (known: readonly Known[]): number[] => known.map(({ point }) => logOfDistances(point, known))

/** The shard at `point`, which is none of the known ones, by Lagrange's formula. */
const valueAt = (point: number, known: readonly Known[], denominators: readonly number[]): Uint8Array => {
  const value = new Uint8Array(known[0]?.shard.length ?? 0)
  const numerator = logOfDistances(point, known)
  for (const [index, each] of known.entries()) {
    const logarithm = numerator - log(point ^ each.point) - (denominators[index] ?? 0)
    addScaled(value, each.shard, exponentials[((logarithm % order) + order) % order] ?? 0)
  }
  return value
}

/** Parity shards of data shards of one length. Throws a RangeError beyond `maxShards`. */
export const parityOf = (data: readonly Uint8Array[], parity: number): Uint8Array[] => {
  if (data.length + parity > maxShards) throw new RangeError(`${data.length + parity} shards, at most ${maxShards}`)
  const known = data.map((shard, point) => ({ point, shard }))
  const denominators = denominatorsOf(known)
  return Array.from({ length: parity }, (_, index) => valueAt(data.length + index, known, denominators))
}

/**
 * All data shards from enough shards of one length: `shards` has the data shards in front and a hole where one is missing.
 * `undefined` where fewer are there than there are data shards, or where there are more than `maxShards`.
 */
export const restoreData = (shards: readonly (Uint8Array | undefined)[], data: number): Uint8Array[] | undefined => {
  const present = shards.flatMap((shard, point) => (shard === undefined ? [] : [{ point, shard }]))
  if (present.length < data || shards.length > maxShards) return undefined
  const known = present.slice(0, data)
  const denominators = denominatorsOf(known)
  return shards.slice(0, data).map((shard, point) => shard ?? valueAt(point, known, denominators))
}
