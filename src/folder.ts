import { accessSync, constants, mkdirSync, rmdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Problem } from './ports/index.ts'

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'an unknown error'

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/**
 * Makes a folder of mode 0700 and those above it, as far as they are missing; answers what was made, outermost first.
 * Not by `mkdirSync` with `recursive`, which tries for ever where a folder exists and takes no others, such as `/proc`.
 */
export const makeFolders = (path: string): string[] => {
  const folder = resolve(path)
  if (isFolder(folder)) return []
  try {
    mkdirSync(folder, { mode: 0o700 })
    return [folder]
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(folder) === folder) throw error
  }
  const parents = makeFolders(dirname(folder))
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    removeFolders(parents)
    throw error
  }
  return [...parents, folder]
}

/** Removes folders, innermost first, up to the first in which something lies: that is somebody's. */
const removeFolders = (folders: readonly string[]): void => {
  try {
    for (const folder of folders.toReversed()) rmdirSync(folder)
  } catch {
    // The rest is in use.
  }
}

/** A folder that can be written to, or why there is none. `undo` removes what was made, if nothing was put there. */
export type PreparedFolder = { readonly undo: () => void } | { readonly problem: Problem }

/** Makes the folder that a setting names where there is none. */
export const prepareFolder = (setting: string, folder: string): PreparedFolder => {
  let doing = 'made'
  try {
    const made = makeFolders(folder)
    doing = 'written to'
    accessSync(folder, constants.W_OK | constants.X_OK)
    return { undo: () => removeFolders(made) }
  } catch (error) {
    const wrong = `the folder ${folder} cannot be ${doing} (${codeOf(error)})`
    return { problem: { setting, wrong, mend: 'name a folder that can be written to' } }
  }
}
