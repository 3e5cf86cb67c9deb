/** A mistake that keeps the gateway from starting: which setting or file, what is wrong, how to mend it. */
export interface Problem {
  readonly setting: string
  readonly wrong: string
  readonly mend: string
}

/** Thrown by `create` for what an operator can mend; each problem becomes one sentence. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super(problems.map(sentence).join('\n'))
    this.problems = problems
  }
}

export const sentence = ({ setting, wrong, mend }: Problem): string => `${setting}: ${wrong}; ${mend}.`
