/** What a disk holds: files and directories, each with what is durable and what is still on its way, in order. */

/** A write that a power cut may keep, lose or tear; or a change of the size alone. */
export interface PendingWrite {
  readonly offset: number;
  readonly bytes: Buffer;
}

export interface PendingSize {
  readonly size: number;
}

export type PendingChange = PendingWrite | PendingSize;

export type PendingEntry =
  | { readonly op: 'set'; readonly name: string; readonly node: Node }
  | { readonly op: 'delete'; readonly name: string }
  | { readonly op: 'rename'; readonly from: string; readonly to: string; readonly node: Node };

export type Node = FileNode | DirectoryNode;

export class FileNode {
  durable: Buffer;
  visible: Buffer;
  pending: PendingChange[] = [];
  /** Whether nobody else has the buffer: it may be changed in place. */
  #ownsDurable = false;
  #ownsVisible = false;

  constructor(durable: Buffer = Buffer.alloc(0), visible: Buffer = durable) {
    this.durable = durable;
    this.visible = visible;
  }

  /** The same content and the same on its way; buffers are shared until one of the two changes. */
  copy(): FileNode {
    this.#ownsDurable = false;
    this.#ownsVisible = false;
    const copy = new FileNode(this.durable, this.visible);
    copy.pending = [...this.pending];
    return copy;
  }

  change(change: PendingChange): void {
    this.visible = applied(this.visible, change, this.#ownsVisible);
    this.#ownsVisible = true;
    this.pending.push(change);
  }

  /** Only what is on its way: what an earlier failed flush lost is visible, but clean. */
  sync(): void {
    for (const change of this.pending) {
      this.durable = applied(this.durable, change, this.#ownsDurable);
      this.#ownsDurable = true;
    }
    this.pending = [];
  }

  /** A flush that failed: what was on its way stays visible and will never be durable. */
  loseSilently(): void {
    this.pending = [];
  }
}

export class DirectoryNode {
  durable = new Map<string, Node>();
  visible = new Map<string, Node>();
  pending: PendingEntry[] = [];

  change(entry: PendingEntry): void {
    applyEntry(this.visible, entry);
    this.pending.push(entry);
  }

  sync(): void {
    this.durable = new Map(this.visible);
    this.pending = [];
  }
}

/** `content` after a change; written in place when `mayReuse`. */
export function applied(content: Buffer, change: PendingChange, mayReuse: boolean): Buffer {
  const end = 'size' in change ? change.size : change.offset + change.bytes.length;
  const size = 'size' in change ? change.size : Math.max(content.length, end);
  let result = content;
  if (size !== content.length || !mayReuse) {
    result = Buffer.alloc(size);
    content.copy(result, 0, 0, size);
  }
  if (!('size' in change)) change.bytes.copy(result, change.offset);
  return result;
}

export function applyEntry(entries: Map<string, Node>, entry: PendingEntry): void {
  if (entry.op === 'set') entries.set(entry.name, entry.node);
  else if (entry.op === 'delete') entries.delete(entry.name);
  else {
    entries.delete(entry.from);
    entries.set(entry.to, entry.node);
  }
}
