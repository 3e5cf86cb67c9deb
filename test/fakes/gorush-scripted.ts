import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A posted notification, as far as scripts look at it. */
export interface PostedNotification {
  readonly notif_id: string
  readonly tokens: readonly string[]
  readonly platform: number
  readonly [field: string]: unknown
}

export interface ScriptedGorush {
  readonly url: string
  /** The notifications of each request to /api/push. */
  readonly posts: readonly (readonly PostedNotification[])[]
  /** Paths of every request. */
  readonly paths: readonly string[]
  /** Headers of the last request, by lower-case name. */
  readonly lastHeaders: () => Readonly<Record<string, string | string[] | undefined>>
  close(): Promise<void>
}

export type Script = (notifications: readonly PostedNotification[], response: ServerResponse) => void

/** A 200 whose pushes, counted as gorush does, all went well. */
export const answerOk = (notifications: readonly PostedNotification[], response: ServerResponse): void => {
  const counts = notifications.reduce((sum, { tokens, topic }) => sum + tokens.length + (topic ? 1 : 0), 0)
  response.end(JSON.stringify({ success: 'ok', counts, logs: [] }))
}

/** A server at gorush's place whose answers to /api/push are written by a script, for answers that a gorush would not give by itself. */
export const startScriptedGorush = async (script: Script): Promise<ScriptedGorush> => {
  const posts: PostedNotification[][] = []
  const paths: string[] = []
  let lastHeaders = {}
  const server = createServer(async (request, response) => {
    paths.push(request.url ?? '')
    lastHeaders = request.headers
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    if (request.method !== 'POST') {
      response.end()
      return
    }
    const { notifications } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
      notifications: PostedNotification[]
    }
    posts.push(notifications)
    script(notifications, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve())
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    paths,
    lastHeaders: () => lastHeaders,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}
