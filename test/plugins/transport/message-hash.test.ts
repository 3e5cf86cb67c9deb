import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messageHash } from '../../../plugins/transport/shared/message-hash.ts'

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))

/** The examples of 14/WAKU2-MESSAGE; the timestamp of all is the same. */
const timestamp = 0x175789bfa23f8400n
const vectors = [
  {
    what: 'with meta of 12 bytes',
    payload: hex('010203045445535405060708'),
    meta: hex('73757065722d736563726574'),
    hash: '64cce733fed134e83da02b02c6f689814872b1a0ac97ea56b76095c3c72bfe05',
  },
  {
    what: 'with meta of 64 bytes',
    payload: hex('010203045445535405060708'),
    meta: hex(
      '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f',
    ),
    hash: '7158b6498753313368b9af8f6e0a0a05104f68f972981da42a43bc53fb0c1b27',
  },
  {
    what: 'without meta',
    payload: hex('010203045445535405060708'),
    meta: undefined,
    hash: 'a2554498b31f5bcdfcbf7fa58ad1c2d45f0254f3f8110a85588ec3cf10720fd8',
  },
  {
    what: 'without a payload',
    payload: new Uint8Array(),
    meta: hex('73757065722d736563726574'),
    hash: '483ea950cb63f9b9d6926b262bb36194d3f40a0463ce8446228350bd44e96de4',
  },
]

for (const { what, payload, meta, hash } of vectors)
  test(`the hash of a message ${what} is that of the specification`, () => {
    const message = { payload, contentTopic: '/waku/2/default-content/proto', timestamp, ...(meta && { meta }) }
    assert.equal(Buffer.from(messageHash('/waku/2/default-waku/proto', message)).toString('hex'), hash)
  })
