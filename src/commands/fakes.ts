import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import webPush from 'web-push'
import {
  createAuthority,
  startFakeApns,
  startFakeFcm,
  startFakeGorush,
  startFakeWebPush,
} from '../../test/fakes/index.ts'
import { prepareFolder } from '../folder.ts'
import { StartError } from '../ports/index.ts'
import type { Command, CommandContext } from './command.ts'

const usage = 'usage: reveille fakes [--port NUMBER] [--dir FOLDER] [--topic APP] [--delay MILLISECONDS] [--json]'
const project = 'reveille-fake'

interface Options {
  /** The first of four ports in a row; 0: free ones. */
  readonly port: number
  readonly dir: string | undefined
  readonly topic: string
  readonly delayMs: number
  readonly json: boolean
}

const wholeNumber = (text: string, most: number): number | undefined =>
  /^\d+$/.test(text) && Number(text) <= most ? Number(text) : undefined

const readOptions = (args: readonly string[]): Options | undefined => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string', default: '0' },
        dir: { type: 'string' },
        topic: { type: 'string', default: 'im.example.app' },
        delay: { type: 'string', default: '0' },
        json: { type: 'boolean', default: false },
      },
    })
    const [port, delayMs] = [wholeNumber(values.port, 65_532), wholeNumber(values.delay, 600_000)]
    if (port === undefined || delayMs === undefined || values.topic === '') return undefined
    return { port, dir: values.dir, topic: values.topic, delayMs, json: values.json }
  } catch {
    return undefined
  }
}

/** Where the keys lie: a folder that is named and kept, or one that is gone at the end. */
const folderFor = (dir: string | undefined, atExit: CommandContext['atExit']): string => {
  if (dir === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'reveille-fakes-'))
    atExit(() => rmSync(folder, { recursive: true, force: true }))
    return folder
  }
  const prepared = prepareFolder('--dir', dir)
  if ('problem' in prepared) throw new StartError([prepared.problem])
  return resolve(dir)
}

type Tell = (fake: string, details: Readonly<Record<string, unknown>>) => void

const start = async ({ port, delayMs }: Options, tell: Tell) => {
  const authority = await createAuthority()
  const at = (offset: number): number => (port === 0 ? 0 : port + offset)
  const provider = { authority, delayMs, direct: true, keep: false }
  const closing: (() => Promise<void>)[] = []
  const opened = async <Fake extends { close(): Promise<void> }>(starting: Promise<Fake>): Promise<Fake> => {
    const fake = await starting
    closing.push(fake.close)
    return fake
  }
  const close = async (): Promise<void> => {
    await Promise.all(closing.map((one) => one()))
  }
  try {
    const apns = await opened(
      startFakeApns({
        ...provider,
        port: at(0),
        onPush: ({ token, topic, collapseId, payload }) => tell('apns', { token, topic, collapseId, payload }),
      }),
    )
    const fcm = await opened(
      startFakeFcm({
        ...provider,
        port: at(1),
        onPush: ({ project: to, token, collapseKey, message }) =>
          tell('fcm', { project: to, token, collapseKey, message }),
      }),
    )
    const gorush = await opened(
      startFakeGorush({
        port: at(2),
        onPush: ({ token, platform, notifId, body }) =>
          tell('gorush', { token, platform, notifId, notification: body }),
      }),
    )
    if (delayMs > 0) gorush.behave({ kind: 'slow', ms: delayMs })
    const web = await opened(
      startFakeWebPush({
        authority,
        delayMs,
        port: at(3),
        onPush: ({ token, headers, text }) => tell('web-push', { token, topic: headers['topic'], text }),
      }),
    )
    return { authority, apns, fcm, gorush, web, close }
  } catch (error) {
    await close()
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new StartError([
      {
        setting: '--port',
        wrong: `one of the ports ${port} to ${port + 3} cannot be opened (${code})`,
        mend: 'name another one',
      },
    ])
  }
}

type Fakes = Awaited<ReturnType<typeof start>>

/** Writes the keys, and answers the settings that a gateway needs to push to the fakes. */
const writeKeys = ({ authority, apns, fcm, gorush, web }: Fakes, folder: string, topic: string) => {
  const write = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    // One that was there before keeps its mode otherwise.
    chmodSync(path, 0o600)
    return path
  }
  const vapid = webPush.generateVAPIDKeys()
  const caFile = write('ca.pem', authority.cert)
  const subscription = web.subscribe({ vapidPublicKey: vapid.publicKey })
  write('subscription.json', subscription)
  const settings = {
    DELIVERY_PLUGINS: 'apns,fcm,gorush,web-push',
    DELIVERY_ROUTES: 'apn=apns>gorush,firebase=fcm>gorush',
    APNS_URL: apns.url,
    APNS_CA_FILE: caFile,
    APNS_KEY_FILE: write(`AuthKey_${apns.keyId}.p8`, apns.keyPem),
    APNS_TEAM_ID: apns.teamId,
    APNS_TOPICS: topic,
    FCM_URL: fcm.url,
    FCM_CA_FILE: caFile,
    FCM_SERVICE_ACCOUNT_FILES: write('service-account.json', JSON.stringify(fcm.serviceAccount(project))),
    GORUSH_URL: gorush.url,
    WEB_PUSH_VAPID_KEY_FILE: write('vapid.json', JSON.stringify(vapid)),
    WEB_PUSH_SUBJECT: 'mailto:nobody@example.org',
    WEB_PUSH_PRIVATE_HOSTS: '127.0.0.1',
    WEB_PUSH_CA_FILE: caFile,
  }
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name}=${/[\s#'"]/.test(value) ? `"${value}"` : value}`,
  )
  write('fakes.env', `${lines.join('\n')}\n`)
  return { settings, lines, subscription }
}

/**
 * Runs stand-ins for Apple, Firebase, gorush and a web push service on loopback until it is stopped, with keys and settings for a gateway
 * that is to push to them, and prints what they get.
 */
export const fakes: Command = async ({ args, signal, atExit, print, warn }) => {
  const options = readOptions(args)
  if (options === undefined) {
    warn(usage)
    return 1
  }
  const { json, topic } = options
  const tell: Tell = (fake, details) =>
    print(json ? JSON.stringify({ fake, ...details }) : `${fake.padEnd(8)} ${JSON.stringify(details)}`)
  const folder = folderFor(options.dir, atExit)
  const running = await start(options, tell)
  const { settings, lines, subscription } = writeKeys(running, folder, topic)
  if (json) print(JSON.stringify({ folder, settings, subscription }))
  else
    for (const line of [
      `# Settings for a gateway that pushes to these fakes (also in ${join(folder, 'fakes.env')}):`,
      ...lines,
      `# A device token of type web-push: ${subscription}`,
      '# What they get:',
    ])
      print(line)
  if (!signal.aborted) await new Promise<void>((stop) => signal.addEventListener('abort', () => stop(), { once: true }))
  await running.close()
  return 0
}
