import type { CommandContext } from '../commands/command.ts'

export interface Step {
  readonly name: string
  readonly ms: number
}

/** Tells the steps as they happen, each with its time. */
export interface Story {
  readonly steps: readonly Step[]
  /** Runs one step; a step that throws ends the story. */
  tell<T>(name: string, act: () => Promise<T>, detail?: (result: T) => string): Promise<T>
}

export const createStory = ({ print, signal }: Pick<CommandContext, 'print' | 'signal'>): Story => {
  const steps: Step[] = []
  return {
    steps,
    tell: async (name, act, detail) => {
      signal.throwIfAborted()
      const from = performance.now()
      const result = await act()
      signal.throwIfAborted()
      const ms = Math.round((performance.now() - from) * 10) / 10
      steps.push({ name, ms })
      print(`${String(ms).padStart(8)} ms  ${name}${detail === undefined ? '' : `: ${detail(result)}`}`)
      return result
    },
  }
}
