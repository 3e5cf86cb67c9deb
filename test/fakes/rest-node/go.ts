import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../../kits/transport.ts'

/** A real go-waku whose REST API is the node's side of a test. */
export interface GoRestNode {
  readonly url: string
  close(): Promise<void>
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

/** Starts a relay of cluster 16 with these flags on top. Subscribed to nothing that its API would give. */
export const startGoRestNode = async (binary: string, restPort: number, more: string[]): Promise<GoRestNode> => {
  const cwd = await mkdtemp(join(tmpdir(), 'reveille-go-rest-'))
  const flags = [
    '--relay=true',
    '--cluster-id=16',
    '--pubsub-topic=/waku/2/rs/16/32',
    '--address=127.0.0.1',
    `--tcp-port=${await freePort()}`,
    '--rest=true',
    '--rest-address=127.0.0.1',
    `--rest-port=${restPort}`,
    '--log-level=ERROR',
    ...more,
  ]
  const child = spawn(binary, flags, { cwd, stdio: 'ignore' })
  const exit = new Promise<void>((resolve) => void child.once('exit', () => resolve()).once('error', () => resolve()))
  const url = `http://127.0.0.1:${restPort}`
  const close = async (): Promise<void> => {
    child.kill('SIGKILL')
    await exit
    await rm(cwd, { recursive: true, force: true })
  }
  let up = false
  const ask = async (): Promise<void> => {
    while (!up && child.exitCode === null) {
      const signal = AbortSignal.timeout(1_000)
      up = await fetch(`${url}/debug/v1/info`, { signal }).then(
        ({ ok }) => ok,
        () => new Promise((resolve) => setTimeout(resolve, 50, false)),
      )
    }
  }
  void ask()
  try {
    await until('the go-waku node is up', () => up)
    return { url, close }
  } catch (error) {
    await close()
    throw error
  }
}
