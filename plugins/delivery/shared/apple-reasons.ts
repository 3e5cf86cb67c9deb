import type { Outcome } from '../../../src/ports/index.ts'

type Failure = Exclude<Outcome['kind'], 'delivered' | 'unknown'>

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

  TooManyRequests: 'retry',
  TooManyProviderTokenUpdates: 'retry',
  InternalServerError: 'retry',
  ServiceUnavailable: 'retry',
  Shutdown: 'retry',
  IdleTimeout: 'retry',
  InvalidProviderToken: 'retry',
  ExpiredProviderToken: 'retry',
  MissingProviderToken: 'retry',
  UnrelatedKeyIdInToken: 'retry',
  BadEnvironmentKeyIdInToken: 'retry',
  BadCertificate: 'retry',
  BadCertificateEnvironment: 'retry',
}

/** What one of Apple's reasons means; `undefined` of one that is not known. */
export const appleVerdict = (reason: string): Outcome | undefined => {
  const kind = Object.hasOwn(appleReasons, reason) ? appleReasons[reason] : undefined
  return kind && { kind, reason }
}
