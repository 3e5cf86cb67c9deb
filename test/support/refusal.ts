import assert from 'node:assert/strict'
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { buildGateway, type Overrides } from '../../src/app.ts'
import { StartError, sentence } from '../../src/ports/index.ts'
import { temporaryFolder } from './stage.ts'

/** A folder for the file's tests, removed after them. */
export const folder = temporaryFolder()

const server = createServer()

/** A port of 127.0.0.1 that is in use while the file's tests run. */
export const takenPort = (): number => (server.address() as AddressInfo).port

before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
after(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

let count = 0
/** A path below the test's folder at which nothing is. */
export const fresh = (name = 'data'): string => join(folder, `${count++}-${name}`)

export const file = (content: string | Uint8Array, name = 'file', mode = 0o600): string => {
  const path = fresh(name)
  writeFileSync(path, content, { mode })
  chmodSync(path, mode)
  return path
}

/** Settings with which a gateway starts. */
export const good = () => ({
  TRANSPORT_PLUGIN: 'memory',
  STORAGE_PLUGIN: 'memory',
  DATA_DIR: fresh(),
  HTTP_PORT: '0',
  LOG_LEVEL: 'silent',
})

export type Env = Readonly<Record<string, string>>

/** The sentences with which a start is refused. */
export const refusalOf = async (env: Env, overrides: Overrides = {}): Promise<string[]> => {
  try {
    const gateway = await buildGateway(env, overrides)
    await gateway.close()
    return []
  } catch (error) {
    assert.ok(error instanceof StartError, `not a refusal but ${error}`)
    return error.problems.map(sentence)
  }
}
