import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { type ClientNode, createParty, createRegisteringClient, type Patience } from '../../src/client/index.ts'
import { growingPauseMs } from '../../src/client/pause.ts'
import { device } from '../support/cast.ts'
import { temporaryFolder, until } from '../support/stage.ts'

test('a pause doubles with each failure, and up to half of it is left off by chance', () => {
  for (const [failures, whole] of [250, 500, 1_000, 2_000].entries()) {
    assert.equal(
      growingPauseMs(250, failures, () => 0),
      whole / 2,
    )
    assert.equal(
      growingPauseMs(250, failures, () => 1),
      whole,
    )
  }
  const drawn = Array.from({ length: 200 }, () => growingPauseMs(1_000, 3))
  assert.ok(drawn.every((ms) => ms >= 4_000 && ms < 8_000))
  assert.ok(new Set(drawn).size > 100, 'clients that lost one gateway come back at different times')
})

/** Timers that are set in one turn come in the order of their times, however late: after each attempt one has to come before the next, one after it. */
interface Bounds {
  readonly before: number
  readonly after: number
}

/** A client of a gateway that is known to be silent at once. */
const withSilence = async (
  patience: Patience,
  bounds: readonly Bounds[],
  run: (register: (signal?: AbortSignal) => Promise<unknown>, events: readonly string[]) => Promise<void>,
): Promise<void> => {
  const dataDir = temporaryFolder()
  const party = await createParty({ transport: 'memory', dataDir })
  const events: string[] = []
  const timers: NodeJS.Timeout[] = []
  let attempts = 0
  const node: ClientNode = {
    party,
    start: async () => undefined,
    exchange: async () => {
      const bound = bounds[attempts++]
      events.push('attempt')
      for (const which of ['before', 'after'] as const)
        if (bound !== undefined) timers.push(setTimeout(() => events.push(which), bound[which]))
      return undefined
    },
    gather: async () => [],
    follow: () => ({ caughtUp: Promise.resolve(false), stop: () => undefined }),
    close: () => party.close(),
  }
  const { identity } = party.crypto
  const client = createRegisteringClient(node, identity, party.crypto.generateKeyPair().publicKey, patience)
  try {
    await run((signal) => client.register(device(), 1n, signal), events)
  } finally {
    for (const timer of timers) clearTimeout(timer)
    await party.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

const cases = [
  { chance: 0, pauses: [40, 80, 160] },
  { chance: 0.5, pauses: [60, 120, 240] },
]

for (const { chance, pauses } of cases)
  test(`after silence the client pauses for ${pauses.join(', ')} ms where chance is ${chance}, then gives up`, async (t) => {
    t.mock.method(Math, 'random', () => chance)
    const bounds = pauses.map((ms) => ({ before: ms - 10, after: ms + 10 }))
    await withSilence({ attempts: 4, timeoutMs: 5, pauseMs: 80 }, bounds, async (register, events) => {
      assert.deepEqual(await register(), { kind: 'unreachable' })
      const between = ['before', 'attempt', 'after']
      assert.deepEqual(events, ['attempt', ...between, ...between, ...between.slice(0, 2)])
    })
  })

test('where the caller chooses no pause the first one is between 125 and 250 ms', () =>
  withSilence({ attempts: 2, timeoutMs: 5 }, [{ before: 123, after: 252 }], async (register, events) => {
    assert.deepEqual(await register(), { kind: 'unreachable' })
    assert.deepEqual(events, ['attempt', 'before', 'attempt'])
  }))

test('an abort ends a pause at once', () =>
  withSilence({ attempts: 2, timeoutMs: 5, pauseMs: 3_600_000 }, [], async (register, events) => {
    const controller = new AbortController()
    const registration = register(controller.signal)
    await until('the first attempt', () => events.length === 1)
    controller.abort(new Error('enough'))
    await assert.rejects(registration, /enough/)
    assert.deepEqual(events, ['attempt'])
  }))
