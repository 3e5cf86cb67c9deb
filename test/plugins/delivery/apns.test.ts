import { type AppleVerdict, startFakeApns } from '../../fakes/apns.ts'
import { deliveryKit, type Failure } from '../../kits/delivery.ts'
import { apnsOn, testTimeoutMs } from './apns-worlds.ts'

const verdicts: Record<Failure, AppleVerdict> = {
  'dead-token': { status: 410, reason: 'Unregistered', timestamp: 1_793_491_200_000 },
  retry: { status: 503, reason: 'ServiceUnavailable', retryAfter: 9 },
  rejected: { status: 400, reason: 'DeviceTokenNotForTopic' },
}

deliveryKit(
  'apns',
  async () => {
    const fake = await startFakeApns()
    const { delivery, lines } = apnsOn(fake)
    return {
      delivery,
      lines,
      fail: ({ deviceToken }, kind) => fake.verdict(deviceToken, verdicts[kind]),
      reached: () => fake.pushes.map(({ token }) => token),
      remote: {
        silence: () => fake.server.behave({ kind: 'hang' }),
        heard: (count) => fake.server.waitFor(() => fake.server.heard >= count, 5_000),
        takeAway: async () => fake.server.takeAway(),
      },
      close: fake.close,
    }
  },
  { failures: ['dead-token', 'retry', 'rejected'], remote: { timeoutMs: testTimeoutMs } },
)
