import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Heard } from './feedback.ts'

/** Most bytes of one report; gorush's are below one KiB. */
const bodyLimit = 64 * 1024

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/**
 * `POST /gorush/feedback/SECRET`: where an asynchronous gorush posts its failures (its core.feedback_hook_url). Who does not know the
 * secret finds nothing there.
 */
export const registerHook = (app: FastifyInstance, secret: string, hear: (body: unknown) => Heard): void => {
  const expected = digest(secret)
  app.post<{ Params: { secret: string } }>('/gorush/feedback/:secret', { bodyLimit }, (request, reply) => {
    if (!timingSafeEqual(digest(request.params.secret), expected)) return reply.callNotFound()
    if (hear(request.body) === 'unreadable')
      return reply.code(400).send({ message: 'This is no failed push of gorush’s: it needs notif_id, type and error.' })
    return reply.code(204).send()
  })
}
