import { createGorush, type GorushOptions } from '../../../plugins/delivery/gorush/index.ts'
import { defaultTexts } from '../../../plugins/delivery/shared/wording.ts'
import type { Delivery, Outcome } from '../../../src/ports/index.ts'
import { type FakeGorush, type FakeGorushOptions, startFakeGorush } from '../../fakes/gorush.ts'
import { type Script, type ScriptedGorush, startScriptedGorush } from '../../fakes/gorush-scripted.ts'
import { createLogTrap } from '../../kits/delivery.ts'

export const testTimeoutMs = 1_500

export const never = (): AbortSignal => new AbortController().signal

export const kinds = (outcomes: readonly Outcome[]) => outcomes.map(({ kind }) => kind)

/** A gorush delivery on `url` with the defaults of its settings, but for a short timeout. */
export const gorushOn = (url: string | readonly string[], changes: Partial<GorushOptions> = {}) => {
  const { log, lines } = createLogTrap()
  const delivery = createGorush({
    urls: typeof url === 'string' ? [url] : url,
    mode: 'sync',
    feedbackWaitMs: 300,
    timeoutMs: testTimeoutMs,
    maxNotifications: 100,
    concurrency: 4,
    fieldNames: 'installed',
    texts: defaultTexts,
    tokenTypes: [1, 2],
    log,
    now: Date.now,
    ...changes,
  })
  return { delivery, lines }
}

/** Runs `check` with a delivery on a fake gorush and closes both. */
export const withFake = async (
  check: (world: { fake: FakeGorush; delivery: Delivery; lines: string[] }) => Promise<void>,
  options: Partial<GorushOptions> = {},
  fakeOptions: FakeGorushOptions = {},
): Promise<void> => {
  const fake = await startFakeGorush(fakeOptions)
  const { delivery, lines } = gorushOn(fake.url, options)
  try {
    await check({ fake, delivery, lines })
  } finally {
    await delivery.close()
    await fake.close()
  }
}

/** The same on a scripted server. */
export const withScript = async (
  script: Script,
  check: (world: { server: ScriptedGorush; delivery: Delivery; lines: string[] }) => Promise<void>,
  options: Partial<GorushOptions> = {},
): Promise<void> => {
  const server = await startScriptedGorush(script)
  const { delivery, lines } = gorushOn(server.url, options)
  try {
    await check({ server, delivery, lines })
  } finally {
    await delivery.close()
    await server.close()
  }
}
