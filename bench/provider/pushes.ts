import type { Notification } from '../../src/ports/index.ts'
import { tokenTypes } from '../../src/ports/index.ts'
import { makeNotification } from '../../test/kits/delivery.ts'
import type { Provider } from './server-process.ts'

/**
 * Sends the pushes from an index on, so many, in one call where the provider takes several; answers how many the client calls
 * delivered. The same index is the same push, under the same id.
 */
export type Send = (first: number, count: number) => Promise<number>

export const appTopic = 'im.example.app'
export const timeoutMs = 30_000
export const expiresAt = Date.now() + 86_400_000
export const idOf = (index: number): string => index.toString(16).padStart(64, '0')
export const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`

export const sample: Readonly<Record<Provider, Notification>> = {
  apns: makeNotification(1),
  fcm: makeNotification(1, { tokenType: tokenTypes.firebase }),
  gorush: makeNotification(1),
}

/** The data of a push, as the plugins write it. */
export const dataOfSample = (provider: Provider) => {
  const { message, chatId, receiver } = sample[provider]
  return { encryptedMessage: hex(message), chatId: hex(chatId), publicKey: hex(receiver) }
}

/** Of a client that knows single pushes. */
export const oneByOne =
  (push: (index: number) => Promise<boolean>): Send =>
  async (first, count) => {
    let good = 0
    for (let index = first; index < first + count; index++) if (await push(index)) good++
    return good
  }
