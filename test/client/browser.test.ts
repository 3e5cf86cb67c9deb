/** What a page gets: small, without Node, and able to register and to send. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { IDBFactory } from 'fake-indexeddb'
import type * as browser from '../../src/client/browser/index.ts'
import { createParty } from '../../src/client/index.ts'
import { wakeOf } from '../support/cast.ts'
import { createStage, temporaryFolder } from '../support/stage.ts'

const root = resolve(import.meta.dirname, '../..')
const mostGzippedBytes = 250 * 1024
const folder = temporaryFolder()
after(() => rmSync(folder, { recursive: true, force: true }))

describe('the client for browsers', () => {
  const path = join(folder, 'client.mjs')
  let bytes: Uint8Array
  let client: typeof browser
  before(async () => {
    // With this platform an import of Node's is an error.
    const { outputFiles, warnings } = await build({
      entryPoints: [join(root, 'src/client/browser/index.ts')],
      bundle: true,
      platform: 'browser',
      format: 'esm',
      minify: true,
      outfile: path,
      write: false,
      logLevel: 'silent',
    })
    assert.deepEqual(warnings, [])
    const [file = assert.fail('no bundle')] = outputFiles
    bytes = file.contents
    writeFileSync(path, bytes)
    client = await import(pathToFileURL(path).href)
  })

  test(`is below ${mostGzippedBytes / 1024} KiB gzipped, and imports nothing of Node's`, () => {
    assert.ok(gzipSync(bytes).length < mostGzippedBytes, `${gzipSync(bytes).length} bytes`)
    assert.equal(/["']node:|\brequire\(["']/.test(Buffer.from(bytes).toString()), false)
  })

  test('registers and sends with its own primitives and its state in IndexedDB, over restarts', async () => {
    const stage = await createStage()
    const database = new IDBFactory()
    Object.assign(globalThis, { indexedDB: database })
    const key = new Uint8Array(randomBytes(32))
    const open = async (privateKey: Uint8Array) => {
      const settings = { MEMORY_BUS: stage.busName }
      const { transport, close } = await createParty({ transport: 'memory', settings, dataDir: folder })
      const node = client.createClientNode({ crypto: client.createBrowserCrypto(privateKey), transport, close })
      await node.start()
      return node
    }
    const nodes = [await open(key), await open(new Uint8Array(randomBytes(32)))] as const
    const begin = () =>
      client.createRegistration(nodes[0], {
        keyPair: nodes[0].party.crypto.identity,
        store: client.indexedDbState(),
        gateways: [stage.crypto.identity.publicKey],
      })
    try {
      const first = await begin()
      await first.switchOn({ tokenType: 1, deviceToken: 'ab'.repeat(32), apnTopic: 'im.example.app' })
      assert.deepEqual(
        (await first.settled()).map(({ kind }) => kind),
        ['registered'],
      )
      await first.close()
      const again = await begin()
      assert.deepEqual([again.installationId, again.version], [first.installationId, first.version])
      const results = await client
        .createSendingClient(nodes[1])
        .send(nodes[0].party.crypto.identity.publicKey, wakeOf(nodes[1]))
      assert.deepEqual(results, [{ installationId: first.installationId, kind: 'accepted' }])
      await stage.drained()
      assert.equal(stage.delivery.handed.length, 1)
      await again.close()
    } finally {
      for (const node of nodes) await node.close()
      await stage.close()
    }
  })

  test('without IndexedDB its state says so', async () => {
    Object.assign(globalThis, { indexedDB: undefined })
    await assert.rejects(client.indexedDbState().read(), /there is no IndexedDB here/)
  })
})
