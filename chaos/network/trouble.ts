import type { Account, Books, Dispatch } from './books.ts'

const mostTold = 20

const isTrouble = ({ matter, handledAt, pushed, dispatches }: Account): boolean =>
  (matter.counted && handledAt === undefined) ||
  pushed.length > 1 ||
  dispatches.some(({ answered }) => answered.length > 1)

/** A line for each matter that was lost or came twice, with seconds since `begun`, for whoever looks for the reason. */
export const troubles = ({ accounts }: Pick<Books, 'accounts'>, begun: number): string[] => {
  const seconds = (at: number): string => ((at - begun) / 1000).toFixed(1)
  const times = (all: readonly number[]): string => all.map(seconds).join(' and ') || 'never'
  const letter = ({ keptSince, answered }: Dispatch): string => {
    const kept = [...keptSince].map(([station, at]) => `by ${station} at ${seconds(at)}`).join(', ') || 'by nobody'
    return `kept ${kept}, answered ${times(answered)}`
  }
  const line = ({ matter: { kind }, dispatches, pushed }: Account): string =>
    [kind, ...dispatches.map(letter), ...(kind === 'request' ? [`pushed ${times(pushed)}`] : [])].join('; ')
  return accounts.filter(isTrouble).slice(0, mostTold).map(line)
}
