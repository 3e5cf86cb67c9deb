/** A stand-in for Apple, Google or gorush as a process of its own, which counts and keeps nothing. */
import { startFakeApns } from '../../test/fakes/apns.ts'
import { startFakeFcm } from '../../test/fakes/fcm.ts'
import { startFakeGorush } from '../../test/fakes/gorush.ts'
import { serve } from '../child.ts'

export type Provider = 'apns' | 'fcm' | 'gorush'

export type ServerQuestion =
  | { readonly kind: 'start'; readonly provider: Provider }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'counts' }
  /** A GOAWAY on every connection, again and again; 0: no more. */
  | { readonly kind: 'goaway'; readonly everyMs: number }

export interface Started {
  readonly url: string
  readonly ca: string
  /** What a client needs to prove itself: the .p8 key with its ids, or the file of a service account; gorush wants nothing. */
  readonly credentials: Readonly<Record<string, string>>
}

/** Of collapse ids since the last time that counts were asked for. */
export interface Counts {
  readonly taken: number
  readonly distinct: number
  readonly goodbyes: number
}

interface Fake {
  setDelay(ms: number): void
  goaway(): void
}

const options = { direct: true, keep: false }
let fake: Fake | undefined
/** How often pushes of each id were acted on. */
let taken = new Map<string, number>()
let timer: NodeJS.Timeout | undefined
let goodbyes = 0

const take = (id: string): void => void taken.set(id, (taken.get(id) ?? 0) + 1)

const start = async (provider: Provider): Promise<Started> => {
  if (provider === 'gorush') {
    const gorush = await startFakeGorush({ keep: false, onPush: ({ notifId }) => take(notifId) })
    fake = {
      setDelay: (ms) => gorush.behave(ms === 0 ? { kind: 'ok' } : { kind: 'slow', ms }),
      goaway: () => undefined,
    }
    return { url: gorush.url, ca: '', credentials: {} }
  }
  if (provider === 'apns') {
    const apns = await startFakeApns({ ...options, isTokenUpdateFree: true })
    fake = apns.server
    taken = apns.taken as Map<string, number>
    const { keyPem, keyId, teamId } = apns
    return { url: apns.url, ca: apns.server.authority.cert, credentials: { keyPem, keyId, teamId } }
  }
  const fcm = await startFakeFcm(options)
  fake = fcm.server
  taken = fcm.taken as Map<string, number>
  return { url: fcm.url, ca: fcm.server.authority.cert, credentials: fcm.serviceAccount('a-project') }
}

const counts = (): Counts => {
  const times = [...taken.values()]
  const told = { taken: times.reduce((sum, n) => sum + n, 0), distinct: times.length, goodbyes }
  taken.clear()
  goodbyes = 0
  return told
}

const sayGoodbye = (): void => {
  goodbyes++
  fake?.goaway()
}

serve<ServerQuestion>((question) => {
  switch (question.kind) {
    case 'start':
      return start(question.provider)
    case 'delay':
      return fake?.setDelay(question.ms)
    case 'counts':
      return counts()
    case 'goaway':
      clearInterval(timer)
      timer = question.everyMs === 0 ? undefined : setInterval(sayGoodbye, question.everyMs)
  }
})
