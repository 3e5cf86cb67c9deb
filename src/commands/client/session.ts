import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  type ClientNode,
  createClientNode,
  createParty,
  createRegistration,
  fileState,
  type Registration,
  StateError,
} from '../../client/index.ts'
import { hostSettings, withoutEmpty } from '../../config.ts'
import { prepareFolder } from '../../folder.ts'
import { createIdentity, readIdentity } from '../../identity-file.ts'
import { loadPlugin } from '../../plugin-host.ts'
import { type KeyPair, type Log, StartError } from '../../ports/index.ts'
import { settingsFor } from '../../settings.ts'
import type { CommandContext } from '../command.ts'
import type { ClientOptions } from './options.ts'

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const lookEveryMs = 50
const firstPauseMs = 1_000

/** A client of the network with an identity that stays, and its registration. */
export interface Session {
  readonly node: ClientNode
  readonly keyPair: KeyPair
  /** Of a state that is there; made where there is none. */
  registration(): Promise<Registration>
  /** Whether somebody registered from this folder before. */
  readonly isKnown: boolean
  close(): Promise<void>
}

const takeKey = (dir: string): Uint8Array => {
  const path = join(dir, 'identity.key')
  const known = readIdentity(path)
  if (known !== undefined && 'problem' in known) throw new StartError([{ ...known.problem, setting: '--dir' }])
  return known?.privateKey ?? createIdentity(path)
}

/** Resolves when the network has somebody to talk to, or when time is up: then silence tells. */
const untilReachable = async (node: ClientNode, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted && node.party.transport.health().status !== 'ok')
    await pause(lookEveryMs, undefined, { signal }).catch(() => undefined)
}

export const openSession = async (
  { dir, gateways, timeoutMs }: ClientOptions,
  { env }: Pick<CommandContext, 'env'>,
  signal: AbortSignal,
): Promise<Session> => {
  const folder = prepareFolder('--dir', dir)
  if ('problem' in folder) throw new StartError([folder.problem])
  // A client beside a gateway must not want its port.
  const given: Readonly<Record<string, string>> = { WAKU_TCP_PORT: '0', ...withoutEmpty(env) }
  const transport = given['TRANSPORT_PLUGIN'] ?? hostSettings.TRANSPORT_PLUGIN.default
  const loaded = await loadPlugin('transport', transport)
  if ('problem' in loaded) throw new StartError([loaded.problem])
  const settings = (await settingsFor(loaded.manifest, given)) as Record<string, string | number | boolean>
  const privateKey = takeKey(dir)
  const statePath = join(dir, 'state.json')
  const isKnown = existsSync(statePath)
  const party = await createParty({ transport, settings, dataDir: dir, privateKey, log: silent })
  const node = createClientNode(party)
  let opened: Promise<Registration> | undefined
  try {
    await node.start()
    await untilReachable(node, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]))
  } catch (error) {
    await node.close()
    throw error
  }
  const keyPair = party.crypto.identity
  return {
    node,
    keyPair,
    isKnown,
    registration: () => {
      opened ??= createRegistration(node, {
        keyPair,
        store: fileState(statePath),
        gateways,
        pauseMs: firstPauseMs,
        mostPauseMs: 4 * firstPauseMs,
      }).catch((error: unknown) => {
        if (!(error instanceof StateError)) throw error
        throw new StartError([{ setting: '--dir', wrong: error.message, mend: `look at ${statePath}` }])
      })
      return opened
    },
    close: async () => {
      await (await opened?.catch(() => undefined))?.close()
      await node.close()
    },
  }
}
