import type { SettingsOf } from '../../../src/ports/index.ts'
import { wordingSettings } from '../shared/wording.ts'

export const fcmSettings = {
  FCM_SERVICE_ACCOUNT_FILES: {
    type: 'string',
    description:
      'JSON key files of service accounts (Firebase console, Project settings, Service accounts), with commas, one for each project. With an app in front, `im.example.app=one.json`, a project gets the devices of that app alone. Nobody else may read them: `chmod 600`.',
    default: '',
  },
  FCM_COLLAPSE: {
    type: 'string',
    description:
      '`push`: each push has a collapse key of its own, so that a repetition replaces it on a device that is offline; Firebase keeps four keys for such a device. `none`: no key; repetitions are shown, and a hundred pushes are kept.',
    default: 'push',
    enum: ['push', 'none'],
  },
  FCM_CONNECTIONS: {
    type: 'integer',
    description: 'Most connections per project; more than one are opened only when pushes wait.',
    default: 4,
    minimum: 1,
    maximum: 4,
  },
  FCM_CONCURRENCY: {
    type: 'integer',
    description: 'Most pushes that wait for Google’s answer at once.',
    default: 400,
    minimum: 1,
    maximum: 4_000,
  },
  FCM_TIMEOUT_MS: {
    type: 'integer',
    description:
      'Most time for one request to Google, in milliseconds; a push may need one or two more for an access token.',
    default: 10_000,
    minimum: 50,
    maximum: 60_000,
  },
  FCM_URL: {
    type: 'string',
    description: 'Another address in place of Google’s: a stand-in such as that of `reveille fakes`.',
    default: '',
  },
  FCM_TOKEN_URL: {
    type: 'string',
    description: 'The same for access tokens, in place of the `token_uri` of the key files.',
    default: '',
  },
  FCM_CA_FILE: {
    type: 'string',
    description: 'Who signs the certificates of these addresses, in PEM; empty: the public authorities.',
    default: '',
  },
  FCM_PROXY_URL: {
    type: 'string',
    description: 'An HTTP proxy that tunnels with CONNECT, such as `http://user:password@proxy:3128`.',
    default: '',
  },
  FCM_FIELD_NAMES: wordingSettings.FIELD_NAMES,
} as const

export type FcmSettings = SettingsOf<typeof fcmSettings>
