import { createECDH } from 'node:crypto'
import { defaultTexts } from '../../../plugins/delivery/shared/wording.ts'
import { createWebPush, type VapidKeys, type WebPushOptions } from '../../../plugins/delivery/web-push/index.ts'
import { type Delivery, type Notification, type Outcome, tokenTypes } from '../../../src/ports/index.ts'
import { type FakeWebPush, type FakeWebPushOptions, startFakeWebPush } from '../../fakes/web-push.ts'
import { makeNotification } from '../../kits/delivery.ts'

export const testTimeoutMs = 1_500
export const never = (): AbortSignal => new AbortController().signal
export const kinds = (outcomes: readonly Outcome[]) => outcomes.map(({ kind }) => kind)

export const createVapidKeys = (): VapidKeys => {
  const curve = createECDH('prime256v1')
  curve.generateKeys()
  return { publicKey: curve.getPublicKey('base64url'), privateKey: curve.getPrivateKey('base64url') }
}
export const keys = createVapidKeys()

export const browser = (index: number, deviceToken: string, changes: Partial<Notification> = {}): Notification =>
  makeNotification(index, {
    tokenType: tokenTypes['web-push'],
    deviceToken,
    expiresAt: Date.now() + 60_000,
    ...changes,
  })

/** A web-push delivery with the defaults of its settings, which may push to loopback, where the fakes are. */
export const webPushOn = (fake: Pick<FakeWebPush, 'authority'>, changes: Partial<WebPushOptions> = {}) => {
  const delivery = createWebPush({
    keys,
    subject: 'mailto:push@example.org',
    urgency: 'high',
    hosts: [],
    privateHosts: ['127.0.0.1'],
    ca: fake.authority.cert,
    concurrency: 200,
    timeoutMs: testTimeoutMs,
    fieldNames: 'installed',
    texts: defaultTexts,
    now: Date.now,
    ...changes,
  })
  return delivery
}

export interface WebPushWorld {
  readonly fake: FakeWebPush
  readonly delivery: Delivery
}

/** Runs `check` with a delivery on a fake push service and closes both. */
export const withWebPush = async (
  check: (world: WebPushWorld) => Promise<void>,
  changes: Partial<WebPushOptions> = {},
  fakeOptions: FakeWebPushOptions = {},
): Promise<void> => {
  const fake = await startFakeWebPush(fakeOptions)
  const delivery = webPushOn(fake, changes)
  try {
    await check({ fake, delivery })
  } finally {
    await delivery.close()
    await fake.close()
  }
}
