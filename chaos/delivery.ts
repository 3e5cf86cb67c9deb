import { randomBytes } from 'node:crypto'
import { tokenTypes } from '../src/ports/index.ts'
import { startClients } from './clients.ts'
import { createDeliveryBooks, deliveryOutcome } from './delivery/books.ts'
import { appTopic, startDeliveryGateway } from './delivery/gateway.ts'
import { startProviders } from './delivery/providers.ts'
import { createTroubles } from './delivery/troubles.ts'
import { createDice } from './network/dice.ts'
import { chaosOptions } from './options.ts'
import { quieten } from './quiet.ts'
import type { Scenario } from './scenario.ts'

const defaultSeconds = 120
const leastSeconds = 10

const deviceOf = (n: number) =>
  n % 2 === 0
    ? { tokenType: tokenTypes.apn, deviceToken: randomBytes(32).toString('hex'), apnTopic: appTopic }
    : { tokenType: tokenTypes.firebase, deviceToken: `d:APA91b${randomBytes(32).toString('base64url')}`, apnTopic: '' }

/** Apple and Google break in every way they know while a gateway pushes to both; they count what they acted on. */
export const delivery: Scenario = async (context) => {
  const { seconds, seed } = chaosOptions('delivery', context.args, { defaultSeconds, leastSeconds })
  context.progress(`seed ${seed}`)
  const books = createDeliveryBooks()
  let ahead = 0
  const now = (): number => Date.now() + ahead
  const providers = await startProviders(books, now)
  const gateway = await startDeliveryGateway(context, providers, now)
  const clients = await startClients({
    party: { transport: 'memory', settings: { MEMORY_BUS: gateway.bus }, now },
    gateway: gateway.publicKey,
    accepted: books.accepted,
    deviceOf,
  })
  const troubles = createTroubles({
    providers,
    dice: createDice(seed),
    tell: context.progress,
    jump: (ms) => {
      ahead += ms
    },
  })
  try {
    await clients.ready
    await troubles.play(seconds * 1_000)
    context.progress('the troubles are over')
    await quieten(clients, () => books.totals.lost)
    const { unknownOutcomes } = gateway
    const { count, jumps } = troubles
    const outcome = deliveryOutcome(books, { unknownOutcomes, troubles: count, clockJumps: jumps, seconds, seed })
    if (outcome.broken.length > 0) context.progress(`the gateway of itself: ${await gateway.stats()}`)
    return outcome
  } finally {
    await clients.close()
    await gateway.close()
    await providers.close()
  }
}
