import type { ChildProcess } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type FakeGorush, startFakeGorush } from '../../test/fakes/gorush.ts'
import {
  type ClientNode,
  createClientNode,
  createParty,
  createRegisteringClient,
  createSendingClient,
  type Target,
  type Wake,
} from '../client/index.ts'
import { type GatewayProcess, startGatewayProcess } from '../demo/gateway-process.ts'
import { createStory, type Story } from '../demo/story.ts'
import { notificationTypes, tokenTypes } from '../ports/index.ts'
import { hashOfChatId, hashOfKeyHex, type Report, unhex } from '../protocol/index.ts'
import type { Command, CommandContext } from './command.ts'

const patienceMs = 8_000

/** Nobody else's answer is waited for. */
const oneGateway = { lingerMs: 0 }

/** Everything that the demo opens, closed whatever happens. */
interface Stage {
  readonly folder: string
  readonly children: Set<ChildProcess>
  readonly closers: (() => Promise<unknown>)[]
}

const freePort = async (): Promise<number> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

const clear = ({ folder, children }: Stage): void => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}

const close = async (stage: Stage): Promise<void> => {
  for (const child of stage.children) child.kill('SIGKILL')
  await Promise.all(stage.closers.toReversed().map((closer) => closer().catch(() => undefined)))
  clear(stage)
}

const createNode = async (stage: Stage, name: string, peer: string): Promise<ClientNode> => {
  const settings = { WAKU_HOST: '127.0.0.1', WAKU_TCP_PORT: 0, WAKU_PEERS: peer }
  const folder = mkdtempSync(join(stage.folder, `${name}-`))
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
  const node = createClientNode(await createParty({ transport: 'waku-relay', settings, dataDir: folder, log }))
  stage.closers.push(() => node.close())
  await node.start()
  return node
}

const onceTrue = async (what: string, holds: () => Promise<boolean>, signal: AbortSignal): Promise<void> => {
  const deadline = Date.now() + patienceMs
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for: ${what}`)
    await pause(10, undefined, { signal })
  }
}

interface Stats {
  readonly queue: { readonly depth: number }
  readonly entries: { readonly accepted: number }
}

const statsOf = async (gateway: GatewayProcess): Promise<Stats> =>
  (await fetch(gateway.statsUrl, { signal: AbortSignal.timeout(patienceMs) })).json() as Promise<Stats>

const succeeded = (reports: readonly Report[] | undefined): string => {
  if (reports === undefined) throw new Error('the gateway did not answer the request')
  if (!reports.every(({ success }) => success)) throw new Error('the gateway refused the request')
  return `success for ${reports.length} device`
}

const wake = (node: ClientNode, text: string): Wake => {
  const { crypto } = node.party
  const author = crypto.generateKeyPair()
  return {
    type: notificationTypes.message,
    messageId: new Uint8Array(randomBytes(32)),
    message: new TextEncoder().encode(text),
    chatId: hashOfChatId(crypto, 'a chat of two'),
    author: hashOfKeyHex(crypto, author.publicKey),
  }
}

const bodyOf = (gorush: FakeGorush, after: number): string => JSON.stringify(gorush.pushes[after]?.body ?? {})

interface Cast {
  readonly stage: Stage
  readonly story: Story
  readonly signal: AbortSignal
  startGateway(): Promise<GatewayProcess>
}

/** A device registers, somebody else finds it and wakes it. */
const firstPush = async (cast: Cast, gateway: GatewayProcess, gorush: FakeGorush) => {
  const { stage, story, signal } = cast
  const [bob, alice] = await story.tell('two clients joined the network', () =>
    Promise.all([createNode(stage, 'bob', gateway.address), createNode(stage, 'alice', gateway.address)]),
  )
  const receiver = bob.party.crypto.identity
  const device = {
    tokenType: tokenTypes.apn,
    deviceToken: randomBytes(32).toString('hex'),
    apnTopic: 'im.example.app',
    installationId: randomUUID(),
    accessToken: randomUUID(),
  }
  const registering = createRegisteringClient(bob, receiver, unhex(gateway.publicKey))
  const sending = createSendingClient(alice, oneGateway)
  await story.tell(
    'registration answered',
    () => registering.register(device, 1n, signal),
    ({ kind }) => {
      if (kind !== 'registered') throw new Error(`the registration was ${kind}`)
      return 'success'
    },
  )
  const targets = await story.tell(
    'query answered',
    () => sending.query(receiver.publicKey, { signal }),
    (found) => {
      if (found.length !== 1) throw new Error(`the query found ${found.length} devices`)
      return 'one installation, its grant names the gateway'
    },
  )
  const report = sending.request(targets, wake(alice, 'the first message'), { signal })
  report.catch(() => undefined)
  await story.tell('request accepted', () =>
    onceTrue('acceptance', async () => (await statsOf(gateway)).entries.accepted === 1, signal),
  )
  await story.tell(
    'gorush received',
    () => gorush.waitFor(({ pushes }) => pushes.length > 0, patienceMs),
    () => bodyOf(gorush, 0),
  )
  await story.tell('report', () => report, succeeded)
  return { alice, targets }
}

/** A push is accepted while gorush is away, the gateway dies, and a new process on the same files delivers it. */
const crashProof = async (
  cast: Cast,
  gateway: GatewayProcess,
  gorush: FakeGorush,
  alice: ClientNode,
  targets: readonly Target[],
): Promise<FakeGorush> => {
  const { stage, story, signal } = cast
  await story.tell('gorush went away', () => gorush.close())
  const sending = createSendingClient(alice, oneGateway)
  await story.tell(
    'second request accepted',
    () => sending.request(targets, wake(alice, 'the second message'), { signal }),
    succeeded,
  )
  await story.tell('gateway killed with SIGKILL', () => gateway.kill())
  const returned = await story.tell('gorush came back', () => startFakeGorush({ port: gorush.port }))
  stage.closers.push(() => returned.close())
  const next = await story.tell('new gateway process on the same files', () => cast.startGateway())
  await story.tell(
    'gorush received',
    () => returned.waitFor(({ pushes }) => pushes.length > 0, patienceMs),
    () => bodyOf(returned, 0),
  )
  await story.tell('nothing waits any more', () =>
    onceTrue('an empty outbox', async () => (await statsOf(next)).queue.depth === 0, signal),
  )
  await story.tell(
    'gateway stopped',
    () => next.stop(),
    (code) => `exit code ${code}`,
  )
  return returned
}

const play = async (context: CommandContext, stage: Stage): Promise<number> => {
  const { args, signal, warn } = context
  const json = args.includes('--json')
  const story = createStory({ print: json ? warn : context.print, signal })
  const relayPort = await freePort()
  const gorush = await startFakeGorush()
  stage.closers.push(() => gorush.close())
  const env = {
    PATH: context.env['PATH'] ?? '',
    DATA_DIR: join(stage.folder, 'data'),
    WAKU_HOST: '127.0.0.1',
    WAKU_TCP_PORT: String(relayPort),
    HTTP_PORT: '0',
    DELIVERY_PLUGINS: 'gorush',
    GORUSH_URL: gorush.url,
    RETRY_BASE_MS: '200',
    LOG_LEVEL: 'error',
  }
  const startGateway = () => startGatewayProcess(env, stage.folder, (child) => stage.children.add(child))
  const cast: Cast = { stage, story, signal, startGateway }
  const gateway = await story.tell('gateway started', startGateway, ({ address }) => address)
  const { alice, targets } = await firstPush(cast, gateway, gorush)
  const returned = await crashProof(cast, gateway, gorush, alice, targets)

  const pushes = [...gorush.pushes, ...returned.pushes].map(({ notifId }) => notifId)
  const delivered = new Set(pushes).size
  const figures = { delivered, lost: 2 - delivered, duplicated: pushes.length - delivered }
  const held = delivered === 2 && figures.duplicated === 0
  if (json) context.print(JSON.stringify({ ...figures, steps: story.steps }))
  else
    context.print(
      `${held ? 'It held' : 'It did not hold'}: ${delivered} delivered, ${figures.lost} lost, ${figures.duplicated} duplicated, as counted by the stand-in for gorush.`,
    )
  return held ? 0 : 1
}

/** From a registration to a delivered push, and through a crash, on real sockets of this machine. */
export const demo: Command = async (context) => {
  const stage: Stage = { folder: mkdtempSync(join(tmpdir(), 'reveille-demo-')), children: new Set(), closers: [] }
  context.atExit(() => clear(stage))
  const aborted = new Promise<never>((_, reject) =>
    context.signal.addEventListener('abort', () => reject(new Error('it was stopped')), { once: true }),
  )
  aborted.catch(() => undefined)
  try {
    return await Promise.race([play(context, stage), aborted])
  } catch (error) {
    context.warn(`The demo ended early: ${error instanceof Error ? error.message : String(error)}`)
    return context.signal.aborted ? 130 : 1
  } finally {
    await close(stage)
  }
}
