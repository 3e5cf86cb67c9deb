import { randomBytes } from 'node:crypto'
import { createSendingClient, type GatewayState, type Target, type Wake } from '../client/index.ts'
import { notificationTypes, StartError } from '../ports/index.ts'
import { hashOfKeyHex, hex, type Report, reportErrors, utf8 } from '../protocol/index.ts'
import { type ClientOptions, readClientOptions, usage } from './client/options.ts'
import { openSession, type Session } from './client/session.ts'
import type { Command, CommandContext } from './command.ts'

/** For scripts: all is well; it cannot be understood or begun; somebody said no; nobody answered in time. */
export const exitCodes = { done: 0, wrong: 1, refused: 2, silent: 3 } as const

/** What an action answers: its lines for people, its value for programs, its exit code. */
interface Answer {
  readonly lines: readonly string[]
  readonly value: Readonly<Record<string, unknown>>
  readonly code: number
}

interface Act {
  readonly options: ClientOptions
  readonly session: Session
  /** Aborted when time is up, or at the first signal. */
  readonly signal: AbortSignal
}

const keyText = (key: Uint8Array): string => `0x${hex(key)}`

const codeOf = (states: readonly GatewayState[]): number => {
  if (states.some(({ kind }) => kind === 'refused')) return exitCodes.refused
  if (states.some(({ kind }) => kind === 'registering' || kind === 'unreachable')) return exitCodes.silent
  return exitCodes.done
}

const stateLine = (state: GatewayState): string =>
  `${state.kind}${state.kind === 'refused' ? ` (${state.reason})` : ''}  ${keyText(state.gateway)}`

const stateAnswer = ({ session }: Act, states: readonly GatewayState[], more: Readonly<Record<string, unknown>>) => ({
  lines: [...states.map(stateLine), `public key  ${keyText(session.keyPair.publicKey)}`],
  value: {
    publicKey: keyText(session.keyPair.publicKey),
    gateways: states.map((state) => ({ ...state, gateway: keyText(state.gateway) })),
    ...more,
  },
  code: states.length === 0 ? exitCodes.refused : codeOf(states),
})

/** Waits until every gateway has its answer, or until time is up: what is then known is told. */
const settle = async (act: Act) => {
  const registration = await act.session.registration()
  const states = await registration.settled(act.signal).catch(() => registration.states())
  const { installationId, version } = registration
  return stateAnswer(act, states, { installationId, version: String(version) })
}

const register = async (act: Act): Promise<Answer> => {
  const { token = '', tokenType, app, contactsOnly, contacts, gateways } = act.options
  const registration = await act.session.registration()
  if (gateways.length > 0) await registration.useGateways(gateways)
  if (registration.states().length === 0)
    throw new StartError([
      {
        setting: '--gateway',
        wrong: 'it is missing',
        mend: 'name the public key of a gateway, as reveille keys show prints it',
      },
    ])
  await registration.prefer({ contactsOnly, contacts })
  await registration.switchOn({ tokenType, deviceToken: token, ...(app === '' ? {} : { apnTopic: app }) })
  const answer = await settle(act)
  // It is published by itself, too; this waits for it before the command ends.
  if (answer.code === exitCodes.done) await registration.advertise()
  return answer
}

const unregister = async (act: Act): Promise<Answer> => {
  await (await act.session.registration()).switchOff()
  return settle(act)
}

const notYet: Answer = {
  lines: ['nobody has registered from this folder'],
  value: { gateways: [] },
  code: exitCodes.refused,
}

const namedBy = ({ options: { gateways } }: Act, session: Session, targets: readonly Target[]): Target[] => {
  const { crypto } = session.node.party
  const wanted = new Set(gateways.map((key) => hex(crypto.uncompress(key) ?? key)))
  return targets.filter(({ gateway }) => wanted.size === 0 || wanted.has(hex(gateway)))
}

/** Gateways and devices, without the access token: whoever has it can wake the device. */
const targetValue = ({ gateway, installationId, version }: Target) => ({
  gateway: keyText(gateway),
  installationId,
  version: String(version),
})

const targetLine = (target: Target): string => {
  const { gateway, installationId, version } = targetValue(target)
  return `${installationId}  version ${version}  at ${gateway}`
}

const status = async (act: Act): Promise<Answer> => {
  const { session, signal } = act
  if (!session.isKnown) return notYet
  const answer = await settle(act)
  const found = await createSendingClient(session.node)
    .query(session.keyPair.publicKey, { contact: session.keyPair, signal })
    .catch(() => [])
  const targets = namedBy(act, session, found)
  return {
    ...answer,
    lines: [...answer.lines, ...targets.map((target) => `found  ${targetLine(target)}`)],
    value: { ...answer.value, found: targets.map(targetValue) },
  }
}

const advertise = async (act: Act): Promise<Answer> => {
  if (!act.session.isKnown) return notYet
  await settle(act)
  const registration = await act.session.registration()
  const isPublished = await registration.advertise()
  const entries = registration.infos().length
  return {
    lines: [isPublished ? `advertised ${entries} gateways` : 'there was nothing to advertise, or nobody to take it'],
    value: { advertised: isPublished, entries },
    code: isPublished ? exitCodes.done : exitCodes.silent,
  }
}

const find = async (act: Act): Promise<Target[]> => {
  const { session, options, signal } = act
  const { keyPair, node } = session
  const receiver = options.to ?? new Uint8Array()
  const targets = await createSendingClient(node)
    .query(receiver, { contact: keyPair, signal })
    .catch((error: unknown) => {
      if (signal.aborted) return []
      throw error
    })
  return namedBy(act, session, targets)
}

const query = async (act: Act): Promise<Answer> => {
  const targets = await find(act)
  return {
    lines: targets.length === 0 ? ['no gateway knows a device of this key'] : targets.map(targetLine),
    value: { found: targets.map(targetValue) },
    code: targets.length === 0 ? exitCodes.silent : exitCodes.done,
  }
}

const kindOf = ({ success, error }: Report): string => {
  if (success) return 'accepted'
  return Object.entries(reportErrors).find(([, value]) => value === error)?.[0] ?? 'unknown'
}

const send = async (act: Act): Promise<Answer> => {
  const { session, options, signal } = act
  const { keyPair, node } = session
  const stages: { readonly stage: string; readonly ms: number }[] = []
  const timed = async <T>(stage: string, work: Promise<T>): Promise<T> => {
    const from = performance.now()
    const result = await work
    stages.push({ stage, ms: Math.round(performance.now() - from) })
    return result
  }
  const targets = await timed('query', find(act))
  const chat = hashOfKeyHex(node.party.crypto, keyPair.publicKey)
  const wake: Wake = {
    type: notificationTypes.message,
    messageId: new Uint8Array(randomBytes(32)),
    message: utf8(options.message),
    chatId: chat,
    author: chat,
  }
  const sending = createSendingClient(node)
  const asked = sending.request(targets, wake, { contact: keyPair, signal }).catch((error: unknown) => {
    if (signal.aborted) return undefined
    throw error
  })
  const reports = targets.length === 0 ? undefined : await timed('report', asked)
  const results = (reports ?? []).map((report) => ({ installationId: report.installationId, kind: kindOf(report) }))
  const isDone = results.length > 0 && results.every(({ kind }) => kind === 'accepted')
  const told = [
    ...(options.wait ? stages.map(({ stage, ms }) => `${stage.padEnd(8)} ${ms} ms`) : []),
    ...results.map(({ installationId, kind }) => `${kind.padEnd(8)} ${installationId}`),
    ...(targets.length === 0 ? ['no gateway knows a device of this key'] : []),
    ...(targets.length > 0 && results.length === 0 ? ['no gateway answered'] : []),
  ]
  const refusal = results.length === 0 ? exitCodes.silent : exitCodes.refused
  return {
    lines: told,
    value: { results, ...(options.wait ? { stages } : {}) },
    code: isDone ? exitCodes.done : refusal,
  }
}

const acts = { register, status, unregister, send, query, advertise }

/** Both client roles by hand: for trying a gateway, and for scripts that check one from end to end. */
export const client: Command = async (context: CommandContext) => {
  const options = readClientOptions(context.args)
  if (options === undefined) {
    context.warn(usage)
    return exitCodes.wrong
  }
  const session = await openSession(options, context, context.signal)
  try {
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(options.timeoutMs)])
    const { lines, value, code } = await acts[options.action]({ options, session, signal })
    if (options.json) context.print(JSON.stringify({ action: options.action, ...value, code }))
    else for (const line of lines) context.print(line)
    return code
  } finally {
    await session.close()
  }
}
