/**
 * `npm run bench -- client`: how long a client takes to register with three gateways, and from a message to the report about five
 * devices, over a relay on loopback.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  type ClientNode,
  createClientNode,
  createParty,
  createSendingClient,
  createSeveralGateways,
  type Wake,
} from '../src/client/index.ts'
import type { KeyPair } from '../src/ports/index.ts'
import { hashOfKeyHex } from '../src/protocol/index.ts'
import { createServiceNode } from '../test/fakes/service-node.ts'
import { createStage, temporaryFolder, until } from '../test/support/stage.ts'
import { type Bench, BenchError, type Result } from './bench.ts'
import { median } from './rounds.ts'

const usual = 20
const gatewayCount = 3
const deviceCount = 5
/** From message to report, as status-go 10 does it; three seconds of it are a wait of its own. */
const referenceMs = 3_660

const roundsOf = (args: readonly string[]): number => {
  let text: string | undefined
  try {
    text = parseArgs({ args: [...args], options: { rounds: { type: 'string' } } }).values.rounds
  } catch {
    throw new BenchError(
      'These arguments are not understood; the usage is: npm run bench -- client [--json] [--rounds N]',
    )
  }
  const rounds = Number(text ?? usual)
  if (!(Number.isInteger(rounds) && rounds >= 1 && rounds <= 10_000))
    throw new BenchError(`--rounds must be a whole number from 1 to 10000, not ${text}.`)
  return rounds
}

const openWorld = async () => {
  const folder = temporaryFolder()
  const station = await createServiceNode({ filter: false, lightpush: false, legacyLightpush: false })
  const network = { WAKU_HOST: '127.0.0.1', WAKU_TCP_PORT: '0', WAKU_PEERS: station.address }
  const env = { TRANSPORT_PLUGIN: 'waku-relay', ...network, CATCH_UP_INTERVAL_SECONDS: '3600' }
  const stages = await Promise.all(Array.from({ length: gatewayCount }, () => createStage({ env })))
  const nodes: ClientNode[] = []
  const open = async (name: string): Promise<ClientNode> => {
    const settings = { ...network, WAKU_TCP_PORT: 0 }
    const node = createClientNode(await createParty({ transport: 'waku-relay', settings, dataDir: join(folder, name) }))
    nodes.push(node)
    await node.start()
    return node
  }
  const [bob, alice] = [await open('bob'), await open('alice')]
  const everybody = [
    ...stages.map(({ gateway }) => gateway.app.transport),
    ...nodes.map(({ party }) => party.transport),
  ]
  await until('a network', () => everybody.every((transport) => transport.health().status === 'ok'))
  return {
    bob,
    alice,
    gateways: stages.map(({ crypto }) => crypto.identity.publicKey),
    close: async () => {
      for (const node of nodes) await node.close()
      for (const stage of stages) await stage.close()
      await station.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type World = Awaited<ReturnType<typeof openWorld>>

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const from = performance.now()
  await work()
  return performance.now() - from
}

const deviceOf = () => ({
  tokenType: 1,
  deviceToken: randomBytes(32).toString('hex'),
  apnTopic: 'im.example.app',
  installationId: randomUUID(),
  accessToken: randomUUID(),
})

const register = async ({ bob, gateways }: World, keyPair: KeyPair): Promise<void> => {
  const results = await createSeveralGateways(bob, keyPair, gateways).register(deviceOf(), 1n)
  if (results.some(({ result }) => result.kind !== 'registered'))
    throw new BenchError('No figures: a gateway did not register the device.')
}

const wakeOf = ({ party: { crypto } }: ClientNode): Wake => ({
  type: 1,
  messageId: new Uint8Array(randomBytes(32)),
  message: new Uint8Array(randomBytes(64)),
  chatId: hashOfKeyHex(crypto, crypto.identity.publicKey),
  author: hashOfKeyHex(crypto, crypto.identity.publicKey),
})

/** A message to somebody whom the sender does not know yet, and the next one. */
const send = async (world: World): Promise<{ readonly first: number; readonly next: number }> => {
  const keyPair = world.bob.party.crypto.generateKeyPair()
  for (let n = 0; n < deviceCount; n++) await register(world, keyPair)
  const sending = createSendingClient(world.alice)
  const message = async (): Promise<void> => {
    const results = await sending.send(keyPair.publicKey, wakeOf(world.alice))
    if (results.length !== deviceCount || results.some(({ kind }) => kind !== 'accepted'))
      throw new BenchError('No figures: not every device was accepted.')
  }
  return { first: await timed(message), next: await timed(message) }
}

export const client: Bench = async ({ args, progress }) => {
  const rounds = roundsOf(args)
  const world = await openWorld()
  try {
    const registering: number[] = []
    const sending: { readonly first: number; readonly next: number }[] = []
    for (let n = 0; n < rounds; n++) {
      registering.push(await timed(() => register(world, world.bob.party.crypto.generateKeyPair())))
      sending.push(await send(world))
      if (n === 0) progress(`${rounds} rounds with ${gatewayCount} gateways and ${deviceCount} devices`)
    }
    const row = (title: string, values: readonly number[], against: string, than: number): Result => ({
      case: title,
      unit: 'ms',
      figure: median(values),
      against,
      than,
      limit: false,
    })
    const firsts = sending.map(({ first }) => first)
    const nexts = sending.map(({ next }) => next)
    const reference = 'the reference client’s 3.66 s for one device at one gateway'
    return [
      row('registered at three gateways', registering, 'the slowest round', Math.max(...registering)),
      row('from the first message to the reports of five devices', firsts, reference, referenceMs),
      row('from the next message to the reports of five devices', nexts, reference, referenceMs),
    ]
  } finally {
    await world.close()
  }
}
