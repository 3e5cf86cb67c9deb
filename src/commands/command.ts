/** What a command may touch of the world around it. */
export interface CommandContext {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted at the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal
  /** Runs synchronous work when the process ends, however soon that is. */
  readonly atExit: (work: () => void) => void
  /** Where log lines go. */
  readonly logStream: { write(line: string): void }
  readonly print: (line: string) => void
  readonly warn: (line: string) => void
}

/** Resolves with the exit code. */
export type Command = (context: CommandContext) => Promise<number>
