import type { Outcome } from '../../../src/ports/index.ts'

/** `local-retry`: Apple refuses one device or one app for a while, and is well. */
type Failure = Exclude<Outcome['kind'], 'delivered' | 'unknown'> | 'local-retry'

/**
 * Apple's reasons ("Handling notification responses from APNs"). Dead is what Apple answers with 410, and BadDeviceToken (protocol section 6.4).
 * DeviceTokenNotForTopic is not: the token may be a live one of another app, and the registration names the wrong topic; Apple
 * says not to repeat it, which `rejected` does. Keys and certificates are the operator's to mend, so they are tried again.
 */
export const appleReasons: Readonly<Record<string, Failure>> = {
  Unregistered: 'dead-token',
  ExpiredToken: 'dead-token',
  BadDeviceToken: 'dead-token',

  DeviceTokenNotForTopic: 'rejected',
  PayloadTooLarge: 'rejected',
  PayloadEmpty: 'rejected',
  BadTopic: 'rejected',
  MissingTopic: 'rejected',
  TopicDisallowed: 'rejected',
  MissingDeviceToken: 'rejected',
  BadCollapseId: 'rejected',
  BadExpirationDate: 'rejected',
  BadMessageId: 'rejected',
  BadPriority: 'rejected',
  InvalidPushType: 'rejected',
  DuplicateHeaders: 'rejected',
  BadPath: 'rejected',
  MethodNotAllowed: 'rejected',
  Forbidden: 'rejected',

  TooManyRequests: 'local-retry',
  TooManyProviderTokenUpdates: 'local-retry',
  InternalServerError: 'retry',
  ServiceUnavailable: 'retry',
  Shutdown: 'retry',
  IdleTimeout: 'retry',
  InvalidProviderToken: 'local-retry',
  ExpiredProviderToken: 'local-retry',
  MissingProviderToken: 'local-retry',
  UnrelatedKeyIdInToken: 'local-retry',
  BadEnvironmentKeyIdInToken: 'local-retry',
  BadCertificate: 'local-retry',
  BadCertificateEnvironment: 'local-retry',
}

/** What one of Apple's reasons means; `undefined` of one that is not known. */
export const appleVerdict = (reason: string): Outcome | undefined => {
  const kind = Object.hasOwn(appleReasons, reason) ? appleReasons[reason] : undefined
  if (kind === 'local-retry') return { kind: 'retry', reason, isLocal: true }
  return kind && { kind, reason }
}
