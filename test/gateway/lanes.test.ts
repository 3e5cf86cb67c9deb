import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentTopicOf, type Outcome, tokenTypes } from '../../src/ports/index.ts'
import { register, request, requestLetter } from '../support/correspondent.ts'
import { newMessageId } from '../support/person.ts'
import { createScriptedDelivery } from '../support/scripted.ts'
import { onStage, until } from '../support/stage.ts'

test('devices of one token type are woken while all deliveries of the other hang', async () => {
  const { promise: hanging, resolve: letGo } = Promise.withResolvers<Outcome>()
  const delivery = createScriptedDelivery({
    concurrency: 1,
    maxBatch: 1,
    answer: ({ tokenType }) => (tokenType === tokenTypes.firebase ? hanging : { kind: 'delivered' }),
  })
  await onStage(
    async (stage) => {
      const [android, ios] = [stage.person(), stage.person()]
      await register(stage, android, android.registration({ tokenType: tokenTypes.firebase, apnTopic: '' }))
      await register(stage, ios)
      await request(stage, [android.entry()])
      await until('the hanging delivery', () => delivery.handed.length === 1)
      await request(stage, [ios.entry()])
      await until('the other device', () => stage.ledger().pushes.delivered === 1)
      letGo({ kind: 'delivered' })
      await stage.drained()
    },
    { delivery },
  )()
})

test(
  'a request without a timestamp is not late',
  onStage(async (stage) => {
    const bob = stage.person()
    await register(stage, bob)
    const letter = requestLetter(stage, stage.crypto.generateKeyPair(), [bob.entry()], newMessageId())
    const contentTopic = contentTopicOf(letter.topic)
    for (const payload of letter.payloads)
      stage.carry({ payload, contentTopic, version: 1, timestamp: 0n, ephemeral: false })
    await stage.settled()
    assert.equal(stage.ledger().envelopes.outcomes['request-answered'], 1)
    await stage.drained()
    assert.equal(stage.delivery.handed.length, 1)
  }),
)
