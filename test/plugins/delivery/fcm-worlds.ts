import { createPrivateKey } from 'node:crypto'
import { type Account, createFcm, type FcmOptions } from '../../../plugins/delivery/fcm/index.ts'
import { type Delivery, type Notification, type Outcome, tokenTypes } from '../../../src/ports/index.ts'
import { type FakeFcm, type FakeFcmOptions, startFakeFcm } from '../../fakes/fcm.ts'
import { createLogTrap, makeNotification } from '../../kits/delivery.ts'

export const testTimeoutMs = 1_500
export const never = (): AbortSignal => new AbortController().signal
export const kinds = (outcomes: readonly Outcome[]) => outcomes.map(({ kind }) => kind)

export const android = (index: number, changes: Partial<Notification> = {}): Notification =>
  makeNotification(index, { tokenType: tokenTypes.firebase, ...changes })

export const accountOf = (fake: FakeFcm, project = 'a-project', app?: string): Account => {
  const file = fake.serviceAccount(project)
  return {
    project,
    email: file['client_email'] ?? '',
    key: createPrivateKey(file['private_key'] ?? ''),
    keyId: file['private_key_id'] ?? '',
    tokenUrl: file['token_uri'] ?? '',
    app,
  }
}

/** An fcm delivery on a fake with the defaults of its settings, but for short times. */
export const fcmOn = (fake: FakeFcm, changes: Partial<FcmOptions> = {}) => {
  const { log, lines } = createLogTrap()
  const delivery = createFcm({
    accounts: [accountOf(fake)],
    url: fake.url,
    ca: fake.server.authority.cert,
    connections: 4,
    concurrency: 400,
    timeoutMs: testTimeoutMs,
    watchdog: { quietMs: 200, idleMs: 60_000, pingTimeoutMs: 200 },
    collapse: 'push',
    fieldNames: 'installed',
    log,
    now: Date.now,
    ...changes,
  })
  return { delivery, lines }
}

export interface FcmWorld {
  readonly fake: FakeFcm
  readonly delivery: Delivery
  readonly lines: readonly string[]
}

/** Runs `check` with a delivery on a fake Firebase and closes both. */
export const withFcm = async (
  check: (world: FcmWorld) => Promise<void>,
  options: Partial<FcmOptions> | ((fake: FakeFcm) => Partial<FcmOptions>) = {},
  fakeOptions: FakeFcmOptions = {},
): Promise<void> => {
  const fake = await startFakeFcm(fakeOptions)
  const { delivery, lines } = fcmOn(fake, typeof options === 'function' ? options(fake) : options)
  try {
    await check({ fake, delivery, lines })
  } finally {
    await delivery.close()
    await fake.close()
  }
}
