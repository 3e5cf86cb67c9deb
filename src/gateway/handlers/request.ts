import { setImmediate as nextTurn } from 'node:timers/promises'
import { isNotificationType, type Push } from '../../ports/index.ts'
import {
  hex,
  judge,
  messageTypes,
  type PushNotification,
  pushIdOf,
  type RegistrationMessage,
  type Report,
  type Request,
  readRequest,
  registrationCodec,
  reportErrors,
  responseCodec,
} from '../../protocol/index.ts'
import type { EntryOutcome, EnvelopeOutcome } from '../ledger.ts'
import { encodePushBody } from '../push-body.ts'
import type { Handler, HandlerParts, Received } from './received.ts'

const nothing = new Uint8Array()

/** A request may name thousands of devices: nobody else waits for more than so many of them. */
const readAtOnce = 64
const judgedAtOnce = 256

/** One entry of a request with its judgement. `push` is there where it must be accepted before its report is true. */
interface Judged {
  readonly outcome: EntryOutcome
  readonly report: Report | undefined
  readonly push?: Push
}

interface Job {
  readonly received: Received
  readonly request: Request
  judged: Judged[]
}

const keyOf = ({ publicKey, installationId }: PushNotification) => ({
  owner: publicKey,
  installation: installationId.toLowerCase(),
})

const nameOf = ({ publicKey, installationId }: PushNotification): string =>
  `${hex(publicKey)} ${installationId.toLowerCase()}`

const reportOf = ({ publicKey, installationId }: PushNotification, error?: number): Report => ({
  success: error === undefined,
  error: error ?? reportErrors.unknown,
  publicKey,
  installationId,
})

const internalError = (entry: PushNotification): Judged =>
  isNotificationType(entry.type)
    ? { outcome: 'internal-error', report: reportOf(entry, reportErrors.internalError) }
    : { outcome: 'omitted', report: undefined }

/** What a storage that fails leaves open. Filtered entries among them, or the error would tell them from accepted ones. */
const isOpen = ({ outcome }: Judged): boolean => outcome === 'accepted' || outcome === 'filtered'

/** Protocol section 6.3: judge every entry, accept the pushes of the whole batch in one durable step, then answer together. */
export const createRequestHandler = (parts: HandlerParts): Handler => {
  const { crypto, storage, answers, detour, ledger, log, now, pushTtlMs, pushRememberMs } = parts

  const judgeEntry = (job: Job, entry: PushNotification, registration: RegistrationMessage | undefined): Judged => {
    const judgement = judge(crypto, entry, registration)
    if (judgement.kind === 'omit') return { outcome: 'omitted', report: undefined }
    if (judgement.kind === 'refuse') {
      const outcome = judgement.error === reportErrors.wrongToken ? 'wrong-token' : 'not-registered'
      return { outcome, report: reportOf(entry, judgement.error) }
    }
    if (judgement.kind === 'filter') return { outcome: 'filtered', report: reportOf(entry) }
    return { outcome: 'accepted', report: reportOf(entry), push: pushOf(job, entry) }
  }

  const pushOf = ({ received, request }: Job, entry: PushNotification): Push => {
    const { owner, installation } = keyOf(entry)
    // Without a message id nothing but the envelope itself tells two requests apart.
    const messageId = request.messageId.length > 0 ? request.messageId : received.envelope.messageId
    const acceptedAt = now()
    return {
      id: pushIdOf(crypto, { messageId, receiver: owner, installation }),
      owner,
      installation,
      acceptedAt,
      expiresAt: Math.min(acceptedAt, received.timestamp) + pushTtlMs,
      body: encodePushBody(entry),
    }
  }

  /** The receivers that the jobs name, each read and decoded once, however many entries name it. */
  const receiversOf = async (jobs: readonly Job[]): Promise<ReadonlyMap<string, RegistrationMessage>> => {
    const named = new Map(jobs.flatMap(({ request }) => request.requests).map((entry) => [nameOf(entry), keyOf(entry)]))
    const receivers = new Map<string, RegistrationMessage>()
    const names = [...named.keys()]
    for (let from = 0; from < names.length; from += readAtOnce) {
      const some = names.slice(from, from + readAtOnce)
      const stored = await storage.registrations.get(some.flatMap((name) => named.get(name) ?? []))
      for (const [i, name] of some.entries()) {
        const message = registrationCodec.decode(stored[i]?.record ?? nothing)
        if (stored[i] !== undefined && message !== undefined) receivers.set(name, message)
      }
      if (some.length === readAtOnce) await nextTurn()
    }
    return receivers
  }

  const judgeAll = async (jobs: readonly Job[]): Promise<void> => {
    const receivers = await receiversOf(jobs)
    for (const job of jobs)
      for (const entry of job.request.requests) {
        job.judged.push(judgeEntry(job, entry, receivers.get(nameOf(entry))))
        if (job.judged.length % judgedAtOnce === 0) await nextTurn()
      }
  }

  const acceptAll = async (jobs: readonly Job[]): Promise<void> => {
    const judged = jobs.flatMap((job) => job.judged)
    const pushes = judged.flatMap(({ push }) => push ?? [])
    // A filtered push costs a commit as well, so that the time of the answer does not tell the two apart.
    if (pushes.length === 0 && judged.some(({ outcome }) => outcome === 'filtered'))
      await storage.cursors.set('request', BigInt(now()))
    if (pushes.length === 0) return
    const results = await storage.outbox.accept(pushes, pushRememberMs)
    let next = 0
    for (const job of jobs)
      job.judged = job.judged.map((entry) =>
        entry.push !== undefined && results[next++] === 'duplicate'
          ? { outcome: 'duplicate', report: entry.report }
          : entry,
      )
  }

  const settle = async (jobs: readonly Job[]): Promise<void> => {
    try {
      await judgeAll(jobs)
      await acceptAll(jobs)
    } catch (error) {
      log.error({ event: 'request-failed', reason: (error as Error).message }, 'requests could not be judged or stored')
      for (const job of jobs)
        job.judged = job.request.requests.map((entry, i) => {
          const judged = job.judged[i]
          return judged === undefined || isOpen(judged) ? internalError(entry) : judged
        })
    }
  }

  /** Ends at a user's first entry. */
  const isOwn = ({ requests }: Request): boolean =>
    requests.length > 0 && requests.every(({ publicKey }) => detour.tally.has(publicKey))

  const answer = ({ received: { envelope }, request, judged }: Job): EnvelopeOutcome => {
    const isCanary = isOwn(request)
    for (const { outcome, push } of judged) {
      ledger.entry(isCanary ? 'canary' : outcome)
      if (isCanary && outcome === 'accepted' && push !== undefined) detour.tally.accepted(push.owner)
    }
    const failed = judged.some(({ outcome }) => outcome === 'internal-error')
    if (request.messageId.length === 0) {
      if (failed) return 'failed'
      return isCanary ? 'canary' : 'request-unanswered'
    }
    const reports = judged.flatMap(({ report }) => report ?? [])
    answers.send(
      envelope.sender,
      messageTypes.response,
      responseCodec.encode({ messageId: request.messageId, reports }),
    )
    // A failed one may come again in the same envelope: what was accepted of it is remembered by the outbox.
    if (failed) return 'failed'
    return isCanary ? 'canary' : 'request-answered'
  }

  return async (batch) => {
    const requests = batch.map((received): Job | EnvelopeOutcome => {
      if (now() - received.timestamp > pushTtlMs) return 'request-expired'
      const request = readRequest(received.envelope.body)
      if (request === undefined) return 'malformed'
      ledger.note('request-entries-ignored', request.ignored)
      return { received, request, judged: [] }
    })
    await settle(requests.filter((job) => typeof job !== 'string'))
    return requests.map((job) => (typeof job === 'string' ? job : answer(job)))
  }
}
