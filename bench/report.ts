import { availableParallelism, cpus } from 'node:os'
import type { Result } from './bench.ts'

/** Four digits say more than the machine's noise does. */
const rounded = (value: number): number => Number(value.toPrecision(4))

const ratioOf = ({ figure, than }: Result): number => rounded(figure / than)

const machine = () => ({
  node: process.version.slice(1),
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
})

/** The line that programs read. */
export const jsonReport = (bench: string, results: readonly Result[]): string =>
  JSON.stringify({
    bench,
    machine: machine(),
    results: results.map((result) => ({
      case: result.case,
      unit: result.unit,
      figure: rounded(result.figure),
      against: result.against,
      limit: result.limit,
      ratio: ratioOf(result),
    })),
  })

/** The table that people read. */
export const tableReport = (bench: string, results: readonly Result[]): string => {
  const { node, cpu, cores } = machine()
  const rows = [
    ['case', 'figure', 'unit', 'against', 'its figure', 'ratio'],
    ...results.map((result) => [
      result.case,
      String(rounded(result.figure)),
      result.unit,
      result.limit ? `${result.against} (limit)` : result.against,
      String(rounded(result.than)),
      String(ratioOf(result)),
    ]),
  ]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const isNumber = (column: number): boolean => [1, 4, 5].includes(column)
  const line = (row: readonly string[]): string =>
    row.map((text, i) => (isNumber(i) ? text.padStart(widths[i] ?? 0) : text.padEnd(widths[i] ?? 0))).join('  ')
  return [`${bench}: Node ${node}, ${cores} cores, ${cpu}`, '', ...rows.map((row) => line(row).trimEnd())].join('\n')
}
