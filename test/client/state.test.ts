import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileState, memoryState, StateError } from '../../src/client/index.ts'
import { temporaryFolder } from '../support/stage.ts'
import { fallibleState, phone, rewritten, stateKinds, withKeeping } from './keeping.ts'

const withFolder = (run: (folder: string) => Promise<void>) => async (): Promise<void> => {
  const folder = temporaryFolder()
  try {
    await run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test(
  'a file that is not there yet is no state, and is made with its folder, for its owner’s eyes alone',
  withFolder(async (folder) => {
    const path = join(folder, 'of', 'mine', 'state.json')
    const state = fileState(path)
    assert.equal(await state.read(), undefined)
    await state.write('one')
    await state.write('two')
    assert.equal(await state.read(), 'two')
    assert.equal(await fileState(path).read(), 'two')
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.equal(statSync(join(folder, 'of')).mode & 0o077, 0)
    assert.deepEqual(readdirSync(join(folder, 'of', 'mine')), ['state.json'], 'nothing is left beside it')
  }),
)

test(
  'a file that others could read is closed to them by the next write',
  withFolder(async (folder) => {
    const path = join(folder, 'state.json')
    writeFileSync(path, 'old')
    chmodSync(path, 0o644)
    await fileState(path).write('new')
    assert.equal(statSync(path).mode & 0o777, 0o600)
  }),
)

test(
  'a write that fails leaves the old text and no draft',
  withFolder(async (folder) => {
    const path = join(folder, 'state.json')
    mkdirSync(join(path, 'in', 'the', 'way'), { recursive: true })
    await assert.rejects(fileState(path).write('new'))
    assert.deepEqual(readdirSync(folder), ['state.json'])
    await assert.rejects(fileState(path).read(), 'what is there and cannot be read is not nothing')
  }),
)

test(
  'of many writes at once one is there, whole',
  withFolder(async (folder) => {
    const path = join(folder, 'state.json')
    const texts = Array.from({ length: 20 }, (_, n) => String(n).repeat(10_000))
    await Promise.all(texts.map((text) => fileState(path).write(text)))
    assert.ok(texts.includes(readFileSync(path, 'utf8')))
    assert.deepEqual(readdirSync(folder), ['state.json'])
  }),
)

test(
  'a registration survives in a file',
  withKeeping(async (keeping) => {
    const folder = temporaryFolder()
    try {
      const path = join(folder, 'state.json')
      const first = await keeping.opened({ store: fileState(path) })
      await first.close()
      assert.equal(statSync(path).mode & 0o777, 0o600)
      const second = await keeping.open({ store: fileState(path) })
      assert.deepEqual(stateKinds(await second.settled()), ['registered', 'registered'])
      assert.deepEqual([second.installationId, second.device], [first.installationId, phone])
      await second.close()
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }),
)

test(
  'memory keeps what it was given',
  withKeeping(async ({ opened, open, store }) => {
    assert.equal(await memoryState().read(), undefined)
    const { installationId } = await opened()
    const text = await store.read()
    assert.ok(text !== undefined)
    assert.equal((await open({ store: memoryState(text) })).installationId, installationId)
  }),
)

test(
  'a state that is damaged is told of, and nothing is written over it',
  withKeeping(async ({ opened, open, store, receiver }) => {
    const contacts = [receiver.publicKey]
    const registration = await opened()
    await registration.prefer({ contacts })
    await registration.settled()
    await registration.close()
    const whole = (await store.read()) ?? ''
    const [gateway] = JSON.parse(whole).gateways
    const texts = [
      '',
      'no JSON',
      'null',
      '[]',
      '{}',
      whole.slice(0, -1),
      ...(await Promise.all(
        [
          { format: 2 },
          { installationId: 'phone' },
          { accessToken: undefined },
          { version: 'x' },
          { version: '-1' },
          { version: String(2n ** 64n) },
          { version: 1 },
          { device: 'phone' },
          { device: { ...phone, tokenType: '1' } },
          { preferences: undefined },
          { preferences: { ...JSON.parse(whole).preferences, contacts: ['00'.repeat(33)] } },
          { preferences: { ...JSON.parse(whole).preferences, mutedChats: ['xy'] } },
          { preferences: { ...JSON.parse(whole).preferences, contactsOnly: 'yes' } },
          { gateways: {} },
          { gateways: [{ ...gateway, key: '00'.repeat(65) }] },
          { gateways: [{ ...gateway, done: 'x' }] },
          { gateways: [{ ...gateway, refused: { version: '1' } }] },
          { gateways: [{ ...gateway, mayKnow: undefined }] },
          { advertised: 'yesterday' },
        ].map((changes) => rewritten(store, changes)),
      )),
    ]
    for (const text of texts) {
      const damaged = fallibleState(text)
      await assert.rejects(open({ store: damaged }), StateError, text)
      assert.equal(damaged.writes, 0)
      assert.equal(await damaged.read(), text)
    }
  }),
)

test(
  'the error about a damaged state repeats nothing of it',
  withKeeping(async ({ opened, open, store }) => {
    await (await opened()).close()
    const { accessToken } = JSON.parse((await store.read()) ?? '')
    const text = await rewritten(store, { version: 'x' })
    await assert.rejects(open({ store: memoryState(text) }), (error: Error) => {
      assert.ok(!`${error.stack}`.includes(accessToken))
      return /cannot be read/.test(error.message)
    })
  }),
)

test(
  'the state of another key is nobody else’s',
  withKeeping(async ({ bob, opened, open }) => {
    await (await opened()).close()
    await assert.rejects(open({ keyPair: bob.party.crypto.generateKeyPair() }), StateError)
  }),
)
