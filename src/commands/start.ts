import { buildGateway, type Gateway } from '../app.ts'
import { hex } from '../protocol/index.ts'
import type { Command } from './command.ts'

const banner = ({ app, plugins, httpUrl }: Gateway): string[] => [
  `public key   0x${hex(app.crypto.identity.publicKey)}`,
  `compressed   0x${hex(app.crypto.identity.compressed)}`,
  ...(app.transport.addresses().length > 0 ? app.transport.addresses() : ['none']).map(
    (address) => `address      ${address}`,
  ),
  ...Object.entries(plugins).map(
    ([kind, name]) => `plugin       ${kind.startsWith('delivery/') ? 'delivery' : kind}: ${name}`,
  ),
  `health       ${httpUrl}/health/ready`,
  `stats        ${httpUrl}/stats`,
]

/** Runs the gateway until the first signal. */
export const start: Command = async ({ env, signal, logStream, print }) => {
  const gateway = await buildGateway(env, { logStream })
  if (!signal.aborted) {
    await gateway.start()
    for (const line of banner(gateway)) print(line)
    print('ready        press Ctrl-C to stop')
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    print('stopping     finishing what is in hand')
  }
  await gateway.close()
  return 0
}
