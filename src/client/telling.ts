import type { KeyPair } from '../ports/index.ts'
import { hex, makeGrant, type QueryInfo } from '../protocol/index.ts'
import type { Book, GatewayEntry } from './book.ts'
import { isOn } from './gateway-state.ts'
import type { ClientNode } from './node.ts'
import { createRegisteringClient, type RegisteringClient, type RegistrationResult } from './registering-client.ts'
import { createTokenSealer } from './token-sealer.ts'

/** Says what the book says. */
export interface Telling {
  /** One attempt to bring a gateway to what the book wants of it. Rejects on abort. */
  tell(entry: GatewayEntry, signal: AbortSignal): Promise<RegistrationResult>
  /** What the gateways that have our data tell of us, as advertisements hold it. */
  infos(): QueryInfo[]
}

export const createTelling = (node: ClientNode, keyPair: KeyPair, book: Book, timeoutMs: number): Telling => {
  const { crypto } = node.party
  const clients = new Map<string, RegisteringClient>()
  const tokenFor = createTokenSealer(crypto, keyPair)

  const clientOf = (key: Uint8Array): RegisteringClient => {
    const name = hex(key)
    const client = clients.get(name) ?? createRegisteringClient(node, keyPair, key, { attempts: 1, timeoutMs })
    clients.set(name, client)
    return client
  }

  const tell: Telling['tell'] = (entry, signal) => {
    const client = clientOf(entry.key)
    const { device, preferences, installationId, accessToken, version } = book
    if (!isOn(book, entry) || device === undefined) return client.unregister(installationId, version, signal)
    const { contactsOnly, contacts, blockMentions } = preferences
    return client.register(
      {
        ...device,
        installationId,
        accessToken,
        blockMentions,
        blockedChatList: [...preferences.blockedChats],
        mutedChatList: [...preferences.mutedChats],
        allowedMentionsChatList: [...preferences.allowedMentions],
        ...(contactsOnly ? { contactsOnly: contacts } : {}),
      },
      version,
      signal,
    )
  }

  const infos = (): QueryInfo[] => {
    const { preferences, accessToken, installationId, version } = book
    const { contactsOnly, contacts } = preferences
    const registered = book.gateways.filter((entry) => isOn(book, entry) && entry.done === version)
    const allowedKeyList =
      contactsOnly && registered.length > 0 ? contacts.map((contact) => tokenFor(contact, accessToken)) : []
    return registered.map(({ key }) => {
      const serverPublicKey = crypto.compress(key) ?? key
      return {
        accessToken: contactsOnly ? '' : accessToken,
        installationId,
        publicKey: crypto.shake256(keyPair.compressed),
        allowedKeyList,
        grant: makeGrant(crypto, keyPair, serverPublicKey, accessToken),
        version,
        serverPublicKey,
      }
    })
  }

  return { tell, infos }
}
