import { createRequire } from 'node:module'
import { join } from 'node:path'
import { defaultTexts } from '../../plugins/delivery/shared/wording.ts'
import type { ClientName } from './client-process.ts'
import { appTopic, dataOfSample, expiresAt, idOf, oneByOne, type Send, sample, timeoutMs } from './pushes.ts'
import type { Started } from './server-process.ts'

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

let told = false
const failure = (error: unknown): void => {
  if (!told) process.stderr.write(`${error}\n`)
  told = true
}

/** The libraries that Node programs use for Apple, with their defaults; they are installed into `folder`. */
export const peerClient = async (name: ClientName, server: Started, folder: string): Promise<Send> => {
  const require = createRequire(join(folder, 'index.js'))
  const { keyPem = '', keyId = '', teamId = '' } = server.credentials
  const { port } = new URL(server.url)
  const { deviceToken } = sample.apns
  const data = dataOfSample('apns')
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
    return oneByOne(async (index) => {
      const note = new Notification(data)
      Object.assign(note, { topic: appTopic, pushType: 'alert', priority: 10, expiry: Math.floor(expiresAt / 1_000) })
      Object.assign(note, { collapseId: idOf(index), alert: defaultTexts[1], mutableContent: 1 })
      return (await provider.send(note, deviceToken)).sent.length === 1
    })
  }
  const { ApnsClient, Notification } = require('apns2') as Apns2
  const { Pool } = require('undici') as { readonly Pool: new (url: string, options: object) => unknown }
  const client = new ApnsClient({
    team: teamId,
    keyId,
    signingKey: keyPem,
    defaultTopic: appTopic,
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
  return oneByOne(async (index) => {
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
  })
}
