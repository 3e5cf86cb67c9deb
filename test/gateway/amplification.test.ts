import assert from 'node:assert/strict'
import { test } from 'node:test'
import { register, request } from '../support/correspondent.ts'
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
