import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CaseResult, VectorPlayer } from '../vectors/case.ts'
import { playConversation } from '../vectors/conversation.ts'
import { corePlayers } from '../vectors/core.ts'
import { playQueries } from '../vectors/queries.ts'
import { playRegistrations } from '../vectors/registrations.ts'
import { playRequests } from '../vectors/requests.ts'
import type { Command } from './command.ts'

const playerOf = (file: string): VectorPlayer | undefined => {
  if (/^conversation-.*\.json$/.test(file)) return playConversation
  const players: Readonly<Record<string, VectorPlayer>> = {
    ...corePlayers,
    'registrations.json': playRegistrations,
    'queries.json': playQueries,
    'requests.json': playRequests,
  }
  return Object.hasOwn(players, file) ? players[file] : undefined
}

/** Input for benchmarks that lies beside the vectors. */
const notVectors = new Set(['load-sample.json'])

const playFile = async (path: string, play: VectorPlayer): Promise<CaseResult[]> => {
  try {
    return await play(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    return [{ note: 'the file as a whole', expected: 'a vector file', got: (error as Error).message, passed: false }]
  }
}

/** Plays every vector file of a folder; exit code 0 only if something was played and nothing failed. */
export const vectors: Command = async ({ args: [folder], print, warn }) => {
  if (folder === undefined) {
    warn('usage: reveille vectors DIR')
    return 1
  }
  let files: string[]
  try {
    files = readdirSync(folder).sort()
  } catch (error) {
    warn(`${folder} cannot be read (${(error as NodeJS.ErrnoException).code}); name a folder with vector files.`)
    return 1
  }
  let passed = 0
  let failed = 0
  for (const file of files) {
    const play = playerOf(file)
    if (play === undefined) {
      print(
        `${file.replace(/\.json$/, '')} skipped: ${notVectors.has(file) ? 'input for benchmarks, not vectors' : 'not a known vector file'}`,
      )
      continue
    }
    const results = await playFile(join(folder, file), play)
    const failures = results.filter((result) => !result.passed)
    passed += results.length - failures.length
    failed += failures.length
    print(`${file.replace(/\.json$/, '')} ${results.length - failures.length}/${results.length}`)
    for (const { note, expected, got } of failures) {
      print(`  ${file}: ${note}`)
      print(`    expected ${expected}`)
      print(`    got      ${got}`)
    }
  }
  print(`${passed} passed, ${failed} failed`)
  return passed > 0 && failed === 0 ? 0 : 1
}
