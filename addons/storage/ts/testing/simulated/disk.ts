import { basename, dirname } from 'node:path';
import { Random } from '@pairbench/testing';
import type { FileSystem, LockResult, OpenFile } from '../../files/file-system.ts';
import { copyTree, countPending, type Policy, powerCutTree } from './crash.ts';
import { DirectoryNode, FileNode, type Node } from './nodes.ts';

export type FaultCode = 'EIO' | 'ENOSPC' | 'EINTR' | 'short';

export interface Fault {
  /** Number of the operation that fails, from 0. */
  readonly at: number;
  readonly code: FaultCode;
}

/** How asynchronous calls go: at once, or when `step` says so. */
export type Background = 'at-once' | 'stepped';

/**
 * A disk in memory that can lose power, be left by a dying process, and fail at any operation; everything follows from its
 * seed. The rules are those of a file system that promises nothing but its flushes.
 */
export class SimulatedDisk implements FileSystem {
  /** Operations so far, as text, for the report of a failure. */
  readonly log: string[] = [];
  /** Called before each operation. */
  onOperation: ((index: number) => void) | undefined;
  fault: Fault | undefined;
  background: Background = 'at-once';
  readonly #root: DirectoryNode;
  readonly #seed: number;
  readonly #random: Random;
  readonly #boot: number;
  readonly #locks = new Set<string>();
  #operations = 0;
  #waiting: (() => void)[] = [];

  constructor(seed: number, root = new DirectoryNode(), boot = 1) {
    this.#seed = seed;
    this.#random = new Random(seed);
    this.#root = root;
    this.#boot = boot;
  }

  get operations(): number {
    return this.#operations;
  }

  get pending(): number {
    return countPending(this.#root);
  }

  /** The disk as the machine finds it after a power cut. */
  afterPowerCut(policy: Policy): SimulatedDisk {
    return new SimulatedDisk(this.#seed + 1, powerCutTree(this.#root, policy), this.#boot + 1);
  }

  /** The disk after `kill -9`: nothing is lost, locks are free, the machine runs on. */
  afterProcessCrash(): SimulatedDisk {
    return new SimulatedDisk(this.#seed + 1, copyTree(this.#root), this.#boot);
  }

  /** Everything on its way arrives. */
  settle(): void {
    const visit = (node: Node): void => {
      node.sync();
      if (node instanceof DirectoryNode) for (const child of node.visible.values()) visit(child);
    };
    visit(this.#root);
  }

  /** Runs the asynchronous call that has waited longest; false when none waits. */
  step(): boolean {
    const call = this.#waiting.shift();
    call?.();
    return call !== undefined;
  }

  /** Content of a file as a program sees it. */
  contentOf(path: string): Buffer {
    return Buffer.from(this.#file(path).visible);
  }

  /** Puts content on the disk, durable. */
  put(path: string, content: Uint8Array): void {
    const parent = this.#directory(dirname(path));
    const node = new FileNode(Buffer.from(content));
    parent.visible.set(basename(path), node);
    parent.durable.set(basename(path), node);
  }

  createDir(dir: string): void {
    this.#begin(`createDir ${dir}`);
    this.#addTo(dir, new DirectoryNode());
  }

  list(dir: string): string[] {
    this.#begin(`list ${dir}`);
    return [...this.#directory(dir).visible.keys()];
  }

  create(path: string): OpenFile {
    this.#begin(`create ${path}`);
    const node = new FileNode();
    this.#addTo(path, node);
    return new SimulatedFile(this, path, node);
  }

  open(path: string, mode: 'read' | 'write'): OpenFile {
    this.#begin(`open ${path} to ${mode}`);
    return new SimulatedFile(this, path, this.#file(path));
  }

  rename(from: string, to: string): void {
    this.#begin(`rename ${from} ${to}`);
    const node = this.#file(from);
    const parent = this.#directory(dirname(from));
    parent.change({ op: 'rename', from: basename(from), to: basename(to), node });
  }

  unlink(path: string): void {
    this.#begin(`unlink ${path}`);
    this.#file(path);
    this.#directory(dirname(path)).change({ op: 'delete', name: basename(path) });
  }

  syncDir(dir: string): void {
    this.#begin(`syncDir ${dir}`);
    this.#directory(dir).sync();
  }

  lock(dir: string): LockResult {
    this.#begin(`lock ${dir}`);
    if (this.#locks.has(dir)) return { held: false, pid: undefined };
    this.#locks.add(dir);
    return { held: true, release: () => this.#locks.delete(dir) };
  }

  random(): bigint {
    return this.#random.bits64();
  }

  bootId(): Uint8Array {
    return new Uint8Array(16).fill(this.#boot);
  }

  processId(): number {
    return 4711;
  }

  /** Counts an operation; throws where it is the one that fails. `short` only shortens reads and writes. */
  begin(what: string, canBeShort = false): 'whole' | 'short' {
    const index = this.#operations;
    this.#operations += 1;
    this.log.push(what);
    this.onOperation?.(index);
    if (this.fault === undefined || this.fault.at !== index) return 'whole';
    const { code } = this.fault;
    if (code === 'short') return canBeShort ? 'short' : 'whole';
    if (code === 'EINTR' && !canBeShort) return 'whole';
    throw systemError(code, what);
  }

  #begin(what: string): void {
    this.begin(what);
  }

  /** An asynchronous call: `call` runs now or when its turn comes. */
  later<T>(call: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = () => {
        try {
          resolve(call());
        } catch (error) {
          reject(error);
        }
      };
      if (this.background === 'at-once') run();
      else this.#waiting.push(run);
    });
  }

  #addTo(path: string, node: Node): void {
    const parent = this.#directory(dirname(path));
    const name = basename(path);
    if (parent.visible.has(name)) throw systemError('EEXIST', path);
    parent.change({ op: 'set', name, node });
  }

  #node(path: string): Node {
    if (path === '/') return this.#root;
    const parent = this.#node(dirname(path));
    if (parent instanceof FileNode) throw systemError('ENOTDIR', path);
    const node = parent.visible.get(basename(path));
    if (node === undefined) throw systemError('ENOENT', path);
    return node;
  }

  #directory(path: string): DirectoryNode {
    const node = this.#node(path);
    if (node instanceof DirectoryNode) return node;
    throw systemError('ENOTDIR', path);
  }

  #file(path: string): FileNode {
    const node = this.#node(path);
    if (node instanceof FileNode) return node;
    throw systemError('EISDIR', path);
  }
}

/** Without a stack: recoveries meet thousands of files that are not there. */
function systemError(code: string, what: string): Error {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = Object.assign(new Error(`${code}: simulated, ${what}`), { code });
  Error.stackTraceLimit = limit;
  return error;
}

class SimulatedFile implements OpenFile {
  readonly path: string;
  readonly #disk: SimulatedDisk;
  readonly #node: FileNode;
  #isClosed = false;

  constructor(disk: SimulatedDisk, path: string, node: FileNode) {
    this.#disk = disk;
    this.path = path;
    this.#node = node;
  }

  size(): number {
    this.#begin('size');
    return this.#node.visible.length;
  }

  readAt(buffer: Uint8Array, offset: number): number {
    const isShort = this.#begin('read', offset, buffer.length) === 'short';
    const wanted = isShort ? Math.ceil(buffer.length / 2) : buffer.length;
    return this.#node.visible.copy(buffer, 0, Math.min(offset, this.#node.visible.length), offset + wanted);
  }

  writeAt(bytes: Uint8Array, offset: number): number {
    return this.#write(bytes, offset);
  }

  writevAt(parts: readonly Uint8Array[], offset: number): number {
    return this.#write(Buffer.concat(parts), offset);
  }

  #write(bytes: Uint8Array, offset: number): number {
    const isShort = this.#begin('write', offset, bytes.length) === 'short';
    const length = isShort ? Math.ceil(bytes.length / 2) : bytes.length;
    this.#node.change({ offset, bytes: Buffer.from(bytes.subarray(0, length)) });
    return length;
  }

  setSize(bytes: number): void {
    this.#begin('setSize', bytes);
    this.#node.change({ size: bytes });
  }

  syncData(): void {
    this.#sync('syncData');
  }

  syncAll(): void {
    this.#sync('syncAll');
  }

  #sync(what: string): void {
    try {
      this.#begin(what);
    } catch (error) {
      this.#node.loseSilently();
      throw error;
    }
    this.#node.sync();
  }

  writeAsync(bytes: Uint8Array, offset: number): Promise<number> {
    return this.#disk.later(() => this.#write(bytes, offset));
  }

  syncDataAsync(): Promise<void> {
    return this.#disk.later(() => this.#sync('syncData'));
  }

  syncAllAsync(): Promise<void> {
    return this.#disk.later(() => this.#sync('syncAll'));
  }

  close(): void {
    this.#isClosed = true;
  }

  #begin(what: string, ...numbers: number[]): 'whole' | 'short' {
    if (this.#isClosed && !what.startsWith('sync') && what !== 'write') throw systemError('EBADF', this.path);
    const isTransfer = what === 'read' || what === 'write';
    return this.#disk.begin([what, this.path, ...numbers].join(' '), isTransfer);
  }
}
