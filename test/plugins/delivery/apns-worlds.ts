import { createPrivateKey } from 'node:crypto'
import { type ApnsOptions, type App, createApns } from '../../../plugins/delivery/apns/index.ts'
import { defaultTexts } from '../../../plugins/delivery/shared/wording.ts'
import type { Delivery, Outcome } from '../../../src/ports/index.ts'
import { type FakeApns, type FakeApnsOptions, startFakeApns } from '../../fakes/apns.ts'
import { createLogTrap } from '../../kits/delivery.ts'

export const testTimeoutMs = 1_500
export const never = (): AbortSignal => new AbortController().signal
export const kinds = (outcomes: readonly Outcome[]) => outcomes.map(({ kind }) => kind)

/** The app of the kit's notifications. */
export const appOf = ({ keyPem, keyId, teamId }: FakeApns, changes: Partial<App> = {}): App => ({
  topic: 'im.example.app',
  environment: 'production',
  credentials: { kind: 'key', key: createPrivateKey(keyPem), keyId, teamId },
  pushType: 'alert',
  ...changes,
})

/** An apns delivery on a fake with the defaults of its settings, but for short times. */
export const apnsOn = (fake: FakeApns, changes: Partial<ApnsOptions> = {}) => {
  const { log, lines } = createLogTrap()
  const delivery = createApns({
    apps: [appOf(fake)],
    url: fake.url,
    ca: fake.server.authority.cert,
    connections: 4,
    concurrency: 500,
    timeoutMs: testTimeoutMs,
    watchdog: { quietMs: 200, idleMs: 60_000, pingTimeoutMs: 200 },
    interruptionLevel: 'active',
    priority: 10,
    fieldNames: 'installed',
    texts: defaultTexts,
    log,
    now: Date.now,
    ...changes,
  })
  return { delivery, lines }
}

export interface ApnsWorld {
  readonly fake: FakeApns
  readonly delivery: Delivery
  readonly lines: readonly string[]
}

/** Runs `check` with a delivery on a fake Apple and closes both. */
export const withApns = async (
  check: (world: ApnsWorld) => Promise<void>,
  options: Partial<ApnsOptions> | ((fake: FakeApns) => Partial<ApnsOptions>) = {},
  fakeOptions: FakeApnsOptions = {},
): Promise<void> => {
  const fake = await startFakeApns(fakeOptions)
  const { delivery, lines } = apnsOn(fake, typeof options === 'function' ? options(fake) : options)
  try {
    await check({ fake, delivery, lines })
  } finally {
    await delivery.close()
    await fake.close()
  }
}
