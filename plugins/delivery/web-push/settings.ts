import type { SettingsOf } from '../../../src/ports/index.ts'
import { wordingSettings } from '../shared/wording.ts'
import { urgencies } from './message.ts'

export const webPushSettings = {
  WEB_PUSH_VAPID_KEY_FILE: {
    type: 'string',
    description:
      'The key that names this gateway to push services, made with `npx web-push generate-vapid-keys --json`. Nobody else may read it: `chmod 600`. Browsers subscribe with its public half, which `/stats` shows.',
    default: '',
  },
  WEB_PUSH_SUBJECT: {
    type: 'string',
    description:
      'Whom push services may write to about this gateway: `mailto:push@example.org` or an `https:` address.',
    default: '',
  },
  WEB_PUSH_HOSTS: {
    type: 'string',
    description:
      'Hosts that are pushed to, with commas, `*.` for all below one: `fcm.googleapis.com,*.push.services.mozilla.com,web.push.apple.com,*.notify.windows.com`. Empty: every public host, which UnifiedPush needs.',
    default: '',
  },
  WEB_PUSH_PRIVATE_HOSTS: {
    type: 'string',
    description:
      'Hosts that may lie in private networks, in the same form: a UnifiedPush server of your own. Others are refused where their address is not public.',
    default: '',
  },
  WEB_PUSH_URGENCY: {
    type: 'string',
    description: 'How urgent pushes are to a browser that saves its battery.',
    default: 'high',
    enum: urgencies,
  },
  WEB_PUSH_CONCURRENCY: {
    type: 'integer',
    description: 'Most pushes that wait for an answer at once.',
    default: 200,
    minimum: 1,
    maximum: 2_000,
  },
  WEB_PUSH_TIMEOUT_MS: {
    type: 'integer',
    description: 'Most time for one push, in milliseconds.',
    default: 10_000,
    minimum: 50,
    maximum: 60_000,
  },
  WEB_PUSH_CA_FILE: {
    type: 'string',
    description: 'Who signs the certificates of push services, in PEM; empty: the public authorities.',
    default: '',
  },
  WEB_PUSH_FIELD_NAMES: wordingSettings.FIELD_NAMES,
  WEB_PUSH_TEXT_MESSAGE: wordingSettings.TEXT_MESSAGE,
  WEB_PUSH_TEXT_MENTION: wordingSettings.TEXT_MENTION,
  WEB_PUSH_TEXT_REQUEST_TO_JOIN: wordingSettings.TEXT_REQUEST_TO_JOIN,
} as const

export type WebPushSettings = SettingsOf<typeof webPushSettings>
