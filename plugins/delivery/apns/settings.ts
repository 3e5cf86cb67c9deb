import type { SettingsOf } from '../../../src/ports/index.ts'
import { wordingSettings } from '../shared/wording.ts'

export const apnsSettings = {
  APNS_KEY_FILE: {
    type: 'string',
    description:
      'The .p8 key of Apple’s developer site (Keys, with “Apple Push Notifications service”). Nobody else may read it: `chmod 600`.',
    default: '',
  },
  APNS_KEY_ID: {
    type: 'string',
    description: 'The key’s id, ten characters. Default: what the file is named after, `AuthKey_ABCDE12345.p8`.',
    default: '',
  },
  APNS_TEAM_ID: {
    type: 'string',
    description: 'The team’s id, ten characters. With a certificate it is only compared.',
    default: '',
  },
  APNS_CERTIFICATE_FILE: {
    type: 'string',
    description: 'A certificate in PEM, in place of a key. It may hold its private key as well.',
    default: '',
  },
  APNS_CERTIFICATE_KEY_FILE: {
    type: 'string',
    description: 'The certificate’s private key in PEM, where it is not in the same file.',
    default: '',
  },
  APNS_TOPICS: {
    type: 'string',
    description:
      'The apps (bundle ids, which registrations name as `apn_topic`) of this key or certificate, with commas.',
    default: '',
  },
  APNS_ENVIRONMENT: {
    type: 'string',
    description:
      'Where the apps’ tokens are from: `production` (App Store, TestFlight), `sandbox` (Xcode), or `both`: production first, sandbox for what it does not know.',
    default: 'production',
    enum: ['production', 'sandbox', 'both'],
  },
  APNS_APPS_FILE: {
    type: 'string',
    description:
      'A JSON file for apps with keys of their own: a list of `{topic, environment, keyFile, keyId, teamId}` or `{topic, environment, certificateFile, certificateKeyFile}`, each with `pushType` if it differs. Paths are relative to it.',
    default: '',
  },
  APNS_PUSH_TYPE: {
    type: 'string',
    description:
      '`alert`: shows a generic text, which the app replaces (mutable-content). `background`: wakes the app without a sign, if Apple sees fit. `voip`: for apps that take calls; sent to the topic with `.voip`.',
    default: 'alert',
    enum: ['alert', 'background', 'voip'],
  },
  APNS_INTERRUPTION_LEVEL: {
    type: 'string',
    description: 'How an alert may break in on its user.',
    default: 'active',
    enum: ['passive', 'active', 'time-sensitive', 'critical'],
  },
  APNS_PRIORITY: {
    type: 'integer',
    description:
      '10: at once. 5: when it suits the battery (always so for background pushes). 1: for the battery alone.',
    default: 10,
    minimum: 1,
    maximum: 10,
  },
  APNS_CONNECTIONS: {
    type: 'integer',
    description: 'Most connections per app; more than one are opened only when pushes wait.',
    default: 4,
    minimum: 1,
    maximum: 4,
  },
  APNS_CONCURRENCY: {
    type: 'integer',
    description: 'Most pushes that wait for Apple’s answer at once.',
    default: 500,
    minimum: 1,
    maximum: 4_000,
  },
  APNS_TIMEOUT_MS: {
    type: 'integer',
    description: 'Most time for one push, in milliseconds.',
    default: 10_000,
    minimum: 50,
    maximum: 60_000,
  },
  APNS_URL: {
    type: 'string',
    description: 'Another address in place of Apple’s: a stand-in such as that of `reveille fakes`.',
    default: '',
  },
  APNS_CA_FILE: {
    type: 'string',
    description: 'Who signs the certificate of APNS_URL, in PEM; empty: the public authorities.',
    default: '',
  },
  APNS_PROXY_URL: {
    type: 'string',
    description: 'An HTTP proxy that tunnels with CONNECT, such as `http://user:password@proxy:3128`.',
    default: '',
  },
  APNS_FIELD_NAMES: wordingSettings.FIELD_NAMES,
  APNS_TEXT_MESSAGE: wordingSettings.TEXT_MESSAGE,
  APNS_TEXT_MENTION: wordingSettings.TEXT_MENTION,
  APNS_TEXT_REQUEST_TO_JOIN: wordingSettings.TEXT_REQUEST_TO_JOIN,
} as const

export type ApnsSettings = SettingsOf<typeof apnsSettings>
