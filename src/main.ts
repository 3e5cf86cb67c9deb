#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import type { Command } from './commands/command.ts'
import { didYouMean } from './config.ts'
import { StartError, sentence } from './ports/index.ts'

const stopWithinMs = 10_000
const sameSignalMs = 100

/** Commands are loaded when they are called for: help must not wait for the network's libraries. */
const commands: Readonly<Record<string, { readonly about: string; readonly load: () => Promise<Command> }>> = {
  start: { about: 'run the gateway', load: async () => (await import('./commands/start.ts')).start },
  client: {
    about:
      'register | status | unregister | send | query | advertise: try a gateway by hand   [--gateway KEY] [--json]',
    load: async () => (await import('./commands/client.ts')).client,
  },
  demo: {
    about: 'show a push arriving, and surviving a crash   [--json]',
    load: async () => (await import('./commands/demo.ts')).demo,
  },
  fakes: {
    about: 'run stand-ins for Apple, Firebase, gorush and web push   [--port N] [--dir FOLDER] [--json]',
    load: async () => (await import('./commands/fakes.ts')).fakes,
  },
  keys: {
    about: 'make | show: make an identity, or show its public key',
    load: async () => (await import('./commands/keys.ts')).keys,
  },
  storage: {
    about: 'copy --from ADDRESS --to ADDRESS: move to another storage   [--json]',
    load: async () => (await import('./commands/storage.ts')).storage,
  },
  vectors: {
    about: 'DIR: play recorded messages of real clients',
    load: async () => (await import('./commands/vectors.ts')).vectors,
  },
}

const help = (): string =>
  [
    'reveille: the push gateway that wakes sleeping messengers',
    '',
    'usage: reveille COMMAND [ARGUMENTS]',
    '',
    ...Object.entries(commands).map(([name, { about }]) => `  ${name.padEnd(9)} ${about}`),
    '',
    'Settings come from the environment and from a file .env in the working folder; docs/settings.md lists them.',
  ].join('\n')

const fileSettings = (): NodeJS.Dict<string> => {
  try {
    return parseEnv(readFileSync('.env', 'utf8'))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return {}
    throw new StartError([
      {
        setting: '.env',
        wrong: `it cannot be read (${code})`,
        mend: 'give the gateway’s user the right to read it, or remove it',
      },
    ])
  }
}

/**
 * The first signal asks for an orderly end, within ten seconds; a second one ends at once. One Ctrl-C can arrive twice, from
 * the terminal and from npm, so what follows within a blink is the same signal.
 */
const stopSignal = (): AbortSignal => {
  const controller = new AbortController()
  let first = 0
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (!controller.signal.aborted) {
        first = performance.now()
        controller.abort()
        setTimeout(() => process.exit(1), stopWithinMs).unref()
      } else if (performance.now() - first > sameSignalMs) process.exit(130)
    })
  return controller.signal
}

const run = async (name: string | undefined, args: readonly string[]): Promise<number> => {
  const print = (line: string): void => void process.stdout.write(`${line}\n`)
  const atExit = (work: () => void): void => void process.once('exit', work)
  const warn = (line: string): void => void process.stderr.write(`${line}\n`)
  if (name === undefined || ['help', '--help', '-h'].includes(name)) {
    print(help())
    return name === undefined ? 1 : 0
  }
  if (name === '--version') {
    print(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version)
    return 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) {
    const guess = didYouMean(name, Object.keys(commands))
    warn(
      `there is no command ${name}${guess === undefined ? '' : `; did you mean ${guess}`}. reveille --help lists them.`,
    )
    return 1
  }
  try {
    const execute = await command.load()
    return await execute({
      args,
      env: { ...fileSettings(), ...process.env },
      signal: stopSignal(),
      atExit,
      logStream: process.stderr,
      print,
      warn,
    })
  } catch (error) {
    if (!(error instanceof StartError)) throw error
    for (const problem of error.problems) warn(sentence(problem))
    return 1
  }
}

// Whoever read along has gone, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const [name, ...args] = process.argv.slice(2)
process.exitCode = await run(name, args)
// What a library leaves open (a timer, a socket) must not keep a finished command from ending.
process.exit()
