/**
 * `npm run bench -- backends`: a gateway pushes to Apple and to Google at a steady pace; how long from a request to the arrival of its
 * push at one of them, while both are well and while the other hangs? Median of three gateways.
 */
import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import apnsPlugin from '../plugins/delivery/apns/index.ts'
import fcmPlugin from '../plugins/delivery/fcm/index.ts'
import { tokenTypes } from '../src/ports/index.ts'
import { startFakeApns } from '../test/fakes/apns.ts'
import { createAuthority } from '../test/fakes/certificate.ts'
import { startFakeFcm } from '../test/fakes/fcm.ts'
import { type Letter, register, requestLetter } from '../test/support/correspondent.ts'
import { newMessageId, type Person } from '../test/support/person.ts'
import { createStage, type Stage, temporaryFolder } from '../test/support/stage.ts'
import { type Bench, BenchError, type Result } from './bench.ts'
import { pushesOf } from './provider/options.ts'
import { median } from './rounds.ts'

const usual = 600
const warmUp = 100
const [mostRounds, leastPerRound] = [3, 200] as const
/** Between two requests, of which one is for Apple and the next one for Google. */
const paceMs = 25
const arrivalsWithinMs = 20_000
const answerWithinMs = 2_000

type Backend = 'apns' | 'fcm'

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

/** When each push was asked for and when it came, by the hex of its message, on the clock of `performance`. */
const createTimes = () => {
  const asked = new Map<string, number>()
  const took: Record<Backend, number[]> = { apns: [], fcm: [] }
  return {
    took,
    asked: (mark: string) => void asked.set(mark, performance.now()),
    came: (backend: Backend, data: unknown): void => {
      const mark = String((data as Readonly<Record<string, unknown>>)['encryptedMessage']).replace(/^0x/, '')
      const at = asked.get(mark)
      asked.delete(mark)
      if (at !== undefined) took[backend].push(performance.now() - at)
    },
  }
}

const openWorld = async () => {
  const folder = temporaryFolder()
  const write = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }
  const times = createTimes()
  const authority = await createAuthority()
  const common = { authority, keep: false, delayMs: 20 }
  const apns = await startFakeApns({ ...common, onPush: ({ payload }) => times.came('apns', payload) })
  const fcm = await startFakeFcm({ ...common, onPush: ({ message }) => times.came('fcm', message['data']) })
  const ca = write('ca.pem', authority.cert)
  const stage = await createStage({
    plugins: { delivery: [apnsPlugin, fcmPlugin] },
    env: {
      STORAGE_PLUGIN: 'sqlite',
      LOG_LEVEL: 'fatal',
      RETRY_BASE_MS: '1000',
      RETRY_MAX_MS: '30000',
      APNS_URL: apns.url,
      APNS_CA_FILE: ca,
      APNS_KEY_FILE: write(`AuthKey_${apns.keyId}.p8`, apns.keyPem),
      APNS_TEAM_ID: apns.teamId,
      APNS_TOPICS: 'im.example.app',
      APNS_TIMEOUT_MS: String(answerWithinMs),
      FCM_URL: fcm.url,
      FCM_CA_FILE: ca,
      FCM_SERVICE_ACCOUNT_FILES: write('account.json', JSON.stringify(fcm.serviceAccount('a-project'))),
      FCM_TIMEOUT_MS: String(answerWithinMs),
    },
  })
  return {
    stage,
    times,
    servers: { apns: apns.server, fcm: fcm.server },
    close: async () => {
      await stage.close()
      await apns.close()
      await fcm.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type World = Awaited<ReturnType<typeof openWorld>>

const enrol = async (stage: Stage): Promise<Readonly<Record<Backend, Person>>> => {
  const people = { apns: stage.person(), fcm: stage.person() }
  const devices = { apns: {}, fcm: { tokenType: tokenTypes.firebase, deviceToken: 'd:APA91bX', apnTopic: '' } }
  for (const backend of ['apns', 'fcm'] as const)
    if ((await register(stage, people[backend], people[backend].registration(devices[backend]))) !== 'success')
      throw new BenchError('No figures: the gateway refused a registration.')
  return people
}

/** Asks for so many pushes of each kind, in turn and at a steady pace, and waits for those of one. Answers what each of these took. */
const play = async ({ stage, times }: World, people: Awaited<ReturnType<typeof enrol>>, of: Backend, count: number) => {
  const signer = stage.crypto.generateKeyPair()
  // What the clients of many machines would do is not what is measured.
  const letters = Array.from({ length: 2 * count }, (_, n): readonly [string, Letter] => {
    const message = new Uint8Array(randomBytes(32))
    const entry = people[n % 2 === 0 ? 'apns' : 'fcm'].entry({ message })
    return [Buffer.from(message).toString('hex'), requestLetter(stage, signer, [entry], newMessageId())]
  })
  times.took[of] = []
  const started = performance.now()
  for (const [n, [mark, letter]] of letters.entries()) {
    times.asked(mark)
    for (const payload of letter.payloads) stage.send(letter.topic, payload)
    stage.published.length = 0
    await pause(Math.max(0, started + (n + 1) * paceMs - performance.now()))
  }
  const until = performance.now() + arrivalsWithinMs
  while (times.took[of].length < count && performance.now() < until) await pause(10)
  if (times.took[of].length < count)
    throw new BenchError(`No figures: of ${count} pushes ${times.took[of].length} came to ${of} in time.`)
  return times.took[of]
}

/** What a push takes in a new gateway, while both are well and then while the other hangs. */
const compareIn = async (of: Backend, other: Backend, count: number) => {
  const world = await openWorld()
  try {
    const people = await enrol(world.stage)
    await play(world, people, of, Math.min(Math.ceil(count / 4), warmUp))
    const quiet = await play(world, people, of, count)
    world.servers[other].behave({ kind: 'hang' })
    return { quiet, beside: await play(world, people, of, count) }
  } finally {
    await world.close()
  }
}

export const backends: Bench = async ({ args, progress }) => {
  const count = pushesOf('backends', args, usual, 20)
  const rounds = Math.min(mostRounds, Math.ceil(count / leastPerRound))
  const results: Result[] = []
  progress('goal: below twice the quiet value')
  for (const [of, other] of [
    ['fcm', 'apns'],
    ['apns', 'fcm'],
  ] as const) {
    // Whatever else the machine does in one of them does not decide.
    const worlds = []
    for (let n = 0; n < rounds; n++) worlds.push(await compareIn(of, other, Math.ceil(count / rounds)))
    for (const [name, share] of [
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const)
      results.push({
        case: `${of}: ${name} from the request to the provider, while ${other} hangs`,
        unit: 'ms',
        figure: median(worlds.map(({ beside }) => percentile(beside, share))),
        against: 'while both are well',
        than: median(worlds.map(({ quiet }) => percentile(quiet, share))),
        limit: false,
      })
  }
  return results
}
