import type { Log } from '../../../../src/ports/index.ts'
import type { Lookup } from './lookup.ts'
import type { TreeUrl } from './tree.ts'
import { type Budget, type Snapshot, type Walked, walkTree } from './walk.ts'

/** Of one pass. */
const maxLookups = 500
const maxTrees = 16
const maxLinkDepth = 3

/** All trees that are configured and those they link to. */
export interface Forest {
  /** One pass over all of them: the records of the trees that verify, each once. Never rejects. */
  read(signal: AbortSignal): Promise<string[]>
  /** Of the last pass, a sentence part for each tree that was not read whole. */
  failures(): readonly string[]
  stats(): Record<string, number>
}

const idOf = ({ domain, key }: TreeUrl): string => `${Buffer.from(key).toString('hex')}@${domain}`

/** What is wrong with a tree, `undefined` where nothing is. */
const faultOf = (walked: Walked): string | undefined => {
  if (walked.kind === 'read') return walked.snapshot.gap
  return walked.kind === 'refused' ? `${walked.what}, so no peer of this tree is used` : walked.what
}

export const createForest = (lookup: Lookup, trees: readonly TreeUrl[], log: Log): Forest => {
  let last = new Map<string, Walked>()
  const snapshots = new Map<string, Snapshot>()
  const counts = { lookups: 0 }

  /** Tells of changes, not at every pass. */
  const tell = (id: string, walked: Walked): void => {
    const before = last.get(id)
    const [reason, reasonBefore] = [faultOf(walked), before && faultOf(before)]
    const tree = id.split('@')[1]
    if (reason !== undefined && (reasonBefore === undefined || before?.kind !== walked.kind))
      log.warn({ tree, reason }, 'A tree of peers is not read whole.')
    if (reason === undefined && reasonBefore !== undefined) log.info({ tree }, 'A tree of peers is read whole again.')
  }

  const visit = async (tree: TreeUrl, budget: Budget): Promise<Walked> => {
    const id = idOf(tree)
    const walked = await walkTree(lookup, tree, snapshots.get(id), budget)
    if (walked.kind === 'read') snapshots.set(id, walked.snapshot)
    if (walked.kind === 'refused') snapshots.delete(id)
    return walked
  }

  /** The trees, then those they link to, and so on: how each of them was found, by its id. */
  const visitAll = async (budget: Budget, signal: AbortSignal): Promise<Map<string, Walked>> => {
    const visited = new Map<string, Walked>()
    let level = trees
    for (let depth = 0; depth <= maxLinkDepth; depth += 1) {
      const links: TreeUrl[] = []
      for (const tree of level) {
        if (visited.has(idOf(tree)) || visited.size >= maxTrees || signal.aborted) continue
        const walked = await visit(tree, budget)
        visited.set(idOf(tree), walked)
        if (walked.kind === 'read') links.push(...walked.snapshot.links)
      }
      level = links
    }
    return visited
  }

  const countOf = (kind: Walked['kind']): number => [...last.values()].filter((walked) => walked.kind === kind).length

  return {
    read: async (signal) => {
      const budget = { lookups: maxLookups }
      const visited = await visitAll(budget, signal)
      if (signal.aborted) return []
      for (const [id, walked] of visited) tell(id, walked)
      for (const id of snapshots.keys()) if (!visited.has(id)) snapshots.delete(id)
      last = visited
      counts.lookups += maxLookups - budget.lookups
      const read = [...visited.values()].filter((walked) => walked.kind === 'read')
      return [...new Set(read.flatMap(({ snapshot }) => snapshot.records))]
    },
    failures: () => [...last.values()].map(faultOf).filter((fault) => fault !== undefined),
    stats: () => ({
      treesRead: countOf('read'),
      treesRefused: countOf('refused'),
      treesUnreachable: countOf('unreachable'),
      treesTruncated: [...last.values()].filter((one) => one.kind === 'read' && one.snapshot.truncated).length,
      ...counts,
    }),
  }
}
