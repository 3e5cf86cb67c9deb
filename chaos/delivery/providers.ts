import { type FakeApns, startFakeApns } from '../../test/fakes/apns.ts'
import { createAuthority } from '../../test/fakes/certificate.ts'
import { type FakeFcm, startFakeFcm } from '../../test/fakes/fcm.ts'
import type { DeliveryBooks } from './books.ts'

/** So long an answer takes, so that pushes are under way whenever something breaks. */
export const usualAnswerMs = 20

/** Apple and Google, each of which can fail in its own way. */
export interface Providers {
  readonly apns: FakeApns
  readonly fcm: FakeFcm
  /** In PEM: who signed the certificates of both. */
  readonly ca: string
  close(): Promise<void>
}

const markOf = (data: unknown): string =>
  String((data as Readonly<Record<string, unknown>> | undefined)?.['encryptedMessage'] ?? '').replace(/^0x/, '')

export const startProviders = async (books: DeliveryBooks, now: () => number): Promise<Providers> => {
  const authority = await createAuthority()
  const common = { authority, now, keep: false, delayMs: usualAnswerMs }
  const apns = await startFakeApns({
    ...common,
    onPush: ({ payload, collapseId }) => books.delivered(markOf(payload), collapseId),
  })
  const fcm = await startFakeFcm({
    ...common,
    onPush: ({ message, collapseKey }) => books.delivered(markOf(message['data']), collapseKey),
  })
  return {
    apns,
    fcm,
    ca: authority.cert,
    close: async () => {
      await apns.close()
      await fcm.close()
    },
  }
}
