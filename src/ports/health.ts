/** Whether a part can do its work now. `reason` is one sentence for an operator; it holds no secret. */
export type Health = { readonly status: 'ok' } | { readonly status: 'down'; readonly reason: string }

export const healthy: Health = { status: 'ok' }

export const down = (reason: string): Health => ({ status: 'down', reason })
