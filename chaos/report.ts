import type { Outcome } from './scenario.ts'

/** The line that programs read. */
export const jsonReport = (chaos: string, { figures }: Outcome): string =>
  JSON.stringify({ chaos, ...Object.fromEntries(figures.map(({ name, value }) => [name, value])) })

/** The table that people read. */
export const tableReport = (chaos: string, { figures, broken }: Outcome): string => {
  const names = Math.max(...figures.map(({ name }) => name.length))
  const values = Math.max(...figures.map(({ value }) => String(value).length))
  const rows = figures.map(
    ({ name, value, says }) => `${name.padEnd(names)}  ${String(value).padStart(values)}  ${says}`,
  )
  return [`chaos ${chaos}: ${broken.length === 0 ? 'it held' : 'it did not hold'}`, '', ...rows].join('\n')
}
