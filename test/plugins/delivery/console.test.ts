import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createConsole } from '../../../plugins/delivery/console.ts'
import { createLogTrap, deliveryKit, makeNotification } from '../../kits/delivery.ts'

deliveryKit(
  'console',
  () => {
    const { log, lines } = createLogTrap()
    return { delivery: createConsole(log), lines }
  },
  { failures: [] },
)

test('one line per push says which, and nothing that leads to the device', async () => {
  const { log, lines } = createLogTrap()
  const notification = makeNotification(1)
  await createConsole(log).deliver([notification], new AbortController().signal)
  assert.equal(lines.length, 1)
  const line = lines[0] ?? ''
  assert.match(line, /^info push /)
  assert.ok(line.includes(notification.id))
  assert.ok(line.includes('"type":"message"'))
  assert.ok(line.includes('"tokenType":"apn"'))
  assert.ok(!line.includes(notification.deviceToken))
  assert.ok(!line.includes(Buffer.from(notification.receiver).toString('hex').slice(0, 16)))
})
