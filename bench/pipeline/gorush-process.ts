/** The stand-in for gorush as a process of its own: it tells its address, and on a message what it was given. */
import { startFakeGorush } from '../../test/fakes/gorush.ts'

const gorush = await startFakeGorush()

process.on('message', () => {
  const ids = gorush.pushes.map(({ notifId }) => notifId)
  process.send?.({ pushes: ids.length, distinct: new Set(ids).size })
})
// Whoever started it is gone.
process.on('disconnect', () => process.exit())
// A Ctrl-C reaches every process of the terminal; the benchmark ends this one.
process.on('SIGINT', () => undefined)
process.send?.({ url: gorush.url })
