import { createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import http2 from 'node:http2'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createApns } from '../../plugins/delivery/apns/index.ts'
import { createProviderToken } from '../../plugins/delivery/apns/provider-token.ts'
import { createFcm } from '../../plugins/delivery/fcm/index.ts'
import { defaultTexts } from '../../plugins/delivery/shared/wording.ts'
import { type Delivery, type Log, type Notification, tokenTypes } from '../../src/ports/index.ts'
import { makeNotification } from '../../test/kits/delivery.ts'
import type { ClientName } from './client-process.ts'
import type { Provider, Started } from './server-process.ts'

/** Sends one push; whether the client calls it delivered. The same index is the same push, under the same id. */
export type SendPush = (index: number) => Promise<boolean>

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const topic = 'im.example.app'
const timeoutMs = 30_000

const idOf = (index: number): string => index.toString(16).padStart(64, '0')
const sample: Record<Provider, Notification> = {
  apns: makeNotification(1),
  fcm: makeNotification(1, { tokenType: tokenTypes.firebase }),
}
const expiresAt = Date.now() + 86_400_000

const accountOf = ({ url, credentials }: Started) => ({
  project: credentials['project_id'] ?? '',
  email: credentials['client_email'] ?? '',
  key: createPrivateKey(credentials['private_key'] ?? ''),
  keyId: '',
  tokenUrl: `${url}/token`,
  app: undefined,
})

const keyOf = ({ credentials: { keyPem = '', keyId = '', teamId = '' } }: Started) => ({
  kind: 'key' as const,
  key: createPrivateKey(keyPem),
  keyId,
  teamId,
})

const ourDelivery = (provider: Provider, server: Started): Delivery => {
  const common = {
    url: server.url,
    ca: server.ca,
    connections: 4,
    concurrency: 500,
    timeoutMs,
    fieldNames: 'installed' as const,
    log: silent,
    now: Date.now,
  }
  if (provider === 'fcm') return createFcm({ ...common, accounts: [accountOf(server)], collapse: 'push' })
  const app = { topic, environment: 'production', credentials: keyOf(server), pushType: 'alert' } as const
  return createApns({ ...common, apps: [app], interruptionLevel: 'active', priority: 10, texts: defaultTexts })
}

/** The plugin through its port, one push a call, as the gateway calls it. */
export const ourClient = (provider: Provider, server: Started): SendPush => {
  const delivery = ourDelivery(provider, server)
  const { signal } = new AbortController()
  return async (index) => {
    const notification = { ...sample[provider], id: idOf(index), expiresAt }
    const [outcome] = await delivery.deliver([notification], signal)
    return outcome?.kind === 'delivered'
  }
}

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`

const fetchToken = async (session: http2.ClientHttp2Session, server: Started): Promise<string> => {
  // The account's own assertion is not what is measured here: any client of Google's needs the same one.
  const { createAccessTokens } = await import('../../plugins/delivery/fcm/access-token.ts')
  const { createProviderClient } = await import('../../plugins/delivery/shared/http2/provider-client.ts')
  const client = createProviderClient({
    origin: server.url,
    ca: server.ca,
    mostConnections: 1,
    readsBody: true,
    connectTimeoutMs: timeoutMs,
    timeoutMs,
  })
  const access = await createAccessTokens(accountOf(server), client, Date.now).current(new AbortController().signal)
  client.close()
  if (session.destroyed || 'wrong' in access) throw new Error('the stand-in gave no access token')
  return access.token
}

/** The least that node:http2 can be asked for: ready-made bodies on one session, a status for each. */
export const bareClient = async (provider: Provider, server: Started): Promise<SendPush> => {
  const session = http2.connect(server.url, { ca: server.ca })
  await once(session, 'remoteSettings')
  const { deviceToken, message, chatId, receiver } = sample[provider]
  const data = { encryptedMessage: hex(message), chatId: hex(chatId), publicKey: hex(receiver) }
  const aps = { alert: defaultTexts[1], 'mutable-content': 1, 'interruption-level': 'active' }
  const appleBody = Buffer.from(JSON.stringify({ aps, ...data }))
  const bearer =
    provider === 'fcm'
      ? `Bearer ${await fetchToken(session, server)}`
      : `bearer ${createProviderToken(keyOf(server), Date.now).current()}`
  const requestOf = (index: number): readonly [http2.OutgoingHttpHeaders, Buffer] => {
    const id = idOf(index)
    if (provider === 'fcm') {
      const body = Buffer.from(
        `{"message":{"token":"${deviceToken}","data":${JSON.stringify(data)},"android":{"priority":"HIGH","ttl":"86400s","collapse_key":"${id}"}}}`,
      )
      const path = `/v1/projects/${server.credentials['project_id']}/messages:send`
      return [
        {
          ':method': 'POST',
          ':path': path,
          authorization: bearer,
          'content-type': 'application/json',
          'content-length': body.length,
        },
        body,
      ]
    }
    return [
      {
        ':method': 'POST',
        ':path': `/3/device/${deviceToken}`,
        authorization: bearer,
        'apns-topic': topic,
        'apns-push-type': 'alert',
        'apns-priority': 10,
        'apns-expiration': Math.floor(expiresAt / 1_000),
        'apns-collapse-id': id,
        'content-type': 'application/json',
        'content-length': appleBody.length,
      },
      appleBody,
    ]
  }
  return (index) =>
    new Promise((resolve) => {
      const [headers, body] = requestOf(index)
      const stream = session.request(headers)
      let status = 0
      stream.on('response', (answer) => {
        status = Number(answer[':status'])
      })
      stream.on('data', () => undefined)
      stream.on('error', () => resolve(false))
      stream.on('end', () => resolve(status === 200))
      stream.end(body)
    })
}

interface NodeApn {
  readonly Provider: new (
    options: object,
  ) => { send(note: object, token: string): Promise<{ readonly sent: readonly unknown[] }> }
  readonly Notification: new (payload: object) => Record<string, unknown>
}

interface Apns2 {
  readonly ApnsClient: new (options: object) => { client: unknown; send(notification: object): Promise<unknown> }
  readonly Notification: new (token: string, options: object) => object
}

/** The libraries that Node programs use for Apple, with their defaults; they are installed into `folder`. */
let told = false
const failure = (error: unknown): void => {
  if (!told) process.stderr.write(`${error}\n`)
  told = true
}

export const peerClient = async (name: ClientName, server: Started, folder: string): Promise<SendPush> => {
  const require = createRequire(join(folder, 'index.js'))
  const { keyPem = '', keyId = '', teamId = '' } = server.credentials
  const { port } = new URL(server.url)
  const { deviceToken, message, chatId, receiver } = sample.apns
  const data = { encryptedMessage: hex(message), chatId: hex(chatId), publicKey: hex(receiver) }
  if (name === 'node-apn') {
    const { Provider, Notification } = require('@parse/node-apn') as NodeApn
    const token = { key: keyPem, keyId, teamId }
    const provider = new Provider({
      token,
      address: '127.0.0.1',
      port: Number(port),
      ca: server.ca,
      requestTimeout: timeoutMs,
    })
    return async (index) => {
      const note = new Notification(data)
      Object.assign(note, { topic, pushType: 'alert', priority: 10, expiry: Math.floor(expiresAt / 1_000) })
      Object.assign(note, { collapseId: idOf(index), alert: defaultTexts[1], mutableContent: 1 })
      return (await provider.send(note, deviceToken)).sent.length === 1
    }
  }
  const { ApnsClient, Notification } = require('apns2') as Apns2
  const { Pool } = require('undici') as { readonly Pool: new (url: string, options: object) => unknown }
  const client = new ApnsClient({
    team: teamId,
    keyId,
    signingKey: keyPem,
    defaultTopic: topic,
    requestTimeout: timeoutMs,
  })
  // It knows port 443 only: the same pool for the stand-in's port.
  client.client = new Pool(server.url, {
    connections: 32,
    pipelining: 1,
    allowH2: true,
    maxConcurrentStreams: 100,
    connect: { ca: server.ca },
  })
  return async (index) => {
    const options = {
      alert: defaultTexts[1],
      collapseId: idOf(index),
      expiration: Math.floor(expiresAt / 1_000),
      mutableContent: true,
      data,
    }
    try {
      await client.send(new Notification(deviceToken, options))
      return true
    } catch (error) {
      failure(error)
      return false
    }
  }
}
