import { createPrivateKey } from 'node:crypto'
import { createApns } from '../../plugins/delivery/apns/index.ts'
import { createFcm } from '../../plugins/delivery/fcm/index.ts'
import { createGorush } from '../../plugins/delivery/gorush/index.ts'
import { defaultTexts } from '../../plugins/delivery/shared/wording.ts'
import { type Delivery, type Log, type Notification, tokenTypes } from '../../src/ports/index.ts'
import { appTopic, expiresAt, idOf, type Send, sample, timeoutMs } from './pushes.ts'
import type { Provider, Started } from './server-process.ts'

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
/** As the setting has it, and as many calls as the benchmark makes at once. */
const [gorushBatch, gorushCalls] = [100, 500] as const

export const accountOf = ({ url, credentials }: Started) => ({
  project: credentials['project_id'] ?? '',
  email: credentials['client_email'] ?? '',
  key: createPrivateKey(credentials['private_key'] ?? ''),
  keyId: '',
  tokenUrl: `${url}/token`,
  app: undefined,
})

export const keyOf = ({ credentials: { keyPem = '', keyId = '', teamId = '' } }: Started) => ({
  kind: 'key' as const,
  key: createPrivateKey(keyPem),
  keyId,
  teamId,
})

const ourDelivery = (provider: Provider, server: Started): Delivery => {
  const common = { timeoutMs, fieldNames: 'installed' as const, log: silent, now: Date.now }
  if (provider === 'gorush')
    return createGorush({
      ...common,
      urls: [server.url],
      mode: 'sync',
      feedbackWaitMs: 0,
      maxNotifications: gorushBatch,
      concurrency: gorushCalls,
      texts: defaultTexts,
      tokenTypes: [tokenTypes.apn, tokenTypes.firebase],
    })
  const direct = { ...common, url: server.url, ca: server.ca, connections: 4, concurrency: 500 }
  if (provider === 'fcm') return createFcm({ ...direct, accounts: [accountOf(server)], collapse: 'push' })
  const app = { topic: appTopic, environment: 'production', credentials: keyOf(server), pushType: 'alert' } as const
  return createApns({ ...direct, apps: [app], interruptionLevel: 'active', priority: 10, texts: defaultTexts })
}

/** The plugin through its port, as the gateway calls it. */
export const ourClient = (provider: Provider, server: Started): Send => {
  const delivery = ourDelivery(provider, server)
  const { signal } = new AbortController()
  const at = (index: number): Notification => ({ ...sample[provider], id: idOf(index), expiresAt })
  return async (first, count) => {
    const batch = [at(first)]
    while (batch.length < count) batch.push(at(first + batch.length))
    let good = 0
    for (const { kind } of await delivery.deliver(batch, signal)) if (kind === 'delivered') good++
    return good
  }
}
