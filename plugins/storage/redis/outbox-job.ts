import { randomBytes } from 'node:crypto'
import type { Push, QueuedPush } from '../../../src/ports/index.ts'

/** A push as the data of a job: bytes in base64, times in Unix milliseconds. The push id is the job's deduplication id, in hex. */
export interface PushData {
  readonly owner: string
  readonly installation: string
  readonly acceptedAt: number
  readonly expiresAt: number
  readonly body: string
  /** Until when the id is remembered. */
  readonly rememberUntil: number
  /** How often a process died of it while it had nothing else in hand. */
  readonly diedAlone?: number
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const base64Of = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const bytesOf = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, 'base64'))

/** By this the jobs of an owner (64 bytes) are found. */
export const ownerMark = (owner: Uint8Array): string => hexOf(owner.subarray(0, 16))

/** Random, so that the id that an `add` answers tells whether the push was there before. */
export const jobIdOf = (owner: Uint8Array): string => `${ownerMark(owner)}-${randomBytes(10).toString('hex')}`

export const packPush = (push: Push, rememberUntil: number): PushData => ({
  owner: base64Of(push.owner),
  installation: push.installation,
  acceptedAt: push.acceptedAt,
  expiresAt: push.expiresAt,
  body: base64Of(push.body),
  rememberUntil,
})

export const unpackPush = (id: string, data: PushData, attempts: number): QueuedPush => ({
  id: Uint8Array.from(Buffer.from(id, 'hex')),
  owner: bytesOf(data.owner),
  installation: data.installation,
  acceptedAt: data.acceptedAt,
  expiresAt: data.expiresAt,
  body: bytesOf(data.body),
  attempts,
})
