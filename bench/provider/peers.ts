import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { BenchContext } from '../bench.ts'

/** Installs packages for this run alone; `undefined`, and a word of it, where that cannot be done. */
export const installPeers = async (
  { progress, atExit }: BenchContext,
  packages: readonly string[],
): Promise<string | undefined> => {
  const folder = join(tmpdir(), `reveille-bench-peers-${process.pid}`)
  atExit(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  progress(`installing ${packages.join(', ')} for this run`)
  try {
    // npm would leave its cache of compiled code in the temporary folder.
    const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' }
    const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages]
    await promisify(execFile)('npm', args, { cwd: folder, timeout: 120_000, env })
    return folder
  } catch {
    progress('they could not be installed: the run goes on without them')
    return undefined
  }
}
