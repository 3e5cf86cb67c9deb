import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageTypes } from '../../src/protocol/index.ts'
import { anyLetter, register, request } from '../support/correspondent.ts'
import { onStage } from '../support/stage.ts'

const megabyte = 1024 * 1024

test(
  'a request that names one device with large lists thousands of times reads and decodes it once',
  onStage(async (stage) => {
    const bob = stage.person()
    const blockedChatList = Array.from({ length: 9_000 }, (_, i) =>
      stage.crypto.shake256(Uint8Array.of(i >> 8, i & 255)),
    )
    assert.equal(await register(stage, bob, bob.registration({ blockedChatList })), 'success')
    const entries = Array.from({ length: 3_000 }, () => bob.entry({ accessToken: '', type: 1 }))
    const before = process.memoryUsage().rss
    const reports = await request(stage, entries)
    assert.equal(reports.length, entries.length)
    // Decoded for each entry, the lists alone would take some two gigabytes.
    assert.ok(process.memoryUsage().rss - before < 500 * megabyte)
  }),
)

test(
  'requests of countless empty entries by many senders are judged one by one, as far as the limit',
  onStage(async (stage) => {
    // An entry of type 1 and nothing else: four bytes on the wire.
    const body = Buffer.concat(Array.from({ length: 100_000 }, () => Uint8Array.of(0x0a, 2, 0x30, 1)))
    const letters = Array.from({ length: 8 }, () =>
      anyLetter(stage, stage.crypto.generateKeyPair(), messageTypes.request, body),
    )
    const before = process.memoryUsage().rss
    for (const { topic, payloads } of letters) for (const payload of payloads) stage.send(topic, payload)
    await stage.settled()
    const { entries, other } = stage.ledger()
    assert.equal(entries['not-registered'], 8 * 5_000)
    assert.equal(other['request-entries-ignored'], 8 * 95_000)
    assert.ok(process.memoryUsage().rss - before < 500 * megabyte)
  }),
)
