/** A stand-in for Apple or Google as a process of its own, which counts and keeps nothing. */
import { startFakeApns } from '../../test/fakes/apns.ts'
import { startFakeFcm } from '../../test/fakes/fcm.ts'
import { serve } from '../child.ts'

export type Provider = 'apns' | 'fcm'

export type ServerQuestion =
  | { readonly kind: 'start'; readonly provider: Provider }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'counts' }
  /** A GOAWAY on every connection, again and again; 0: no more. */
  | { readonly kind: 'goaway'; readonly everyMs: number }

export interface Started {
  readonly url: string
  readonly ca: string
  /** What a client needs to prove itself: the .p8 key with its ids, or the file of a service account. */
  readonly credentials: Readonly<Record<string, string>>
}

/** Of collapse ids since the last time that counts were asked for. */
export interface Counts {
  readonly taken: number
  readonly distinct: number
  readonly goodbyes: number
}

const options = { direct: true, keep: false }
let fake: Awaited<ReturnType<typeof startFakeApns>> | Awaited<ReturnType<typeof startFakeFcm>> | undefined
let timer: NodeJS.Timeout | undefined
let goodbyes = 0

const start = async (provider: Provider): Promise<Started> => {
  if (provider === 'apns') {
    const apns = await startFakeApns(options)
    fake = apns
    const { keyPem, keyId, teamId } = apns
    return { url: apns.url, ca: apns.server.authority.cert, credentials: { keyPem, keyId, teamId } }
  }
  const fcm = await startFakeFcm(options)
  fake = fcm
  return { url: fcm.url, ca: fcm.server.authority.cert, credentials: fcm.serviceAccount('a-project') }
}

const counts = (): Counts => {
  const times = [...(fake?.taken.values() ?? [])]
  const told = { taken: times.reduce((sum, n) => sum + n, 0), distinct: times.length, goodbyes }
  ;(fake?.taken as Map<string, number> | undefined)?.clear()
  goodbyes = 0
  return told
}

const sayGoodbye = (): void => {
  goodbyes++
  fake?.server.goaway()
}

serve<ServerQuestion>((question) => {
  switch (question.kind) {
    case 'start':
      return start(question.provider)
    case 'delay':
      return fake?.server.setDelay(question.ms)
    case 'counts':
      return counts()
    case 'goaway':
      clearInterval(timer)
      timer = question.everyMs === 0 ? undefined : setInterval(sayGoodbye, question.everyMs)
  }
})
