import type { Random } from '@pairbench/testing';
import { applied, applyEntry, DirectoryNode, FileNode, type Node, type PendingChange } from './nodes.ts';

/** What happens to one pending change at a power cut. */
export type Fate =
  | 'keep'
  | 'lose'
  /** The file has its new size, but the bytes of the extension are zero, or what lay on the disk before. */
  | 'size-only-zeros'
  | 'size-only-stale'
  /** Which of its sectors arrive. */
  | { readonly sectorBytes: number; arrives(sector: number): boolean };

/** Decides about the pending change number `index` of `count`, files and directories counted through. */
export type Policy = (index: number, count: number, change: PendingChange | 'entry') => Fate;

const STALE = 0xa5;

/** The tree as it is after a power cut; the original goes on unharmed. */
export function powerCutTree(root: DirectoryNode, policy: Policy): DirectoryNode {
  const count = countPending(root);
  let index = 0;
  const copies = new Map<Node, Node>();
  const copy = (node: Node): Node => {
    const known = copies.get(node);
    if (known !== undefined) return known;
    if (node instanceof FileNode) {
      let content = node.copy().durable;
      let isOwn = false;
      for (const change of node.pending) {
        content = afterFate(content, change, policy(index++, count, change), isOwn);
        isOwn = content !== node.durable;
      }
      const file = new FileNode(content);
      copies.set(node, file);
      return file;
    }
    const directory = new DirectoryNode();
    copies.set(node, directory);
    const entries = new Map(node.durable);
    for (const entry of node.pending) {
      if (policy(index++, count, 'entry') === 'keep') applyEntry(entries, entry);
    }
    for (const [name, child] of entries) directory.durable.set(name, copy(child));
    directory.visible = new Map(directory.durable);
    return directory;
  };
  return copy(root) as DirectoryNode;
}

/** A copy with everything still on its way: what the death of a process leaves. */
export function copyTree(root: DirectoryNode): DirectoryNode {
  const copies = new Map<Node, Node>();
  const copy = (node: Node): Node => {
    const known = copies.get(node);
    if (known !== undefined) return known;
    if (node instanceof FileNode) {
      const file = node.copy();
      copies.set(node, file);
      return file;
    }
    const directory = new DirectoryNode();
    copies.set(node, directory);
    for (const [name, child] of node.durable) directory.durable.set(name, copy(child));
    for (const [name, child] of node.visible) directory.visible.set(name, copy(child));
    directory.pending = node.pending.map((entry) =>
      entry.op === 'delete' ? entry : { ...entry, node: copy(entry.node) },
    );
    return directory;
  };
  return copy(root) as DirectoryNode;
}

/** All nodes that are reachable, now or after a crash, are counted once. */
export function countPending(root: DirectoryNode): number {
  const seen = new Set<Node>();
  let count = 0;
  const visit = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    count += node.pending.length;
    if (node instanceof FileNode) return;
    for (const child of node.durable.values()) visit(child);
    for (const child of node.visible.values()) visit(child);
    for (const entry of node.pending) if (entry.op !== 'delete') visit(entry.node);
  };
  visit(root);
  return count;
}

function afterFate(content: Buffer, change: PendingChange, fate: Fate, isOwn: boolean): Buffer {
  if (fate === 'lose') return content;
  if (fate === 'keep' || 'size' in change) return applied(content, change, isOwn);
  const end = change.offset + change.bytes.length;
  if (typeof fate === 'object') return torn(content, change.offset, change.bytes, fate);
  if (end <= content.length) return content;
  const extended = Buffer.alloc(end, fate === 'size-only-stale' ? STALE : 0);
  content.copy(extended);
  return extended;
}

function torn(
  content: Buffer,
  offset: number,
  bytes: Buffer,
  { sectorBytes, arrives }: Exclude<Fate, string>,
): Buffer {
  const end = offset + bytes.length;
  const result = Buffer.alloc(Math.max(content.length, end));
  content.copy(result);
  for (let at = offset; at < end; ) {
    const sector = Math.floor(at / sectorBytes);
    const sectorEnd = Math.min((sector + 1) * sectorBytes, end);
    if (arrives(sector)) bytes.copy(result, at, at - offset, sectorEnd - offset);
    at = sectorEnd;
  }
  return result;
}

/** Each change independently, by a probability that is itself drawn: from hardly anything lost to hardly anything kept. */
export function randomPolicy(random: Random): Policy {
  const keep = random.pick([0, 0.1, 0.5, 0.5, 0.9, 1]);
  const tear = random.pick([0, 0.2, 0.8]);
  return (_index, _count, change) => {
    if (change !== 'entry' && random.chance(tear)) {
      if (random.chance(0.3)) return random.chance(0.5) ? 'size-only-zeros' : 'size-only-stale';
      const arriving = random.next();
      const sectorBytes = random.chance(0.25) ? 4096 : 512;
      return { sectorBytes, arrives: (sector) => ((arriving >>> (sector % 32)) & 1) === 1 };
    }
    return random.chance(keep) ? 'keep' : 'lose';
  };
}

/** Nothing, everything, all but each one, each one alone, each one torn in three ways. */
export function* everyPolicy(count: number): Generator<{ name: string; policy: Policy }> {
  yield { name: 'nothing', policy: () => 'lose' };
  yield { name: 'everything', policy: () => 'keep' };
  const alternating = (rest: number): Fate => ({
    sectorBytes: 512,
    arrives: (sector) => sector % 2 === rest,
  });
  for (let one = 0; one < count; one += 1) {
    const others = (fate: Fate, other: Fate, name: string) => ({
      name: `${name} ${one}`,
      policy: ((index) => (index === one ? fate : other)) as Policy,
    });
    yield others('lose', 'keep', 'all but');
    yield others('keep', 'lose', 'only');
    yield others(alternating(0), 'keep', 'even sectors of');
    yield others(alternating(1), 'keep', 'odd sectors of');
    yield others('size-only-stale', 'lose', 'only the size of');
  }
}
