import type { PutResult } from '../../ports/index.ts'
import {
  decideRegistration,
  hashedPublicKey,
  messageTypes,
  type RegistrationDecision,
  registrationErrors,
  registrationResponseCodec,
} from '../../protocol/index.ts'
import type { EnvelopeOutcome } from '../ledger.ts'
import { recordOf } from '../stored-registration.ts'
import type { Handler, HandlerParts, Received } from './received.ts'

const refusals: Readonly<Record<number, EnvelopeOutcome>> = {
  [registrationErrors.malformedMessage]: 'registration-malformed',
  [registrationErrors.versionMismatch]: 'registration-version-mismatch',
  [registrationErrors.unsupportedTokenType]: 'registration-unsupported-token-type',
  [registrationErrors.internalError]: 'failed',
}

/** Protocol section 6.1: decide, make durable, listen, answer. */
export const createRegistrationHandler = (parts: HandlerParts): Handler => {
  const { crypto, storage, subscriptions, answers, router, detour, log, now } = parts

  const answer = (to: Uint8Array, requestId: Uint8Array, error?: number): void =>
    answers.send(
      to,
      messageTypes.registrationResponse,
      registrationResponseCodec.encode({
        success: error === undefined,
        error: error ?? registrationErrors.unknown,
        requestId,
      }),
    )

  const write = async (
    decision: Extract<RegistrationDecision, { kind: 'register' | 'unregister' }>,
  ): Promise<PutResult> => {
    const { owner, installation } = decision
    if (decision.kind === 'unregister') {
      const result = await storage.registrations.unregister({ owner, installation }, decision.version)
      if (result === 'stored') await subscriptions.forget(owner)
      return result
    }
    const topics = subscriptions.topicsOf(owner)
    const { message, digest, content } = decision
    const result = await storage.registrations.put({
      owner,
      installation,
      version: message.version,
      digest,
      topics,
      record: recordOf(content, now()),
    })
    // A repetition as well: whoever stored it may have died before the others heard of it.
    if (result !== 'stale') await subscriptions.listen(topics)
    return result
  }

  /** The canary's push goes to no backend, so it needs none that serves its token type. */
  const isCanary = (sender: Uint8Array): boolean => {
    const owner = hashedPublicKey(crypto, sender)
    return owner !== undefined && detour.isExpected(owner)
  }

  /** A canary's registration that comes again after its run, from a store node for example: nobody would erase it. */
  const isLate = (decision: RegistrationDecision): boolean =>
    decision.kind === 'register' &&
    detour.isOwn(decision.owner, decision.message.deviceToken) &&
    !detour.isExpected(decision.owner)

  const handle = async ({ envelope: { sender, body } }: Received, isOwn: boolean): Promise<EnvelopeOutcome> => {
    const supports = (tokenType: number): boolean => router.supports(tokenType) || isOwn
    const decision = decideRegistration(crypto, { sender, body, supports })
    if (decision.kind === 'discard' || isLate(decision)) return 'registration-discarded'
    const { requestId } = decision
    const refuse = (error: number): EnvelopeOutcome => {
      answer(sender, requestId, error)
      return refusals[error] ?? 'failed'
    }
    if (decision.kind === 'refuse') return refuse(decision.error)
    try {
      const result = await write(decision)
      if (result === 'stale') return refuse(registrationErrors.versionMismatch)
      answer(sender, requestId)
      if (result === 'same') return 'registration-repeated'
      return decision.kind === 'register' ? 'registered' : 'unregistered'
    } catch (error) {
      log.error(
        { event: 'registration-failed', reason: (error as Error).message },
        'a registration could not be stored',
      )
      return refuse(registrationErrors.internalError)
    }
  }

  /** A fault of ours stays one, whoever met it. */
  const handleAndCount = async (received: Received): Promise<EnvelopeOutcome> => {
    const isOwn = isCanary(received.envelope.sender)
    const outcome = await handle(received, isOwn)
    return isOwn && outcome !== 'failed' ? 'canary' : outcome
  }

  return (batch) => Promise.all(batch.map(handleAndCount))
}
