import type { PutResult } from '../../ports/index.ts'
import {
  decideRegistration,
  messageTypes,
  type RegistrationDecision,
  registrationErrors,
  registrationResponseCodec,
} from '../../protocol/index.ts'
import type { EnvelopeOutcome } from '../ledger.ts'
import type { Handler, HandlerParts, Received } from './received.ts'

const refusals: Readonly<Record<number, EnvelopeOutcome>> = {
  [registrationErrors.malformedMessage]: 'registration-malformed',
  [registrationErrors.versionMismatch]: 'registration-version-mismatch',
  [registrationErrors.unsupportedTokenType]: 'registration-unsupported-token-type',
  [registrationErrors.internalError]: 'failed',
}

/** Protocol section 6.1: decide, make durable, listen, answer. */
export const createRegistrationHandler = (parts: HandlerParts): Handler => {
  const { crypto, storage, subscriptions, answers, router, log } = parts

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
      record: content,
    })
    if (result === 'stored') subscriptions.listen(topics)
    return result
  }

  const handle = async ({ envelope: { sender, body } }: Received): Promise<EnvelopeOutcome> => {
    const decision = decideRegistration(crypto, { sender, body, supports: (tokenType) => router.supports(tokenType) })
    if (decision.kind === 'discard') return 'registration-discarded'
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

  return (batch) => Promise.all(batch.map(handle))
}
