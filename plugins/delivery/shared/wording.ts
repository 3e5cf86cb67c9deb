import { bytesToHex } from '@noble/hashes/utils.js'
import { type Notification, type NotificationType, notificationTypes } from '../../../src/ports/index.ts'

/** Names in the data of a push: those that installed clients read, or those of RFC 71. */
export type FieldNames = 'installed' | 'rfc71'
export type Texts = Readonly<Record<NotificationType, string>>
export interface Wording {
  readonly fieldNames: FieldNames
  readonly texts: Texts
}

/** The texts of protocol section 6.4. */
export const defaultTexts: Texts = {
  [notificationTypes.message]: 'You have a new message',
  [notificationTypes.mention]: 'Someone mentioned you',
  [notificationTypes.requestToJoinCommunity]: 'Someone requested to join a community you are an admin of',
}

/** Most bytes of a payload, at Apple (the JSON) and at Google (keys and values of `data`). */
export const maxPayloadBytes = 4096

const hex = (bytes: Uint8Array): string => `0x${bytesToHex(bytes)}`

export type PushData = Readonly<Record<string, string | readonly string[]>>

/** What the app finds in a push (protocol section 6.4): the ciphertext, and what it needs to open it. */
export const dataOf = (notification: Notification, names: FieldNames): PushData =>
  names === 'installed'
    ? {
        encryptedMessage: hex(notification.message),
        chatId: hex(notification.chatId),
        publicKey: hex(notification.receiver),
      }
    : {
        message: hex(notification.message),
        chat_id: hex(notification.chatId),
        installation_ids: [notification.installation],
      }

/** The texts that a plugin's settings name. */
export const textsOf = <Prefix extends string>(
  settings: Readonly<Record<`${Prefix}TEXT_${'MESSAGE' | 'MENTION' | 'REQUEST_TO_JOIN'}`, string>>,
  prefix: Prefix,
): Texts => ({
  [notificationTypes.message]: settings[`${prefix}TEXT_MESSAGE`],
  [notificationTypes.mention]: settings[`${prefix}TEXT_MENTION`],
  [notificationTypes.requestToJoinCommunity]: settings[`${prefix}TEXT_REQUEST_TO_JOIN`],
})

/** The settings of a plugin's texts and field names; their names start with its prefix. */
export const wordingSettings = {
  FIELD_NAMES: {
    type: 'string',
    description:
      'Names in the data of a push: `installed` (encryptedMessage, chatId, publicKey: what installed clients read) or `rfc71` (message, chat_id, installation_ids).',
    default: 'installed',
    enum: ['installed', 'rfc71'],
  },
  TEXT_MESSAGE: {
    type: 'string',
    description: 'What the device shows for a message that it cannot decrypt.',
    default: 'You have a new message',
    minLength: 1,
  },
  TEXT_MENTION: {
    type: 'string',
    description: 'The same for a mention.',
    default: 'Someone mentioned you',
    minLength: 1,
  },
  TEXT_REQUEST_TO_JOIN: {
    type: 'string',
    description: 'The same for a request to join a community.',
    default: 'Someone requested to join a community you are an admin of',
    minLength: 1,
  },
} as const
