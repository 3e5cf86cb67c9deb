import { type Lookup, reasonOf } from './lookup.ts'
import { type Entry, isNamed, parseEntry, type Root, rootPrefix, type TreeUrl, verifiedRoot } from './tree.ts'

/** How many lookups one pass over all trees may cost. */
export interface Budget {
  lookups: number
}

/** What is known of one tree from a pass; kept, so that only what changed is looked up again. */
export interface Snapshot {
  readonly seq: bigint
  /** Texts of its entries by name: a name stands for one text for ever. */
  readonly entries: ReadonlyMap<string, string>
  readonly records: readonly string[]
  readonly links: readonly TreeUrl[]
  /** Why some of its entries could not be had. */
  readonly gap: string | undefined
  /** Whether it is larger than what is read of a tree. */
  readonly truncated: boolean
}

/** `what` names the domain and tells what is wrong. */
export type Walked =
  | { readonly kind: 'read'; readonly snapshot: Snapshot }
  | { readonly kind: 'refused' | 'unreachable'; readonly what: string }

const maxDepth = 16
const maxEntries = 2_000
/** After so many failed lookups the rest of a tree is left for the next pass. */
const patience = 16
const atOnce = 8

/** What is wrong with a tree as a whole: nothing of it may be used. */
class Refusal extends Error {}

const readRoot = async (lookup: Lookup, { domain, key }: TreeUrl): Promise<Root> => {
  const roots = (await lookup.texts(domain)).filter((text) => text.startsWith(rootPrefix))
  if (roots.length === 0) throw new Refusal(`${domain} has no TXT record that is the root of a tree`)
  const root = roots.map((text) => verifiedRoot(text, key)).find((found) => found !== undefined)
  if (root === undefined) throw new Refusal(`the root at ${domain} is not signed by the key that its URL names`)
  return root
}

/** The order in which somebody else takes other entries, where not all fit into the budget. */
const shuffled = <T>(list: readonly T[]): T[] =>
  list
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)

/** Reads one tree and checks all of it. Never rejects. */
export const walkTree = async (
  lookup: Lookup,
  tree: TreeUrl,
  known: Snapshot | undefined,
  budget: Budget,
): Promise<Walked> => {
  const { domain } = tree
  const entries = new Map<string, string>()
  const records: string[] = []
  const links: TreeUrl[] = []
  const seen = new Set<string>()
  let failures = 0
  let gap: string | undefined
  let truncated = false

  const fetch = async (name: string): Promise<string | undefined> => {
    if (failures >= patience) return undefined
    if (budget.lookups <= 0) {
      truncated = true
      return undefined
    }
    budget.lookups -= 1
    try {
      const texts = await lookup.texts(`${name}.${domain}`)
      const genuine = texts.find((text) => isNamed(name, text))
      if (genuine === undefined) throw new Refusal(`the entry ${name}.${domain} is not the one that its hash names`)
      return genuine
    } catch (error) {
      if (error instanceof Refusal) throw error
      failures += 1
      gap ??= `the lookup of ${name}.${domain} failed: ${reasonOf(error)}`
      return undefined
    }
  }

  const read = async (name: string, wanted: Entry['kind']): Promise<readonly string[]> => {
    if (seen.has(name)) return []
    seen.add(name)
    if (entries.size >= maxEntries) {
      truncated = true
      return []
    }
    const text = known?.entries.get(name) ?? (await fetch(name))
    if (text === undefined) return []
    entries.set(name, text)
    const entry = parseEntry(text)
    if (entry?.kind === 'branch') return entry.children
    if (entry?.kind !== wanted) throw new Refusal(`the entry ${name}.${domain} is no ${wanted} and no branch`)
    if (entry.kind === 'record') records.push(entry.text)
    else links.push(entry.tree)
    return []
  }

  /** Everything below an entry, some at a time, the deepest first: a tree that is too large gives records all the same. */
  const readBelow = async (top: string, wanted: Entry['kind']): Promise<void> => {
    const waiting = [{ name: top, depth: 0 }]
    while (waiting.length > 0) {
      const batch = waiting.splice(-atOnce)
      const children = await Promise.all(batch.map(({ name }) => read(name, wanted)))
      for (const [i, { depth }] of batch.entries()) {
        if (depth > maxDepth) throw new Refusal(`${domain} has more than ${maxDepth} levels`)
        waiting.push(...shuffled(children[i] ?? []).map((name) => ({ name, depth: depth + 1 })))
      }
    }
  }

  try {
    budget.lookups -= 1
    const root = await readRoot(lookup, tree)
    if (known?.gap === undefined && known !== undefined && root.seq <= known.seq)
      return { kind: 'read', snapshot: known }
    await readBelow(root.links, 'link')
    await readBelow(root.records, 'record')
    return { kind: 'read', snapshot: { seq: root.seq, entries, records, links, gap, truncated } }
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', what: error.message }
    return { kind: 'unreachable', what: `the lookup of ${domain} failed: ${reasonOf(error)}` }
  }
}
