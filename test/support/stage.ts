import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { type MemoryBus, sharedMemoryBus, type Unnamed } from '../../plugins/transport/memory.ts'
import { buildGateway, type Gateway, type Overrides } from '../../src/app.ts'
import { type ClientNode, createClientNode, createParty } from '../../src/client/index.ts'
import type { LedgerSnapshot } from '../../src/gateway/ledger.ts'
import { type Crypto, contentTopicOf, type Topic, type WakuMessage } from '../../src/ports/index.ts'
import { createPerson, type Person } from './person.ts'
import { createScriptedDelivery, type ScriptedDelivery } from './scripted.ts'

/** Where a condition that is looked for must hold within this many milliseconds. */
export const patienceMs = 10_000

/** Resolves when `holds` answers true; looks again at every turn of the event loop, and more seldom after a while. */
export const until = async (what: string, holds: () => boolean | Promise<boolean>, within = patienceMs) => {
  const from = performance.now()
  for (let looks = 0; !(await holds()); looks++) {
    if (performance.now() - from > within) assert.fail(`waited in vain for: ${what}`)
    await (looks < 100 ? nextTurn() : pause(5))
  }
}

/** A clock that a test moves. */
export interface Clock {
  now(): number
  advance(ms: number): void
}

export const createClock = (start = Date.now()): Clock => {
  let time = start
  return {
    now: () => time,
    advance: (ms) => {
      time += ms
    },
  }
}

/** A gateway on a bus of its own, with a delivery backend that does what the test says. */
export interface Stage {
  readonly gateway: Gateway
  readonly bus: MemoryBus
  readonly busName: string
  readonly dataDir: string
  readonly delivery: ScriptedDelivery
  readonly crypto: Crypto
  /** What was published by the gateway and not yet taken. */
  readonly published: WakuMessage[]
  readonly logged: string[]
  person(): Person
  /** Lets the network carry a message as it is. */
  carry(message: Unnamed): void
  /** Lets the network carry a payload, now or with a timestamp of its own (Unix ms). */
  send(topic: Topic | string, payload: Uint8Array, at?: number): void
  /** Lets the gateway finish with everything that was sent, and answers what it published meanwhile. */
  settled(): Promise<WakuMessage[]>
  /** Resolves when no accepted push waits. */
  drained(): Promise<void>
  ledger(): LedgerSnapshot
  client(): Promise<ClientNode>
  /** Stops the gateway alone. */
  stop(): Promise<void>
  close(): Promise<void>
}

export interface StageOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly plugins?: NonNullable<Overrides['plugins']>
  readonly now?: () => number
  readonly delivery?: ScriptedDelivery
  /** A folder that outlives the stage. */
  readonly dataDir?: string
  readonly start?: boolean
  /** 32 bytes; otherwise the gateway makes a key of its own in its folder. */
  readonly privateKey?: Uint8Array
  /** The backends that DELIVERY_PLUGINS names, in place of the scripted one. */
  readonly builtInDelivery?: boolean
}

/** A fresh folder under the system's one for such things. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'reveille-test-'))

export const createStage = async (options: StageOptions = {}): Promise<Stage> => {
  const busName = options.env?.['MEMORY_BUS'] ?? randomUUID()
  const bus = sharedMemoryBus(busName)
  const dataDir = options.dataDir ?? temporaryFolder()
  const now = options.now ?? Date.now
  const delivery = options.delivery ?? createScriptedDelivery()
  const logged: string[] = []
  const published: WakuMessage[] = []
  const closers: (() => Promise<unknown>)[] = []
  const environment = {
    ...(options.env?.['TRANSPORT_PLUGIN'] === undefined ? { TRANSPORT_PLUGIN: 'memory', MEMORY_BUS: busName } : {}),
    STORAGE_PLUGIN: 'memory',
    DATA_DIR: dataDir,
    HTTP_PORT: '0',
    LOG_LEVEL: 'warn',
    RETRY_BASE_MS: '10',
    RETRY_MAX_MS: '20',
    ...options.env,
  }
  const gateway = await buildGateway(environment, {
    now,
    plugins: { ...(options.builtInDelivery ? {} : { delivery: [delivery.plugin] }), ...options.plugins },
    ...(options.privateKey === undefined ? {} : { privateKey: options.privateKey }),
    logStream: { write: (line) => void logged.push(line) },
  })
  const spy = (message: WakuMessage): void => void published.push(message)
  const carry = (message: Unnamed): void => bus.send(message, spy)
  bus.join(spy)
  if (options.start ?? true) await gateway.start()
  const { crypto } = gateway.app

  return {
    gateway,
    bus,
    busName,
    dataDir,
    delivery,
    crypto,
    published,
    logged,
    person: () => createPerson(crypto, crypto.identity.compressed),
    carry,
    send: (topic, payload, at = now()) =>
      carry({
        payload,
        contentTopic: typeof topic === 'string' ? topic : contentTopicOf(topic),
        version: 1,
        timestamp: BigInt(Math.floor(at)) * 1_000_000n,
        ephemeral: false,
      }),
    settled: async () => {
      await nextTurn()
      await gateway.engine.idle()
      await nextTurn()
      return published.splice(0)
    },
    drained: () => until('an empty outbox', async () => (await gateway.engine.counts()).queued === 0),
    ledger: () => gateway.engine.ledger.snapshot(),
    client: async () => {
      const party = await createParty({ transport: 'memory', settings: { MEMORY_BUS: busName }, dataDir, now })
      const node = createClientNode(party)
      closers.push(() => node.close())
      await node.start()
      return node
    },
    stop: () => gateway.close(),
    close: async () => {
      await gateway.close()
      bus.leave(spy)
      for (const close of closers) await close()
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Runs a test on a stage and closes it, whatever happens. */
export const onStage =
  (run: (stage: Stage) => Promise<void>, options: StageOptions | (() => StageOptions) = {}) =>
  async (): Promise<void> => {
    const stage = await createStage(typeof options === 'function' ? options() : options)
    try {
      await run(stage)
    } finally {
      await stage.close()
    }
  }
