import { createHash } from 'node:crypto'
import {
  type Delivery,
  definePlugin,
  healthy,
  type Log,
  type Notification,
  type Outcome,
  tokenTypes,
} from '../../src/ports/index.ts'

const typeNames = { 1: 'message', 2: 'mention', 3: 'request-to-join-community' } as const
const tokenNames = { 1: 'apn', 2: 'firebase', 100: 'web-push' } as const

// A hash of the hash: enough to tell two receivers apart in a log, not enough to look one up.
const shortened = (receiver: Uint8Array): string => createHash('sha256').update(receiver).digest('hex').slice(0, 12)

const describe = (notification: Notification) => ({
  id: notification.id,
  type: typeNames[notification.type],
  tokenType: tokenNames[notification.tokenType],
  receiver: shortened(notification.receiver),
  bytes: notification.message.length,
})

/** A backend that pushes nowhere: it writes one line per push (id, type, token type, hash of the receiver, never a token) and takes it as delivered. */
export const createConsole = (log: Log): Delivery => ({
  supports: Object.values(tokenTypes),
  maxBatch: 100,
  concurrency: 4,
  deliver: async (batch, signal) =>
    batch.map((notification): Outcome => {
      if (signal.aborted) return { kind: 'retry', reason: 'stopped before it was sent' }
      log.info(describe(notification), 'push')
      return { kind: 'delivered' }
    }),
  health: async () => healthy,
  close: async () => {},
})

/** Delivery to the log, for trying the gateway out. */
export default definePlugin({
  kind: 'delivery',
  name: 'console',
  prefix: 'CONSOLE_',
  settings: {},
  create: ({ log }) => createConsole(log),
})
