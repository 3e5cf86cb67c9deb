/**
 * Reed-Solomon erasure coding as installed clients use it (protocol section 4.2): GF(2^8) with the polynomial 0x11d and
 * a Vandermonde matrix (row r, column c: r^c) times the inverse of its top square, so that data shards stand as they are.
 */

/** Data and parity shards together: there are no more rows of different elements in GF(2^8). */
export const maxShards = 256

type Matrix = readonly Uint8Array[]

const polynomial = 0x11d
const order = 255

const exponentials = new Uint8Array(2 * order)
const logarithms = new Uint8Array(256)
for (let power = 0, value = 1; power < order; power++) {
  exponentials[power] = value
  exponentials[power + order] = value
  logarithms[value] = power
  value = value < 128 ? value << 1 : (value << 1) ^ polynomial
}

const at = (values: Uint8Array | undefined, index: number): number => values?.[index] ?? 0
const log = (value: number): number => at(logarithms, value)

const multiply = (a: number, b: number): number => (a === 0 || b === 0 ? 0 : at(exponentials, log(a) + log(b)))
const invert = (a: number): number => at(exponentials, order - log(a))
const power = (base: number, exponent: number): number =>
  exponent === 0 ? 1 : base === 0 ? 0 : at(exponentials, (log(base) * exponent) % order)

const products = Array.from({ length: 256 }, (_, factor) =>
  Uint8Array.from({ length: 256 }, (_, value) => multiply(factor, value)),
)

/** `target += factor * source`, the inner loop of everything here: one table look-up for each byte. */
const addScaled = (target: Uint8Array, source: Uint8Array, factor: number): void => {
  if (factor === 0) return
  const row = products[factor]
  for (let index = 0; index < source.length; index++) target[index] = at(target, index) ^ at(row, at(source, index))
}

const combine = (factors: Uint8Array, shards: readonly Uint8Array[], length: number): Uint8Array => {
  const sum = new Uint8Array(length)
  for (const [index, shard] of shards.entries()) addScaled(sum, shard, at(factors, index))
  return sum
}

const identity = (size: number): Uint8Array[] =>
  Array.from({ length: size }, (_, row) => Uint8Array.from({ length: size }, (_, column) => (row === column ? 1 : 0)))

const scale = (row: Uint8Array, factor: number): void => {
  for (let index = 0; index < row.length; index++) row[index] = multiply(at(row, index), factor)
}

/** Gauss-Jordan. Every square that is asked for here can be inverted: rows of a Vandermonde matrix are independent. */
const inverse = (square: Matrix): Matrix => {
  const left = square.map((row) => Uint8Array.from(row))
  const right = identity(square.length)
  for (let column = 0; column < left.length; column++) {
    const pivot = left.findIndex((row, index) => index >= column && row[column] !== 0)
    for (const side of [left, right]) {
      const [upper, lower] = [side[column], side[pivot]]
      if (upper === undefined || lower === undefined) throw new Error('a singular matrix')
      side[column] = lower
      side[pivot] = upper
    }
    eliminate(left, right, column)
  }
  return right
}

const eliminate = (left: Uint8Array[], right: Uint8Array[], column: number): void => {
  const [pivot, partner] = [left[column], right[column]]
  if (pivot === undefined || partner === undefined) return
  const factor = invert(at(pivot, column))
  scale(pivot, factor)
  scale(partner, factor)
  for (const [index, row] of left.entries()) {
    const multiple = at(row, column)
    if (index === column || multiple === 0) continue
    addScaled(row, pivot, multiple)
    addScaled(right[index] ?? partner, partner, multiple)
  }
}

const vandermonde = (rows: number, columns: number): Matrix =>
  Array.from({ length: rows }, (_, row) => Uint8Array.from({ length: columns }, (_, column) => power(row, column)))

/** One row of factors for each shard. */
const encodingMatrix = (data: number, parity: number): Matrix => {
  const wide = vandermonde(data + parity, data)
  const unit = inverse(wide.slice(0, data))
  return wide.map((row) => combine(row, unit, data))
}

/** Parity shards of data shards of one length. Throws a RangeError beyond `maxShards`. */
export const parityOf = (data: readonly Uint8Array[], parity: number): Uint8Array[] => {
  if (data.length + parity > maxShards) throw new RangeError(`${data.length + parity} shards, at most ${maxShards}`)
  const length = data[0]?.length ?? 0
  return encodingMatrix(data.length, parity)
    .slice(data.length)
    .map((factors) => combine(factors, data, length))
}

/**
 * All data shards from enough shards of one length: `shards` has the data shards in front and a hole where one is missing.
 * `undefined` where fewer are there than there are data shards.
 */
export const restoreData = (shards: readonly (Uint8Array | undefined)[], data: number): Uint8Array[] | undefined => {
  const present = shards.flatMap((shard, row) => (shard === undefined ? [] : [{ shard, row }])).slice(0, data)
  const length = present[0]?.shard.length
  if (present.length < data || length === undefined || shards.length > maxShards) return undefined
  const matrix = encodingMatrix(data, shards.length - data)
  const back = inverse(present.flatMap(({ row }) => matrix[row] ?? []))
  const known = present.map(({ shard }) => shard)
  return back.map((factors, index) => shards[index] ?? combine(factors, known, length))
}
