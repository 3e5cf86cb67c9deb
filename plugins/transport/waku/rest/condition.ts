/** Something that holds or does not, with the time since when. */
export interface Condition {
  /** `undefined` while it holds. */
  readonly fault: string | undefined
  /** Unix milliseconds of the last change between holding and not. */
  readonly since: number
  /** How often in a row it was found not to hold. */
  readonly failures: number
  set(fault: string | undefined): void
}

export const createCondition = (now: () => number, initially: string | undefined): Condition => {
  let fault = initially
  let since = now()
  let failures = 0
  return {
    get fault() {
      return fault
    },
    get since() {
      return since
    },
    get failures() {
      return failures
    },
    set: (next) => {
      if ((next === undefined) !== (fault === undefined)) since = now()
      failures = next === undefined ? 0 : failures + 1
      fault = next
    },
  }
}
